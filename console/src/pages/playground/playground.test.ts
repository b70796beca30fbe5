import { describe, expect, test } from "vitest";
import { Answer, Events } from "./answer";
import { bodyOf, faultsOf, schemaIn, settingFaults, toolsIn } from "./body";
import { checksOf } from "./checks";
import { codeOf, python } from "./code";
import { type Draft, fieldsOf, filled, newDraft, newMessage, readDraft } from "./draft";
import { closed, objectIn, rowsOf } from "./fields";
import { draftIn, linkOf } from "./share";

const draft = (change: Partial<Draft> = {}): Draft => ({
  ...newDraft(),
  messages: [newMessage("system", "Be short."), newMessage("user", "Today is {{today}}. {{ letter }}")],
  variables: { today: "2026-11-19", letter: "Dear {{today}}" },
  columns: [{ id: "a", model: "sim/echo", settings: {} }],
  ...change,
});
const column = (d: Draft) => d.columns[0] ?? { id: "", model: "", settings: {} };

describe("a draft", () => {
  test("Fields are found once and filled in, and values are not filled in again", () => {
    const d = draft();
    expect(fieldsOf(d.messages)).toEqual(["today", "letter"]);
    expect(filled("{{today}} {{letter}} {{other}} {{toString}}", d.variables)).toBe(
      "2026-11-19 Dear {{today}} {{other}} {{toString}}",
    );
  });

  test("A column's own settings go before those of all", () => {
    const d = draft({ settings: { ...newDraft().settings, temperature: "0.5", maxTokens: "100" } });
    const own = { ...column(d), settings: { temperature: "0", seed: "7", stop: "END\n\nEOF" } };
    expect(bodyOf(d, own)).toMatchObject({ temperature: 0, max_completion_tokens: 100, seed: 7, stop: ["END", "EOF"] });
    expect(settingFaults({ temperature: "hot", topP: "1.1", seed: "1.5", maxTokens: "0" })).toEqual({
      temperature: expect.any(String),
      topP: expect.any(String),
      seed: expect.any(String),
      maxTokens: expect.any(String),
    });
  });

  test("Messages with pictures, tool calls and answers of tools have OpenAI's form; empty ones are left out", () => {
    const picture = { name: "a.png", url: "data:image/png;base64,AAAA" };
    const d = draft({
      messages: [
        newMessage("system"),
        { ...newMessage("user", "Look"), pictures: [picture] },
        { ...newMessage("assistant"), calls: [{ id: "c1", name: "f", args: "{}" }] },
        { ...newMessage("tool", "42"), callId: "c1" },
      ],
    });
    expect(bodyOf(d, column(d)).messages).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "Look" },
          { type: "image_url", image_url: { url: picture.url } },
        ],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "c1", content: "42" },
    ]);
  });

  test("Tools are taken whole or as functions alone, and what cannot be read says so", () => {
    expect(toolsIn('{"name":"f","parameters":{}}')).toEqual([{ type: "function", function: { name: "f", parameters: {} } }]);
    expect(toolsIn('[{"type":"function","function":{"name":"f"}}]')).toHaveLength(1);
    expect(() => toolsIn('[{"type":"function"}]')).toThrow("has a name");
    expect(() => schemaIn("[]")).toThrow("JSON object");
    expect(faultsOf(draft({ tools: "{", form: "schema", schema: "" }))).toEqual({
      tools: expect.any(String),
      schema: expect.any(String),
    });
  });

  test("A link gives the same draft again, and what it holds beside is left out", async () => {
    const d = draft({ form: "schema", schema: "{}", variables: { letter: "שלום 👋 ".repeat(500) } });
    const link = await linkOf(d, "https://portico.example/console/playground");
    expect(link.length).toBeLessThan(2_000);
    const read = await draftIn(new URL(link).hash);
    expect(bodyOf(read as Draft, column(read as Draft))).toEqual(bodyOf(d, column(d)));
    expect(await draftIn("#other")).toBeNull();
    expect(await draftIn("#draft=%%%")).toBeUndefined();
    expect(await draftIn("#draft=AAAA")).toBeUndefined();
    const foreign = readDraft({
      messages: [
        {
          role: "boss",
          text: 5,
          pictures: [
            { name: "x", url: "https://evil.example/x.png" },
            { name: "y", url: "data:image/svg+xml;base64,AAAA" },
          ],
        },
        "no",
      ],
      columns: Array(50).fill({ model: "m", settings: { temperature: "1", __proto__: "x", evil: "1" } }),
      variables: { a: 1, b: "c" },
      evil: "<script>",
    });
    expect(foreign?.messages).toMatchObject([{ role: "user", text: "", pictures: [] }]);
    expect(foreign?.columns).toHaveLength(8);
    expect(foreign?.columns[0]?.settings).toEqual({ temperature: "1" });
    expect(foreign?.variables).toEqual({ b: "c" });
    expect(readDraft("draft")).toBeUndefined();
  });

  test("A link that unfolds to more than a draft has is refused", async () => {
    const link = await linkOf(draft({ tools: "x".repeat(9_000_000) }), "https://portico.example/");
    expect(await draftIn(new URL(link).hash)).toBeUndefined();
  });
});

describe("an answer", () => {
  test("Events are read however the stream is cut", () => {
    const stream =
      'data: {"choices":[{"index":0,"delta":{"content":"Hé"}}]}\n\n: ping\n\ndata: {"choices":[{"index":0,"delta":{"content":"llo"},"finish_reason":"stop"}]}\r\n\r\ndata: [DONE]\n\n';
    for (let cut = 1; cut < stream.length; cut++) {
      const [answer, events] = [new Answer(), new Events()];
      for (const part of [stream.slice(0, cut), stream.slice(cut)]) for (const data of events.take(part)) answer.take(data);
      expect([answer.text, answer.finish], `cut at ${cut}`).toEqual(["Héllo", "stop"]);
    }
  });

  test("Tool calls are put together by their place; a place that cannot be is passed over", () => {
    const answer = new Answer();
    const call = (index: number, more: object) =>
      answer.take(JSON.stringify({ choices: [{ delta: { tool_calls: [{ index, ...more }] } }] }));
    call(0, { id: "c1", function: { name: "find", arguments: '{"a"' } });
    call(0, { function: { arguments: ":1}" } });
    call(1, { id: "c2", function: { name: "other", arguments: "" } });
    call(1e9, { id: "evil" });
    call(-1, { id: "evil" });
    expect(answer.calls).toEqual([
      { id: "c1", name: "find", args: '{"a":1}' },
      { id: "c2", name: "other", args: "" },
    ]);
  });

  test("An error event of a stream that had begun is kept beside what had come", () => {
    const answer = new Answer();
    answer.take('{"choices":[{"delta":{"content":"Half"}}]}');
    answer.take('{"error":{"message":"It broke","type":"x","code":"upstream_cut"},"choices":null}');
    expect([answer.text, answer.fault]).toEqual(["Half", { message: "It broke", code: "upstream_cut" }]);
  });

  test("Checks tell whether the schema and the tools' parameters are met", () => {
    const answer = Object.assign(new Answer(), { text: '{"amount":"x"}', finish: "stop" });
    const schema =
      '{"type":"object","properties":{"amount":{"type":"number"},"by":{"type":"string"}},"required":["amount","by"]}';
    const d = draft({ form: "schema", schema, schemaName: "Claim" });
    expect(checksOf(d, answer, false)[0]).toMatchObject({ name: "Schema", state: "failed", says: "2 faults" });
    expect(checksOf(d, Object.assign(new Answer(), { text: '{"amount":1,"by":"b"}', finish: "stop" }), false)[0]).toMatchObject({
      state: "good",
      says: "Valid, Claim",
    });
    expect(checksOf(d, Object.assign(new Answer(), { text: "no", finish: "stop" }), false)[0]).toMatchObject({
      says: "Not JSON",
    });
    const tools = draft({ tools: '{"name":"f","parameters":{"type":"object","required":["a"]}}' });
    const called = Object.assign(new Answer(), {
      calls: [
        { id: "1", name: "f", args: "{}" },
        { id: "2", name: "g", args: "" },
      ],
    });
    expect(checksOf(tools, called, false)[0]).toMatchObject({ name: "Arguments", state: "failed", says: "2 faults" });
  });
});

describe("fields", () => {
  test("What differs from most is marked, and from the first where none does", () => {
    const rows = rowsOf(
      [
        { a: 1, b: { c: ["x", "y"] } },
        { a: 1, b: { c: ["x"] } },
        { a: 2, b: { c: ["x", "y"] } },
      ],
      [false, false, false],
    );
    expect(rows.map((r) => [r.path, r.differs])).toEqual([
      ["a", [false, false, true]],
      ["b.c", [false, true, false]],
    ]);
    expect(rowsOf([{ a: 1 }, { a: 2 }], [false, false])[0]?.differs).toEqual([false, true]);
    expect(rowsOf([{ a: 1 }, {}], [false, true])[0]?.differs).toEqual([false, false]);
    expect(rowsOf([{ a: 1 }, undefined], [false, false])[0]?.differs).toEqual([false, false]);
  });

  test("The beginning of an answer is shown as far as it has come", () => {
    const whole = '{"a":"x\\n\\u00e9","b":[1,{"c":true}],"d":null}';
    for (let at = 1; at <= whole.length; at++)
      expect(() => JSON.parse(closed(whole.slice(0, at))), whole.slice(0, at)).not.toThrow();
    expect(objectIn('{"summary":"A supply pi', true)).toEqual({ summary: "A supply pi" });
    expect(objectIn('{"summary":"A supply pi', false)).toBeUndefined();
    expect(objectIn("```json\n{}\n```", false)).toEqual({});
  });
});

describe("code", () => {
  test("Python has its own words for true, false and nothing", () => {
    expect(python({ a: [true, null, "it's"], b: {} })).toBe(
      '{\n    "a": [\n        True,\n        None,\n        "it\'s",\n    ],\n    "b": {},\n}',
    );
    const d = draft();
    for (const language of ["curl", "python", "typescript"] as const)
      expect(codeOf(language, bodyOf(d, column(d)), "https://p.example")).toContain("https://p.example/v1");
  });
});
