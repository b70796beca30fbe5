import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, open, signIn, url } from "./browser.mjs";

describe("health", () => {
  let tab;
  before(async () => {
    tab = await open();
    await signIn(tab.page, await account("Health Auditor", ["auditor"]), "/console/health");
  });
  after(() => tab.close());

  test("The page says how the node is, as the API does", async () => {
    const { page } = tab;
    await page.getByRole("heading", { name: "Health", exact: true }).waitFor();
    const report = await admin("GET", "health");
    assert.equal(report.store.engine, "sqlite");
    const checks = page.getByRole("region", { name: "Checks", exact: true }).getByRole("listitem");
    await checks.first().waitFor();
    const said = (await checks.allTextContents()).join("\n");
    for (const check of report.checks) assert.ok(said.includes(check.what), check.what);
    for (const { fix } of report.checks) if (fix !== "") assert.ok(said.includes(fix), fix);
    await page.getByRole("table", { name: "Rounds" }).getByText("sign-in-prune").waitFor();
    await page.getByRole("table", { name: "Queues" }).getByText("contents").waitFor();
    await page.getByText(report.node.version, { exact: true }).waitFor();
    await page.getByText("SQLite, one query").waitFor();
  });

  test("A node that does not answer leaves what it told before, and says so", async () => {
    const { page } = tab;
    await page.route("**/api/health", (route) => route.abort());
    await page.getByRole("alert").getByText("Portico does not answer.").waitFor();
    await page.getByRole("table", { name: "Rounds" }).waitFor();
    await page.unroute("**/api/health");
    await page.getByRole("alert").waitFor({ state: "detached" });
  });

  test("G then H leads there", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/calls`);
    await page.getByRole("heading", { name: "Calls", exact: true }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("h");
    await page.getByRole("heading", { name: "Health", exact: true }).waitFor();
  });

  test("The page has nothing serious for axe, in both schemes", async () => {
    const { page } = tab;
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.goto(`${url}/console/health`);
      await page.getByRole("table", { name: "Counters" }).waitFor();
      assert.deepEqual(await axeFindings(page), []);
    }
  });

  test("Nothing failed in the pages, and no other host was asked", () =>
    assert.deepEqual(
      tab.faults.filter((f) => !f.includes("ERR_FAILED")),
      [],
    ));
});
