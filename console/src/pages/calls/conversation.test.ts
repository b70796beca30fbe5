import { describe, expect, it } from "vitest";
import { answeredTurns, askedTurns, isInline } from "./conversation";

describe("a conversation", () => {
  it("is read from a chat with parts, tool calls and their results", () => {
    const turns = askedTurns({
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
          ],
        },
        { role: "assistant", content: null, tool_calls: [{ function: { name: "look", arguments: '{"at":1}' } }] },
        { role: "tool", content: "a cat" },
      ],
    });
    expect(turns).toEqual([
      { who: "System", parts: [{ kind: "text", text: "Be brief." }] },
      {
        who: "Caller",
        parts: [
          { kind: "text", text: "What is this?" },
          { kind: "image", address: "data:image/png;base64,AAAA" },
        ],
      },
      { who: "Answer", parts: [{ kind: "code", name: "calls look", text: '{\n  "at": 1\n}' }] },
      { who: "Tool", parts: [{ kind: "code", name: "returned", text: "a cat" }] },
    ]);
  });

  it("is read from Anthropic's messages and from the Responses API", () => {
    expect(
      askedTurns({
        system: [{ type: "text", text: "Be kind." }],
        messages: [{ role: "user", content: [{ type: "tool_result", content: [{ type: "text", text: "14" }] }] }],
      }),
    ).toEqual([
      { who: "System", parts: [{ kind: "text", text: "Be kind." }] },
      { who: "Caller", parts: [{ kind: "code", name: "returned", text: "14" }] },
    ]);
    expect(answeredTurns({ content: [{ type: "tool_use", name: "add", input: { a: 1 } }] })[0]?.parts[0]).toEqual({
      kind: "code",
      name: "calls add",
      text: '{\n  "a": 1\n}',
    });
    expect(
      answeredTurns({
        output: [
          { type: "function_call", name: "add", arguments: "{}" },
          { type: "message", role: "assistant", content: [{ type: "output_text", text: "15" }] },
        ],
      }).map((t) => t.who),
    ).toEqual(["Answer", "Answer"]);
  });

  it("of several choices numbers them, and has reasoning apart", () => {
    const turns = answeredTurns({
      choices: [{ message: { role: "assistant", content: "a", reasoning_content: "hm" } }, { message: { content: "b" } }],
    });
    expect(turns.map((t) => t.who)).toEqual(["Reasoning 1", "Answer 1", "Answer 2"]);
  });

  it("that was cut or is of no known form is shown as it is", () => {
    expect(askedTurns('{"messages":[{"ro')).toEqual([{ who: "Caller", parts: [{ kind: "text", text: '{"messages":[{"ro' }] }]);
    expect(askedTurns({ x: 1 })).toEqual([{ who: "Caller", parts: [{ kind: "code", text: '{\n  "x": 1\n}' }] }]);
    expect(askedTurns(null)).toEqual([]);
    expect(answeredTurns({ data: [1] })[0]?.parts[0]?.kind).toBe("code");
  });

  it("loads pictures that lie in it, and none of another host or of another kind", () => {
    expect(isInline("data:image/png;base64,iVBORw0KGgo=")).toBe(true);
    expect(isInline("data:image/svg+xml;base64,PHN2Zy8+")).toBe(false);
    expect(isInline("https://example.com/a.png")).toBe(false);
    expect(isInline("javascript:alert(1)")).toBe(false);
  });
});
