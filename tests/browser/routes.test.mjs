import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, chat, open, recorded, signIn, url } from "./browser.mjs";

describe("routes", () => {
  let tab;
  before(async () => {
    tab = await open();
    await signIn(tab.page, await account("Rita Router", ["engineer"]), "/console/routes");
  });
  after(() => tab.close());

  const preview = () => tab.page.getByRole("complementary", { name: "Preview" });
  const target = async (name) => {
    const field = tab.page.getByLabel(/^(First|Another) target$/);
    await field.fill(name);
    await tab.page.getByRole("option", { name: new RegExp(`^${name} model`) }).click();
  };
  const routeOf = async (name) => (await admin("GET", "routes?limit=1000")).items.find((r) => r.name === name);

  test("A route is made beside a preview that walks calls through it before it is saved", async () => {
    const { page } = tab;
    await page.getByRole("link", { name: "New route" }).first().click();
    await page.getByLabel("Name", { exact: true }).fill("claims-chat");
    await target("sim/echo");
    await target("sim/json");
    await preview().getByText(/sim\/echo/).first().waitFor();
    await preview().getByText(/Holds at most \$/).first().waitFor();
    assert.equal(await routeOf("claims-chat"), undefined, "a preview saves nothing");
    assert.deepEqual(await axeFindings(page), []);
    await page.getByRole("button", { name: "Save route" }).click();
    await page.getByRole("heading", { name: "claims-chat" }).waitFor();
    assert.equal((await chat("claims-chat", "Through the route")).status, 200);
    assert.deepEqual(
      (await routeOf("claims-chat")).targets.map((t) => t.model),
      ["sim/echo", "sim/json"],
    );
  });

  test("A change shows its difference and what it does to sample calls, is saved, and is taken back", async () => {
    const { page } = tab;
    const { id } = await chat("claims-chat", "A sample of what comes");
    await recorded(page, id);
    await page.reload();
    await page.getByRole("button", { name: "sim/json up" }).click();
    await page.getByLabel("Retries at one deployment").fill("9");
    await page.getByRole("alert").getByText("A whole number from 0 to 5.").waitFor();
    await page.getByLabel("Retries at one deployment").fill("0");
    await preview().locator("ins", { hasText: "1. sim/json" }).waitFor();
    await preview().getByText("Now: sim/echo at sim.").first().waitFor();
    await page.getByRole("button", { name: "Save 2 changes" }).click();
    await page.getByText("claims-chat is saved as version 2").waitFor();
    assert.equal((await routeOf("claims-chat")).targets[0].model, "sim/json");
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("claims-chat is saved as version 2").waitFor({ state: "detached" });
    const back = await routeOf("claims-chat");
    assert.deepEqual([back.targets[0].model, back.retries, back.version], ["sim/echo", 2, 3]);
  });

  test("A route that somebody else changed meanwhile is not overwritten unseen, and nothing typed is lost", async () => {
    const { page } = tab;
    await page.getByLabel("Serve an exact answer again for").fill("60");
    const theirs = await routeOf("claims-chat");
    const { id: _, version: __, is_implicit: ___, ...body } = theirs;
    await admin("PUT", `routes/${theirs.id}`, { ...body, max_attempts: 7 });
    await page.getByRole("button", { name: "Save change" }).click();
    await page.getByText("Route claims-chat was changed meanwhile").waitFor();
    await page.getByRole("form").locator("ins", { hasText: "7" }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.getByRole("button", { name: "Keep my changes" }).click();
    assert.equal(await page.getByLabel("Serve an exact answer again for").inputValue(), "60");
    await page.getByRole("button", { name: /Save/ }).click();
    await page.getByText(/claims-chat is saved as version/).waitFor();
    const now = await routeOf("claims-chat");
    assert.deepEqual([now.cache_seconds, now.max_attempts], [60, 7]);
  });

  test("Leaving with something typed asks first", async () => {
    const { page } = tab;
    await page.getByLabel("Attempts in all").fill("5");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("dialog", { name: "Leave without saving?" }).waitFor();
    await page.getByRole("button", { name: "Stay here" }).click();
    assert.equal(await page.getByLabel("Attempts in all").inputValue(), "5");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Leave", exact: true }).click();
    await page.getByRole("complementary", { name: "claims-chat" }).waitFor();
    assert.equal((await routeOf("claims-chat")).max_attempts, 7);
  });

  test("A route shows its lanes, and by weight the share of each", async () => {
    const { page } = tab;
    const route = await routeOf("claims-chat");
    const { id: _, version: __, is_implicit: ___, ...body } = route;
    await admin("PUT", `routes/${route.id}`, {
      ...body,
      strategy: "weighted",
      targets: [
        { deployment: null, model: "sim/echo", weight: 3 },
        { deployment: null, model: "sim/json", weight: 1 },
      ],
    });
    await page.reload();
    const lanes = page.getByRole("complementary", { name: "claims-chat" }).getByRole("list", { name: "Where it leads" });
    await lanes.getByText(/75\s%/).waitFor();
    await lanes.getByText(/25\s%/).waitFor();
    assert.deepEqual(await axeFindings(page), []);
  });

  test("Explain takes a caller and a name and tells everything the call would meet, by its address too", async () => {
    const { page } = tab;
    await page.keyboard.press("e");
    const drawer = page.getByRole("complementary", { name: "Explain a call" });
    await drawer.getByText(/It would go to sim\/(echo|json) at sim, or by chance/).waitFor();
    await drawer.getByRole("cell", { name: /, money/ }).first().waitFor();
    await drawer.getByLabel("Input", { exact: true }).fill("900000000");
    await drawer.getByText(/It would be refused/).waitFor();
    assert.equal(new URL(page.url()).searchParams.get("in"), "900000000");
    await page.reload();
    await drawer.getByText(/It would be refused/).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press("Escape");
    await page.getByRole("complementary", { name: "claims-chat" }).waitFor();
  });

  test("A route that is removed can be brought back for a moment", async () => {
    const { page } = tab;
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Remove route" }).click();
    await page.getByText("Route claims-chat is removed").waitFor();
    assert.equal(await routeOf("claims-chat"), undefined);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("complementary", { name: "claims-chat" }).waitFor();
    assert.equal((await routeOf("claims-chat")).strategy, "weighted");
  });

  test("Who may read routes alone finds no button that changes them", async () => {
    const reader = await open();
    try {
      await signIn(reader.page, await account("Rafi Reader", ["auditor"]), "/console/routes?route=claims-chat");
      const drawer = reader.page.getByRole("complementary", { name: "claims-chat" });
      await drawer.getByText("Where it leads").waitFor();
      for (const name of ["Edit", "Switch off", "Remove"])
        assert.equal(await drawer.getByText(name, { exact: true }).count(), 0, name);
      await reader.page.goto(`${url}/console/routes/edit?route=claims-chat`);
      await reader.page.getByText("You may see routes and not change them").waitFor();
    } finally {
      await reader.close();
    }
  });

  test("Nothing failed in the pages, and no other host was asked", () => assert.deepEqual(tab.faults, []));
});

for (const colorScheme of ["light", "dark"])
  describe(`models and routes in ${colorScheme} colours`, () => {
    test("have nothing serious for axe, at 1024 pixels too", async () => {
      const tab = await open({ colorScheme });
      try {
        await signIn(tab.page, await account(`Axel ${colorScheme}`, ["owner"]), "/console/models");
        for (const width of [1440, 1024]) {
          await tab.page.setViewportSize({ width, height: 800 });
          await tab.page.goto(`${url}/console/models`);
          const name = tab.page.getByRole("table", { name: "Models and connections" }).getByText("sim/echo", { exact: true });
          assert.ok((await name.boundingBox()).width > 40, `the name is there to be read at ${width} pixels`);
          await tab.page.goto(`${url}/console/models?model=sim/echo`);
          await tab.page.getByRole("complementary", { name: "sim/echo" }).getByText("Use of data").waitFor();
          assert.deepEqual(await axeFindings(tab.page), []);
          await tab.page.goto(`${url}/console/routes?route=claims-chat`);
          await tab.page.getByRole("complementary", { name: "claims-chat" }).getByText("Where it leads").waitFor();
          assert.deepEqual(await axeFindings(tab.page), []);
          await tab.page.goto(`${url}/console/routes/edit?route=claims-chat`);
          await tab.page.getByRole("complementary", { name: "Preview" }).getByText(/Holds at most/).first().waitFor();
          assert.deepEqual(await axeFindings(tab.page), []);
        }
      } finally {
        await tab.close();
      }
    });
  });
