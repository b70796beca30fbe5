import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, chat, open, recorded, signIn, url } from "./browser.mjs";

describe("what lies over a page, and keys in a list", () => {
  let tab;
  let call;
  const name = "letters-prod";
  before(async () => {
    const [workspace] = (await admin("GET", "workspaces")).items;
    const useCase = await admin("POST", "use-cases", { workspace_id: workspace.id, name: "Letters" });
    const made = await admin("POST", "keys", { name, use_case_id: useCase.id });
    await admin("POST", "budgets", { scope: "key", scope_id: made.key.id, window: "day", limit_usd: "5" });
    tab = await open();
    await signIn(tab.page, await account("Over Lay", ["owner"]), "/console/budgets");
    call = (await chat("sim/echo", "Looked at", made.secret)).id;
    await recorded(tab.page, call);
  });
  after(() => tab.close());

  const drawer = () => tab.page.getByRole("complementary");

  test("In a dialog, Enter takes the option that is typed and Esc closes the list; neither is the dialog's", async () => {
    const { page } = tab;
    const posts = [];
    page.on("request", (r) => r.method() === "POST" && posts.push(r.url()));
    await page.locator("header").getByRole("button", { name: "Budget", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "New budget" });
    const list = dialog.getByRole("listbox", { name: "Choices" });
    const make = dialog.getByRole("button", { name: "Make the budget" });
    await dialog.getByLabel("It bounds").selectOption("key");
    assert.equal(await dialog.getByLabel("Which").inputValue(), "", "nothing is chosen for one");
    assert.equal(await make.isDisabled(), true);
    await dialog.getByLabel("Limit", { exact: true }).fill("1");
    await dialog.getByLabel("Which").fill(name);
    await dialog.getByRole("option", { name }).waitFor();
    await page.keyboard.press("Enter");
    await list.waitFor({ state: "hidden" });
    assert.equal(await dialog.getByLabel("Which").inputValue(), name);
    assert.equal(await make.isDisabled(), false);
    await dialog.getByLabel("Which").fill("first");
    await dialog.getByRole("option", { name: "first key" }).waitFor();
    await page.keyboard.press("Escape");
    await list.waitFor({ state: "hidden" });
    assert.equal(await dialog.getByLabel("Which").inputValue(), name, "what was chosen stands again");
    await dialog.getByLabel("Which").click();
    await dialog.getByRole("option", { name }).waitFor();
    await page.keyboard.press("Escape");
    await list.waitFor({ state: "hidden" });
    assert.equal(await dialog.isVisible(), true);
    assert.deepEqual(posts, []);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  });

  test("Esc closes a filter, the time and a menu, and the drawer beside them only when none is open", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/calls?call=${call}`);
    await drawer().getByText("Record").first().waitFor();
    await page.keyboard.press("f");
    await page.getByLabel("Filter by").waitFor();
    await page.keyboard.press("Escape");
    await page.getByLabel("Filter by").waitFor({ state: "hidden" });
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Filter", "where one was");
    assert.equal(await drawer().count(), 1, "after a filter");
    await page.keyboard.press("t");
    await page.getByLabel("Time", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByLabel("Time", { exact: true }).waitFor({ state: "hidden" });
    assert.equal(await drawer().count(), 1, "after the time");
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Operation" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("menuitemcheckbox", { name: "Operation" }).waitFor({ state: "hidden" });
    assert.equal(await drawer().count(), 1, "after a menu");
    await page.keyboard.press("Escape");
    await drawer().waitFor({ state: "detached" });
  });

  test("Enter on a button in a row presses it and does not open the row", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/budgets`);
    const fold = page.getByRole("button", { name: "What is below Letters" });
    await fold.focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.search.includes("fold"));
    assert.equal(await fold.getAttribute("aria-expanded"), "false");
    assert.equal(await drawer().count(), 0);
  });

  test("J and K walk the one list of a page with the focus nowhere in particular", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/keys`);
    await page.locator("tr[data-index='1']").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
    await page.keyboard.press("j");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-index") === "0");
    await page.keyboard.press("j");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-index") === "1");
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press("k");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-index") === "0");
    await page.keyboard.press("Enter");
    await drawer().waitFor();
  });

  test("Nothing failed in the page, and no other host was asked", () => assert.deepEqual(tab.faults, []));
});

describe("copying without the clipboard of a secure page", () => {
  let tab;
  before(async () => {
    tab = await open();
    // Plain http has none; the test looks into that of the browser.
    await tab.page.addInitScript(() => {
      globalThis.kept = navigator.clipboard;
      Object.defineProperty(navigator, "clipboard", { value: undefined });
    });
    await signIn(tab.page, await account("Plain Http", ["owner"]), "/console/keys");
  });
  after(() => tab.close());

  const clipboard = () => tab.page.evaluate(() => globalThis.kept.readText());

  test("Y copies the link and says so", async () => {
    const { page } = tab;
    await page.getByRole("row", { name: /first key/ }).waitFor();
    await page.keyboard.press("y");
    await page.getByRole("status").getByText("The link is copied").waitFor();
    assert.equal(await clipboard(), page.url());
  });

  test("A secret in a dialog is copied, and where nothing can be copied the button says so", async () => {
    const { page } = tab;
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByLabel("Name").fill("plain-http");
    await page.getByRole("button", { name: "Make the key" }).click();
    const shown = page.getByRole("button", { name: /^Copy secret/ });
    const [secret] = (await shown.textContent()).match(/pk_live_\w+/);
    await shown.click();
    await shown.getByText("Copied", { exact: true }).waitFor({ state: "attached" });
    assert.equal(await clipboard(), secret);
    await page.evaluate(() => {
      document.execCommand = () => false;
    });
    await shown.click();
    await page.getByRole("dialog").getByText("Not copied: select it").last().waitFor();
  });

  test("Nothing failed in the page, and no other host was asked", () => assert.deepEqual(tab.faults, []));
});

describe("times", () => {
  test("are all in the zone that was chosen, on every page", async () => {
    // Half an hour beside every full one, so that no other zone reads alike.
    const tab = await open({ timezoneId: "Asia/Kolkata" });
    try {
      const { page } = tab;
      await page.addInitScript(() => localStorage.setItem("portico-zone", "utc"));
      await signIn(page, await account("Zone Watcher", ["owner"]), "/console/overview");
      for (const place of ["overview", "budgets", "usage", "models", "routes", "calls"]) {
        await page.goto(`${url}/console/${place}`);
        const said = page.getByText(/as of \d\d:\d\d:\d\d/).first();
        await said.waitFor();
        const [, hour, minute] = (await said.textContent()).match(/as of (\d\d):(\d\d)/);
        const now = new Date();
        const away = Math.abs(now.getUTCHours() * 60 + now.getUTCMinutes() - (Number(hour) * 60 + Number(minute)));
        assert.ok(Math.min(away, 1440 - away) <= 2, `${place} says ${hour}:${minute} at ${now.toISOString()}`);
      }
      assert.deepEqual(tab.faults, []);
    } finally {
      await tab.close();
    }
  });
});
