import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, open, signIn, url } from "./browser.mjs";

describe("services with tokens of their own", () => {
  let tab;
  before(async () => {
    tab = await open();
  });
  after(() => tab.close());

  const drawerOf = (page, name) => page.getByRole("complementary", { name });

  test("An owner adds one that opens an admin token, and is told what is missing", async () => {
    const { page } = tab;
    await admin("POST", "admin-tokens", { name: "nightly report", roles: ["analyst"] });
    await signIn(page, await account("Services Owner", ["owner"]), "/console/settings?tab=services");
    await page.getByText("No service comes in by tokens of its own").waitFor();
    await page.getByRole("button", { name: "Add a service" }).click();
    const form = page.getByRole("dialog", { name: "Add a service" });
    await form.getByLabel("Name").fill("letters-pipeline");
    await form.getByLabel("Its tokens open").selectOption({ label: "nightly report" });
    await form.getByLabel("Issuer").fill("https://token.example.com");
    await form.getByLabel("Audience").fill("portico");
    await form.getByLabel("Subject").fill("*");
    await form.getByLabel("Claims").fill("ref");
    assert.ok(await form.getByRole("button", { name: "Add the service" }).isDisabled());
    await form.getByLabel("Claims").fill("");
    await form.getByRole("button", { name: "Add the service" }).click();
    await form.getByText("else everybody at the issuer is this service").waitFor();
    await form.getByLabel("Subject").fill("repo:example/letters:*");
    await form.getByLabel("Claims").fill("ref = refs/heads/main");
    assert.deepEqual(await axeFindings(page), []);
    await form.getByRole("button", { name: "Add the service" }).click();
    const drawer = drawerOf(page, "letters-pipeline");
    await drawer.getByText("Admin token nightly report").waitFor();
    await drawer.getByText("the management API, /api").waitFor();
    const [made] = (await admin("GET", "workloads")).items;
    assert.deepEqual(made.claims, [{ claim: "ref", value: "refs/heads/main" }]);
  });

  test("Claims that are pasted are held against it, and what does not fit is said", async () => {
    const { page } = tab;
    const drawer = drawerOf(page, "letters-pipeline");
    const box = drawer.getByLabel("Would a token be taken?");
    const button = drawer.getByRole("button", { name: "Test it" });
    assert.ok(await button.isDisabled());
    await box.fill("no token");
    assert.ok(await button.isDisabled());
    const claims = { iss: "https://token.example.com/", aud: "portico", sub: "repo:example/letters:x", exp: 4_000_000_000 };
    await box.fill(JSON.stringify(claims));
    await button.click();
    await drawer.getByText("It would not be taken: 2 things are wrong").waitFor();
    await drawer.getByText("they must be equal to the last slash").waitFor();
    await drawer.getByText("it is missing; 'refs/heads/main' is asked for").waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.emulateMedia({ colorScheme: "dark" });
    assert.deepEqual(await axeFindings(page), []);
    await page.emulateMedia({ colorScheme: "light" });
    await box.fill(JSON.stringify({ ...claims, iss: "https://token.example.com", ref: "refs/heads/main" }));
    await button.click();
    await drawer.getByText("A token with these claims would be taken").waitFor();
  });

  test("It is changed, switched off and on, and removed", async () => {
    const { page } = tab;
    const drawer = drawerOf(page, "letters-pipeline");
    await drawer.getByRole("button", { name: "Change" }).click();
    const form = page.getByRole("dialog", { name: "Change letters-pipeline" });
    await form.getByLabel("Audience").fill("portico-eu");
    await form.getByRole("button", { name: "Save the service" }).click();
    await drawer.getByText("portico-eu").waitFor();
    await drawer.getByRole("button", { name: "Switch off" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Switch off" }).click();
    await drawer.getByRole("button", { name: "Switch on" }).click();
    await drawer.getByRole("button", { name: "Switch off" }).waitFor();
    await drawer.getByRole("button", { name: "Remove" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Type the name of the service").fill("letters-pipeline");
    await dialog.getByRole("button", { name: "Remove service" }).click();
    await page.getByText("No service comes in by tokens of its own").waitFor();
    assert.deepEqual((await admin("GET", "workloads")).items, []);
    assert.deepEqual(tab.faults, []);
  });

  test("Who keeps keys alone opens a key and no admin token, and who may only look is told so", async () => {
    const [token] = (await admin("GET", "admin-tokens")).items;
    const demands = { issuer: "https://token.example.com", audience: "portico", subject: "svc" };
    const [key] = (await admin("GET", "keys")).items;
    await admin("POST", "workloads", { name: "of-a-key", key_id: key.id, ...demands });
    await admin("POST", "workloads", { name: "of-a-token", admin_token_id: token.id, ...demands });
    await admin("POST", "roles", { name: "key-keeper", says: "keeps keys", permissions: ["keys.read", "keys.write"] });
    const theirs = await open();
    const { page } = theirs;
    await signIn(page, await account("Key Keeper", ["key-keeper"]), "/console/settings?tab=services");
    await page.getByText("of-a-key").waitFor();
    assert.equal(await page.getByText("of-a-token").count(), 0);
    await page.getByRole("button", { name: "Add a service" }).click();
    assert.equal(await page.getByRole("option", { name: token.name }).count(), 0);
    await theirs.close();
    await admin("POST", "roles", { name: "key-reader", says: "sees keys", permissions: ["keys.read"] });
    const looks = await open();
    await signIn(looks.page, await account("Key Reader", ["key-reader"]), `/console/settings?tab=services`);
    await looks.page.getByText("of-a-key").click();
    await looks.page.getByText("This account may look, not change.").waitFor();
    assert.equal(await looks.page.getByRole("button", { name: "Add a service" }).count(), 0);
    assert.deepEqual(await axeFindings(looks.page), []);
    assert.ok(looks.page.url().startsWith(`${url}/console/settings`));
    await looks.close();
  });
});
