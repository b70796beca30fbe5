import assert from "node:assert/strict";
import { get } from "node:http";
import { before, describe, test } from "node:test";
import { account, chat, open, recorded, signIn, url } from "./browser.mjs";

// What somebody waits for who comes with nothing in the cache: every script that the browser asked for until the page stands, as the server sends it by gzip.
const bound = 300 * 1024;

describe("the first page that one opens", () => {
  let email;
  before(async () => {
    email = await account("First Page", ["owner"]);
    const tab = await open();
    const { id } = await chat("sim/echo", "Something to draw");
    await signIn(tab.page, email, "/console/overview");
    await recorded(tab.page, id);
    // A signed-in person: the session goes along, the cache does not.
    session = await tab.context.storageState();
    await tab.close();
  });
  let session;

  /** Opens an address in a browser that has nothing yet: the scripts until the page stands and rests, largest first. */
  async function scripts(path, options, stands) {
    const tab = await open(options);
    const asked = new Set();
    tab.page.on("request", (r) => {
      const { pathname } = new URL(r.url());
      // By what it is and not by how it was asked for: also what was fetched ahead.
      if (r.resourceType() === "script" || pathname.endsWith(".js")) asked.add(r.url());
    });
    try {
      await tab.page.goto(url + path);
      await stands(tab.page);
      await tab.page.waitForLoadState("networkidle");
      assert.deepEqual(tab.faults, []);
    } finally {
      await tab.close();
    }
    const sizes = await Promise.all([...asked].map(async (address) => ({ name: address.split("/").at(-1), bytes: await gzipped(address) })));
    return sizes.sort((a, b) => b.bytes - a.bytes);
  }

  function within(t, page, found) {
    const all = found.reduce((sum, s) => sum + s.bytes, 0);
    t.diagnostic(`${page}: ${found.length} scripts, ${all} bytes by gzip (${(all / 1024).toFixed(1)} KB)`);
    assert.ok(found.length > 0);
    assert.ok(all <= bound, `${page} loads ${all} bytes of script:\n${found.map((s) => `${s.bytes} ${s.name}`).join("\n")}`);
  }

  test("Overview with its charts is no more than 300 KB of script by gzip", async (t) => {
    const found = await scripts("/console/overview", { storageState: session }, async (page) => {
      await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
      await page.getByRole("group", { name: /^Spend\./ }).locator("canvas").waitFor();
      await page.getByRole("table", { name: "By use case" }).waitFor();
    });
    assert.ok(found.some((s) => s.name.startsWith("ChartCanvas")), "what draws the charts is among them");
    within(t, "Overview", found);
  });

  test("So is the page to sign in at", async (t) => {
    const found = await scripts("/console/calls", {}, (page) => page.getByRole("heading", { name: "Sign in to Portico" }).waitFor());
    within(t, "Sign-in", found);
  });
});

describe("a page that was not opened before the server went away", () => {
  test("says so beside what one can still do, and comes when the server answers", async () => {
    const tab = await open();
    const { page, context } = tab;
    try {
      await signIn(page, await account("Page Reader", ["owner"]), "/console/keys");
      await page.goto(`${url}/console/keys`);
      await page.getByRole("row", { name: /first key/ }).waitFor();
      await context.setOffline(true);
      await page.keyboard.press("g");
      await page.keyboard.press("h");
      await page.getByText("This page was not opened before").waitFor();
      await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Keys", exact: true }).click();
      await page.getByRole("row", { name: /first key/ }).waitFor();
      await page.goBack();
      await page.getByText("This page was not opened before").waitFor();
      await context.setOffline(false);
      await page.getByRole("heading", { level: 1, name: "Health" }).waitFor();
      assert.deepEqual(tab.faults, []);
    } finally {
      await tab.close();
    }
  });

  test("is there when somebody used the console for a moment", async () => {
    const tab = await open();
    const { page, context } = tab;
    try {
      await signIn(page, await account("Page User", ["owner"]), "/console/keys");
      await page.getByRole("row", { name: /first key/ }).waitFor();
      const came = page.waitForResponse(/HealthPage-[\w-]+\.js/);
      await page.mouse.move(600, 400);
      await (await came).finished();
      await page.waitForLoadState("networkidle");
      await context.setOffline(true);
      await page.keyboard.press("g");
      await page.keyboard.press("h");
      await page.getByRole("heading", { level: 1, name: "Health" }).waitFor();
    } finally {
      await tab.close();
    }
  });
});

/** So many bytes the server sends for an address to who takes gzip. */
function gzipped(address) {
  return new Promise((done, fail) => {
    get(address, { headers: { "accept-encoding": "gzip" } }, (response) => {
      let bytes = 0;
      // Scripts of a few bytes are sent as they are.
      if (response.statusCode !== 200) fail(new Error(`${address} answered ${response.statusCode}`));
      response.on("data", (part) => {
        bytes += part.length;
      });
      response.on("end", () => done(bytes));
    }).on("error", fail);
  });
}
