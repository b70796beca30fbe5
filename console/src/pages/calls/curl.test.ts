import { describe, expect, it } from "vitest";
import { curlOf } from "./curl";

const call = { wire: "openai-chat", requested_model: "house", stream: false };

describe("a call as curl", () => {
  it("has the body that is kept, quoted for a shell", () => {
    const curl = curlOf(call, "http://portico", { model: "house", messages: [{ role: "user", content: "it's $HOME" }] });
    expect(curl).toContain("curl http://portico/v1/chat/completions");
    expect(curl).toContain(`"content":"it'\\''s $HOME"`);
    expect(curl).not.toContain("pk_");
  });

  it("shows the place of what is not kept, in the form of its dialect", () => {
    expect(curlOf({ ...call, wire: "anthropic-messages" }, "", undefined)).toContain('"max_tokens":1024');
    expect(curlOf({ ...call, wire: "openai-embeddings" }, "", "cut")).toContain('"input":"What the caller said"');
  });

  it("is none for what came as a form or from within", () => {
    expect(curlOf({ ...call, wire: "openai-transcriptions" }, "", undefined)).toBeUndefined();
    expect(curlOf({ ...call, wire: "in-process" }, "", undefined)).toBeUndefined();
  });
});
