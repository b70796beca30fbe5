import { expect, test } from "vitest";
import { changesOf, type Said, yesNo } from "./changes";

type Thing = { retries: number; cached: boolean | null };
const members: Said<Thing>[] = [
  ["Retries", (t) => String(t.retries)],
  ["Cached", (t) => yesNo(t.cached)],
];

test("only what differs is said, in the order of the members", () => {
  expect(changesOf({ retries: 2, cached: null }, { retries: 3, cached: false }, members)).toEqual([
    { name: "Retries", before: "2", after: "3" },
    { name: "Cached", before: "not said", after: "no" },
  ]);
  expect(changesOf({ retries: 2, cached: true }, { retries: 2, cached: true }, members)).toEqual([]);
});
