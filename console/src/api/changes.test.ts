import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { askAnew, type Changed } from "./changes";

const staleAfter = async (changed: Changed) => {
  const queries = new QueryClient();
  const keys = [
    ["hub"],
    ["hub", "model_1"],
    ["prices"],
    ["retirements"],
    ["violations"],
    ["routes", "route_1"],
    ["explain", "sim/echo"],
    ["calls", "explain", "call_1"],
    ["calls", "list"],
    ["budgets", "of", "key_1"],
    ["budget-requests", "open"],
    ["keys"],
  ];
  for (const key of keys) queries.setQueryData(key, 1);
  await askAnew(queries, changed);
  return keys.filter((key) => queries.getQueryState(key)?.isInvalidated).map((key) => key.join(" "));
};

const explained = ["explain sim/echo", "calls explain call_1"];

test("after a change all is asked anew that may show it, and nothing else", async () => {
  expect(await staleAfter("keys")).toEqual([...explained, "keys"]);
  expect(await staleAfter("routes")).toEqual(["routes route_1", ...explained]);
  expect(await staleAfter("budgets")).toEqual([...explained, "budgets of key_1", "budget-requests open"]);
  expect(await staleAfter("hub")).toEqual([
    "hub",
    "hub model_1",
    "prices",
    "retirements",
    "violations",
    "routes route_1",
    ...explained,
  ]);
});
