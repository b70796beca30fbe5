import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, open, password, signIn, url } from "./browser.mjs";

describe("a session that ends", () => {
  let tab;
  let owner;
  before(async () => {
    owner = await account("Session Owner", ["owner"]);
    const [useCase] = (await admin("GET", "use-cases")).items;
    await admin("POST", "keys", { name: "seen-by-the-owner", use_case_id: useCase.id });
    tab = await open();
    await signIn(tab.page, owner, "/console/keys");
  });
  after(() => tab.close());

  const dialog = () => tab.page.getByRole("dialog", { name: "Sign in again" });
  const again = async (email) => {
    await dialog().getByLabel("E-mail").fill(email);
    await dialog().getByLabel("Password").fill(password);
    await dialog().getByRole("button", { name: "Sign in" }).click();
    await dialog().waitFor({ state: "detached" });
  };

  test("while a route is written leaves what was typed, behind a dialog that Esc does not close", async () => {
    const { page, context } = tab;
    await page.goto(`${url}/console/routes/edit`);
    await page.getByLabel("Name", { exact: true }).fill("typed-before");
    const field = page.getByLabel("First target");
    await field.fill("sim/echo");
    await page.getByRole("option", { name: /^sim\/echo model/ }).waitFor();
    await context.clearCookies();
    await page.keyboard.press("Enter");
    await dialog().waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await dialog().waitFor();
    await dialog().getByLabel("E-mail").fill(owner);
    await dialog().getByLabel("Password").fill("wrong wrong wrong");
    await dialog().getByRole("button", { name: "Sign in" }).click();
    await dialog().getByText("E-mail or password is wrong.").waitFor();
    await again(owner);
    assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "typed-before");
    await page.getByRole("button", { name: "Save route" }).click();
    await page.getByRole("heading", { name: "typed-before" }).waitFor();
  });

  test("while a form is sent leaves the form open, which can then be sent", async () => {
    const { page, context } = tab;
    await page.goto(`${url}/console/keys?new=1`);
    await page.getByRole("dialog", { name: "New key" }).getByLabel("Name").fill("made-by-two-sessions");
    await context.clearCookies();
    await page.getByRole("button", { name: "Make the key" }).click();
    await again(owner);
    assert.equal(await page.getByRole("dialog", { name: "New key" }).getByLabel("Name").inputValue(), "made-by-two-sessions");
    await page.getByRole("button", { name: "Make the key" }).click();
    await page.getByRole("button", { name: /^Copy secret/ }).waitFor();
    await page.getByRole("button", { name: "I have it" }).click();
  });

  test("shows another person nothing of what the one before had read", async () => {
    const { page, context } = tab;
    const seen = page.getByText("seen-by-the-owner");
    const look = async () => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Go to or do" }).fill("seen-by");
    };
    await page.goto(`${url}/console/keys`);
    await page.getByRole("row", { name: /seen-by-the-owner/ }).waitFor();
    await look();
    await page.getByRole("option", { name: /seen-by-the-owner/ }).first().waitFor();
    await page.keyboard.press("Escape");
    await context.clearCookies();
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Routes" }).click();
    await dialog().waitFor();
    await again(await account("Other Nalyst", ["analyst"]));
    await page.getByRole("navigation", { name: "Main" }).getByText("Other Nalyst").waitFor();
    assert.equal(await seen.count(), 0);
    await look();
    await page.getByText("Nothing fits.").waitFor();
    assert.equal(await seen.count(), 0);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in to Portico" }).waitFor();
  });

  test("Nothing failed in the pages, and no other host was asked", () => assert.deepEqual(tab.faults, []));
});
