import { describe, expect, it } from "vitest";
import { find, read, remove, set } from "./yaml";

const policy = `# The bank's.
models:
  # What was tried.
  allow: [gpt-*, "o3"] # by the board
  deny:
    - gpt-4o # too old
    # the next one is a trial
    - 'claude:x'
  mandatory: true

data:
  no_training: true # always

guardrails:
  cards:
    # numbers of cards
    patterns: ['\\d{4}', "a\\tb"]
    channels:
    - user
    - output
    action: redact
exceptions:
  - name: pilot
    for: uc_1
    lifts: { models.allow: [x] }
`;

const valueAt = (text: string, ...path: string[]) => {
  const entry = find(read(text).entries ?? [], path);
  if (entry === undefined) return undefined;
  return entry.value.kind === "word"
    ? entry.value.word
    : entry.value.kind === "list"
      ? entry.value.items.map((i) => i.text)
      : entry.value.kind;
};

/** What changed, with its sign: the rest is the same, byte for byte. */
const changed = (after: string, before = policy) => {
  const [a, b] = [before.split("\n"), after.split("\n")];
  return [...a.filter((l) => !b.includes(l)).map((l) => `-${l}`), ...b.filter((l) => !a.includes(l)).map((l) => `+${l}`)];
};

describe("the text of a policy", () => {
  it("is read as people write it", () => {
    expect(valueAt(policy, "models", "allow")).toEqual(["gpt-*", "o3"]);
    expect(valueAt(policy, "models", "deny")).toEqual(["gpt-4o", "claude:x"]);
    expect(valueAt(policy, "models", "mandatory")).toBe("true");
    expect(valueAt(policy, "guardrails", "cards", "patterns")).toEqual(["\\d{4}", "a\tb"]);
    expect(valueAt(policy, "guardrails", "cards", "channels")).toEqual(["user", "output"]);
    expect(valueAt(policy, "exceptions")).toBe("unread");
    expect(read("").entries).toEqual([]);
    expect(read("# nothing\n").entries).toEqual([]);
  });

  it("says what it does not read, and changes nothing there", () => {
    for (const text of [
      '{"models":{"allow":["x"]}}',
      "---\nmodels:\n",
      "\tmodels:\n",
      "models:\r\n  allow: [x]\r\n",
      "a: 1\na: 2\n",
      "what is this",
    ]) {
      expect(read(text).why, text).toBeDefined();
      expect(set(text, ["models", "allow"], ["y"])).toBe(text);
      expect(remove(text, ["models", "allow"])).toBe(text);
    }
    for (const value of ["{ allow: [x] }", "|\n    a text", "&anchor x", "[[x]]", "[a: b]"]) {
      const text = `models:\n  allow: ${value}\n`;
      expect(valueAt(text, "models", "allow"), value).toBe("unread");
      expect(set(text, ["models", "allow"], ["y"])).toBe(text);
      // Beside it one can go on.
      expect(set(text, ["models", "deny"], ["y"])).toBe(`${text}  deny: [y]\n`);
    }
  });

  it("keeps what is not touched: order, comments, quotes", () => {
    expect(changed(set(policy, ["models", "allow"], ["gpt-*", "o3", "a b", "it's"]))).toEqual([
      '-  allow: [gpt-*, "o3"] # by the board',
      "+  allow: [gpt-*, o3, a b, 'it''s'] # by the board",
    ]);
    expect(changed(set(policy, ["data", "no_training"], "false"))).toEqual([
      "-  no_training: true # always",
      "+  no_training: false # always",
    ]);
    expect(changed(set(policy, ["guardrails", "cards", "threshold"], "3"))).toEqual(["+    threshold: 3"]);
    expect(changed(set(policy, ["guardrails", "names", "action"], "flag"))).toEqual(["+  names:", "+    action: flag"]);
    expect(changed(set(policy, ["capture", "state"], "none"))).toEqual(["+capture:", "+  state: none"]);
  });

  it("changes a list of lines by its lines", () => {
    expect(changed(set(policy, ["models", "deny"], ["claude:x", "new"]))).toEqual(["-    - gpt-4o # too old", "+    - new"]);
    expect(changed(set(policy, ["guardrails", "cards", "channels"], ["user", "output", "tool"]))).toEqual(["+    - tool"]);
    expect(valueAt(set(policy, ["models", "deny"], []), "models", "deny")).toEqual([]);
  });

  it("takes lines away, and a section that says nothing any more", () => {
    expect(changed(remove(policy, ["models", "deny"]))).toEqual([
      "-  deny:",
      "-    - gpt-4o # too old",
      "-    # the next one is a trial",
      "-    - 'claude:x'",
    ]);
    expect(changed(remove(policy, ["data", "no_training"]))).toEqual(["-data:", "-  no_training: true # always"]);
    expect(remove("models:\n  allow: [x]\n", ["models", "allow"])).toBe("");
    expect(remove("models:\n  # kept\n  allow: [x]\n", ["models", "allow"])).toBe("models:\n  # kept\n");
    expect(remove(policy, ["models", "nothing"])).toBe(policy);
  });

  it("comes back the same when a change is undone", () => {
    for (const path of [
      ["models", "mandatory"],
      ["data", "no_training"],
    ])
      expect(set(set(policy, path, "false"), path, "true")).toBe(policy);
    expect(remove(set(policy, ["capture", "state"], "full"), ["capture", "state"])).toBe(policy);
    expect(remove(set(policy, ["models", "when"], "x"), ["models", "when"])).toBe(policy);
  });

  it("writes any word so that it is read as it was meant", () => {
    for (const word of [
      "a",
      "gpt-*",
      "*",
      "true",
      "null",
      "a: b",
      "#x",
      " x ",
      "it's",
      '"q"',
      "[x]",
      "a,b",
      "\\d+",
      "a\nb",
      "é",
      "- x",
      "12",
      "x #y",
      "@",
    ]) {
      const list = set("", ["models", "allow"], [word, "other"]);
      expect(valueAt(list, "models", "allow"), list).toEqual([word, "other"]);
      const below = set("models:\n  allow:\n    - first\n", ["models", "allow"], ["first", word]);
      expect(valueAt(below, "models", "allow"), below).toEqual(["first", word]);
    }
  });
});
