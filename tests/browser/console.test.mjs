import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { axeFindings, chat, open, password, recorded, setup, signIn, url } from "./browser.mjs";

const email = "mara@example.com";

describe("the console", () => {
  let tab;
  before(async () => {
    tab = await open();
  });
  after(() => tab.close());

  test("A new Portico is set up with the link that the first start printed, and one is where one wanted to go", async () => {
    const { page } = tab;
    await page.goto(setup.replace("/console", "/console/keys"));
    await page.getByRole("heading", { name: "Set up Portico" }).waitFor();
    await page.getByLabel("Your name").fill("Mara Lindqvist");
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("short");
    await page.getByRole("button", { name: "Make the account" }).click();
    await page.getByRole("alert").getByText("12 to 256 characters").waitFor();
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Make the account" }).click();
    await page.getByRole("row", { name: /first key/ }).waitFor();
    assert.equal(page.url(), `${url}/console/keys`, "the token is no longer in the address");
  });

  let secret;
  test("A key is made, its secret shown once, and a call with it is found and opened", async () => {
    const { page } = tab;
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByLabel("Name").fill("crm-sync-prod");
    await page.getByRole("button", { name: "Make the key" }).click();
    const shown = page.getByRole("button", { name: /^Copy secret/ });
    secret = (await shown.textContent()).match(/pk_live_\w+/)[0];
    await shown.click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
    await page.getByRole("button", { name: "I have it" }).click();
    assert.equal(await page.getByText(secret).count(), 0);

    const { status, id } = await chat("sim/echo", "Hello from the CRM", secret);
    assert.equal(status, 200);
    await recorded(page, id);
    await page.getByRole("link", { name: "Calls of this key" }).click();
    await page.locator("tr[data-index='0']").click();
    await page.getByRole("complementary", { name: "Answered" }).getByRole("heading", { name: "Timeline" }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get("call"), id);
    await page.keyboard.press("Escape");
    await page.getByRole("complementary").waitFor({ state: "detached" });
  });

  test("An address leads back to what it showed", async () => {
    const { page } = tab;
    const { id } = await chat("sim/nothing-of-this-name", "Hello");
    await recorded(page, id);
    await page.goto(`${url}/console/calls?outcome=refused&call=${id}`);
    await page.getByRole("complementary", { name: "Refused" }).getByText("does not exist or this key may not use it").first().waitFor();
    await page.getByRole("button", { name: "Outcome is refused" }).waitFor();
  });

  test("A key is revoked after its name was typed, and is refused from then on", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/keys`);
    await page.getByRole("row", { name: /crm-sync-prod/ }).click();
    await page.getByRole("button", { name: "Revoke" }).click();
    const act = page.getByRole("button", { name: "Revoke key" });
    assert.equal(await act.isDisabled(), true);
    await page.getByLabel("Type the name of the key").fill("crm-sync-prod");
    await act.click();
    await page.getByRole("row", { name: /crm-sync-prod.*Revoked/ }).waitFor();
    for (let i = 0; i < 40 && (await chat("sim/echo", "Still?", secret)).status !== 401; i++) await page.waitForTimeout(50);
    assert.equal((await chat("sim/echo", "Still?", secret)).status, 401);
  });

  test("The list is walked and opened by keys alone", async () => {
    const { page } = tab;
    for (let i = 0; i < 4; i++) await recorded(page, (await chat("sim/echo", `Walk ${i}`)).id);
    await page.goto(`${url}/console/calls`);
    await page.locator("tr[data-index='3']").waitFor();
    await page.locator("tr[data-index='0']").focus();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByRole("complementary").waitFor();
    const first = page.url();
    await page.keyboard.press("j");
    await page.waitForFunction((before) => location.href !== before, first);
  });

  test("Nothing failed in the pages, and no other host was asked", () => assert.deepEqual(tab.faults, []));

  test("A session that ended asks to sign in and returns to the same place", async () => {
    const { page, context } = tab;
    await page.goto(`${url}/console/keys`);
    await page.getByRole("row", { name: /first key/ }).waitFor();
    await context.clearCookies();
    await page.goto(`${url}/console/calls?outcome=completed`);
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("wrong wrong wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("E-mail or password is wrong.").waitFor();
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("tr[data-index='0']").waitFor();
    assert.equal(page.url(), `${url}/console/calls?outcome=completed`);
  });

  test("A server that went away leaves what was read on the screen and says so", async () => {
    const { page, context } = tab;
    await page.goto(`${url}/console/calls`);
    await page.locator("tr[data-index='0']").waitFor();
    await context.setOffline(true);
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByText("Portico does not answer.").waitFor({ timeout: 30_000 });
    await page.getByText(/You see data of/).waitFor();
    assert.ok((await page.locator("tr[data-index='0']").count()) > 0);
    await context.setOffline(false);
    await page.getByRole("button", { name: "Try now" }).click();
    await page.getByText("Portico does not answer.").waitFor({ state: "detached" });
  });
});

for (const colorScheme of ["light", "dark"])
  describe(`every page in ${colorScheme} colours`, () => {
    test("has nothing serious for axe", async () => {
      const tab = await open({ colorScheme });
      try {
        await tab.page.goto(`${url}/console/welcome#code`);
        await tab.page.getByRole("heading", { name: "Welcome to Portico" }).waitFor();
        assert.deepEqual(await axeFindings(tab.page), []);
        await tab.page.goto(`${url}/console/calls`);
        await tab.page.getByRole("heading", { name: "Sign in to Portico" }).waitFor();
        assert.deepEqual(await axeFindings(tab.page), []);
        await signIn(tab.page, email);
        await tab.page.locator("tr[data-index='0']").click();
        await tab.page.getByRole("complementary").getByText("Settled", { exact: true }).waitFor();
        await tab.page.waitForTimeout(200);
        assert.deepEqual(await axeFindings(tab.page), []);
        await tab.page.goto(`${url}/console/keys`);
        await tab.page.getByRole("row", { name: /first key/ }).click();
        await tab.page.getByRole("button", { name: "Rotate" }).click();
        await tab.page.getByRole("dialog").waitFor();
        await tab.page.waitForTimeout(200);
        assert.deepEqual(await axeFindings(tab.page), []);
      } finally {
        await tab.close();
      }
    });
  });
