import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, open, password, signIn, url } from "./browser.mjs";

describe("settings", () => {
  let tab;
  before(async () => {
    tab = await open();
    await signIn(tab.page, await account("Settings Owner", ["owner"]), "/console/settings");
  });
  after(() => tab.close());

  const search = () => new URL(tab.page.url()).searchParams;
  const go = async (part) => {
    await tab.page.goto(`${url}/console/settings?tab=${part}`);
    await tab.page.getByRole("heading", { name: "Settings", exact: true }).waitFor();
  };
  const state = (name, word) => row(name).getByRole("cell", { name: word, exact: true });
  const row = (name) => tab.page.getByRole("row").filter({ hasText: name });

  test("A workspace and a use case are made, changed and removed, and what holds something says why it stays", async () => {
    const { page } = tab;
    await go("organisation");
    await page.getByRole("button", { name: "New workspace" }).click();
    const form = page.getByRole("dialog", { name: /New workspace in/ });
    await form.getByRole("button", { name: "Make the workspace" }).click();
    await form.getByText("name must have 1 to").waitFor();
    await form.getByLabel("Name").fill("Claims handling");
    await form.getByRole("button", { name: "Make the workspace" }).click();
    const drawer = page.getByRole("complementary", { name: "Claims handling" });
    await drawer.waitFor();
    assert.match(search().get("open"), /^ws_|^workspace_/);
    await drawer.getByRole("button", { name: "New use case" }).click();
    const useCase = page.getByRole("dialog", { name: "New use case in Claims handling" });
    await useCase.getByLabel("Name").fill("Damage photos");
    await useCase.getByLabel("Owner").fill("Mara");
    await useCase.getByRole("button", { name: "Make the use case" }).click();
    const opened = page.getByRole("complementary", { name: "Damage photos" });
    await opened.getByText("Mara").waitFor();
    await opened.getByRole("button", { name: "Change" }).click();
    const change = page.getByRole("dialog", { name: /Change use case/ });
    await change.getByLabel("Stage").selectOption("staging");
    await change.getByRole("button", { name: "Save the use case" }).click();
    await opened.getByText("staging").waitFor();

    await row("Claims handling").click();
    await drawer.getByRole("button", { name: "Remove" }).click();
    const confirm = page.getByRole("dialog", { name: "Remove workspace Claims handling?" });
    await confirm.getByRole("button", { name: "Remove workspace" }).click();
    await confirm.getByRole("alert").getByText("has use cases").waitFor();
    await confirm.getByRole("button", { name: "Keep it" }).click();
    await row("Damage photos").click();
    await opened.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove use case" }).click();
    await opened.waitFor({ state: "detached" });
    await row("Claims handling").click();
    await drawer.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove workspace" }).click();
    await row("Claims handling").waitFor({ state: "detached" });
  });

  test("A person is invited by a link that is shown once, sets a password by it, and has the role", async () => {
    const { page } = tab;
    await go("people");
    await page.getByRole("button", { name: "Invite" }).click();
    const form = page.getByRole("dialog", { name: "Invite" });
    await form.getByLabel("E-mail").fill("olga.berg@example.com");
    await form.getByLabel("Name").fill("Olga Berg");
    assert.ok(await form.getByRole("button", { name: "Make the invitation" }).isDisabled());
    await form.getByRole("checkbox", { name: /analyst/ }).check();
    await form.getByRole("button", { name: "Make the invitation" }).click();
    const shown = page.getByRole("dialog", { name: "Invitation of Olga Berg" });
    const link = await shown.getByRole("button", { name: /Copy link/ }).getAttribute("title");
    await shown.getByRole("button", { name: "I have it" }).click();
    await page.getByRole("complementary", { name: "Olga Berg" }).waitFor();
    await state("Olga Berg", "Invited").waitFor();

    const hers = await open();
    await hers.page.goto(link);
    await hers.page.getByLabel("Password").fill(password);
    await hers.page.getByRole("button", { name: "Set the password" }).click();
    // It is set when the way leads to the sign-in.
    await hers.page.getByLabel("E-mail").waitFor();
    await signIn(hers.page, "olga.berg@example.com", "/console/settings");
    // What she may not see is not there.
    await hers.page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Organisation" }).waitFor();
    assert.equal(await hers.page.getByRole("link", { name: "Admin tokens" }).count(), 0);
    assert.equal(await hers.page.getByRole("link", { name: "Health" }).count(), 0);
    await hers.page.goto(`${url}/console/settings?tab=people`);
    await hers.page.getByText("This account may not see people and accounts.").waitFor();
    await hers.page.goto(`${url}/console/settings?tab=organisation`);
    await hers.page.getByRole("row").nth(1).click();
    await hers.page.getByText("This account may look, not change.").waitFor();
    assert.deepEqual(hers.faults, []);
    await hers.close();

    await page.reload();
    const drawer = page.getByRole("complementary", { name: "Olga Berg" });
    await state("Olga Berg", "Active").waitFor();
    await drawer.getByRole("button", { name: "Change roles" }).click();
    const roles = page.getByRole("dialog", { name: "Roles of Olga Berg" });
    await roles.getByRole("checkbox", { name: /auditor/ }).check();
    await roles.getByRole("button", { name: "Save the roles" }).click();
    await drawer.getByText("analyst, auditor").waitFor();
    await drawer.getByRole("button", { name: "Disable" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
    await state("Olga Berg", "Disabled").waitFor();
    await drawer.getByRole("button", { name: "Enable" }).click();
    await state("Olga Berg", "Active").waitFor();
    await drawer.getByRole("button", { name: "Remove account" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove account" }).click();
    await row("olga.berg@example.com").waitFor({ state: "detached" });
  });

  test("A role is given in one workspace, and who has it sees that workspace alone and gives nothing beyond it", async () => {
    const { page } = tab;
    const [organisation] = (await admin("GET", "organisations")).items;
    const claims = await admin("POST", "workspaces", { organisation_id: organisation.id, name: "Motor claims" });
    const email = await account("Motor Lead", [], [{ role: "admin", place: claims.id }]);
    await go("people");
    await row(email).click();
    const drawer = page.getByRole("complementary", { name: "Motor Lead" });
    await drawer.getByText("admin in Motor claims").waitFor();
    await drawer.getByRole("button", { name: "Change roles" }).click();
    const roles = page.getByRole("dialog", { name: "Roles of Motor Lead" });
    assert.equal(await roles.getByLabel("Where").inputValue(), "Motor claims");
    await roles.getByRole("button", { name: "Another place" }).click();
    assert.equal(await roles.getByLabel("Where").nth(1).inputValue(), "Everywhere");
    await roles.getByRole("group", { name: /every place/ }).getByRole("checkbox", { name: /^user/ }).check();
    await roles.getByRole("button", { name: "Save the roles" }).click();
    await drawer.getByText("user, admin in Motor claims").waitFor();

    const lead = await open();
    await signIn(lead.page, email, "/console/settings?tab=organisation");
    await lead.page.getByRole("row").filter({ hasText: "Motor claims" }).waitFor();
    assert.equal(await lead.page.getByRole("link", { name: "Health" }).count(), 0);
    await lead.page.goto(`${url}/console/settings?tab=tokens`);
    await lead.page.getByRole("button", { name: "New token" }).click();
    const form = lead.page.getByRole("dialog", { name: "New admin token" });
    assert.equal(await form.getByLabel("Where").inputValue(), "Motor claims");
    assert.ok(await form.getByRole("checkbox", { name: /^owner/ }).isDisabled());
    await form.getByLabel("Name").fill("motor build");
    await form.getByRole("checkbox", { name: /^engineer/ }).check();
    await form.getByRole("button", { name: "Make the token" }).click();
    await lead.page.getByRole("dialog").getByRole("button", { name: "I have it" }).click();
    await lead.page.getByRole("complementary", { name: "motor build" }).getByText("engineer in Motor claims").waitFor();
    assert.deepEqual(lead.faults, []);
    await lead.close();
  });

  test("A role of one's own is made, given, changed, and removed when nobody has it", async () => {
    const { page } = tab;
    await go("roles");
    await page.getByRole("button", { name: "New role" }).click();
    const form = page.getByRole("dialog", { name: "New role" });
    await form.getByLabel("Name").fill("key-keeper");
    await form.getByLabel("What it is for").fill("hands out keys");
    assert.ok(await form.getByRole("button", { name: "Make the role" }).isDisabled());
    await form.getByRole("checkbox", { name: /^keys.read/ }).check();
    await form.getByRole("button", { name: "Make the role" }).click();
    await page.getByRole("columnheader", { name: "key-keeper" }).waitFor();
    const email = await account("Key Keeper", ["key-keeper"]);
    const own = page.getByRole("region", { name: "Roles made here" });
    await own.getByRole("button", { name: "Change" }).click();
    const change = page.getByRole("dialog", { name: "Change role key-keeper" });
    await change.getByRole("checkbox", { name: /^keys.write/ }).check();
    await change.getByRole("button", { name: "Save the role" }).click();
    await change.waitFor({ state: "detached" });
    await own.getByRole("button", { name: "Remove" }).click();
    const confirm = page.getByRole("dialog", { name: "Remove the role key-keeper?" });
    await confirm.getByRole("button", { name: "Remove role" }).click();
    await confirm.getByRole("alert").getByText("Take it from them first").waitFor();
    await confirm.getByRole("button", { name: "Keep role" }).click();
    await go("people");
    await row(email).click();
    await page.getByRole("button", { name: "Remove account" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove account" }).click();
    await row(email).waitFor({ state: "detached" });
    await go("roles");
    await own.getByRole("button", { name: "Remove" }).click();
    await confirm.getByRole("button", { name: "Remove role" }).click();
    await own.waitFor({ state: "detached" });
  });

  test("An admin finds an owner's account and roles closed, with whom to ask", async () => {
    const email = await account("Settings Admin", ["admin"]);
    const theirs = await open();
    await signIn(theirs.page, email, "/console/settings?tab=people");
    await theirs.page.getByRole("row").filter({ hasText: "settings.owner@example.com" }).click();
    await theirs.page.getByText("Settings Owner may do more than you.").waitFor();
    await theirs.page.getByText("ask somebody with the role owner").waitFor();
    await theirs.page.getByRole("button", { name: "Invite" }).click();
    const owner = theirs.page.getByRole("dialog").getByRole("checkbox", { name: /^owner/ });
    assert.ok(await owner.isDisabled());
    await theirs.page.getByRole("dialog").getByText("Can contents.read").first().waitFor();
    assert.deepEqual(theirs.faults, []);
    await theirs.close();
  });

  test("An admin token is made, shown once, works, and is revoked by its name", async () => {
    const { page } = tab;
    await go("tokens");
    await page.getByRole("button", { name: "New token" }).click();
    const form = page.getByRole("dialog", { name: "New admin token" });
    await form.getByLabel("Name").fill("nightly report");
    await form.getByRole("checkbox", { name: /analyst/ }).check();
    await form.getByRole("button", { name: "Make the token" }).click();
    const shown = page.getByRole("dialog", { name: "Token nightly report" });
    const secret = await shown.getByRole("button", { name: /Copy secret/ }).getAttribute("title");
    const me = () => fetch(`${url}/api/me`, { headers: { authorization: `Bearer ${secret}` } });
    assert.equal((await me()).status, 200);
    await shown.getByRole("button", { name: "I have it" }).click();
    const drawer = page.getByRole("complementary", { name: "nightly report" });
    await drawer.getByRole("button", { name: "Revoke" }).click();
    const confirm = page.getByRole("dialog", { name: "Revoke token nightly report?" });
    assert.ok(await confirm.getByRole("button", { name: "Revoke token" }).isDisabled());
    await confirm.getByLabel("Type the name of the token").fill("nightly report");
    await confirm.getByRole("button", { name: "Revoke token" }).click();
    await drawer.getByText("It opens nothing any more.").waitFor();
    assert.equal((await me()).status, 401);
  });

  test("One changes one's name and password, and ends one's other sessions", async () => {
    const email = await account("Own Account", ["analyst"]);
    const [here, there] = [await open(), await open()];
    await signIn(there.page, email);
    await signIn(here.page, email, "/console/settings?tab=account");
    const { page } = here;
    await page.getByLabel("Name", { exact: true }).fill("Renamed Person");
    await page.getByRole("button", { name: "Save the name" }).click();
    await page.getByRole("navigation", { name: "Main" }).getByText("Renamed Person").waitFor();
    await page.getByText("this one").waitFor();
    await page.getByRole("button", { name: "End the others" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End them" }).click();
    await page.getByRole("button", { name: "End the others" }).waitFor({ state: "detached" });
    assert.equal((await there.page.request.get(`${url}/api/me`)).status(), 401);

    const form = page.getByRole("region", { name: "Password" });
    await form.getByLabel("Present password").fill("not the password");
    await form.getByLabel("New password").fill("another good password");
    await form.getByRole("button", { name: "Change the password" }).click();
    await form.getByText("The old password is wrong.").waitFor();
    await form.getByLabel("Present password").fill(password);
    await form.getByRole("button", { name: "Change the password" }).click();
    await form.getByText("The password is changed.").waitFor();
    await page.getByLabel("Time zone", { exact: true }).selectOption("utc");
    await page.getByLabel("Colours", { exact: true }).selectOption("dark");
    assert.equal(await page.evaluate(() => document.documentElement.getAttribute("data-mantine-color-scheme")), "dark");
    assert.deepEqual([...here.faults, ...there.faults], []);
    await here.close();
    await there.close();
  });

  test("The roles are those of the API", async () => {
    const { page } = tab;
    await go("roles");
    const { items } = await admin("GET", "roles");
    const head = page.getByRole("table", { name: "What each role may do" }).getByRole("columnheader");
    await head.first().waitFor();
    assert.deepEqual(
      (await head.allTextContents()).map((t) => t.replace(" (yours)", "")),
      ["Area", ...items.map((r) => r.name)],
    );
  });

  test("No part of the settings has anything serious for axe, in both schemes", async () => {
    const { page } = tab;
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      for (const part of ["organisation", "people", "tokens", "roles", "account"]) {
        await go(part);
        await page.getByRole("table").first().waitFor();
        assert.deepEqual(await axeFindings(page), [], part);
      }
      await go("people&new=1");
      await page.getByRole("dialog", { name: "Invite" }).getByRole("checkbox").first().waitFor();
      assert.deepEqual(await axeFindings(page), []);
    }
  });

  test("Nothing failed in the pages, and no other host was asked", () => assert.deepEqual(tab.faults, []));
});
