import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, open, signIn } from "./browser.mjs";

describe("a list that is longer than its window", () => {
  const made = 150;
  let tab;
  before(async () => {
    const [workspace] = (await admin("GET", "workspaces")).items;
    const { id } = await admin("POST", "use-cases", { workspace_id: workspace.id, name: "Long lists" });
    for (let i = 0; i < made; i++)
      await admin("POST", "keys", { name: `long-${String(i).padStart(3, "0")}`, use_case_id: id });
    tab = await open();
    await signIn(tab.page, await account("Long Reader", ["owner"]), "/console/keys?q=long-");
    await tab.page.locator("tr[data-index='0']").waitFor();
  });
  after(() => tab.close());

  const state = () =>
    tab.page.evaluate(() => {
      const table = document.querySelector("table[aria-rowcount]");
      const box = table.parentElement;
      const bounds = box.getBoundingClientRect();
      const seen = [...table.querySelectorAll("tr[data-index]")].filter((r) => {
        const at = r.getBoundingClientRect();
        return at.bottom > bounds.top + 30 && at.top < bounds.bottom;
      });
      return {
        rows: Number(table.getAttribute("aria-rowcount")),
        height: box.scrollHeight,
        drawn: table.querySelectorAll("tr[data-index]").length,
        seen: seen.map((r) => Number(r.dataset.index)),
      };
    });

  test("has room for all of its rows and draws only those in sight", async () => {
    const { rows, height, drawn } = await state();
    assert.equal(rows, made);
    assert.ok(height >= made * 32, `${height} pixels for ${made} rows`);
    assert.ok(drawn < 80, `${drawn} rows are drawn`);
  });

  test("is scrolled to any of its rows", async () => {
    for (const [share, first] of [
      [1, made - 1],
      [0.5, Math.floor(made / 2)],
      [0, 0],
    ]) {
      await tab.page.evaluate((s) => {
        const box = document.querySelector("table[aria-rowcount]").parentElement;
        box.scrollTop = s * (box.scrollHeight - box.clientHeight);
      }, share);
      await tab.page.waitForFunction(
        (wanted) => {
          const row = document.querySelector(`tr[data-index="${wanted}"]`);
          const box = document.querySelector("table[aria-rowcount]").parentElement.getBoundingClientRect();
          const at = row?.getBoundingClientRect();
          return at !== undefined && at.top >= box.top && at.bottom <= box.bottom + 1;
        },
        first,
        { timeout: 10_000 },
      );
      const { seen } = await state();
      // No hole between those in sight.
      assert.deepEqual(seen, [...seen.keys()].map((i) => seen[0] + i));
      assert.ok(seen.length > 10, `${seen.length} rows are in sight`);
    }
  });

  test("goes to its end and back by keys", async () => {
    await tab.page.locator("tr[data-index='0']").focus();
    await tab.page.keyboard.press("End");
    await tab.page.waitForFunction((n) => document.activeElement?.getAttribute("data-index") === String(n), made - 1, { timeout: 10_000 });
    await tab.page.keyboard.press("Home");
    await tab.page.waitForFunction(() => document.activeElement?.getAttribute("data-index") === "0", undefined, { timeout: 10_000 });
  });
});
