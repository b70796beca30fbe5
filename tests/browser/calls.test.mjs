import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, chat, open, recorded, signIn, readSaid, url } from "./browser.mjs";

describe("the calls", () => {
  let tab;
  let secret;
  let key;
  before(async () => {
    const [useCase] = (await admin("GET", "use-cases")).items;
    const made = await admin("POST", "keys", { name: "kept-calls", use_case_id: useCase.id, keep_content: true });
    [secret, key] = [made.secret, made.key.id];
    tab = await open();
    await signIn(tab.page, await account("Calls Reader", ["owner"]));
    for (let i = 0; i < 3; i++) await recorded(tab.page, (await chat("sim/echo", `Mine ${i}`, secret)).id);
    await recorded(tab.page, (await chat("sim/nothing-of-this-name", "Nobody there", secret)).id);
  });
  after(() => tab.close());

  const search = () => new URL(tab.page.url()).searchParams;
  const table = () => tab.page.getByRole("table", { name: "Calls", exact: true });
  const rows = async () => Number(await table().getAttribute("aria-rowcount"));
  const rowsAre = (n) =>
    tab.page.waitForFunction((count) => document.querySelector("table[aria-label='Calls']")?.getAttribute("aria-rowcount") === String(count), n);

  test("Filters are tokens in the address, and the list and its counts follow them", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/calls?key=${key}`);
    await page.getByRole("button", { name: "Key is kept-calls" }).waitFor();
    await rowsAre(4);
    await page.keyboard.press("f");
    await page.getByLabel("Filter by").fill("outc");
    await page.keyboard.press("Enter");
    await page.getByLabel("Outcome is").fill("ref");
    await page.keyboard.press("Enter");
    await rowsAre(1);
    assert.deepEqual([search().get("outcome"), search().get("key")], ["refused", key]);
    await page.getByRole("row", { name: /Model not found/ }).waitFor();
    await page.getByRole("button", { name: "Outcome: any" }).click();
    await rowsAre(4);
    await page.goto(`${url}/console/calls?key=${key}&operation=embeddings`);
    await page.getByText("No call fits these filters").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.locator("tr[data-index='3']").waitFor();
  });

  test("An empty list says when there was something, and leads there", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/calls?key=${key}&time=2020-01-01`);
    await page.getByText(/The newest that fits is from/).waitFor();
    await page.getByRole("button", { name: "Show the hours around it" }).click();
    await rowsAre(4);
  });

  test("The counts lead to the calls that they count, and drawing over the bands narrows the time", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/calls?time=1h&key=${key}`);
    const volume = page.getByRole("region", { name: "Number of calls" });
    await volume.getByRole("button", { name: /1 refused/ }).click();
    await rowsAre(1);
    await volume.getByRole("button", { name: /refused/ }).click();
    await rowsAre(4);
    const picture = volume.getByRole("group", { name: /Calls per minute/ });
    await picture.locator("canvas").waitFor();
    const box = await picture.boundingBox();
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2, { steps: 4 });
    await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction(() => new URLSearchParams(location.search).get("time")?.includes(" – "));
    assert.match(search().get("time"), /^\d{4}-\d\d-\d\d \d\d:\d\d – \d{4}-\d\d-\d\d \d\d:\d\d$/);
  });

  test("Columns are chosen and stand in the address", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/calls`);
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Operation" }).click();
    await page.getByRole("columnheader", { name: "Operation" }).waitFor();
    await page.getByRole("menuitemcheckbox", { name: "Provider" }).click();
    await page.getByRole("columnheader", { name: "Provider" }).waitFor({ state: "detached" });
    assert.match(search().get("columns"), /^time,route,caller,operation,model,/);
  });

  test("What is shown is exported as CSV", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/calls?key=${key}`);
    await rowsAre(4);
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: /CSV/ }).click()]);
    assert.equal(download.suggestedFilename(), "calls.csv");
    let text = "";
    for await (const chunk of await download.createReadStream()) text += chunk;
    const lines = text.trimEnd().split("\r\n");
    assert.equal(lines.length, 5);
    assert.ok(lines.slice(1).every((l) => l.includes(key)));
  });

  test("Live calls come by themselves, wait while one reads, and L stops them", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/calls?key=${key}`);
    await rowsAre(4);
    await page.keyboard.press("l");
    await page.waitForFunction(() => location.search.includes("live=1"));
    await page.getByRole("button", { name: "Live", exact: true }).waitFor();
    const live = [(await chat("sim/echo", "Live one", secret)).id];
    await rowsAre(5);
    await page.locator("tr[data-index='0']").click();
    await page.getByRole("complementary").waitFor();
    for (let i = 0; i < 3; i++) live.push((await chat("sim/echo", `Waits ${i}`, secret)).id);
    await page.getByRole("button", { name: "3 new calls. Show" }).waitFor();
    assert.equal(await rows(), 5);
    await page.getByRole("button", { name: "3 new calls. Show" }).click();
    await rowsAre(8);
    for (const id of live) await recorded(page, id);
    await page.keyboard.press("Escape");
    await page.keyboard.press("l");
    await page.waitForFunction(() => !location.search.includes("live"));
    await rowsAre(8);
  });

  test("What was said is shown when one asks, is inert, and another host is asked for nothing", async () => {
    const { page } = tab;
    const said = [
      "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>",
      "![A picture](https://example.com/spy.png)",
      "שלום עולם",
      "[click](javascript:window.hacked=1)",
    ].join("\n\n");
    const { id } = await chat("sim/echo", said, secret);
    await recorded(page, id);
    await page.goto(`${url}/console/calls?key=${key}&call=${id}`);
    const drawer = page.getByRole("complementary");
    await readSaid(page, drawer);
    await drawer.getByText("<script>window.hacked = 1</script>").first().waitFor();
    const hebrew = drawer.getByText("שלום עולם").first();
    assert.equal(await hebrew.evaluate((e) => getComputedStyle(e.closest("[dir]")).direction), "rtl");
    assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
    assert.equal(await drawer.locator("script, img[src^='http'], a[href^='javascript']").count(), 0);
    await drawer.getByRole("button", { name: "Copy as curl" }).click();
    const curl = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(curl.includes("/v1/chat/completions") && curl.includes("window.hacked") && !curl.includes(secret));
    await drawer.getByRole("button", { name: "Copy JSON" }).click();
    assert.equal(JSON.parse(await page.evaluate(() => navigator.clipboard.readText())).id, id);
  });

  test("Ten megabytes and five thousand tool calls leave the page usable", async () => {
    const { page } = tab;
    const { id } = await chat("sim/echo", "Much", secret);
    await recorded(page, id);
    const tools = Array.from({ length: 5_000 }, (_, i) => ({
      role: "assistant",
      tool_calls: [{ id: `c${i}`, type: "function", function: { name: `tool_${i}`, arguments: `{"at":${i}}` } }],
    }));
    const prompt = { messages: [{ role: "user", content: "x y ".repeat(2_600_000) }, ...tools] };
    await page.route("**/contents", (route) =>
      route.fulfill({
        json: {
          call_id: id,
          prompt: { text: prompt, bytes: 10_900_000, truncated: false },
          answer: { text: null, bytes: 0, truncated: false },
        },
      }),
    );
    await page.goto(`${url}/console/calls?call=${id}`);
    const drawer = page.getByRole("complementary");
    await drawer.getByRole("button", { name: "Show what was said" }).click();
    await drawer.getByText("calls tool_0", { exact: true }).waitFor();
    await drawer.getByText("calls tool_4999", { exact: true }).waitFor();
    assert.ok((await drawer.locator("*").count()) < 4_000, "no more is drawn than one reads");
    await drawer.getByRole("button", { name: "Show 200 more" }).click();
    await drawer.getByText("calls tool_200", { exact: true }).waitFor();
    await page.unroute("**/contents");
  });

  test("E explains what the call would meet now", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/calls?key=${key}&outcome=refused`);
    await page.locator("tr[data-index='0']").click();
    await page.getByRole("complementary").getByText("Record").first().waitFor();
    await page.keyboard.press("e");
    await page.getByText(/It would be refused: model not found/).waitFor();
    assert.equal(search().get("explain"), "1");
  });

  test("A person who may not read what was said is told so, and not shown a button", async () => {
    const other = await open();
    try {
      await signIn(other.page, await account("Calls Analyst", ["analyst"]));
      await other.page.goto(`${url}/console/calls?key=${key}`);
      await other.page.locator("tr[data-index='0']").click();
      await other.page.getByText("Owners and officers may ask to read what was said").waitFor();
      assert.equal(await other.page.getByRole("button", { name: "Show what was said" }).count(), 0);
      assert.deepEqual(other.faults, []);
    } finally {
      await other.close();
    }
  });

  test("Nothing failed in the page, and no other host was asked", () => assert.deepEqual(tab.faults, []));
});

describe("the page of calls", () => {
  test("has nothing serious for axe with a call open, in both schemes and in a narrow window", async () => {
    const tab = await open();
    try {
      const { page } = tab;
      await signIn(page, await account("Calls Access", ["owner"]));
      for (const [colorScheme, width] of [["light", 1440], ["dark", 1440], ["light", 1000]]) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        await page.goto(`${url}/console/calls`);
        await page.locator("tr[data-index='0']").waitFor();
        assert.deepEqual(await axeFindings(page), []);
        await page.locator("tr[data-index='0']").click();
        await page.getByRole("complementary").getByText("Settled", { exact: true }).waitFor();
        await page.getByRole("complementary").getByRole("button", { name: "Explain" }).click();
        await page.getByText("What it would meet now").waitFor();
        // What moves in has not its colours yet.
        await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== "running"));
        assert.deepEqual(await axeFindings(page), []);
      }
    } finally {
      await tab.close();
    }
  });
});
