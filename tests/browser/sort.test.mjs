import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, chat, open, recorded, signIn, url } from "./browser.mjs";

describe("heads that sort", () => {
  let tab;
  let email;
  before(async () => {
    const [workspace] = (await admin("GET", "workspaces")).items;
    const secrets = {};
    for (const [useCase, keys] of [
      ["Archive", ["sorted-10", "sorted-2"]],
      ["Billing", ["sorted-1"]],
    ]) {
      const { id } = await admin("POST", "use-cases", { workspace_id: workspace.id, name: useCase });
      for (const name of keys) {
        const made = await admin("POST", "keys", { name, use_case_id: id });
        secrets[name] = made;
      }
    }
    for (const [name, limit] of [
      ["sorted-10", "5"],
      ["sorted-2", "7"],
      ["sorted-1", "6"],
    ])
      await admin("POST", "budgets", { scope: "key", scope_id: secrets[name].key.id, window: "day", limit_usd: limit });
    await admin("PATCH", `keys/${secrets["sorted-10"].key.id}`, { expires_at: "2099-01-01T00:00:00Z" });
    await admin("PATCH", `keys/${secrets["sorted-1"].key.id}`, { expires_at: "2098-01-01T00:00:00Z" });
    tab = await open();
    email = await account("Sort Er", ["owner"]);
    await signIn(tab.page, email, "/console/keys");
    for (const [name, calls] of [
      ["sorted-2", 3],
      ["sorted-1", 1],
    ])
      for (let i = 0; i < calls; i++) await recorded(tab.page, (await chat("sim/echo", `Sort ${i}`, secrets[name].secret)).id);
  });
  after(() => tab.close());

  const sort = () => new URL(tab.page.url()).searchParams.get("sort");
  const head = (name) => tab.page.getByRole("columnheader", { name, exact: true });
  const press = (name) => head(name).getByRole("button").click();
  /** The names of the rows, once they stand like that. */
  const standAs = (names) =>
    tab.page.waitForFunction(
      (wanted) => {
        const cells = [...document.querySelectorAll("tbody tr[data-index] td:first-child")].map((r) => r.textContent);
        const found = cells.flatMap((text) => wanted.filter((w) => new RegExp(`${w}(?!\\d)`).test(text)).slice(0, 1));
        return JSON.stringify(found) === JSON.stringify(wanted);
      },
      names,
      { timeout: 15_000 },
    );

  test("Pressed once a column goes its own way, then the other, then the list has its own order again", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/keys?q=sorted`);
    await standAs(["sorted-1", "sorted-10", "sorted-2"]);
    await press("Name");
    await standAs(["sorted-1", "sorted-2", "sorted-10"]);
    assert.equal(sort(), "name");
    assert.equal(await head("Name").getAttribute("aria-sort"), "ascending");
    await press("Name");
    await standAs(["sorted-10", "sorted-2", "sorted-1"]);
    assert.equal(await head("Name").getAttribute("aria-sort"), "descending");
    await press("Name");
    await standAs(["sorted-1", "sorted-10", "sorted-2"]);
    assert.equal(sort(), null);
    assert.equal(await head("Name").getAttribute("aria-sort"), null);
  });

  test("Numbers come from the highest, and what is not known stands last either way", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/keys?q=sorted`);
    await press("Last used");
    await standAs(["sorted-1", "sorted-2", "sorted-10"]);
    await press("Last used");
    await standAs(["sorted-2", "sorted-1", "sorted-10"]);
    // The next end is what one looks for.
    await press("Expires");
    await standAs(["sorted-1", "sorted-10", "sorted-2"]);
    assert.equal(sort(), "expires");
    await press("Expires");
    await standAs(["sorted-10", "sorted-1", "sorted-2"]);
  });

  test("The order stands in the address with what else is there, and a column that is none is ignored", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/keys?q=sorted&sort=-name`);
    await standAs(["sorted-10", "sorted-2", "sorted-1"]);
    await page.locator("tr[data-index='0']").click();
    await page.getByRole("complementary", { name: "sorted-10" }).waitFor();
    assert.equal(sort(), "-name");
    await page.keyboard.press("Escape");
    await page.goto(`${url}/console/keys?q=sorted&sort=-nonsense`);
    await standAs(["sorted-1", "sorted-10", "sorted-2"]);
    assert.equal(await page.locator("th[aria-sort]").count(), 0);
  });

  test("A head is reached and pressed with the keys, and what cannot be sorted has no button", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/keys?q=sorted`);
    await standAs(["sorted-1", "sorted-10", "sorted-2"]);
    await head("Name").getByRole("button").focus();
    await page.keyboard.press("Enter");
    await standAs(["sorted-1", "sorted-2", "sorted-10"]);
    await page.keyboard.press("Space");
    await standAs(["sorted-10", "sorted-2", "sorted-1"]);
    assert.equal(await head("14 days").getByRole("button").count(), 0);
    // Calls come page by page in the order of time.
    await page.goto(`${url}/console/calls`);
    await page.locator("tr[data-index='0']").waitFor();
    assert.equal(await page.locator("thead button").count(), 0);
  });

  test("Budgets are sorted among those beside them, and the tree stays what it is", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/budgets?all=1&sort=-limit`);
    await standAs(["Archive", "sorted-2", "sorted-10", "Billing", "sorted-1"]);
    await press("Limit");
    // The other way the lowest leads, below each and above.
    await page.goto(`${url}/console/budgets?all=1&sort=limit`);
    await standAs(["Archive", "sorted-10", "sorted-2", "Billing", "sorted-1"]);
    await page.goto(`${url}/console/budgets?all=1&sort=-name`);
    await standAs(["Billing", "sorted-1", "Archive", "sorted-10", "sorted-2"]);
  });

  test("Deployments are sorted below their connection", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/models`);
    // Connections, what they serve and the names of models come one by one.
    await page.locator("tr[data-index]").filter({ hasText: "sim/cut-after-10" }).waitFor();
    const names = async () => (await page.locator("tbody tr[data-index]").allTextContents()).map((t) => t.match(/sim\/[a-z0-9-]+/)?.[0]);
    const before = (await names()).filter(Boolean);
    await press("Connection, model");
    await press("Connection, model");
    await page.waitForFunction(
      (was) => {
        const models = [...document.querySelectorAll("tr[data-index]")].map((row) => row.textContent).filter((t) => /sim\/[a-z]/.test(t));
        return models.length > 0 && !models[0].includes(was);
      },
      before[0],
    );
    const rows = await page.locator("tbody tr[data-index]").allTextContents();
    const above = rows[rows.findIndex((t) => /sim\/[a-z]/.test(t)) - 1];
    assert.match(above, /^\w*sim(?!\/)/, "the connection stays above what it serves");
    assert.deepEqual((await names()).filter(Boolean), before.toReversed());
    assert.equal(sort(), "-name");
  });

  test("The groups of the overview and the lines of usage are sorted by what they cost", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/overview?time=24h`);
    const groups = page.getByRole("table", { name: "By use case" });
    for (let i = 0; i < 100 && (await groups.getByRole("button", { name: "Billing" }).count()) === 0; i++) {
      await page.getByRole("button", { name: "Refresh" }).click();
      await page.waitForTimeout(100);
    }
    await groups.getByRole("columnheader", { name: "Calls", exact: true }).getByRole("button").click();
    const order = async () => (await groups.locator("tbody tr").allTextContents()).map((t) => t.match(/Archive|Billing/)?.[0]).filter(Boolean);
    assert.deepEqual(await order(), ["Archive", "Billing"]);
    await groups.getByRole("columnheader", { name: "Calls", exact: true }).getByRole("button").click();
    await page.waitForFunction(() => location.search.includes("sort=calls"));
    assert.deepEqual(await order(), ["Billing", "Archive"]);
    assert.deepEqual(await axeFindings(page), []);

    await page.goto(`${url}/console/usage?range=24h&sort=calls`);
    await standAs(["Billing", "Archive"]);
    await press("Calls");
    await page.waitForFunction(() => !location.search.includes("sort"));
    await press("Calls");
    await standAs(["Archive", "Billing"]);
    assert.equal(sort(), "-calls");
  });

  test("Each list of the health page has its own order", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/health`);
    const counters = page.getByRole("table", { name: "Counters" });
    await counters.getByRole("columnheader", { name: "Value" }).getByRole("button").click();
    await page.waitForFunction(() => location.search.includes("counters=-value"));
    const values = (await counters.locator("tbody tr td:last-child").allTextContents()).map((t) => Number(t.replaceAll(",", "")));
    assert.deepEqual(values, [...values].sort((a, b) => b - a));
    assert.equal(await page.getByRole("table", { name: "Queues" }).locator("th[aria-sort]").count(), 0);
  });

  for (const colorScheme of ["light", "dark"])
    test(`Sorted lists have nothing serious for axe in ${colorScheme} colours`, async () => {
      const own = await open({ colorScheme });
      try {
        await signIn(own.page, email, "/console/keys?sort=-calls");
        await own.page.locator("th[aria-sort='descending']").waitFor();
        await own.page.getByRole("columnheader", { name: "Name", exact: true }).getByRole("button").focus();
        assert.deepEqual(await axeFindings(own.page), []);
        await own.page.goto(`${url}/console/budgets?sort=-spent`);
        await own.page.locator("th[aria-sort='descending']").waitFor();
        await own.page.locator("tr[data-index='0']").waitFor();
        assert.deepEqual(await axeFindings(own.page), []);
        assert.deepEqual(own.faults, []);
      } finally {
        await own.close();
      }
    });
});
