import { expect, test } from "vitest";
import { channels, gathered, spread } from "./channels";
import { type Finding, piecesOf } from "./try";

const found = (start: number, length: number, rule = "r"): Finding => ({
  rule,
  kind: "pii.email",
  title: "e-mail address",
  start,
  length,
  score: 1,
  action: "flag",
});

test("A text is cut where findings are, and nothing of it is lost", () => {
  const text = "write to a@b.c or d@e.f";
  const pieces = piecesOf(text, [found(18, 5), found(9, 5)]);
  expect(pieces.map((p) => p.text).join("")).toBe(text);
  expect(pieces.filter((p) => p.finding !== undefined).map((p) => p.text)).toEqual(["a@b.c", "d@e.f"]);
});

test("Of findings over each other one is marked", () => {
  const pieces = piecesOf("0123456789", [found(2, 3, "short"), found(2, 5, "long"), found(4, 4)]);
  expect(pieces.map((p) => [p.text, p.finding?.rule])).toEqual([
    ["01", undefined],
    ["23456", "long"],
    ["789", undefined],
  ]);
});

test("A text without findings is one piece", () => {
  expect(piecesOf("abc", [])).toEqual([{ start: 0, text: "abc" }]);
  expect(piecesOf("", [])).toEqual([]);
});

test("What comes from models is two channels of which output is both", () => {
  expect(spread(["user", "output"])).toEqual(["user", "answer", "arguments"]);
  expect(spread(["arguments"])).toEqual(["arguments"]);
  expect(gathered(["arguments", "user", "answer"])).toEqual(["user", "output"]);
  expect(gathered(["arguments"])).toEqual(["arguments"]);
  expect(gathered(channels.map((c) => c.value))).toBeUndefined();
  expect(gathered([])).toEqual([]);
});
