import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { account, admin, axeFindings, open, password, signIn, url } from "./browser.mjs";

/** The directory of the repository, on a free port: gives its issuer. */
async function directory() {
  const dll = fileURLToPath(new URL("../Portico.OidcProvider/bin/Release/net10.0/Portico.OidcProvider.dll", import.meta.url));
  const child = spawn("dotnet", [dll, "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const found = /^issuer +(http\S+)/.exec(line);
    if (found !== null) return { issuer: found[1], stop: () => child.kill("SIGTERM"), gone: once(child, "exit") };
  }
  throw new Error("the directory did not start");
}

describe("sign-in by an identity provider", () => {
  let provider;
  let tab;
  before(async () => {
    provider = await directory();
    tab = await open();
  });
  after(async () => {
    await tab.close();
    provider.stop();
    await provider.gone;
  });

  const button = (page) => page.getByRole("button", { name: "Continue with Example Directory" });
  const logIn = async (page, user) => {
    await page.waitForURL(`${provider.issuer}/authorize**`);
    await page.getByLabel("User").fill(user);
    await page.getByLabel("Pass phrase").fill("portico demo");
    await page.getByRole("button", { name: "Continue" }).click();
  };

  test("An owner adds the provider, tests it, and sees what it gives", async () => {
    const { page } = tab;
    await signIn(page, await account("Sign In Owner", ["owner"]), "/console/settings?tab=sign-in");
    await page.getByText("No identity provider yet").waitFor();
    await page.getByRole("button", { name: "Add a provider" }).click();
    const form = page.getByRole("dialog", { name: "Add an identity provider" });
    await form.getByLabel("Name", { exact: true }).fill("Example Directory");
    await form.getByLabel("Issuer").fill(provider.issuer);
    await form.getByLabel("Client id").fill("portico");
    await form.getByLabel("Client secret").fill("canary-of-the-client-secret");
    await form.getByLabel("Roles by group").fill("portico-admins\n");
    assert.ok(await form.getByRole("button", { name: "Add the provider" }).isDisabled());
    await form.getByLabel("Roles by group").fill("portico-admins = admin\nportico-analysts = analyst");
    await form.getByRole("button", { name: "Add the provider" }).click();
    // Plain http is for tests and demos, and must be said.
    await form.getByText("must begin with https://").waitFor();
    await form.getByRole("checkbox", { name: /Special addresses/ }).check();
    await form.getByRole("button", { name: "Add the provider" }).click();
    const drawer = page.getByRole("complementary", { name: "Example Directory" });
    await drawer.getByText(`${url}/console/sign-in`).waitFor();
    await drawer.getByRole("button", { name: "Test it" }).click();
    await drawer.getByText("its document was read").waitFor();
    await drawer.getByText("portico-analysts").waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.emulateMedia({ colorScheme: "dark" });
    assert.deepEqual(await axeFindings(page), []);
    await page.emulateMedia({ colorScheme: "light" });
    assert.deepEqual(tab.faults, []);
  });

  test("Somebody new comes in by it to where they were going, with the role of their group", async () => {
    const hers = await open();
    const { page } = hers;
    await page.goto(`${url}/console/usage?time=7d`);
    await button(page).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await button(page).click();
    await logIn(page, "ben@example.com");
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    await page.waitForURL(`${url}/console/usage?time=7d`);
    await page.getByText("analyst", { exact: true }).waitFor();
    // A code that was used is nowhere in the history of the browser.
    await page.goBack();
    assert.doesNotMatch(page.url(), /code=/);
    await hers.close();
  });

  test("Who has no role here is told so and can go back", async () => {
    const theirs = await open();
    const { page } = theirs;
    await page.goto(`${url}/console`);
    await button(page).click();
    await logIn(page, "eve@example.com");
    await page.getByText("none of your groups has a role in Portico").waitFor();
    assert.equal(page.url(), `${url}/console/sign-in`);
    await page.getByRole("button", { name: "Back to the sign-in" }).click();
    await button(page).waitFor();
    await theirs.close();
  });

  test("Signing out leads over the provider and back to the sign-in", async () => {
    const hers = await open();
    const { page } = hers;
    await page.goto(`${url}/console`);
    await button(page).click();
    await logIn(page, "ada@example.com");
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    const over = page.waitForRequest((r) => r.url().startsWith(`${provider.issuer}/end-session`));
    await page.getByRole("button", { name: "Sign out" }).click();
    await over;
    await button(page).waitFor();
    await hers.close();
  });

  test("A SCIM token is made, shown once and revoked", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/settings?tab=sign-in&new=scim`);
    const dialog = page.getByRole("dialog", { name: "SCIM tokens" });
    await dialog.getByText("There is none yet.").waitFor();
    await dialog.getByLabel("Name").fill("directory");
    await dialog.getByRole("button", { name: "Make a token" }).click();
    const shown = page.getByRole("dialog", { name: "SCIM token directory" });
    await shown.getByText(`${url}/scim/v2`).waitFor();
    await shown.getByRole("button", { name: "I have it" }).click();
    assert.equal((await admin("GET", "scim-tokens")).items.length, 1);
    await page.getByRole("button", { name: "SCIM tokens" }).click();
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("button", { name: "Revoke token" }).click();
    await dialog.getByText("There is none yet.").waitFor();
    assert.equal((await admin("GET", "scim-tokens")).items.length, 0);
  });

  test("Passwords are closed but for the break-glass owner, whose name must be said", async () => {
    const glass = await account("Break Glass", ["owner"]);
    const other = await account("Password User", ["analyst"]);
    const { page } = tab;
    await page.goto(`${url}/console/settings?tab=sign-in`);
    await page.getByRole("button", { name: "Passwords" }).click();
    const dialog = page.getByRole("dialog", { name: "Passwords" });
    await dialog.getByRole("checkbox", { name: /Sign in by the identity provider alone/ }).check();
    await dialog.getByText("Sessions that passwords opened end at once").waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Sign in by the organisation's identity provider first").waitFor();
    await dialog.getByLabel("Break-glass owner").selectOption({ label: `Break Glass, ${glass}` });
    await dialog.getByRole("button", { name: "Save" }).click();
    // The owner came in with a password.
    await page.getByRole("dialog", { name: "Sign in again" }).waitFor();
    const theirs = await open();
    await theirs.page.goto(`${url}/console`);
    await theirs.page.getByLabel("E-mail").fill(other);
    await theirs.page.getByLabel("Password").fill(password);
    await theirs.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await theirs.page.getByText("signs in by its identity provider alone").waitFor();
    await theirs.close();
    const hers = await open();
    await signIn(hers.page, glass, "/console/settings?tab=sign-in&new=passwords");
    await hers.page.getByRole("checkbox", { name: /Sign in by the identity provider alone/ }).uncheck();
    await hers.page.getByRole("button", { name: "Save" }).click();
    await hers.page.getByRole("dialog").waitFor({ state: "detached" });
    const [organisation] = (await admin("GET", "organisations")).items;
    assert.equal((await admin("GET", `organisations/${organisation.id}/sign-in-rule`)).provider_only, false);
    await hers.close();
  });
});
