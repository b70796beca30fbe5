import { describe, expect, test } from "vitest";
import { type Entry, ranked } from "./palette";

const entry = (group: Entry["group"], name: string, words?: string): Entry => ({
  id: name,
  group,
  name,
  note: "",
  ...(words === undefined ? {} : { words }),
  run: () => {},
});
const all = [
  entry("Go to", "Calls"),
  entry("Go to", "Keys"),
  entry("Go to", "crm-sync-prod", "key_01kae7w0000"),
  entry("Go to", "gpt-5-mini"),
  entry("Do", "New key"),
  entry("Do", "Sign out"),
];
const names = (text: string, recent: string[] = []) => ranked(all, text, recent).map((e) => e.name);

describe("the palette", () => {
  test("offers everything before something is typed, what was used lately first", () => {
    expect(names("")).toEqual(all.map((e) => e.name));
    expect(names("", ["Sign out", "Keys"]).slice(0, 3)).toEqual(["Sign out", "Keys", "Calls"]);
  });

  test("offers one of many only when it was used lately or something was typed", () => {
    const many = [entry("Go to", "Calls"), { ...entry("Go to", "gpt-5-mini"), isOneOfMany: true }];
    expect(ranked(many, "", []).map((e) => e.name)).toEqual(["Calls"]);
    expect(ranked(many, "", ["gpt-5-mini"]).map((e) => e.name)).toEqual(["gpt-5-mini", "Calls"]);
    expect(ranked(many, "gpt", []).map((e) => e.name)).toEqual(["gpt-5-mini"]);
  });

  test("puts what begins with the text before what has a word of it, and that before what has it somewhere", () => {
    expect(names("key")).toEqual(["Keys", "New key", "crm-sync-prod"]);
    expect(names("sync")).toEqual(["crm-sync-prod"]);
  });

  test("finds by id and by letters in order", () => {
    expect(names("key_01kae7")).toEqual(["crm-sync-prod"]);
    expect(names("nk")).toEqual(["New key"]);
    expect(names("zzz")).toEqual([]);
  });

  test("has actions alone after >", () => {
    expect(names(">")).toEqual(["New key", "Sign out"]);
    expect(names("> s")).toEqual(["Sign out"]);
  });

  test("answers within a frame among twenty thousand things", () => {
    const many = Array.from({ length: 20_000 }, (_, i) => entry("Go to", `model-${i}`));
    expect(ranked(many, "19999", [])[0]?.name).toBe("model-19999");
  });
});
