import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, chat, open, recorded, signIn } from "./browser.mjs";

// The page's own name where the link says it shorter.
const headings = { Models: "Models and connections" };

describe("a walk through all pages in one tab", () => {
  let tab;
  let names;
  before(async () => {
    tab = await open();
    await signIn(tab.page, await account("Walking Owner", ["owner"]), "/console/overview");
    // With a call there is something to show.
    const { id } = await chat("sim/echo", "A walk");
    await recorded(tab.page, id);
    await heading("Overview");
    names = (await navigation().getByRole("link").allInnerTexts()).map((text) => text.trim());
  });
  after(() => tab.close());

  const navigation = () => tab.page.getByRole("navigation", { name: "Main" });

  /** The page is there and has what it asks for: a fault comes when what was cached by one page is read by another. */
  async function heading(name) {
    const { page } = tab;
    await page.getByRole("heading", { level: 1, name: headings[name] ?? name, exact: true }).waitFor({ timeout: 20_000 });
    await page.waitForLoadState("networkidle");
    assert.equal(await page.getByText("This page failed").count(), 0, `${name} failed`);
  }

  async function go(name) {
    await navigation().getByRole("link", { name, exact: true }).click();
    await heading(name);
  }

  test("Every page of the navigation is known", () => {
    assert.deepEqual(names, [
      "Overview",
      "Playground",
      "Learning",
      "Calls",
      "Models",
      "Routes",
      "Keys",
      "Budgets",
      "Usage",
      "Alerts",
      "Health",
      "Policies",
      "Findings",
      "Risks",
      "Audit",
      "Evidence",
      "Settings",
      "Design system",
    ]);
  });

  for (const round of ["first", "second"])
    test(`From page to page and back again, the ${round} time`, async () => {
      for (const name of names) await go(name);
      for (const name of [...names].reverse()) await go(name);
    });

  test("From each page to the one before by the browser's own way back", async () => {
    for (const name of names) await go(name);
    for (const name of [...names].reverse().slice(1)) {
      await tab.page.goBack();
      await heading(name);
    }
  });

  test("From every page to every other", async () => {
    for (const from of names) for (const to of names) if (from !== to) await pair(from, to);
  });

  async function pair(from, to) {
    await navigation().getByRole("link", { name: from, exact: true }).click();
    await navigation().getByRole("link", { name: to, exact: true }).click();
    await tab.page.getByRole("heading", { level: 1, name: headings[to] ?? to, exact: true }).waitFor({ timeout: 20_000 });
    assert.equal(await tab.page.getByText("This page failed").count(), 0, `${to} failed after ${from}`);
  }

  test("Nothing failed in the pages, and no other host was asked", () => assert.deepEqual(tab.faults, []));
});
