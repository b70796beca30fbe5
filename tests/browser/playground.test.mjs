import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, open, recorded, signIn, url } from "./browser.mjs";
import { startUpstream } from "./upstream.mjs";

const schema = JSON.stringify({
  type: "object",
  properties: { policy: { type: "string" }, amount: { type: "number" }, missing: { type: "array", items: { type: "string" } }, summary: { type: "string" } },
  required: ["policy", "amount", "missing", "summary"],
});

let upstream;
let email;
before(async () => {
  upstream = await startUpstream();
  email = await account("Playground Tester", ["engineer"]);
});
after(() => upstream.close());

async function start(options = {}, to = "/console/playground", who = email) {
  const tab = await open(options);
  await signIn(tab.page, who, to);
  await tab.page.getByRole("heading", { name: "Playground" }).waitFor();
  return tab;
}

/** The page as somebody finds it who was never there. */
async function fresh(page) {
  await page.goto(`${url}/console/design`);
  await page.getByRole("heading", { name: "Design system" }).waitFor();
  await page.evaluate(() => localStorage.clear());
  await page.goto(`${url}/console/playground`);
  await page.getByText("No model is asked yet").waitFor();
  await chooseUseCase(page);
}

async function chooseUseCase(page) {
  const choice = page.getByLabel("Use case", { exact: true });
  await choice.locator("option").nth(1).waitFor({ state: "attached" });
  await choice.selectOption({ index: 1 });
}

async function addModel(page, name) {
  await page.getByRole("button", { name: /^(Add a model|Model or setting)$/ }).last().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Route or model").fill(name);
  await page.getByRole("option", { name: new RegExp(`^${name} `) }).click();
  await dialog.getByRole("button", { name: "Add the column" }).click();
  await page.getByRole("columnheader", { name: new RegExp(name) }).waitFor();
}

const cells = (page, row) => page.getByRole("row", { name: new RegExp(`^${row}`) }).getByRole("cell");

describe("the playground", () => {
  let tab;
  before(async () => {
    tab = await start();
  });
  after(() => tab.close());

  test("Two models answer side by side: fields with what differs, checks, measures, hold before and record after", async () => {
    const { page } = tab;
    await page.getByText("No model is asked yet").waitFor();
    await chooseUseCase(page);
    await page.getByLabel("Message 2", { exact: true }).fill("Today is {{today}}. What does the letter say?");
    await page.getByLabel("today", { exact: true }).fill("2026-11-19");
    await page.getByLabel("Form", { exact: true }).selectOption("schema");
    await page.getByLabel("Schema", { exact: true }).fill(schema);
    await addModel(page, "letters/facts");
    await addModel(page, "letters/facts-low");
    await page.getByText(/Holds at most \$0\.\d+, \$[\d.]+ left/).waitFor();
    assert.equal(upstream.seen.length, 0, "nothing is called before the run");
    await page.keyboard.press("Control+Enter");
    await page.getByText("2 of 4 fields differ").waitFor();
    await cells(page, "amount").nth(1).getByText("2340").waitFor();
    assert.deepEqual(await cells(page, "Schema").allTextContents(), ["Valid, answer", "Valid, answer"]);
    assert.equal(upstream.seen[0].messages[0].content, "Today is 2026-11-19. What does the letter say?");
    await cells(page, "Cost").nth(0).getByText("$0.000780").waitFor();
    await cells(page, "Tokens in / out").nth(1).getByText("120 / 48").waitFor();
    await page.getByRole("radio", { name: /2/ }).check();
    await page.getByRole("link", { name: "Open call" }).first().click();
    await page.getByRole("complementary", { name: "Answered" }).waitFor();
    await page.goBack();
    assert.equal(await page.getByLabel("Message 2", { exact: true }).inputValue(), "Today is {{today}}. What does the letter say?");
  });

  test("The draft survives a reload, and a link carries it to somebody else, who runs nothing by opening it", async () => {
    const { page } = tab;
    await page.reload();
    await page.getByRole("columnheader", { name: /letters\/facts-low/ }).waitFor();
    assert.equal(await page.getByLabel("today", { exact: true }).inputValue(), "2026-11-19");
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("button", { name: "Copy the link" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole("button", { name: "Close" }).click();
    assert.match(link, /\/console\/playground#draft=[\w-]+$/);
    const before = upstream.seen.length;
    const other = await start({}, new URL(link).pathname + new URL(link).hash, await account("Link Reader", ["engineer"]));
    try {
      await other.page.getByText("This draft came with a link").waitFor();
      assert.equal(await other.page.getByLabel("Message 2", { exact: true }).inputValue(), "Today is {{today}}. What does the letter say?");
      await other.page.getByRole("columnheader", { name: /letters\/facts-low/ }).waitFor();
      assert.equal(new URL(other.page.url()).hash, "");
      await other.page.goto("about:blank");
      await other.page.goto(`${url}/console/playground#draft=${"A".repeat(400)}`);
      await other.page.getByText("The link cannot be read").waitFor();
      assert.deepEqual(other.faults, []);
    } finally {
      await other.close();
    }
    assert.equal(upstream.seen.length, before);
  });

  test("HTML, script, pictures of other hosts and right-to-left text of a model are shown and do nothing", async () => {
    const { page, faults } = tab;
    await fresh(page);
    await page.getByLabel("Message 2", { exact: true }).fill("Be hostile");
    await addModel(page, "letters/hostile");
    await page.getByRole("button", { name: "Run all" }).click();
    const answer = cells(page, "Text").first();
    await answer.getByText("<script>window.pwned = 1").waitFor();
    await cells(page, "End").getByText("Came to its end").waitFor();
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    assert.equal(await page.title(), "Playground · Portico");
    assert.equal(await answer.locator("script, iframe, img").count(), 0);
    assert.deepEqual(await answer.getByRole("link").evaluateAll((all) => all.map((a) => a.href)).then((all) => [...new Set(all)].sort()), [
      "https://evil.example/pixel.png?who=me",
      "https://example.com/",
      "https://example.com/claims",
    ]);
    await answer.getByText("Picture “pixel” at evil.example, not loaded").waitFor();
    assert.equal(await answer.getByText("שלום, העולם").evaluate((e) => getComputedStyle(e.closest("li")).direction), "rtl");
    assert.deepEqual(faults, []);
  });

  test("A prompt of 10 MB and 5,000 tool calls leave the page usable", async () => {
    const { page } = tab;
    await fresh(page);
    await page.getByLabel("Message 2", { exact: true }).focus();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData("text/plain", "ten megabytes of a letter ".repeat(400_000));
      document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    });
    await page.getByText("10,400,000 characters, sent whole.").waitFor();
    await page.getByText("too large for your browser to keep").waitFor();
    await addModel(page, "letters/length");
    await page.getByRole("button", { name: "Run all" }).click();
    await cells(page, "Text").getByText("10400002 characters came.").waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Empty it" }).click();
    await page.getByLabel("Message 2", { exact: true }).fill("Call them all");
    await page.getByRole("button", { name: "Put in an example" }).click();
    await addModel(page, "letters/calls");
    await page.getByRole("button", { name: "Run letters/calls" }).click();
    await page.getByText("20 of 5,000 calls").waitFor({ timeout: 60_000 });
    await page.getByText("All 5000 fit").waitFor();
    await page.getByRole("button", { name: "Show 100 more" }).click();
    await page.getByText("120 of 5,000 calls").waitFor();
    await page.getByLabel("Message 2", { exact: true }).fill("And one more word");
    assert.equal(await page.getByLabel("Message 2", { exact: true }).inputValue(), "And one more word");
  });

  test("Stop cancels the call, which is billed for what came and says so", async () => {
    const { page } = tab;
    await fresh(page);
    await page.getByLabel("Message 2", { exact: true }).fill("Slowly");
    await addModel(page, "letters/slow");
    await page.getByRole("button", { name: "Run all" }).click();
    await cells(page, "Text").getByText(/word3/).waitFor();
    await page.getByRole("button", { name: "Stop all" }).click();
    await page.getByText(/What had come is billed: \$0\.\d{4}\./).waitFor();
    const address = await page.getByRole("link", { name: "Open call" }).getAttribute("href");
    const call = new URL(address, url).searchParams.get("call");
    await recorded(page, call);
    const record = await admin("GET", `calls/${call}`);
    assert.equal(record.outcome, "abandoned");
    assert.equal(record.wire, "playground");
    assert.equal(record.key_id, null);
    assert.ok(record.cost_nano_usd > 0);
  });

  test("What fails stays in its column with what to do, and the other answers", async () => {
    const { page } = tab;
    await fresh(page);
    await page.getByLabel("Message 2", { exact: true }).fill("Go");
    await addModel(page, "letters/fails");
    await addModel(page, "letters/plain");
    await page.getByRole("button", { name: "Run all" }).click();
    await cells(page, "Text").nth(0).getByText("No <b>such</b> thing").waitFor();
    await cells(page, "Text").nth(1).getByText("It is done.").waitFor();
    assert.equal(await cells(page, "Text").nth(1).locator("strong").textContent(), "done");
    await page.getByLabel("Temperature").fill("hot");
    await page.getByText("A temperature is a number from 0 to 2.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Run all" }).isDisabled(), true);
    await page.getByLabel("Temperature").fill("0");
    await page.getByRole("button", { name: "More of letters/plain" }).click();
    await page.getByRole("menuitem", { name: "Copy as Python" }).click();
    await page.getByRole("dialog").getByText('temperature=0').waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Copy" }).click();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /client\.chat\.completions\.create\(\n {4}model="letters\/plain"/);
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  });

  test("What a budget does not cover is told before the run and refused by it", async () => {
    const { page } = tab;
    await fresh(page);
    const budget = await admin("POST", "budgets", { scope: "model", scope_id: "letters/plain", window: "day", limit_usd: "0.0001", alert_percents: [] });
    try {
      await page.getByLabel("Message 2", { exact: true }).fill("Go");
      await page.getByLabel("Tokens out, at most").fill("4000");
      await addModel(page, "letters/plain");
      await cells(page, "Text").getByText(/Would be refused/).waitFor();
      const before = upstream.seen.length;
      await page.getByRole("button", { name: "Run all" }).click();
      await cells(page, "Text").getByText(/does not cover this call/).waitFor();
      assert.equal(upstream.seen.length, before);
    } finally {
      await admin("DELETE", `budgets/${budget.id}`);
    }
  });

  test("Emptying the draft can be undone", async () => {
    const { page } = tab;
    await fresh(page);
    await page.getByLabel("Message 2", { exact: true }).fill("Do not lose this");
    await page.getByRole("button", { name: "Empty the draft" }).click();
    await page.getByText("The draft is empty").waitFor();
    assert.equal(await page.getByLabel("Message 2", { exact: true }).inputValue(), "");
    await page.getByRole("button", { name: "Undo" }).click();
    assert.equal(await page.getByLabel("Message 2", { exact: true }).inputValue(), "Do not lose this");
  });

  test("Pictures by file and by paste reach the model", async () => {
    const { page } = tab;
    await fresh(page);
    const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
    await page.locator("input[type=file]").first().setInputFiles({ name: "floor.png", mimeType: "image/png", buffer: png });
    await page.getByRole("img", { name: "floor.png" }).waitFor();
    await page.getByLabel("Message 2", { exact: true }).focus();
    await page.evaluate((bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], "pasted.png", { type: "image/png" }));
      document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, png.toString("base64"));
    await page.getByRole("img", { name: "pasted.png" }).waitFor();
    await page.locator("input[type=file]").first().setInputFiles({ name: "x.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") });
    await page.getByText("x.svg is no picture").waitFor();
    await addModel(page, "letters/picture");
    await page.getByRole("button", { name: "Run all" }).click();
    await cells(page, "Text").getByText("Saw 2 pictures.").waitFor();
  });

  test("Nothing failed in the page, and no other host was asked", () => assert.deepEqual(tab.faults, []));
});

describe("a call taken up again", () => {
  test("comes whole where it was kept and may be read, else with its model and the reason", async () => {
    const [organisation] = (await admin("GET", "organisations")).items;
    assert.ok(organisation);
    await admin("POST", "routes", { name: "kept-letters", targets: [{ deployment: upstream.deployments.plain, model: null }], keep_contents: true });
    const owner = await start({}, "/console/playground", await account("Rerun Owner", ["owner"]));
    let call;
    try {
      const { page } = owner;
      await chooseUseCase(page);
      await page.getByLabel("Message 2", { exact: true }).fill("Keep <b>this</b>");
      await addModel(page, "kept-letters");
      await page.getByRole("button", { name: "Run all" }).click();
      await cells(page, "Text").getByText("It is done.").waitFor();
      call = new URL(await page.getByRole("link", { name: "Open call" }).getAttribute("href"), url).searchParams.get("call");
      await fresh(page);
      await page.goto(`${url}/console/playground?call=${call}`);
      await page.getByText("This is the call as it was made").waitFor();
      assert.equal(await page.getByLabel("Message 1", { exact: true }).inputValue(), "Keep <b>this</b>");
      await page.getByRole("columnheader", { name: /kept-letters/ }).waitFor();
    } finally {
      await owner.close();
    }
    const engineer = await start({}, `/console/playground?call=${call}`);
    try {
      await engineer.page.getByText("Your roles do not let you read what was said.").waitFor();
      await engineer.page.getByRole("columnheader", { name: /kept-letters/ }).waitFor();
      assert.deepEqual(engineer.faults, []);
    } finally {
      await engineer.close();
    }
  });
});

test("Who may not spend does not find the page, and an address of it says why", async () => {
  const tab = await open();
  try {
    await signIn(tab.page, await account("Playground Officer", ["officer"]), "/console/playground");
    assert.equal(await tab.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Playground" }).count(), 0);
    await tab.page.getByText("Your roles do not let you call models").waitFor();
  } finally {
    await tab.close();
  }
});

for (const colorScheme of ["light", "dark"])
  test(`The playground has nothing serious for axe in ${colorScheme} colours`, async () => {
    const tab = await start({ colorScheme });
    try {
      const { page } = tab;
      await fresh(page);
      assert.deepEqual(await axeFindings(page), []);
      await page.getByLabel("Message 2", { exact: true }).fill("Go");
      await page.getByLabel("Form", { exact: true }).selectOption("schema");
      await page.getByRole("button", { name: "Put in an example" }).click();
      for (const name of ["facts", "facts-low", "hostile", "calls", "fails"]) await addModel(page, `letters/${name}`);
      await page.getByRole("button", { name: "Run all" }).click();
      await page.getByText("20 of 5,000 calls").waitFor();
      await page.getByText(/fields differ/).waitFor();
      assert.deepEqual(await axeFindings(page), []);
      await page.getByRole("button", { name: "Model or setting" }).click();
      await page.getByRole("dialog").waitFor();
      assert.deepEqual(await axeFindings(page), []);
    } finally {
      await tab.close();
    }
  });
