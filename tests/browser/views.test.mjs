import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, chat, open, recorded, signIn, url } from "./browser.mjs";

describe("views that one keeps", () => {
  let tab;
  let email;
  before(async () => {
    tab = await open();
    email = await account("View Keeper", ["owner"]);
    await signIn(tab.page, email);
    await recorded(tab.page, (await chat("sim/echo", "One")).id);
    await chat("sim/nothing-of-this-name", "Refused");
  });
  after(() => tab.close());

  const mine = async () => (await (await tab.page.request.get(`${url}/api/views`)).json()).items;
  const menu = () => tab.page.getByRole("button", { name: /^Views?( |$)/ });
  const searchIs = (wanted) =>
    tab.page.waitForFunction(
      (text) => JSON.stringify([...new URLSearchParams(location.search)].sort()) === text,
      JSON.stringify(Object.entries(wanted).sort()),
    );

  test("What the page shows is kept under a name, and the menu says which view it is", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/calls`);
    await menu().click();
    assert.equal(await page.getByRole("menuitem", { name: "Save this view" }).isDisabled(), true, "the usual is there anyway");
    await page.keyboard.press("Escape");
    await page.goto(`${url}/console/calls?outcome=refused&time=6h&columns=time,route,operation`);
    await menu().click();
    await page.getByRole("menuitem", { name: "Save this view" }).click();
    const dialog = page.getByRole("dialog", { name: "Save this view" });
    assert.equal(await dialog.getByRole("button", { name: "Save view" }).isDisabled(), true);
    await dialog.getByLabel("Name").fill("Refused of late");
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "View Refused of late" }).waitFor();
    assert.deepEqual(
      (await mine()).map((v) => [v.page, v.name, v.query]),
      [["calls", "Refused of late", "columns=time%2Croute%2Coperation&outcome=refused&time=6h"]],
    );
  });

  test("It is shown again from the menu and from the palette, and nothing else of the address stays", async () => {
    const { page } = tab;
    const [workspace] = (await admin("GET", "workspaces")).items;
    await page.goto(`${url}/console/calls?workspace=${workspace.id}&operation=embeddings`);
    await menu().click();
    await page.getByRole("menuitem", { name: "Refused of late", exact: true }).click();
    await searchIs({ outcome: "refused", time: "6h", columns: "time,route,operation" });
    await page.getByRole("button", { name: "View Refused of late" }).waitFor();
    await page.getByRole("columnheader", { name: "Operation" }).waitFor();

    await page.goto(`${url}/console/usage`);
    await page.getByRole("heading", { name: "Usage" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("refused of");
    await page.getByRole("option", { name: /Refused of late.*View · Calls/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL((at) => at.pathname === "/console/calls");
    await searchIs({ outcome: "refused", time: "6h", columns: "time,route,operation" });
  });

  test("Under the same name another takes its place, and each page has its own", async () => {
    const { page } = tab;
    const keep = async (name, button) => {
      await menu().click();
      await page.getByRole("menuitem", { name: "Save this view" }).click();
      await page.getByRole("dialog").getByLabel("Name").fill(name);
      await page.getByRole("dialog").getByRole("button", { name: button }).click();
      await page.getByRole("button", { name: `View ${name}` }).waitFor();
    };
    await page.goto(`${url}/console/calls?outcome=refused&time=2h`);
    await keep("Refused of late", "Replace view");
    await page.goto(`${url}/console/usage?by=model&sort=-calls`);
    await keep("Refused of late", "Save view");
    assert.deepEqual(
      (await mine()).map((v) => [v.page, v.query]),
      [
        ["calls", "outcome=refused&time=2h"],
        ["usage", "by=model&sort=-calls"],
      ],
    );
  });

  test("One that is removed comes back by Undo", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/usage?by=model&sort=-calls`);
    await page.getByRole("button", { name: "View Refused of late" }).click();
    await page.getByRole("menuitem", { name: "Remove Refused of late" }).click();
    const toast = page.getByRole("status").filter({ hasText: "View Refused of late is removed" });
    await toast.waitFor();
    await page.getByRole("button", { name: "Views", exact: true }).waitFor();
    assert.equal((await mine()).length, 1);
    await toast.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("button", { name: "View Refused of late" }).waitFor();
    assert.equal((await mine()).length, 2);
  });

  test("What was looked for in what people said is not kept, and a call that is open neither", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/calls?outcome=completed&said=a%20pipe%20burst`);
    await menu().click();
    await page.getByRole("menuitem", { name: "Save this view" }).click();
    await page.getByText("What is looked for in what was said is not kept.").waitFor();
    await page.getByRole("dialog").getByLabel("Name").fill("Answered");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "View Answered" }).waitFor();
    assert.equal((await mine()).find((v) => v.name === "Answered").query, "outcome=completed");
  });

  test("Somebody else has views of their own", async () => {
    const other = await open();
    try {
      await signIn(other.page, await account("Other Keeper", ["analyst"]));
      await other.page.getByRole("button", { name: "Views", exact: true }).click();
      await other.page.getByRole("menuitem", { name: "Save this view" }).waitFor();
      assert.equal(await other.page.getByRole("menuitem", { name: /Refused of late|Answered/ }).count(), 0);
      assert.deepEqual(other.faults, []);
    } finally {
      await other.close();
    }
  });

  for (const colorScheme of ["light", "dark"])
    test(`The menus of the filter bar have nothing serious for axe in ${colorScheme} colours`, async () => {
      const own = await open({ colorScheme, viewport: { width: 1024, height: 768 } });
      try {
        await signIn(own.page, email, "/console/calls?outcome=refused&time=2h");
        await own.page.getByRole("button", { name: "View Refused of late" }).click();
        await own.page.getByRole("menuitem", { name: "Remove Answered" }).waitFor();
        assert.deepEqual(await axeFindings(own.page), []);
        await own.page.keyboard.press("Escape");
        await own.page.getByRole("button", { name: "Columns" }).click();
        assert.equal(await own.page.getByRole("menuitemcheckbox", { name: "Operation" }).getAttribute("aria-checked"), "false");
        assert.equal(await own.page.getByRole("menuitemcheckbox", { name: "Route" }).getAttribute("aria-checked"), "true");
        assert.deepEqual(await axeFindings(own.page), []);
        assert.deepEqual(own.faults, []);
      } finally {
        await own.close();
      }
    });

  test("Nothing of all this is an error of the page", () => assert.deepEqual(tab.faults, []));
});
