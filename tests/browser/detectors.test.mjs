import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, open, signIn } from "./browser.mjs";
import { detectorSet } from "./detector-set.mjs";

describe("sets of models of the detectors", () => {
  let tab;
  let bundle;
  let organisation;
  let workspace;
  /** The version of the set that comes with the product: it rises with its files. */
  let shipped;
  const name = `Detector house ${Date.now()}`;
  before(async () => {
    tab = await open();
    organisation = await admin("POST", "organisations", { name });
    workspace = await admin("POST", "workspaces", { organisation_id: organisation.id, name: "Packing desk" });
    bundle = detectorSet(workspace.id, "house-1");
    shipped = (await admin("GET", "guardrails/models/shipped")).version;
    await signIn(tab.page, await account("Set Officer", ["officer"]), "/console/policies?tab=detectors");
  });
  after(() => tab.close());

  const row = (version) => tab.page.getByRole("table", { name: "Sets of models" }).getByRole("row", { name: new RegExp(`^${version} `) });
  const dialog = () => tab.page.getByRole("dialog");
  const drop = async (on, path, called) => {
    const bytes = readFileSync(path).toString("base64");
    const data = await tab.page.evaluateHandle(
      ([base64, name]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
        return transfer;
      },
      [bytes, called],
    );
    await on.dispatchEvent("drop", { dataTransfer: data });
  };

  test("Before a set was uploaded the page says by what all calls go", async () => {
    const { page } = tab;
    await page.getByText("No set was uploaded yet: all calls go by the models that come with the product.").waitFor();
    await row(shipped).getByText("everywhere").waitFor();
    assert.equal(await row(shipped).getByRole("button").count(), 1, "nothing but its sources: there is no way back");
    assert.deepEqual(await axeFindings(page), []);
  });

  test("What is wrong with a file is told, before it is sent where that shows, and nothing is kept", async () => {
    const { page } = tab;
    await page.getByRole("button", { name: "Upload a set…" }).click();
    await page.getByLabel("File of the set").setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("hello") });
    await dialog().getByRole("alert").getByText("notes.txt is no set of models").waitFor();
    await dialog().getByText("Nothing was sent.").waitFor();
    const half = `${bundle}.half`;
    writeFileSync(half, readFileSync(bundle).subarray(0, 300_000));
    await page.getByLabel("File of the set").setInputFiles(half);
    await dialog().getByRole("alert").getByText("The set of models is cut off within").waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press("Escape");
    await page.getByText("No set was uploaded yet").waitFor();
  });

  test("A set is uploaded with the keys alone, shows how it did, and comes in force where it may be used", async () => {
    const { page } = tab;
    await page.getByRole("button", { name: "Upload a set…" }).focus();
    await page.keyboard.press("Enter");
    const chooser = page.waitForEvent("filechooser");
    await dialog().getByRole("button", { name: "Choose a file…" }).focus();
    await page.keyboard.press("Enter");
    await (await chooser).setFiles(bundle);
    await dialog().getByRole("status").getByText("Version house-1 passed and is kept").waitFor();
    await dialog().getByText("used there alone").waitFor();
    await dialog().getByRole("table", { name: "Simple texts" }).getByRole("row", { name: /^injection \d+ % \(\d+ of \d+\)/ }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await dialog().getByRole("button", { name: "Use it…" }).press("Enter");
    await page.getByRole("dialog", { name: "Use version house-1" }).getByText(`in Packing desk, no more by version ${shipped}: what policies find changes`).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    assert.equal(await row("house-1").getByText("in Packing desk since").count(), 0, "nothing is in force before the answer");
    await dialog().getByRole("button", { name: "Use it", exact: true }).press("Enter");
    await page.getByText("Version house-1 is in force in Packing desk.").waitFor();
    await row("house-1").getByText(/in Packing desk since .*, by Set Officer/).waitFor();
    await row("house-1").getByText("for Packing desk alone, 3 reviews").waitFor();
    await row(shipped).getByText("everywhere").waitFor();
  });

  test("A roll back says what comes back, and a set that is in force nowhere is removed", async () => {
    const { page } = tab;
    await page.getByRole("button", { name: "Roll back in Packing desk" }).click();
    await dialog().getByText(`Calls go by version ${shipped} in Packing desk, no more by version house-1`).waitFor();
    await dialog().getByRole("button", { name: "Cancel" }).click();
    await row("house-1").getByText("in Packing desk since").waitFor();
    await page.getByRole("button", { name: "Roll back in Packing desk" }).click();
    await dialog().getByRole("button", { name: "Roll back", exact: true }).click();
    await page.getByText(`Version ${shipped} is in force in Packing desk again.`).waitFor();
    await row("house-1").getByText("in Packing desk since").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Remove version house-1" }).click();
    await dialog().getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByText("No set was uploaded yet").waitFor();
  });

  test("A file that is dropped on the list is uploaded, and who may not write sees all of it and no button to change it", async () => {
    const { page } = tab;
    await drop(page.getByRole("table", { name: "Sets of models" }), bundle, "house-1.models");
    await dialog().getByText("Version house-1 passed and is kept").waitFor();
    await dialog().getByRole("button", { name: "Close" }).click();
    await row("house-1").getByRole("button", { name: "Use version house-1" }).waitFor();

    const reader = await open();
    try {
      await signIn(reader.page, await account("Set Reader", ["auditor"]), "/console/policies?tab=detectors");
      const table = reader.page.getByRole("table", { name: "Sets of models" });
      await table.getByRole("row", { name: /^house-1 / }).waitFor();
      assert.deepEqual(await table.getByRole("button").allTextContents(), ["Sources", "Sources"]);
      assert.equal(await reader.page.getByRole("button", { name: "Upload a set…" }).count(), 0);
      assert.deepEqual(await axeFindings(reader.page), []);
      assert.deepEqual(reader.faults, []);
    } finally {
      await reader.close();
    }
    assert.deepEqual(tab.faults, []);
  });
});
