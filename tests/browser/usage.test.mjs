import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, chat, open, recorded, signIn, url } from "./browser.mjs";

/** RFC 4180, as a spreadsheet reads it: a header and rows. */
function read(csv) {
  const [head, ...rows] = csv
    .trimEnd()
    .split("\r\n")
    .map((line) => line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g).map((c) => c.replace(/,$/, "").replace(/^"|"$/g, "").replaceAll('""', '"')));
  return rows.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i]])));
}

describe("usage", () => {
  let tab;
  let organisation;
  let model;
  before(async () => {
    tab = await open();
    await signIn(tab.page, await account("Usage Owner", ["owner"]), "/console/keys");
    // An organisation of its own, without budgets: a model without a price may be called there.
    organisation = (await admin("POST", "organisations", { name: "Chargeback, Inc." })).id;
    const workspace = (await admin("POST", "workspaces", { organisation_id: organisation, name: "Finance" })).id;
    const connection = (await admin("GET", "connections?limit=1000")).items.find((c) => c.name === "sim");
    model = await admin("POST", "models", { name: "house/unpriced", approve: true });
    await admin("POST", "deployments", { model_id: model.id, connection_id: connection.id, upstream_model: "echo" });
    const secretOf = async (useCase) => {
      const { id } = await admin("POST", "use-cases", { workspace_id: workspace, name: useCase });
      return (await admin("POST", "keys", { name: `${useCase} key`, use_case_id: id })).secret;
    };
    const plan = [
      [await secretOf("Invoices, late"), ["sim/echo", "sim/echo", "sim/json"]],
      [await secretOf('"Dunning"'), ["sim/echo", "house/unpriced"]],
    ];
    for (const [secret, models] of plan)
      for (const [i, name] of models.entries()) {
        let answer;
        // A model that was made just now is known to the door a moment later.
        for (let n = 0; n < 100 && answer?.status !== 200; n++) answer = await chat(name, `Number ${i}, with some words`, secret);
        assert.equal(answer.status, 200, name);
        await recorded(tab.page, answer.id);
      }
  });
  after(() => tab.close());

  const address = (more) => `${url}/console/usage?range=24h&organisation=${organisation}&${more}`;
  const cells = async (locator) => (await locator.allInnerTexts()).map((line) => line.split("\t").map((c) => c.trim()));
  const number = (text) => Number(text.replaceAll(",", "").replace("−", "-"));
  const usd = (text) => Math.round(Number(text) * 1e9);

  async function download() {
    const [file] = await Promise.all([
      tab.page.waitForEvent("download"),
      tab.page.getByRole("button", { name: "CSV" }).click(),
    ]);
    assert.match(file.suggestedFilename(), /^usage-use_case-model-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
    return read(await readFile(await file.path(), "utf8"));
  }

  test("The file is the screen: every group, every number, and the sums", async () => {
    const { page } = tab;
    await page.goto(address("by=use_case&and=model"));
    await page.locator("tbody tr[data-index='3']").waitFor();
    const shown = await cells(page.locator("tbody tr[data-index]"));
    const [sums] = await cells(page.locator("tfoot tr"));
    const heads = await page.locator("thead th").allInnerTexts();
    const at = (name) => heads.indexOf(name);
    const file = await download();
    assert.equal(file.length, shown.length);
    for (const row of shown) {
      const line = file.find((l) => l.use_case_name === row[0] && l.model === row[1]);
      assert.ok(line, `${row[0]} with ${row[1]} is in the file`);
      assert.equal(number(row[at("Calls")]), Number(line.calls));
      assert.equal(number(row[at("Unpriced")]), Number(line.unpriced_calls));
      assert.equal(
        number(row[at("Tokens in")]),
        Number(line.input_tokens) + Number(line.cache_read_tokens) + Number(line.cache_write_tokens),
      );
      assert.equal(number(row[at("Tokens out")]), Number(line.output_tokens) + Number(line.reasoning_tokens));
      assert.equal(number(row[at("Cost $")]).toFixed(6), Number(line.cost_usd).toFixed(6));
    }
    assert.equal(number(sums[at("Calls")]), file.reduce((sum, l) => sum + Number(l.calls), 0));
    assert.equal(
      Math.round(number(sums[at("Cost $")]) * 1e6),
      Math.round(file.reduce((sum, l) => sum + usd(l.cost_usd), 0) / 1e3),
    );
    assert.deepEqual([...new Set(file.map((l) => l.use_case_name))].sort(), ['"Dunning"', "Invoices, late"]);
  });

  test("A pivot has the same numbers crossed, and a cell leads to its calls", async () => {
    const { page } = tab;
    const file = await download();
    await page.getByRole("button", { name: "Pivot" }).click();
    await page.getByLabel("Pivot of").selectOption("calls");
    const table = page.getByRole("table", { name: "Usage, crossed" });
    await table.waitFor();
    const heads = await table.locator("thead th").allInnerTexts();
    for (const row of await cells(table.locator("tbody tr[data-index]")))
      for (const [i, name] of heads.entries()) {
        if (i === 0 || name === "Sum") continue;
        const line = file.find((l) => l.use_case_name === row[0] && l.model === name);
        assert.equal(number(row[i]), Number(line?.calls ?? 0), `${row[0]} with ${name}`);
      }
    await table.getByRole("row", { name: /Invoices/ }).getByRole("link", { name: "2", exact: true }).click();
    await page.waitForURL(/\/console\/calls/);
    assert.equal(new URL(page.url()).searchParams.get("model"), "sim/echo");
    // As many as the cell says: filters, organisation and time came along.
    await isOfCalls(2);
    await page.goBack();
    await table.waitFor();
  });

  test("A line leads to as many calls as it has, of its organisation and its time, and one without a value to none", async () => {
    const { page } = tab;
    await page.goto(address("by=organisation"));
    await page.locator("tbody tr[data-index='0']").getByRole("link", { name: "5", exact: true }).click();
    await page.waitForURL(/\/console\/calls/);
    assert.equal(new URL(page.url()).searchParams.get("organisation"), organisation);
    await page.getByRole("button", { name: "Organisation is Chargeback, Inc." }).waitFor();
    await isOfCalls(5);

    // In a time before these calls there are none, though the filters are the same.
    await page.goto(`${url}/console/usage?range=24h&organisation=${organisation}&by=day`);
    await page.locator("tbody tr[data-index='0']").getByRole("link").click();
    await page.waitForURL(/\/console\/calls/);
    assert.match(new URL(page.url()).searchParams.get("time"), /^\d{4}-\d\d-\d\d \d\d:\d\d – \d{4}-\d\d-\d\d \d\d:\d\d$/);

    await page.goto(address("by=person"));
    const row = page.locator("tbody tr[data-index='0']");
    await row.getByText("no person").waitFor();
    assert.equal(await row.getByRole("link").count(), 0);
  });

  async function isOfCalls(expected) {
    const rows = tab.page.getByRole("table", { name: "Calls" }).locator("tbody tr[data-index]");
    await rows.nth(expected - 1).waitFor();
    assert.equal(await rows.count(), expected);
  }

  test("Calls without a price are named, and rows are checked against sums", async () => {
    const { page } = tab;
    await page.goto(address("by=use_case"));
    await page.getByText("1 calls are unpriced").waitFor();
    await page.getByRole("button", { name: "house/unpriced" }).click();
    await page.getByRole("button", { name: "Model is house/unpriced" }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get("model"), "house/unpriced");
    await page.getByRole("button", { name: "Check rows against sums" }).click();
    await page.getByText(/Rows and sums agree/).waitFor();
    await page.getByRole("button", { name: "Prices" }).click();
    await page.getByRole("complementary", { name: "Prices in force" }).getByText("house/unpriced: calls are unpriced").waitFor();
    await page.keyboard.press("Escape");
  });

  test("After a price was corrected, a report says what was billed, what was adjusted and what it comes to", async () => {
    const { page } = tab;
    await admin("POST", "prices", {
      model_id: model.id,
      valid_from: "2026-01-01T00:00:00Z",
      usd_per_mtok: { input: "1000", output: "2000" },
      source: "contract",
    });
    const { id } = await admin("POST", "reratings", {
      from: new Date(Date.now() - 86_400_000).toISOString(),
      to: new Date().toISOString(),
      model: "house/unpriced",
      reason: "The contract came late.",
    });
    for (let i = 0; i < 200 && (await admin("GET", `reratings/${id}`)).state !== "done"; i++) await page.waitForTimeout(50);
    await page.goto(address("by=model"));
    const row = page.getByRole("row", { name: /house\/unpriced/ });
    await row.waitFor();
    const heads = await page.locator("thead th").allInnerTexts();
    const [shown] = await cells(row);
    const of = (name) => number(shown[heads.indexOf(name)]);
    assert.equal(of("Billed $"), 0);
    assert.ok(of("Adjusted $") > 0);
    assert.equal(of("Final $"), of("Adjusted $"));
    await page.getByText(/Corrected prices changed/).waitFor();
  });

  test("A range without calls says so and leads back to one that has some", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/usage?range=2025-01-01&by=day`);
    await page.getByText("No calls in this range").waitFor();
    await page.getByRole("button", { name: "Show the last 30 days" }).click();
    await page.locator("tbody tr[data-index='0']").waitFor();
    assert.equal(new URL(page.url()).searchParams.get("range"), null);
  });

  test("The page has nothing serious for axe, in both schemes", async () => {
    const { page } = tab;
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      for (const more of ["by=use_case&and=model&view=pivot", "by=model&prices=1"]) {
        await page.goto(address(more));
        await page.locator("tbody tr[data-index='0']").waitFor();
        await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished)));
        assert.deepEqual(await axeFindings(page), []);
      }
    }
  });

  test("Nothing failed in the pages, and no other host was asked", () => assert.deepEqual(tab.faults, []));
});
