import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, chat, open, readSaid, recorded, signIn, url } from "./browser.mjs";

/** Signed in as somebody new, at a page. */
async function as(name, roles, to) {
  const tab = await open();
  await signIn(tab.page, await account(name, roles), to);
  return tab;
}

describe("evidence", () => {
  let owner, workspace, call;
  before(async () => {
    [workspace] = (await admin("GET", "workspaces")).items;
    const [useCase] = (await admin("GET", "use-cases")).items;
    const { secret } = await admin("POST", "keys", { name: "evidence", use_case_id: useCase.id, keep_content: true });
    call = (await chat("sim/echo", "The claim of Mrs Ray", secret)).id;
    owner = await as("Evidence Owner", ["owner"], "/console/evidence");
    await recorded(owner.page, call);
  });
  after(() => owner.close());

  test("Nothing was asked: the page says what it is for", async () => {
    await owner.page.getByText("Nobody asked to read what was said").waitFor();
  });

  test("One asks on the call's page, another lets them, and it counts down and ends", async () => {
    const officer = await as("Evidence Officer", ["officer"], `/console/calls?call=${call}`);
    try {
      const { page } = officer;
      const drawer = page.getByRole("complementary");
      await drawer.getByRole("button", { name: "Show what was said" }).click();
      await drawer.getByText("What was said is kept, and hidden").waitFor();
      await drawer.getByRole("button", { name: "Ask to see it" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Why").fill("no");
      await dialog.getByRole("button", { name: "Ask", exact: true }).click();
      await dialog.getByText("reason says why, in 5 to 1000 characters.").waitFor();
      await dialog.getByLabel("Why").fill("A complaint of Mrs Ray");
      await dialog.getByRole("button", { name: "Ask", exact: true }).click();
      await drawer.getByRole("link", { name: "See how it stands" }).click();
      await page.getByText("You asked this: somebody else decides it, whoever you are.").waitFor();
      assert.equal(await page.getByRole("button", { name: "Let them read" }).count(), 0);

      await owner.page.reload();
      await owner.page.getByRole("row", { name: /A complaint of Mrs Ray/ }).click();
      await owner.page.getByRole("button", { name: "Let them read" }).click();
      await owner.page.getByRole("dialog").getByLabel("For how long").fill("10");
      await owner.page.getByRole("dialog").getByRole("button", { name: "Let them read" }).click();
      await owner.page.getByRole("timer").getByText(/^(10:00|9:\d\d) left$/).waitFor();
      await owner.page.getByRole("row", { name: /Open, (10:00|9:\d\d) left/ }).waitFor();

      await page.goto(`${url}/console/calls?call=${call}`);
      await drawer.getByRole("button", { name: "Show what was said" }).click();
      await drawer.getByText("The claim of Mrs Ray").first().waitFor();

      await owner.page.getByRole("button", { name: "Stop it" }).click();
      await owner.page.getByText("Ended early").first().waitFor();
      await page.reload();
      await drawer.getByRole("button", { name: "Show what was said" }).click();
      await drawer.getByText("What was said is kept, and hidden").waitFor();
      assert.deepEqual(officer.faults, []);
    } finally {
      await officer.close();
    }
  });

  test("A hold is made over a workspace, keeps its key, and is released with a reason", async () => {
    const { page } = owner;
    await page.goto(`${url}/console/evidence?tab=holds`);
    await page.getByText("Nothing is held").waitFor();
    await page.getByRole("button", { name: "New hold" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Hold it" }).click();
    await dialog.getByText(/name must have/).waitFor();
    await dialog.getByLabel("Name").fill("Case 7");
    await dialog.getByLabel("Workspace").selectOption({ label: workspace.name });
    await dialog.getByLabel("Why").fill("A claim was announced");
    await dialog.getByRole("button", { name: "Hold it" }).click();
    await page.getByRole("complementary", { name: "Case 7" }).getByText(workspace.name).waitFor();

    await page.goto(`${url}/console/evidence?tab=keys`);
    await page.getByRole("row", { name: new RegExp(`${workspace.name}.*workspace`) }).click();
    await page.getByRole("button", { name: "Ask to destroy" }).click();
    assert.equal(await dialog.getByRole("button", { name: "Ask to destroy" }).isDisabled(), true);
    await dialog.getByLabel("Type the name of the workspace").fill(workspace.name);
    await dialog.getByLabel("Why").fill("The contract ended");
    await dialog.getByRole("button", { name: "Ask to destroy" }).click();
    await dialog.getByText(/The legal hold 'Case 7' keeps/).waitFor();
    await dialog.getByRole("button", { name: "Keep key" }).click();

    await page.goto(`${url}/console/evidence?tab=holds`);
    await page.getByRole("row", { name: /Case 7/ }).click();
    await page.getByRole("button", { name: "Release", exact: true }).click();
    await dialog.getByLabel("Why").fill("Settled");
    await dialog.getByRole("button", { name: "Release hold" }).click();
    await page.getByText("Released: “Settled”").waitFor();
  });

  test("Everything about a person is asked by one, given by another and downloaded, and then erased with a report", async () => {
    const { page } = owner;
    const [organisation] = (await admin("GET", "organisations")).items;
    await admin("POST", "people", { organisation_id: organisation.id, name: "Mara Lind", email: "mara@example.org" });
    const dialog = page.getByRole("dialog");
    await page.goto(`${url}/console/evidence?tab=people`);
    await page.getByText("Nobody asked about themselves yet").waitFor();
    const ask = async (what) => {
      await page.getByRole("button", { name: "New request" }).click();
      assert.equal(await dialog.getByRole("button", { name: "Ask", exact: true }).isDisabled(), true);
      await dialog.getByLabel("Person").selectOption({ label: "Mara Lind, mara@example.org" });
      await dialog.getByLabel("What").selectOption(what);
      await dialog.getByLabel("Why").fill("no");
      await dialog.getByRole("button", { name: "Ask", exact: true }).click();
      await dialog.getByText(/reason says why/).waitFor();
      await dialog.getByLabel("Why").fill(`A letter about ${what}`);
      await dialog.getByRole("button", { name: "Ask", exact: true }).click();
      await page.getByText("You asked this: somebody else decides it, whoever you are.").waitFor();
    };
    const officer = await as("People Officer", ["officer"], "/console/evidence?tab=people");
    try {
      const theirs = officer.page.getByRole("dialog");
      await ask("access");
      await officer.page.reload();
      await officer.page.getByRole("row", { name: /A letter about access/ }).click();
      await officer.page.getByRole("button", { name: "Let them have it" }).click();
      await theirs.getByRole("button", { name: "Let them have it" }).click();
      await officer.page.getByText(/alone fetches it/).waitFor();
      await page.reload();
      const [zip] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download" }).click()]);
      assert.match(zip.suggestedFilename(), /^subject_[0-9a-f]{32}\.zip$/);

      await ask("erasure");
      await officer.page.reload();
      await officer.page.getByRole("row", { name: /A letter about erasure/ }).click();
      await officer.page.getByRole("button", { name: "Erase", exact: true }).click();
      assert.equal(await theirs.getByRole("button", { name: "Erase for good" }).isDisabled(), true);
      await theirs.getByLabel("Type the name of the person").fill("Mara Lind");
      await theirs.getByRole("button", { name: "Erase for good" }).click();
      await officer.page.getByText("Erased, and nothing was found afterwards.").waitFor();
      await officer.page.getByRole("row", { name: /^contents/ }).waitFor();
      assert.deepEqual(officer.faults, []);
    } finally {
      await officer.close();
    }
  });

  test("A key is rotated, and two people destroy the key of a workspace", async () => {
    const { page } = owner;
    await page.goto(`${url}/console/evidence?tab=keys`);
    await page.getByRole("row", { name: /observability\/contents/ }).click();
    await page.getByRole("button", { name: "Rotate" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Rotate key" }).click();
    await page.getByRole("row", { name: /observability\/contents/ }).nth(1).waitFor();
    await page.getByRole("row", { name: new RegExp(`${workspace.name}.*workspace`) }).click();
    await page.getByRole("button", { name: "Ask to destroy" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Type the name of the workspace").fill(workspace.name);
    await dialog.getByLabel("Why").fill("The contract ended");
    await dialog.getByRole("button", { name: "Ask to destroy" }).click();
    await page.getByText("Another person decides, whoever you are.").waitFor();

    const officer = await as("Second Officer", ["officer"], "/console/evidence?tab=keys");
    try {
      await officer.page.getByRole("button", { name: "Destroy it" }).click();
      const theirs = officer.page.getByRole("dialog");
      await theirs.getByLabel("Type the name of the workspace").fill(workspace.name);
      await theirs.getByRole("button", { name: "Destroy key" }).click();
      await officer.page.getByText(/Back-ups from before: Open until the root is rotated/).waitFor();
      await officer.page.goto(`${url}/console/calls?call=${call}`);
      const drawer = officer.page.getByRole("complementary");
      await readSaid(officer.page, drawer);
      await drawer.getByText(/nobody can open what was kept under it/).waitFor();
      assert.deepEqual(officer.faults, []);
    } finally {
      await officer.close();
    }
  });

  test("Nothing serious for axe in both schemes, and an auditor sees it without buttons", async () => {
    const auditor = await as("Evidence Auditor", ["auditor"], "/console/evidence");
    try {
      for (const tab of ["readings", "holds", "people", "purges", "keys"])
        for (const colorScheme of ["light", "dark"]) {
          await auditor.page.emulateMedia({ colorScheme });
          await auditor.page.goto(`${url}/console/evidence?tab=${tab}`);
          await auditor.page.getByRole("table").waitFor();
          assert.deepEqual(await axeFindings(auditor.page), [], `${tab} ${colorScheme}`);
        }
      await auditor.page.getByRole("row").nth(1).click();
      assert.equal(await auditor.page.getByRole("button", { name: /Rotate|Ask to destroy/ }).count(), 0);
      assert.deepEqual(auditor.faults, []);
    } finally {
      await auditor.close();
    }
  });

  test("Nothing failed in the page, and no other host was asked", () => assert.deepEqual(owner.faults, []));
});
