import { expect, test } from "vitest";
import { changesOf, over, type Said, yesNo } from "./changes";

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

test("one's own changes stand over theirs, and what one did not touch is theirs", () => {
  const base = { a: 1, b: [1], c: "x", d: 0 };
  expect(over(base, { a: 2, b: [1], c: "mine", d: 0 }, { a: 1, b: [2], c: "theirs", d: 0 })).toEqual({
    a: 2,
    b: [2],
    c: "mine",
    d: 0,
  });
});
