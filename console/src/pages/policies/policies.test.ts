import { describe, expect, it } from "vitest";
import { guardsIn } from "./form";
import { diffOf, faultsOf, withLine } from "./text";

const allow = { name: "models.allow", section: "models", shape: "allowed_names", words: [] };

describe("policies", () => {
  it("are told apart line by line", () => {
    expect(diffOf("a\nb\nc\n", "a\nx\nc\nd\n").map((l) => l.sign + l.text)).toEqual([" a", "-b", "+x", " c", "+d"]);
    expect(diffOf("", "a\n").map((l) => l.sign + l.text)).toEqual(["+a"]);
    expect(diffOf("a", "a\n")).toEqual([{ sign: " ", text: "a" }]);
  });

  it("tell their guards", () => {
    expect(guardsIn("guards:\n  mandatory: true\n  house:\n    url: https://a/b\n  advice:\n    model: judge\n")).toEqual([
      "house",
      "advice",
    ]);
    expect(guardsIn("models:\n  deny: [x]\n")).toEqual([]);
    expect(guardsIn('{"guards":{}}')).toEqual([]);
  });

  it("take a line into its section, or with a section of its own", () => {
    expect(withLine("", allow)).toBe('models:\n  allow: ["gpt-*"]\n');
    expect(withLine("models:\n  deny: [x]\n\ndata:\n  no_training: true\n", allow)).toBe(
      'models:\n  deny: [x]\n  allow: ["gpt-*"]\n\ndata:\n  no_training: true\n',
    );
    expect(
      withLine("data:\n  no_training: true\n", {
        ...allow,
        name: "capture.state",
        section: "capture",
        shape: "rank",
        words: ["none", "full"],
      }),
    ).toBe("data:\n  no_training: true\ncapture:\n  state: none\n");
  });

  it("say what is wrong by line", () => {
    const places = { places: [{ line: 2, column: 1, message: "models.allow is a list" }] };
    expect(faultsOf({ message: "Line 2: …", body: places })).toEqual([{ line: 2, message: "models.allow is a list" }]);
    const conflicts = {
      conflicts: [{ line: "models.allow", below: { number: 3 }, above: { number: 5, name: "Bank", text: "allow: [gpt-*]" } }],
    };
    expect(faultsOf({ message: "…", body: conflicts })[0]?.message).toContain("line 5 of Bank (allow: [gpt-*])");
    expect(faultsOf({ message: "Line 4: the exception 'a' is for nobody", body: {} })).toEqual([
      { line: 4, message: "the exception 'a' is for nobody" },
    ]);
    expect(faultsOf({ message: "Portico failed.", body: {} })).toEqual([]);
    expect(faultsOf(null)).toEqual([]);
  });
});
