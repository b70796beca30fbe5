import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, axeFindings, chat, open, recorded, signIn, url } from "./browser.mjs";

/** Figures come with the drain of the journal, a moment after the calls; the page looks again when it is told. */
async function untilShown(page, locator) {
  for (let i = 0; i < 100 && (await locator.count()) === 0; i++) {
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.waitForTimeout(100);
  }
  await locator.first().waitFor();
}

describe("the overview", () => {
  let tab;
  let email;
  before(async () => {
    for (let i = 0; i < 3; i++) assert.equal((await chat("sim/echo", `Overview ${i}`)).status, 200);
    await chat("sim/fail-503-always", "This one fails");
    tab = await open();
    email = await account("Overview Reader", ["owner"]);
    await signIn(tab.page, email, "/console/");
    await recorded(tab.page, (await chat("sim/echo", "The last one")).id);
  });
  after(() => tab.close());

  const search = () => new URL(tab.page.url()).searchParams;
  const tabOf = (name) => tab.page.getByRole("tab", { name });

  test("is the home of the console and says what was spent, by use case", async () => {
    const { page } = tab;
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/console/overview");
    await untilShown(page, page.getByRole("table", { name: "By use case" }).getByRole("button", { name: "First steps" }));
    // The sums of the last call come a moment later.
    let shown;
    let told;
    for (let i = 0; i < 100 && (told === undefined || shown !== told); i++) {
      const report = await (await page.request.get(`${url}/api/usage?group_by=&from=2020-01-01T00:00:00Z`)).json();
      told = report.total.calls.toLocaleString("en-US");
      shown = await tabOf(/^Calls/).getAttribute("title");
      if (shown === told) break;
      await page.getByRole("button", { name: "Refresh" }).click();
      await page.waitForTimeout(100);
    }
    assert.equal(shown, told);
  });

  test("a figure is a tab of the chart, walked by arrows, and stands in the address", async () => {
    const { page } = tab;
    await tabOf(/^Spend/).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("heading", { name: "Calls by use case" }).waitFor();
    assert.equal(search().get("show"), "calls");
    await tabOf(/^Failed/).click();
    await page.getByRole("heading", { name: "Failed calls by cause" }).waitFor();
    await tabOf(/^First output/).click();
    await page.getByRole("heading", { name: "Time to first output" }).waitFor();
    await tabOf(/^Calls/).click();
    await page.getByRole("button", { name: "Model", exact: true }).click();
    await page.getByRole("table", { name: "By model" }).getByRole("button", { name: "sim/echo" }).waitFor();
    assert.equal(search().get("by"), "model");
  });

  test("the chart has a table for those who do not see it, and keys walk it and open the calls of a bar", async () => {
    const { page } = tab;
    const twin = page.getByRole("table", { name: "Calls", exact: true });
    assert.equal(await twin.locator("tbody tr").count(), 14);
    const chart = page.getByRole("group", { name: /^Calls\. Arrow keys/ });
    await chart.locator("canvas").waitFor();
    await chart.focus();
    await page.keyboard.press("End");
    await page.getByText(/sim\/echo \d+/).first().waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Calls", exact: true }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "Calls by model" }).waitFor();
  });

  test("drawing over bars zooms to their time, and a bar opens its calls", async () => {
    const { page } = tab;
    const chart = page.getByRole("group", { name: /^Calls\. Arrow keys/ });
    const box = await chart.boundingBox();
    const at = (share) => box.x + 60 + (box.width - 62) * share;
    await page.mouse.move(at(0.75), box.y + 120);
    await page.mouse.down();
    await page.mouse.move(at(0.85), box.y + 120, { steps: 4 });
    await page.mouse.move(at(0.98), box.y + 120, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction(() => new URLSearchParams(location.search).get("time")?.includes("–"));
    await page.goBack();
    await page.waitForFunction(() => !new URLSearchParams(location.search).has("time"));
  });

  test("a row of the table opens the calls it sums up", async () => {
    const { page } = tab;
    await page.getByRole("table", { name: "By model" }).getByRole("button", { name: "sim/echo" }).click();
    await page.getByRole("heading", { name: "Calls", exact: true }).waitFor();
    assert.equal(search().get("model"), "sim/echo");
    await page.goBack();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
  });

  test("a time without a call says when the newest was", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/overview?time=${encodeURIComponent("2020-01-01 – 2020-01-02")}`);
    await page.getByText("No calls in this time").waitFor();
    await page.getByText(/The newest is from/).waitFor();
  });

  test("Nothing failed in the pages, and no other host was asked", () => assert.deepEqual(tab.faults, []));

  for (const colorScheme of ["light", "dark"])
    test(`has nothing serious for axe in ${colorScheme} colours`, async () => {
      const other = await open({ colorScheme });
      try {
        await signIn(other.page, email, "/console/overview");
        await other.page.locator("canvas").waitFor();
        await other.page.getByRole("table", { name: "By use case" }).waitFor();
        if (process.env.PORTICO_SHOTS) await other.page.screenshot({ path: `${process.env.PORTICO_SHOTS}/overview-${colorScheme}.png` });
        assert.deepEqual(await axeFindings(other.page), []);
      } finally {
        await other.close();
      }
    });
});
