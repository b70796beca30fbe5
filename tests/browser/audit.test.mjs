import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, open, signIn, url } from "./browser.mjs";

describe("the audit log", () => {
  let tab;
  let key;
  before(async () => {
    tab = await open();
    await signIn(tab.page, await account("Audit Owner", ["owner"]), "/console/audit");
    const [useCase] = (await admin("GET", "use-cases")).items;
    key = (await admin("POST", "keys", { name: "audited", use_case_id: useCase.id })).key.id;
    // The same key again, by somebody else: the owner whose session the browser has.
    const { session } = await (await tab.page.request.get(`${url}/api/me`)).json();
    const rotated = await tab.page.request.post(`${url}/api/keys/${key}/rotate`, {
      headers: { "x-portico-csrf": session.csrf, "if-match": "*" },
      data: {},
    });
    assert.ok(rotated.ok(), await rotated.text());
    // A list of acts is a second behind at the most.
    for (let i = 0; i < 200; i++) {
      const { items } = await admin("GET", `audit/acts?resource=${key}`);
      if (items.filter((a) => a.outcome_entry !== null).length === 2) return;
      await tab.page.waitForTimeout(50);
    }
    throw new Error("the acts did not come into the log");
  });
  after(() => tab.close());

  const search = () => new URL(tab.page.url()).searchParams;
  const rowsAre = (n) =>
    tab.page.waitForFunction((count) => document.querySelector("table[aria-label='Acts']")?.getAttribute("aria-rowcount") === String(count), n);
  const drawer = (name) => tab.page.getByRole("complementary", { name });

  test("Acts of two people on one key stand there in words, by name, found by the key", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/audit?resource=${key}`);
    await rowsAre(2);
    await page.getByRole("row", { name: /Audit Owner.*Rotate a key.*Done/ }).waitFor();
    await page.getByRole("row", { name: /Make a key.*Done/ }).waitFor();
    await page.getByRole("list", { name: "Audit logs" }).getByText("not anchored outside").waitFor();
  });

  test("Filters are tokens in the address", async () => {
    const { page } = tab;
    await page.keyboard.press("f");
    await page.getByLabel("Filter by").fill("who");
    await page.keyboard.press("Enter");
    await page.getByLabel("Who is").fill("Audit Own");
    await page.keyboard.press("Enter");
    await rowsAre(1);
    assert.match(search().get("actor"), /^person_/);
    await page.getByRole("button", { name: "Who is Audit Owner" }).waitFor();
    await page.getByRole("button", { name: "Who: any" }).click();
    await page.goto(`${url}/console/audit?resource=${key}&action=rotate`);
    await page.getByRole("button", { name: "What has rotate" }).waitFor();
    await rowsAre(1);
    await page.goto(`${url}/console/audit?resource=${key}&status=403`);
    await page.getByText("No act fits these filters").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.locator("tr[data-index='2']").waitFor();
  });

  test("An act opens with its entries, and the browser proves that they stand in the signed log", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/audit?resource=${key}`);
    await page.getByRole("row", { name: /Make a key/ }).click();
    const act = drawer("Make a key");
    await act.getByText('"kind":"act.intent"').waitFor();
    await act.getByText(`"made":"/api/keys/${key}"`).waitFor();
    await act.getByRole("button", { name: "Check the proof" }).click();
    await act.getByText("Everything fits").waitFor();
    const [{ fingerprint }] = (await admin("GET", "audit/keys")).items;
    assert.equal(await act.getByRole("button", { name: `Copy fingerprint of the key ${fingerprint}` }).count(), 2);
    assert.equal(await act.getByText(/^entry [\d,]+ of [\d,]+$/).count(), 2);
    // A link to it opens it, whatever the list has.
    await page.goto(`${url}/console/audit?time=2020-01-01&act=${search().get("act")}`);
    await drawer("Make a key").getByText("Done", { exact: true }).waitFor();
    await drawer("Make a key").getByRole("link", { name: "Open it" }).click();
    await page.waitForURL(`**/console/keys?key=${key}`);
  });

  test("An entry that the server changed does not fit", async () => {
    const { page } = tab;
    await page.route("**/api/audit/logs/*/entries/*", async (route) => {
      const response = await route.fetch();
      const proof = await response.json();
      await route.fulfill({ response, json: { ...proof, line: proof.line.replace("act.outcome", "act.Outcome") } });
    });
    await page.goto(`${url}/console/audit?resource=${key}`);
    await page.getByRole("row", { name: /Rotate a key/ }).click();
    await drawer("Rotate a key").getByRole("button", { name: "Check the proof" }).click();
    await drawer("Rotate a key").getByText(/^Outcome: Its bytes do not lead to the signed root/).waitFor();
    assert.equal(await page.getByText("Everything fits").count(), 0);
    await page.unroute("**/api/audit/logs/*/entries/*");
  });

  test("The log is exported as a zip, and the key as PEM", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/audit`);
    await page.getByRole("button", { name: "Export" }).click();
    const dialog = page.getByRole("dialog", { name: "Export the audit log" });
    await dialog.getByLabel("Time").fill("no time");
    await dialog.getByRole("button", { name: "Download audit.zip" }).click();
    await dialog.getByRole("alert").waitFor();
    await dialog.getByLabel("Time").fill("");
    const [zip] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: "Download audit.zip" }).click()]);
    assert.equal(zip.suggestedFilename(), "audit.zip");
    const chunks = [];
    for await (const chunk of await zip.createReadStream()) chunks.push(chunk);
    assert.equal(Buffer.concat(chunks).subarray(0, 2).toString(), "PK");
    const [pem] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("link", { name: /key\.pem/ }).click()]);
    assert.equal(pem.suggestedFilename(), "key.pem");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  });

  test("Who may not read the audit log has no page of it", async () => {
    const other = await open();
    try {
      await signIn(other.page, await account("Audit Analyst", ["analyst"]));
      const navigation = other.page.getByRole("navigation", { name: "Main" });
      await navigation.getByRole("link", { name: "Calls", exact: true }).waitFor();
      assert.equal(await navigation.getByRole("link", { name: "Audit", exact: true }).count(), 0);
    } finally {
      await other.close();
    }
  });

  test("It has nothing serious for axe with an act proved, in both schemes and in a narrow window", async () => {
    const { page } = tab;
    for (const [colorScheme, width] of [
      ["light", 1440],
      ["dark", 1440],
      ["light", 1024],
    ]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.goto(`${url}/console/audit`);
      await page.locator("tr[data-index='2']").waitFor();
      assert.deepEqual(await axeFindings(page), []);
      await page.locator("tr[data-index='0']").click();
      await page.getByRole("button", { name: "Check the proof" }).click();
      await page.getByText("Everything fits").waitFor();
      assert.deepEqual(await axeFindings(page), []);
      await page.getByRole("button", { name: "Export" }).click();
      await page.getByRole("dialog").getByText("Download the public key").waitFor();
      assert.deepEqual(await axeFindings(page), []);
    }
  });

  test("Nothing failed in the page, and no other host was asked", () => assert.deepEqual(tab.faults, []));
});
