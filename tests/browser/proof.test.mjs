import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";
import { open, password, recorded, setup, readSaid, url } from "./browser.mjs";
import { startProvider } from "./provider.mjs";

const providerKey = "sk-of-the-house";

// What the console is for, from an empty directory to a key that works no more: everything by the pages, calls by OpenAI's own SDK with address and key alone.
test("Somebody sets Portico up, connects a provider, gives out a key with a budget, finds its call, compares two models, and revokes the key", async () => {
  const provider = await startProvider(providerKey, ["house/small", "house/large"]);
  const tab = await open();
  const { page, faults } = tab;
  const dialog = page.getByRole("dialog");
  const aside = (name) => page.getByRole("complementary", { name, exact: true });
  const go = async (link, heading = link) => {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: link, exact: true }).click();
    await page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
  };
  const cells = (row) => page.getByRole("row", { name: new RegExp(`^${row}`) }).getByRole("cell");
  try {
    // The first start: the link that it printed, and the first account.
    await page.goto(setup);
    await page.getByRole("heading", { name: "Set up Portico" }).waitFor();
    await page.getByLabel("Your name").fill("Mara Lindqvist");
    await page.getByLabel("E-mail").fill("mara@example.com");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Make the account" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();

    // A provider, tried before it is saved; its models, approved and priced.
    await go("Models", "Models and connections");
    await page.getByRole("button", { name: "Connect a provider" }).first().click();
    await dialog.getByLabel("Provider", { exact: true }).selectOption({ label: "Another compatible server" });
    await dialog.getByLabel("Name", { exact: true }).fill("house");
    await dialog.getByLabel("Address", { exact: true }).fill(provider.url);
    await dialog.getByLabel("Signs in with").selectOption({ label: "API key" });
    await dialog.getByLabel("API key", { exact: true }).fill(providerKey);
    assert.equal(await dialog.getByRole("button", { name: "Save connection" }).count(), 0, "it is tried first");
    await dialog.getByRole("button", { name: "Test connection" }).click();
    await dialog.getByText(/answers: 2 models/).waitFor();
    await dialog.getByRole("button", { name: "Save connection" }).click();
    await page.getByRole("dialog", { name: "Add models of house" }).waitFor();
    await dialog.getByRole("checkbox", { name: /house\/small/ }).check();
    await dialog.getByRole("checkbox", { name: /house\/large/ }).check();
    await dialog.getByRole("checkbox", { name: /Approve them/ }).check();
    await dialog.getByRole("button", { name: "Add 2 models" }).click();
    await dialog.getByText("Added 2").waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    for (const [model, input, output] of [["house/small", "0.25", "1.125"], ["house/large", "2.50", "10"]]) {
      await page.getByRole("table", { name: "Models and connections" }).getByRole("row", { name: new RegExp(model) }).click();
      await aside(model).getByRole("button", { name: "Enter a price" }).click();
      await dialog.getByLabel("Input, standard", { exact: true }).fill(input);
      await dialog.getByLabel("Output, standard", { exact: true }).fill(output);
      await dialog.getByLabel("Where it is from").fill("our contract");
      await dialog.getByRole("button", { name: "Enter price" }).click();
      await dialog.waitFor({ state: "detached" });
    }

    // A key whose contents are kept, and its budget.
    await go("Keys");
    await page.getByRole("button", { name: "New key" }).click();
    await dialog.getByLabel("Name").fill("proof-prod");
    await dialog.getByLabel("Prompts and answers").selectOption({ label: "Kept" });
    await dialog.getByRole("button", { name: "Make the key" }).click();
    const [secret] = (await dialog.getByRole("button", { name: /^Copy secret/ }).textContent()).match(/pk_live_\w+/);
    await dialog.getByRole("button", { name: "I have it" }).click();
    await page.getByRole("row", { name: /proof-prod/ }).waitFor();
    await go("Budgets");
    await page.locator("header").getByRole("button", { name: "Budget", exact: true }).click();
    await dialog.getByLabel("It bounds").selectOption("key");
    await dialog.getByLabel("Which").fill("proof-prod");
    await dialog.getByRole("option", { name: "proof-prod" }).click();
    await dialog.getByLabel("In each").selectOption("day");
    await dialog.getByLabel("Limit", { exact: true }).fill("1");
    await dialog.getByRole("button", { name: "Make the budget" }).click();
    await aside("proof-prod, day").waitFor();

    // Calls by the SDK, plain and streamed.
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: secret, maxRetries: 0 });
    const ask = (content) => ({ model: "house/small", messages: [{ role: "user", content }] });
    const plain = await client.chat.completions.create(ask("Is the pipe covered?")).withResponse();
    assert.equal(plain.data.choices[0].message.content, "Served by house/small");
    const streamed = await client.chat.completions.create({ ...ask("And the floor?"), stream: true }).withResponse();
    let text = "";
    for await (const chunk of streamed.data) text += chunk.choices[0]?.delta.content ?? "";
    assert.equal(text, "Served by house/small");
    const [plainId, streamedId] = [plain, streamed].map((r) => r.response.headers.get("x-request-id"));
    await recorded(page, plainId);
    await recorded(page, streamedId);

    // The call is found by a filter and opened: what happened, what it cost, what was said.
    await go("Calls");
    await page.keyboard.press("f");
    await page.getByLabel("Filter by").fill("key");
    await page.keyboard.press("Enter");
    await page.getByLabel("Key is").fill("proof-prod");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Key is proof-prod" }).waitFor();
    await page.waitForFunction(() => document.querySelector("table[aria-label='Calls']")?.getAttribute("aria-rowcount") === "2");
    // The newest stands first.
    for (const [index, id, said] of [[0, streamedId, "And the floor?"], [1, plainId, "Is the pipe covered?"]]) {
      await page.locator(`tr[data-index='${index}']`).click();
      await page.waitForFunction((call) => new URLSearchParams(location.search).get("call") === call, id);
      const call = aside("Answered");
      await call.getByText(id).first().waitFor();
      await call.getByText("Attempt 1", { exact: true }).waitFor();
      await call.getByText("Hold budget", { exact: true }).waitFor();
      // 11 × 0.25 + 4 × 1.125 USD a million, with the price that was entered.
      await call.getByRole("row", { name: /^Settled 15/ }).getByTitle("$0.000007250", { exact: true }).waitFor();
      await call.getByText(/Counts reported by the provider\. Priced with version 1 of its price\./).waitFor();
      await readSaid(page, call);
      await call.getByText(said).waitFor();
      await call.getByText("Served by house/small", { exact: true }).waitFor();
    }
    await page.keyboard.press("Escape");

    // Its money is in the budget.
    await go("Budgets");
    await page.reload();
    await page.getByRole("row", { name: /proof-prod.*day/ }).getByTitle("$0.000014500", { exact: true }).waitFor();

    // Two models answer the same, side by side, with what each cost.
    await go("Playground");
    const useCase = page.getByLabel("Use case", { exact: true });
    await useCase.locator("option").nth(1).waitFor({ state: "attached" });
    await useCase.selectOption({ index: 1 });
    await page.getByLabel("Message 2", { exact: true }).fill("What do you charge?");
    for (const model of ["house/small", "house/large"]) {
      await page.getByRole("button", { name: /^(Add a model|Model or setting)$/ }).last().click();
      await dialog.getByLabel("Route or model").fill(model);
      await page.getByRole("option", { name: new RegExp(`^${model} `) }).click();
      await dialog.getByRole("button", { name: "Add the column" }).click();
      await page.getByRole("columnheader", { name: new RegExp(model) }).waitFor();
    }
    await page.getByRole("button", { name: "Run all" }).click();
    await cells("Text").nth(0).getByText("Served by house/small").waitFor();
    await cells("Text").nth(1).getByText("Served by house/large").waitFor();
    await cells("Cost").nth(0).getByText("$0.000007").waitFor();
    await cells("Cost").nth(1).getByText("$0.000068").waitFor();

    // The key is revoked: the next call is refused in our words and by our code, and the page says what became of the key.
    await go("Keys");
    await page.getByRole("row", { name: /proof-prod/ }).click();
    await aside("proof-prod").getByRole("button", { name: "Revoke" }).click();
    await page.getByLabel("Type the name of the key").fill("proof-prod");
    await page.getByRole("button", { name: "Revoke key" }).click();
    await page.getByRole("row", { name: /proof-prod.*Revoked/ }).waitFor();
    const before = provider.state.chats;
    const refused = await client.chat.completions.create(ask("Still there?")).then(
      () => undefined,
      (problem) => problem,
    );
    assert.ok(refused instanceof OpenAI.AuthenticationError, String(refused));
    assert.deepEqual([refused.status, refused.code], [401, "invalid_api_key"]);
    assert.match(refused.message, /This key was revoked\. Ask for a new one\./);
    assert.equal(provider.state.chats, before, "the provider was not asked");
    await page.reload();
    await page.getByRole("row", { name: /proof-prod.*Revoked/ }).waitFor();
    assert.deepEqual(faults, []);
  } finally {
    await tab.close();
    provider.stop();
  }
});
