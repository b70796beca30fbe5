import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, chat, open, recorded, signIn, url } from "./browser.mjs";
import { startProvider } from "./provider.mjs";

const key = "sk-of-the-house";

describe("models and connections", () => {
  let provider;
  let engineer;
  let owner;
  before(async () => {
    provider = await startProvider(key, ["house/small", "house/large", "house/embed"]);
    engineer = await open();
    owner = await open();
    await signIn(engineer.page, await account("Ena Engineer", ["engineer"]), "/console/models");
    await signIn(owner.page, await account("Olga Owner", ["owner"]), "/console/models");
  });
  after(async () => {
    await engineer.close();
    await owner.close();
    provider.stop();
  });

  const row = (page, name) => page.getByRole("table", { name: "Models and connections" }).getByRole("row", { name });
  const dialog = (page) => page.getByRole("dialog");
  const choose = (page, label) => dialog(page).getByLabel("Provider", { exact: true }).selectOption({ label });

  test("What cannot be saved is told at its field, and a provider that refuses the key in its own words", async () => {
    const { page } = engineer;
    await page.getByRole("button", { name: "Connect a provider" }).click();
    await choose(page, "Another compatible server");
    await dialog(page).getByLabel("Name", { exact: true }).fill("the house");
    await dialog(page).getByLabel("Address", { exact: true }).fill("http://169.254.169.254/v1");
    await dialog(page).getByRole("button", { name: "Test connection" }).click();
    await dialog(page).getByRole("alert").getByText(/name must have/).waitFor();
    await dialog(page).getByLabel("Name", { exact: true }).fill("house");
    await dialog(page).getByRole("button", { name: "Test connection" }).click();
    await dialog(page).getByRole("alert").getByText(/special address/).waitFor();
    await dialog(page).getByLabel("Address", { exact: true }).fill(provider.url);
    await dialog(page).getByLabel("Signs in with").selectOption({ label: "API key" });
    await dialog(page).getByLabel("API key", { exact: true }).fill("sk-wrong");
    await dialog(page).getByRole("button", { name: "Test connection" }).click();
    await dialog(page).getByText("Another compatible server did not list its models").waitFor();
    await dialog(page).getByRole("button", { name: "Save it all the same" }).waitFor();
    assert.equal((await admin("GET", "connections")).items.some((c) => c.name === "house"), false, "nothing is saved yet");
  });

  test("A provider is connected after it answered, and models of its list wait in quarantine", async () => {
    const { page } = engineer;
    await dialog(page).getByLabel("API key", { exact: true }).fill(key);
    await dialog(page).getByRole("button", { name: /Test/ }).click();
    await dialog(page).getByText(/answers: 3 models/).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await dialog(page).getByRole("button", { name: "Save connection" }).click();

    await page.getByRole("dialog", { name: "Add models of house" }).waitFor();
    await dialog(page).getByText("ask somebody with the role", { exact: false }).waitFor();
    await dialog(page).getByLabel("Search what it offers").fill("house/");
    await dialog(page).getByRole("checkbox", { name: /house\/small/ }).check();
    await dialog(page).getByRole("checkbox", { name: /house\/large/ }).check();
    assert.deepEqual(await axeFindings(page), []);
    await dialog(page).getByRole("button", { name: "Add 2 models" }).click();
    await dialog(page).getByText("Added 2").waitFor();
    await dialog(page).getByRole("button", { name: "Done" }).click();
    await row(page, /house\/small.*Quarantined/).waitFor();
    await page.getByRole("complementary", { name: "house" }).getByText("kept, sealed").waitFor();
    assert.equal(await page.getByText(key).count(), 0, "the credential is never shown");
    assert.equal((await chat("house/small", "Hello")).status, 404, "nobody can call it yet");
  });

  test("Who adds a model does not approve it and is told whom to ask; another account approves it", async () => {
    const { page } = engineer;
    await row(page, /house\/small/).click();
    const drawer = page.getByRole("complementary", { name: "house/small" });
    await drawer.getByText(/does not approve it: ask somebody with the role .*officer/).waitFor();
    assert.equal(await drawer.getByRole("button", { name: "Approve" }).count(), 0);
    assert.equal(await drawer.getByRole("button", { name: "Enter a price" }).count(), 0, "an engineer enters no prices");

    await owner.page.goto(page.url());
    const seen = owner.page.getByRole("complementary", { name: "house/small" });
    await seen.getByRole("button", { name: "Approve", exact: true }).click();
    await owner.page.getByLabel("Reason").fill("tried with the claims team");
    await owner.page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
    await seen.getByRole("cell", { name: "tried with the claims team" }).waitFor();
    await row(owner.page, /house\/small.*Approved/).waitFor();
  });

  test("A model without a price is told as unpriced, and what is typed into its price is what bills", async () => {
    const { page } = owner;
    const drawer = page.getByRole("complementary", { name: "house/small" });
    await drawer.getByText("unpriced: calls are refused where a money budget applies").waitFor();
    await drawer.getByRole("button", { name: "Enter a price" }).click();
    await dialog(page).getByLabel("Input, standard", { exact: true }).fill("cheap");
    await dialog(page).getByRole("button", { name: "Enter price" }).click();
    await dialog(page).getByRole("alert").getByText(/usd_per_mtok.input must be decimal USD/).waitFor();
    await dialog(page).getByLabel("Input, standard", { exact: true }).fill("0.25");
    await dialog(page).getByLabel("Output, standard", { exact: true }).fill("1.125");
    await dialog(page).getByLabel("Input, batch", { exact: true }).fill("0.125");
    await dialog(page).getByLabel("Where it is from").fill("our contract");
    assert.deepEqual(await axeFindings(page), []);
    await dialog(page).getByRole("button", { name: "Enter price" }).click();
    await drawer.getByRole("cell", { name: "$1.125" }).waitFor();
    await drawer.getByRole("columnheader", { name: "Batch" }).waitFor();

    const { status, id } = await chat("house/small", "What does it cost?");
    assert.equal(status, 200);
    await recorded(page, id);
    // 11 × 0.25 + 4 × 1.125 USD a million.
    assert.equal((await admin("GET", `calls/${id}`)).cost_nano_usd, 7250);
  });

  test("The card that is entered counts, and a change made meanwhile is shown and not lost", async () => {
    const { page } = owner;
    const drawer = page.getByRole("complementary", { name: "house/small" });
    await drawer.getByRole("button", { name: "Edit card" }).click();
    await dialog(page).getByLabel("Trains on what is sent").selectOption("no");
    const model = (await admin("GET", "models?name=house/small")).items[0].id;
    await admin("PUT", `models/${model}/card`, { licence: { id: "MIT" } });
    await dialog(page).getByRole("button", { name: "Enter card" }).click();
    const conflict = dialog(page).getByText("The card of house/small was changed meanwhile");
    await conflict.waitFor();
    await dialog(page).locator("ins", { hasText: "MIT" }).waitFor();
    await dialog(page).getByRole("button", { name: "Keep my changes" }).click();
    await conflict.waitFor({ state: "detached" });
    await dialog(page).getByRole("button", { name: "Enter card" }).click();
    await dialog(page).waitFor({ state: "detached" });
    const { card } = await admin("GET", `models/${model}/card`);
    assert.deepEqual([card.terms.trains_on_data, card.licence.id], [false, "MIT"]);
  });

  test("A connection is changed with its difference shown, and a version of somebody else is not overwritten unseen", async () => {
    const { page } = engineer;
    await page.goto(`${url}/console/models`);
    await page.getByRole("row").filter({ has: page.getByText("house", { exact: true }) }).first().click();
    const drawer = page.getByRole("complementary", { name: "house", exact: true });
    await drawer.getByRole("button", { name: "Edit" }).click();
    await dialog(page).getByText("Terms of your contract").click();
    await dialog(page).getByLabel("Processes it in").fill("eu");
    await dialog(page).locator("ins", { hasText: "eu" }).waitFor();
    const connection = (await admin("GET", "connections?limit=1000")).items.find((c) => c.name === "house");
    await admin("PATCH", `connections/${connection.id}`, { retention_days: 30 });
    await dialog(page).getByRole("button", { name: "Save change" }).click();
    await dialog(page).getByText("house was changed meanwhile").waitFor();
    await dialog(page).locator("ins", { hasText: "30 days" }).waitFor();
    await dialog(page).getByRole("button", { name: "Keep my changes" }).click();
    await dialog(page).getByRole("button", { name: /Save/ }).click();
    await dialog(page).waitFor({ state: "detached" });
    const now = await admin("GET", `connections/${connection.id}`);
    assert.deepEqual([now.region, now.retention_days], ["eu", 30], "mine stands over theirs");
  });

  test("A credential is replaced after it was tried, and neither is ever shown", async () => {
    const { page } = engineer;
    const drawer = page.getByRole("complementary", { name: "house", exact: true });
    await drawer.getByRole("button", { name: "Replace credential" }).click();
    await dialog(page).getByLabel("API key", { exact: true }).fill("sk-other");
    await dialog(page).getByRole("button", { name: "Test credential" }).click();
    await dialog(page).getByText("house did not list its models").waitFor();
    await dialog(page).getByLabel("API key", { exact: true }).fill(key);
    await dialog(page).getByRole("button", { name: "Test credential" }).click();
    await dialog(page).getByText(/house answers/).waitFor();
    await dialog(page).getByRole("button", { name: "Replace credential" }).click();
    await dialog(page).waitFor({ state: "detached" });
    assert.equal((await chat("house/small", "With the new one")).status, 200);
  });

  test("Failures of a provider stand in its strip, with what failed", async () => {
    const { page } = engineer;
    provider.state.fails = 503;
    const { id } = await chat("house/small", "Down");
    await recorded(owner.page, id);
    provider.state.fails = 0;
    await page.reload();
    await page.getByRole("img", { name: /^house: (?!.*\b0\.00\s%).* failed/ }).first().waitFor();
    const drawer = page.getByRole("complementary", { name: "house", exact: true });
    await drawer.getByText(/Failed: \d+ provider failed/).waitFor();
    assert.deepEqual(await axeFindings(page), []);
  });

  test("Switching a connection off names what stops, and removing it asks for its name and leaves the models", async () => {
    const { page } = engineer;
    const drawer = page.getByRole("complementary", { name: "house", exact: true });
    await drawer.getByRole("button", { name: "Switch off" }).click();
    await dialog(page).getByRole("listitem").filter({ hasText: "house/small" }).waitFor();
    await dialog(page).getByRole("button", { name: "Switch off" }).click();
    await drawer.getByRole("button", { name: "Remove" }).click();
    const act = dialog(page).getByRole("button", { name: "Remove connection" });
    assert.equal(await act.isDisabled(), true);
    await dialog(page).getByLabel("Type the name of the connection").fill("house");
    await act.click();
    await drawer.waitFor({ state: "detached" });
    await row(page, /house\/small/).waitFor();
    assert.equal((await admin("GET", "connections?limit=1000")).items.some((c) => c.name === "house"), false);
  });

  test("Filters stand in the address and lead back to what they showed", async () => {
    const { page } = owner;
    await page.goto(`${url}/console/models?q=house&state=quarantined`);
    await row(page, /house\/large/).waitFor();
    assert.equal(await row(page, /house\/small/).count(), 0);
    await page.goto(`${url}/console/models?q=nothing-like-it`);
    await page.getByText("Nothing fits these filters").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await row(page, /sim\/echo/).waitFor();
  });

  test("Nothing failed in the pages, and no other host was asked", () =>
    assert.deepEqual([...engineer.faults, ...owner.faults], []));
});
