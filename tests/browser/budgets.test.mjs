import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, chat, open, recorded, signIn, url } from "./browser.mjs";

describe("budgets", () => {
  let owner;
  let engineer;
  let secret;
  const name = "letters-prod";
  before(async () => {
    const [workspace] = (await admin("GET", "workspaces")).items;
    const useCase = await admin("POST", "use-cases", { workspace_id: workspace.id, name: "Letters" });
    const made = await admin("POST", "keys", { name, use_case_id: useCase.id });
    secret = made.secret;
    owner = await open();
    engineer = await open();
    await signIn(owner.page, await account("Budget Owner", ["owner"]), "/console/budgets");
    await signIn(engineer.page, await account("Budget Engineer", ["engineer"]), "/console/budgets");
  });
  after(() => Promise.all([owner.close(), engineer.close()]));

  const row = (page, more) => page.getByRole("row", { name: new RegExp(`${name}.*${more}`) });

  test("A budget is made, a wrong limit is told at its field, and its place in the tree is below its use case", async () => {
    const { page } = owner;
    await page.locator("header").getByRole("button", { name: "Budget", exact: true }).click();
    await page.getByLabel("It bounds").selectOption("key");
    await page.getByLabel("Which").fill(name);
    await page.getByRole("option", { name }).click();
    await page.getByLabel("In each").selectOption("day");
    await page.getByLabel("Limit", { exact: true }).fill("much");
    await page.getByRole("button", { name: "Make the budget" }).click();
    await page.getByRole("alert").getByText("limit_usd must be decimal USD").waitFor();
    // Enough for the worst case of a call.
    await page.getByLabel("Limit", { exact: true }).fill("0.5");
    await page.getByRole("button", { name: "Make the budget" }).click();
    const drawer = page.getByRole("complementary", { name: `${name}, day` });
    await drawer.getByText("Demo / Playground / Letters / key / hard limit").waitFor();
    await drawer.getByText("No forecast yet: it takes six hours of spending.").waitFor();
    assert.match(new URL(page.url()).searchParams.get("budget"), /^budget_/);
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
    const names = await page.locator("tbody tr").allTextContents();
    assert.ok(names.findIndex((n) => n.startsWith("Letters")) < names.findIndex((n) => n.startsWith(name)));
  });

  test("What a call cost is spent, and a limit below that asks before it stops the calls", async () => {
    const { page } = owner;
    const { status, id } = await chat("sim/echo", "Dear Portico", secret);
    assert.equal(status, 200);
    await recorded(page, id);
    await page.reload();
    await row(page, "day.*0\\.0000").click();
    const drawer = page.getByRole("complementary", { name: `${name}, day` });
    await drawer.getByRole("button", { name: "Change limit" }).click();
    await page.getByLabel("Limit", { exact: true }).fill("0.000001");
    await page.getByRole("button", { name: "Save the budget" }).click();
    await page.getByText("are spent and held already: its calls are refused at once").waitFor();
    await page.getByRole("button", { name: "Set the limit" }).click();
    await row(page, "Stopped").waitFor();
    await drawer.getByText("It is spent: its calls are refused.").waitFor();
    assert.equal((await chat("sim/echo", "Dear Portico", secret)).status, 429);
    await page.getByRole("button", { name: /^At risk/ }).click();
    await row(page, "Stopped").waitFor();
    assert.equal(new URL(page.url()).searchParams.get("only"), "risk");
    assert.equal(await page.getByRole("row", { name: /first key/ }).count(), 0);
  });

  test("Who may not change budgets sees no way to, asks for more, and can take it back", async () => {
    const { page } = engineer;
    await page.goto(`${url}/console/budgets`);
    await row(page, "Stopped").click();
    assert.equal(await page.locator("header").getByRole("button", { name: "Budget", exact: true }).count(), 0);
    assert.equal(await page.getByRole("button", { name: "Change limit" }).count(), 0);
    const ask = async (limit, reason) => {
      await page.getByRole("button", { name: "Ask for more" }).click();
      await page.getByLabel("New limit").fill(limit);
      await page.getByLabel("What for").fill(reason);
      await page.getByRole("button", { name: "Ask", exact: true }).click();
    };
    await ask("0.000001", "Less");
    await page.getByRole("alert").getByText("ask for more than that").waitFor();
    await page.getByLabel("New limit").fill("0.5");
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.getByRole("button", { name: "Withdraw" }).click();
    await page.getByText(/took back a request/).waitFor();
    await ask("0.75", "A storm: a third more letters.");
    await page.getByText(/You ask for/).waitFor();
    assert.equal(await page.getByRole("button", { name: "Approve" }).count(), 0);
  });

  test("Somebody else approves less than was asked, calls go on, and it is kept who decided", async () => {
    const { page } = owner;
    await page.goto(`${url}/console/budgets`);
    await page.getByRole("button", { name: /^More asked 1/ }).click();
    await row(page, "more asked").click();
    const drawer = page.getByRole("complementary", { name: `${name}, day` });
    await drawer.getByText("A storm: a third more letters.").waitFor();
    await drawer.getByRole("button", { name: "Approve" }).click();
    await page.getByLabel("New limit").fill("0.9");
    await page.getByRole("button", { name: "Raise the limit" }).click();
    await page.getByRole("alert").getByText("Only 0.75 USD were asked for").waitFor();
    await page.getByLabel("New limit").fill("0.25");
    await page.getByLabel("Note").fill("For today.");
    await page.getByRole("button", { name: "Raise the limit" }).click();
    await drawer.getByText(/Budget Owner approved \$0\.25 for Budget Engineer/).waitFor();
    await drawer.getByText("of $0.2500").waitFor();
    assert.equal((await chat("sim/echo", "Dear Portico", secret)).status, 200);

    await engineer.page.reload();
    await engineer.page.getByText(/Budget Owner approved \$0\.25/).waitFor();
  });

  test("A limit stands with the budgets of its key, and branches fold by the address", async () => {
    const { page } = owner;
    await page.goto(`${url}/console/budgets`);
    await page.locator("header").getByRole("button", { name: "Limit", exact: true }).click();
    await page.getByLabel("It bounds").selectOption("key");
    await page.getByLabel("Which").fill(name);
    await page.getByRole("option", { name }).click();
    await page.getByLabel("Limit", { exact: true }).fill("600");
    await page.getByRole("button", { name: "Make the limit" }).click();
    await page.getByRole("complementary", { name: `${name}, requests a minute` }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("row", { name: /requests.*minute.*600/ }).waitFor();
    const fold = page.getByRole("button", { name: "What is below Letters" });
    assert.equal(await fold.getAttribute("aria-expanded"), "true");
    await fold.click();
    await page.getByRole("row", { name: /requests.*minute.*600/ }).waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("button", { name: "What is below Letters" }).waitFor();
    assert.equal(await row(page, "day").count(), 0);
    await page.getByRole("button", { name: "Expand all" }).click();
    await row(page, "day").waitFor();
  });

  test("A budget is walked to and opened by keys alone, and removed after its name was typed", async () => {
    const { page } = owner;
    await page.goto(`${url}/console/budgets`);
    await row(page, "day").focus();
    await page.keyboard.press("Enter");
    const drawer = page.getByRole("complementary", { name: `${name}, day` });
    await drawer.waitFor();
    await page.keyboard.press("j");
    await page.getByRole("complementary", { name: `${name}, requests a minute` }).waitFor();
    await page.keyboard.press("k");
    await drawer.getByRole("button", { name: "Remove" }).click();
    const act = page.getByRole("button", { name: "Remove budget" });
    assert.equal(await act.isDisabled(), true);
    await page.getByLabel("Type the name of what it bounds").fill(name);
    await act.click();
    await row(page, "day").waitFor({ state: "detached" });
  });

  test("The page and what lies over it have nothing serious for axe, in both schemes", async () => {
    const { page } = owner;
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.goto(`${url}/console/budgets`);
      await page.getByRole("row", { name: /Demo.*month/ }).click();
      await page.getByRole("complementary", { name: "Demo, month" }).getByText("Alerts").waitFor();
      await page.getByRole("complementary").evaluate((drawer) => Promise.all(drawer.getAnimations().map((a) => a.finished)));
      assert.deepEqual(await axeFindings(page), []);
      await page.getByRole("button", { name: "Change limit" }).click();
      await page.getByRole("dialog").waitFor();
      assert.deepEqual(await axeFindings(page), []);
      await page.keyboard.press("Escape");
    }
  });

  test("Nothing failed in the pages, and no other host was asked", () => {
    assert.deepEqual([...owner.faults, ...engineer.faults], []);
  });
});
