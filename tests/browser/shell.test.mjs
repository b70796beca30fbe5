import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, chat, open, recorded, signIn, url } from "./browser.mjs";

describe("the frame of every page", () => {
  let tab;
  before(async () => {
    tab = await open();
    await signIn(tab.page, await account("Frame Tester", ["owner"]), "/console/design");
  });
  after(() => tab.close());

  const search = () => new URL(tab.page.url()).searchParams;

  test("Ctrl K goes to a page, to a thing by its name, and to a call by its id", async () => {
    const { page } = tab;
    await page.getByRole("heading", { name: "Design system" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Go to or do" }).fill("keys");
    await page.getByRole("option", { name: /Keys Page/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Keys" }).waitFor();

    await page.keyboard.press("Control+k");
    await page.keyboard.type("first key");
    await page.getByRole("option", { name: /first key/ }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("complementary", { name: "first key" }).waitFor();

    const { id } = await chat("sim/echo", "Found by its id");
    await recorded(page, id);
    await page.keyboard.press("Control+k");
    await page.keyboard.type(id);
    await page.keyboard.press("Enter");
    await page.getByRole("complementary", { name: "Answered" }).waitFor();
    assert.equal(search().get("call"), id);
  });

  test("> leaves actions alone, Tab lists those of a thing, and what was used stands first", async () => {
    const { page } = tab;
    await page.keyboard.press("Control+k");
    await page.keyboard.type(">");
    assert.equal(await page.getByRole("group", { name: "Go to" }).count(), 0);
    await page.getByRole("option", { name: /Sign out/ }).waitFor();
    await page.getByRole("combobox", { name: "Go to or do" }).fill("first key");
    await page.getByRole("option", { name: /first key/ }).first().waitFor();
    await page.keyboard.press("Tab");
    await page.getByRole("option", { name: /Calls of this key/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.search.includes("key="));
    await page.keyboard.press("Control+k");
    await page.getByRole("option", { name: /first key|Keys Page|Call call_/ }).first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  test("Two letters lead to a page, and ? tells all of them", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/design`);
    await page.getByRole("heading", { name: "Design system" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("k");
    await page.getByRole("heading", { name: "Keys", exact: true }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys of the keyboard" }).getByText("G").first().waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("c");
    await page.keyboard.press("k");
    await page.getByRole("dialog", { name: "New key" }).waitFor();
    await page.keyboard.press("Escape");
  });

  test("A workspace that was chosen goes along from page to page", async () => {
    const { page } = tab;
    const [workspace] = (await admin("GET", "workspaces")).items;
    await page.goto(`${url}/console/calls`);
    await page.getByRole("button", { name: "All workspaces" }).click();
    await page.getByRole("menuitem", { name: workspace.name }).click();
    await page.waitForFunction((id) => new URLSearchParams(location.search).get("workspace") === id, workspace.id);
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Keys" }).click();
    await page.getByRole("heading", { name: "Keys", exact: true }).waitFor();
    assert.equal(search().get("workspace"), workspace.id);
    await page.getByRole("navigation", { name: "Main" }).getByRole("button", { name: workspace.name }).click();
    await page.getByRole("menuitem", { name: "All workspaces" }).click();
    await page.waitForFunction(() => !location.search.includes("workspace"));
  });

  test("A filter is added by keys alone and taken away again", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/design`);
    await page.getByRole("button", { name: "Filter", exact: true }).scrollIntoViewIfNeeded();
    await page.keyboard.press("f");
    await page.getByLabel("Filter by").fill("outc");
    await page.keyboard.press("Enter");
    await page.getByLabel("Outcome is").fill("ref");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Outcome is refused" }).waitFor();
    await page.getByRole("button", { name: "Outcome: any" }).click();
    await page.getByRole("button", { name: "Outcome is refused" }).waitFor({ state: "detached" });
  });

  test("A stretch of time is typed, and what is none says so", async () => {
    const { page } = tab;
    await page.getByRole("button", { name: "Last 24 hours", exact: true }).scrollIntoViewIfNeeded();
    await page.keyboard.press("t");
    await page.getByLabel("Time", { exact: true }).fill("soon");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("That is no stretch of time").waitFor();
    // A day before this month is said without its year, and shown with it where that is another one.
    const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const now = new Date();
    const then = new Date(now.getFullYear(), now.getMonth() - 1, 6);
    const said = `6 ${months[then.getMonth()]}`;
    await page.getByLabel("Time", { exact: true }).fill(`${said.toLowerCase()} – now`);
    await page.keyboard.press("Enter");
    const year = then.getFullYear() === now.getFullYear() ? "" : ` ${then.getFullYear()}`;
    await page.getByRole("button", { name: `${said}${year} – now` }).waitFor();
  });

  test("The design page and what lies over it have nothing serious for axe, in both schemes", async () => {
    const { page } = tab;
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.goto(`${url}/console/design`);
      await page.getByRole("heading", { name: "Design system" }).waitFor();
      assert.deepEqual(await axeFindings(page), []);
      await page.keyboard.press("Control+k");
      await page.getByRole("option", { name: /Keys Page/ }).waitFor();
      assert.deepEqual(await axeFindings(page), []);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Last 24 hours", exact: true }).scrollIntoViewIfNeeded();
      await page.keyboard.press("t");
      await page.getByLabel("Time", { exact: true }).waitFor();
      assert.deepEqual(await axeFindings(page), []);
      await page.keyboard.press("Escape");
    }
  });

  test("Nothing failed in the pages, and no other host was asked", () => assert.deepEqual(tab.faults, []));
});
