import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, chat, open, recorded, signIn, url } from "./browser.mjs";

describe("the keys", () => {
  let tab;
  before(async () => {
    tab = await open();
    await signIn(tab.page, await account("Keys Keeper", ["owner"]), "/console/keys");
  });
  after(() => tab.close());

  const drawer = (name) => tab.page.getByRole("complementary", { name });
  const secretShown = async () => {
    const shown = tab.page.getByRole("button", { name: /^Copy secret/ });
    const [secret] = (await shown.textContent()).match(/pk_live_\w+/);
    await tab.page.getByRole("button", { name: "I have it" }).click();
    return secret;
  };
  let first;

  test("A key is made with what it may, and a mistake is told at its field", async () => {
    const { page } = tab;
    // A row is there when the page listens; before, a letter would be lost.
    await page.getByRole("row", { name: /first key/ }).waitFor();
    await page.keyboard.press("c");
    await page.keyboard.press("k");
    await page.getByRole("dialog", { name: "New key" }).waitFor();
    await page.getByLabel("Name").fill("ledger-nightly");
    await page.getByLabel("Works from").fill("not-an-address");
    await page.getByRole("button", { name: "Make the key" }).click();
    await page.getByRole("alert").waitFor();
    assert.equal(await page.getByLabel("Works from").getAttribute("aria-invalid"), "true");
    await page.getByLabel("Works from").fill("127.0.0.0/8");
    await page.getByLabel("May call").fill("sim/echo");
    await page.getByRole("button", { name: "Make the key" }).click();
    first = await secretShown();
    await drawer("ledger-nightly").getByText("127.0.0.0/8").waitFor();
    assert.equal((await chat("sim/echo", "Mine", first)).status, 200);
  });

  test("/ searches, and what is typed stands in the address", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/keys`);
    await page.getByRole("row", { name: /first key/ }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("ledger sim/echo");
    await page.getByRole("row", { name: /first key/ }).waitFor({ state: "detached" });
    await page.getByRole("row", { name: /ledger-nightly/ }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get("q"), "ledger sim/echo");
    await page.keyboard.press("Escape");
    await page.getByRole("row", { name: /first key/ }).waitFor();
  });

  test("A key that was rotated works with both secrets while they overlap, and with the new alone when they do not", async () => {
    const { page } = tab;
    await page.getByRole("row", { name: /ledger-nightly/ }).click();
    await page.getByRole("button", { name: "Rotate" }).click();
    await page.getByLabel("The present secret works on").selectOption("3600");
    await page.getByRole("button", { name: "Rotate key" }).click();
    const second = await secretShown();
    await drawer("ledger-nightly").getByText(/The secret before works until/).waitFor();
    assert.equal((await chat("sim/echo", "Old", first)).status, 200);
    assert.equal((await chat("sim/echo", "New", second)).status, 200);
    await page.getByRole("button", { name: "Rotate" }).click();
    await page.getByLabel("The present secret works on").selectOption("0");
    await page.getByRole("button", { name: "Rotate key" }).click();
    const third = await secretShown();
    for (let i = 0; i < 100 && (await chat("sim/echo", "Old", second)).status !== 401; i++) await page.waitForTimeout(50);
    assert.equal((await chat("sim/echo", "Old", second)).status, 401);
    first = third;
    assert.equal((await chat("sim/echo", "New", third)).status, 200);
  });

  test("A key is disabled and enabled again, edited, and warns before it expires", async () => {
    const { page } = tab;
    await page.getByRole("button", { name: "Disable" }).click();
    await page.getByRole("button", { name: "Disable key" }).click();
    await page.getByRole("row", { name: /ledger-nightly.*Disabled/ }).waitFor();
    await page.getByRole("button", { name: "Enable" }).click();
    await page.getByRole("row", { name: /ledger-nightly.*Works/ }).waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Name").fill("ledger-weekly");
    await page.getByRole("button", { name: "Save key" }).click();
    await page.getByRole("row", { name: /ledger-weekly/ }).waitFor();
    const { items } = await admin("GET", "keys?limit=1000");
    const key = items.find((k) => k.name === "ledger-weekly");
    await admin("PATCH", `keys/${key.id}`, { expires_at: new Date(Date.now() + 3 * 86_400_000).toISOString() });
    await page.reload();
    await page.getByText(/ledger-weekly expires on/).waitFor();
    await page.getByRole("row", { name: /Expires in 3 days/ }).waitFor();
  });

  test("Its use of two weeks is shown beside it, with budgets of its own", async () => {
    const { page } = tab;
    const { items } = await admin("GET", "keys?limit=1000");
    const key = items.find((k) => k.name === "ledger-weekly");
    await recorded(page, (await chat("sim/echo", "Counted", first)).id);
    await admin("POST", "budgets", { scope: "key", scope_id: key.id, window: "day", limit_usd: "5" });
    await page.goto(`${url}/console/keys?key=${key.id}`);
    await drawer("ledger-weekly").getByText("Budget per day").waitFor();
    await drawer("ledger-weekly").getByRole("group", { name: /Calls per day/ }).waitFor();
    await page.getByRole("row", { name: /ledger-weekly/ }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("img", { name: /calls in 14 days/ }).first().waitFor();
  });

  test("Nothing failed in the page, and no other host was asked", () => assert.deepEqual(tab.faults, []));

  test("The page has nothing serious for axe with a key open, in both schemes and in a narrow window", async () => {
    const other = await open();
    try {
      const { page } = other;
      await signIn(page, await account("Keys Access", ["owner"]), "/console/keys");
      for (const [colorScheme, width] of [["light", 1440], ["dark", 1440], ["light", 1000]]) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        await page.goto(`${url}/console/keys`);
        await page.getByRole("row", { name: /first key/ }).click();
        await page.getByRole("complementary", { name: "first key" }).getByText("Use in 14 days").waitFor();
        await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== "running"));
        assert.deepEqual(await axeFindings(page), []);
      }
    } finally {
      await other.close();
    }
  });
});
