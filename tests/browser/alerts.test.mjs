import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, chat, open, signIn, url } from "./browser.mjs";

describe("alerts", () => {
  let tab;
  let key;
  before(async () => {
    const [useCase] = (await admin("GET", "use-cases")).items;
    key = await admin("POST", "keys", { name: "alert-key", use_case_id: useCase.id });
    await admin("POST", "budgets", { scope: "key", scope_id: key.key.id, window: "month", limit_usd: "0.01", alert_percents: [5] });
    await admin("PATCH", `keys/${key.key.id}`, { expires_at: new Date(Date.now() + 3 * 86_400_000).toISOString() });
    tab = await open();
    await signIn(tab.page, await account("Alert Reader", ["owner"]), "/console/alerts");
  });
  after(() => tab.close());

  test("what needs somebody stands there with the way to it", async () => {
    const { page } = tab;
    const need = page.getByRole("listitem").filter({ hasText: "Key alert-key expires in 3 days" });
    await need.getByRole("link", { name: "Open" }).click();
    await page.waitForURL(/\/console\/keys\?key=key_/);
    await page.goBack();
    await need.waitFor();
  });

  test("a budget that crossed its mark is told once, with what was spent of what, and leads to it", async () => {
    const { page } = tab;
    await page.getByText("None yet. A budget tells at the percentages").waitFor();
    const answer = await chat("sim/echo", "Some words that are said again ".repeat(50), key.secret);
    assert.equal(answer.status, 200);
    // Alerts are raised off the path of calls.
    const row = page.getByRole("row", { name: /alert-key/ });
    await page.waitForFunction(
      async () => (await (await fetch("/api/alerts")).json()).items.some((a) => a.percent === 5),
      undefined,
      { timeout: 20_000, polling: 300 },
    );
    await page.reload();
    await row.waitFor();
    assert.match(await row.textContent(), /month.*5 %.*of \$0\.01/);
    await row.getByRole("link", { name: "alert-key" }).click();
    await page.waitForURL(/\/console\/budgets\?budget=/);
  });

  test("both schemes are free of findings", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/alerts`);
    await page.getByRole("row", { name: /alert-key/ }).waitFor();
    for (const scheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme: scheme });
      assert.deepEqual(await axeFindings(page), []);
    }
  });
});
