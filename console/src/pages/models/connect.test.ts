import { expect, test } from "vitest";
import { bodyOf, changeOf, draftOf, headersOf, headersText, missing, newDraft, textOf, usualName } from "./connect";
import type { Connection, Credential, Family } from "./models";

const key = {
  name: "key",
  shape: "text",
  fields: [{ name: "key", optional: false }],
  members: {},
  preset: null,
} as unknown as Credential;
const keys = {
  name: "access_key",
  shape: "object",
  fields: [
    { name: "id", optional: false },
    { name: "secret", optional: false },
    { name: "region", optional: true },
  ],
  members: { kind: "a" },
  preset: null,
} as unknown as Credential;
const none = { name: "node", shape: "none", fields: [], members: {}, preset: "workload-identity" } as unknown as Credential;

test("a credential is the text that its form makes of the fields", () => {
  expect(textOf(key, { key: " sk-1\n" })).toBe("sk-1");
  expect(JSON.parse(textOf(keys, { id: "1", secret: "2", region: " " }) ?? "")).toEqual({ kind: "a", id: "1", secret: "2" });
  expect([textOf(none, {}), textOf(undefined, {})]).toEqual(["", undefined]);
  expect(missing(keys, { id: "1", region: "x" })).toEqual(["secret"]);
});

test("a body has what was given and nothing that was not", () => {
  const draft = { ...newDraft, name: " n ", family: "openai", baseUrl: "https://a/v1 ", preset: "groq", fields: { key: "sk" } };
  const body = bodyOf(draft, key);
  expect(body).toMatchObject({ name: "n", family: "openai", base_url: "https://a/v1", preset: "groq", credential: "sk" });
  expect("trains_on_data" in body || "retention_days" in body).toBe(false);
  expect(bodyOf(draft, none).preset).toBe("workload-identity");
  expect("credential" in bodyOf(draft, none)).toBe(false);
});

test("a change has what differs alone, and takes back by name what was emptied", () => {
  const connection = {
    name: "n",
    family: "openai",
    preset: "groq",
    base_url: "https://a/v1",
    region: "eu",
    trains_on_data: false,
    retention_days: 30,
    headers: { "x-a": "b: c" },
    connect_ms: 1,
    first_byte_ms: 2,
    idle_ms: 3,
  } as unknown as Connection;
  const families = [
    {
      family: "openai",
      services: [
        { label: "OpenAI", preset: null },
        { label: "Groq", preset: "groq" },
      ],
      credentials: [],
    },
  ] as unknown as Family[];
  const draft = draftOf(connection, families);
  expect([draft.service, draft.trains, draft.retentionDays, draft.headers]).toEqual(["Groq", "no", "30", "x-a: b: c"]);
  expect(changeOf(draft, { ...draft, retentionDays: "", trains: "", region: "us" })).toEqual({
    region: "us",
    unset: ["trains_on_data", "retention_days"],
  });
  expect(changeOf(draft, draft)).toEqual({});
});

test("headers are read as they are written", () => {
  const headers = { "x-org": "a:b", "x-beta": "1" };
  expect(headersOf(headersText(headers))).toEqual(headers);
  expect(headersOf("\n  \nx: 1")).toEqual({ x: "1" });
});

test("a usual name has no spaces", () => {
  expect(["OpenAI", "llama.cpp server", "Text Embeddings Inference (Hugging Face)"].map(usualName)).toEqual([
    "openai",
    "llama.cpp-server",
    "text-embeddings-inference",
  ]);
});
