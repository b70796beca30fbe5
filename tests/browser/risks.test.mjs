import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, open, signIn, url } from "./browser.mjs";

const llm = "OWASP Top 10 for LLM Applications";

describe("risks", () => {
  let tab, organisation, workspace;
  before(async () => {
    organisation = await admin("POST", "organisations", { name: "Aldgate Mutual" });
    workspace = await admin("POST", "workspaces", { organisation_id: organisation.id, name: "Claims" });
    await admin("POST", "use-cases", { workspace_id: workspace.id, name: "Letters" });
    tab = await open();
    await signIn(tab.page, await account("Risk Officer", ["officer"]), `/console/risks?level=${workspace.id}`);
  });
  after(() => tab.close());

  const row = (page, id) => page.getByRole("row").filter({ hasText: id });

  test("Each item has its controls with how they stand, and what is left", async () => {
    const { page } = tab;
    await page.getByRole("table", { name: llm }).waitFor();
    assert.equal(await page.getByRole("row").count(), 11);
    const injection = row(page, "LLM01:2025");
    await injection.getByText("Prompt Injection").waitFor();
    await injection.getByText("absent").first().waitFor();
    await injection.getByText("The policy has no content rule.").first().waitFor();
    await injection.getByText("No detector finds every attack", { exact: false }).waitFor();
    await page.getByText("No policy is in force here.", { exact: false }).waitFor();
    await page.getByText("no statement that anybody complies", { exact: false }).waitFor();
  });

  test("A rule that is put in force shows when one looks again, and the link leads to what holds", async () => {
    const { page } = tab;
    await admin("PUT", `policies/${workspace.id}`, {
      text: "guardrails:\n  attacks:\n    detect: [injection]\n    channels: [user, tool]\n    action: block\n",
    });
    await page.reload();
    const control = row(page, "LLM01:2025").getByRole("listitem").filter({ hasText: "Attacks on the model" });
    await control.getByText("in force").waitFor();
    await control.getByText("The rule attacks acts on what people say", { exact: false }).waitFor();
    await page.getByText("Under version 1 of the policy of Claims.", { exact: false }).waitFor();
    await control.getByRole("link", { name: "Policies" }).click();
    await page.getByRole("table", { name: "What holds" }).getByText("guardrails.attacks").waitFor();
    await page.goBack();
    await page.getByRole("table", { name: llm }).waitFor();
  });

  test("Frameworks are tabs with addresses, and what is not covered says why", async () => {
    const { page } = tab;
    await page.getByRole("link", { name: "OWASP Agentic" }).click();
    await page.waitForURL(/tab=owasp_agentic/);
    const none = row(page, "ASI07");
    await none.getByText("not covered").waitFor();
    await none.getByText("it sees calls of models alone", { exact: false }).waitFor();
    await page.getByText("1 item is not covered").waitFor();
    assert.equal(await page.getByRole("link", { name: "OWASP Agentic" }).getAttribute("aria-current"), "page");
  });

  test("Only what is not in force is shown, when one asks for it", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/risks?level=${workspace.id}&tab=iso_42001`);
    const table = page.getByRole("table", { name: "ISO/IEC 42001, Annex A" });
    await table.waitFor();
    const all = await page.getByRole("row").count();
    await page.getByRole("button", { name: "Not in force" }).click();
    await page.waitForURL(/show=open/);
    assert.ok((await page.getByRole("row").count()) < all);
    await row(page, "A.6.2.7").waitFor({ state: "detached" });
    await row(page, "A.10.4").waitFor();
  });

  test("Another level is chosen, and without one nothing is checked", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/risks?level=${workspace.id}`);
    await row(page, "LLM01:2025").getByText("in force").first().waitFor();
    await page.getByLabel("Level").selectOption({ value: organisation.id });
    await page.waitForURL(new RegExp(organisation.id));
    await row(page, "LLM01:2025").getByText("absent").first().waitFor();
    await page.getByLabel("Level").selectOption({ label: "None: the mapping alone" });
    await page.getByText("The mapping alone: no level is checked.", { exact: false }).waitFor();
    assert.equal(await page.getByRole("table").getByText("absent").count(), 0);
  });

  test("The controls by themselves have their evidence and tests", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/risks?level=${workspace.id}&tab=controls`);
    const backups = row(page, "Back-ups").first();
    await backups.getByText("unknown").waitFor();
    const log = row(page, "Audit log").first();
    await log.getByText("GET /api/audit/acts").waitFor();
    await log.getByText("AuditForgeryTests", { exact: false }).waitFor();
    await log.getByRole("rowheader").waitFor();
  });

  test("A file has the level and the versions in it", async () => {
    const { page } = tab;
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: /^Markdown/ }).click()]);
    assert.match(download.suggestedFilename(), /^risks-\d{4}-\d\d-\d\d\.md$/);
    const text = await readFile(await download.path(), "utf8");
    assert.ok(text.includes(`workspace Claims (${workspace.id})`), text.slice(0, 400));
    assert.ok(text.includes("workspace 'Claims' version 1"));
  });

  test("In a narrow window a row is a block, and nothing is scrolled sideways", async () => {
    const { page } = tab;
    const before = page.viewportSize();
    await page.setViewportSize({ width: 400, height: 900 });
    for (const tabName of ["owasp_llm", "controls"]) {
      await page.goto(`${url}/console/risks?level=${workspace.id}&tab=${tabName}`);
      await page.getByRole("table").waitFor();
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll("main table, main td, main tbody th")].filter((e) => e.getBoundingClientRect().right > window.innerWidth).length,
      );
      assert.equal(wide, 0, tabName);
      assert.ok((await page.getByRole("row").count()) > 10, "rows are rows to who hears them");
      assert.deepEqual(await axeFindings(page), []);
    }
    await page.setViewportSize(before);
  });

  test("G then X leads there, and the level is reached by keys", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/policies`);
    await page.getByRole("heading", { level: 1, name: "Policies" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("x");
    await page.getByRole("heading", { level: 1, name: "Risks" }).waitFor();
    await page.getByLabel("Level").focus();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Export");
  });

  test("One who sees a workspace alone is told of that, and one who may not read policies has no page", async () => {
    const other = await open();
    try {
      const reader = await account("Risk Reader", [], [{ role: "auditor", place: workspace.id }]);
      await signIn(other.page, reader, `/console/risks?level=${workspace.id}`);
      await other.page.getByRole("table", { name: llm }).waitFor();
    } finally {
      await other.close();
    }
    const user = await open();
    try {
      await signIn(user.page, await account("Risk User", ["user"]), "/console/playground");
      await user.page.getByRole("heading", { level: 1, name: "Playground" }).waitFor();
      assert.equal(await user.page.getByRole("link", { name: "Risks", exact: true }).count(), 0);
    } finally {
      await user.close();
    }
  });

  for (const scheme of ["light", "dark"])
    test(`Nothing is wrong for those who hear or type it, in the ${scheme} scheme`, async () => {
      const { page } = tab;
      await page.emulateMedia({ colorScheme: scheme });
      for (const part of ["owasp_llm", "controls"]) {
        await page.goto(`${url}/console/risks?level=${workspace.id}&tab=${part}`);
        await page.getByRole("table").waitFor();
        assert.deepEqual(await axeFindings(page), []);
      }
    });
});
