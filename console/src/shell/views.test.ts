import { describe, expect, it } from "vitest";
import { viewPageOf, viewPages, viewQuery, viewSearch } from "./views";

const { calls, usage } = viewPages;

describe("a view of a page", () => {
  it("is its filters, its time as written, its order and its columns, whatever order they came in", () => {
    const search = { time: "6 nov – now", outcome: "failed", columns: "time,cost", workspace: "ws_1" };
    const kept = viewQuery(calls, search);
    expect(kept).toBe(viewQuery(calls, Object.fromEntries(Object.entries(search).reverse())));
    expect(kept).toMatch(/^[!-~]*$/);
    expect(viewSearch(calls, kept)).toMatchObject(search);
    expect(viewQuery(calls, viewSearch(calls, kept))).toBe(kept);
    expect(viewQuery(usage, { by: "model", sort: "-calls", range: "30d" })).toBe("by=model&range=30d&sort=-calls");
  });

  it("is not what is open just now, nor what was looked for in what people said", () => {
    expect(viewQuery(calls, { call: "call_1", explain: "1", live: "1", said: "a pipe burst", outcome: "refused" })).toBe(
      "outcome=refused",
    );
    expect(viewQuery(usage, { prices: "1" })).toBe("");
  });

  it("takes back what was set, and what the page does not know is left out", () => {
    const search = viewSearch(calls, "outcome=failed&gone=1");
    expect(search).toHaveProperty("workspace", undefined);
    expect(search).toHaveProperty("time", undefined);
    expect(search).not.toHaveProperty("gone");
    expect(viewPageOf("elsewhere")).toBeUndefined();
  });
});
