import { describe, expect, it } from "vitest";
import schema from "../../../../docs/reference/openapi.json";
import { type Act, actionName, agrees, endingOf, queryOf, thingOf } from "./acts";

const act: Act = {
  id: "act_1",
  at: "2026-11-26T10:00:00.123456Z",
  actor: "person_1",
  action: "POST /api/keys",
  resource: "/api/keys/key_1",
  status: 201,
  code: null,
  log: "log_1",
  entry: 4,
  outcome_entry: 5,
  workload: null,
};
const at = Date.parse("2026-11-26T10:00:00.123Z") * 1000 + 456;
const begun = { at, kind: "act.intent", act: "act_1", actor: "person_1", action: "POST /api/keys", resource: "/api/keys" };
const ended = { at: at + 9, kind: "act.outcome", act: "act_1", status: 201, made: "/api/keys/key_1" };

describe("acts", () => {
  it("are said in words, every change that the API has", () => {
    expect(actionName("POST /api/keys/{id}/rotate")).toBe("Rotate a key");
    expect(actionName("DELETE /api/model-rules/{id}")).toBe("Remove a rule for models");
    expect(actionName("GET /api/keys")).toBe("Read keys");
    expect(actionName("GET /api/keys/{id}")).toBe("Read a key");
    expect(actionName("GET /api/audit/logs")).toBe("GET /api/audit/logs");
    const changes = Object.entries(schema.paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((m) => m !== "get" && path.startsWith("/api/") && !path.startsWith("/api/playground/"))
        .map((m) => `${m.toUpperCase()} ${path}`),
    );
    expect(changes.length).toBeGreaterThan(50);
    expect(changes.filter((c) => actionName(c) === c)).toEqual([]);
  });

  it("lead to the thing that they were done to", () => {
    expect(thingOf("/api/keys/key_01kae7w/rotate")).toEqual({
      id: "key_01kae7w",
      link: { to: "/keys", search: { key: "key_01kae7w" } },
    });
    expect(thingOf("/api/people/person_1")?.link?.search).toEqual({ tab: "accounts", open: "person_1" });
    expect(thingOf("/api/batches/batch_1/cancel")).toEqual({ id: "batch_1", link: undefined });
    expect(thingOf("/api/keys")).toBeUndefined();
    expect(thingOf("/api/session/password")).toBeUndefined();
  });

  it("have an end, or none yet", () => {
    expect(endingOf({ status: 204, code: null })).toEqual({ state: "answered", title: "Done" });
    expect(endingOf({ status: 403, code: "permission_denied" })).toEqual({
      state: "refused",
      title: "Refused: permission denied",
    });
    expect(endingOf({ status: 503, code: "audit_unavailable" }).state).toBe("failed");
    expect(endingOf({ status: null, code: null }).title).toBe("Under way or lost");
  });

  it("are asked for by the names that the API has", () => {
    expect(queryOf({ actor: "person_1", status: "403", act: "act_1", time: "7d" })).toEqual({ actor: "person_1", status: 403 });
    expect(queryOf({ status: "refused" })).toEqual({ status: 0 });
  });

  it("agree with their entries, and with no others", () => {
    const [from, to] = [JSON.stringify(begun), JSON.stringify(ended)];
    expect(agrees(act, from, to)).toBe(true);
    for (const other of [
      { ...act, id: "act_2" },
      { ...act, at: "2026-11-26T10:00:01Z" },
      { ...act, actor: "person_2" },
      { ...act, actor: null },
      { ...act, workload: "workload_1" },
      { ...act, action: "POST /api/people" },
      { ...act, resource: "/api/keys/key_2" },
      { ...act, status: 403 },
      { ...act, code: "forbidden" },
    ])
      expect(agrees(other, from, to)).toBe(false);
    expect(agrees(act, from, JSON.stringify({ ...ended, act: "act_2" }))).toBe(false);
    expect(agrees(act, from, undefined)).toBe(false);
    expect(agrees(act, "no JSON", to)).toBe(false);
    const { actor, ...nameless } = begun;
    expect(agrees(act, JSON.stringify(nameless), JSON.stringify({ ...ended, actor }))).toBe(true);
    expect(agrees({ ...act, status: null, resource: "/api/keys" }, from, undefined)).toBe(true);
  });
});
