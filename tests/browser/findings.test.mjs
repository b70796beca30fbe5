import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, chat, open, recorded, signIn, url } from "./browser.mjs";

const rules = `guardrails:
  personal:
    detect: [pii.email, pii.card]
    channels: [user]
    action: redact
  house:
    words: [Osprey]
    channels: [user]
    action: flag
`;

describe("findings", () => {
  let tab, organisation, workspace, useCase, secret;
  const texts = ["Write to carol@example.net", "Our box is noreply@example.org", "Again noreply@example.org, about Osprey", "Nothing"];
  before(async () => {
    organisation = await admin("POST", "organisations", { name: "Aldgate Mutual" });
    workspace = await admin("POST", "workspaces", { organisation_id: organisation.id, name: "Claims" });
    useCase = await admin("POST", "use-cases", { workspace_id: workspace.id, name: "Letters" });
    await admin("PUT", `policies/${useCase.id}`, { text: rules });
    ({ secret } = await admin("POST", "keys", { name: "letters", use_case_id: useCase.id }));
    tab = await open();
    await signIn(tab.page, await account("Finding Officer", ["owner"]), `/console/findings?workspace=${workspace.id}`);
  });
  after(() => tab.close());

  const row = (page, text) => page.locator("tr[data-index]").filter({ hasText: text });

  test("An empty page says where findings come from", async () => {
    const { page } = tab;
    await page.getByText("Nothing was found in this stretch of time").waitFor();
    await page.getByRole("link", { name: "Policies" }).last().waitFor();
  });

  test("What was found stands in the list with its rule, and the number over time says of how many calls", async () => {
    const { page } = tab;
    for (const text of texts) await recorded(page, (await chat("sim/echo", text, secret)).id);
    await page.reload();
    await row(page, "E-mail address").nth(2).waitFor();
    await row(page, "Its words or patterns").waitFor();
    await page.getByRole("region", { name: "Number of findings" }).getByText("of 4 screened calls (75.0").waitFor();
    assert.equal(await page.locator("tr[data-index]").count(), 4);
  });

  test("A filter stands in the address and narrows list and number", async () => {
    const { page } = tab;
    await page.keyboard.press("f");
    await page.getByLabel("Filter by").fill("rul");
    await page.keyboard.press("Enter");
    await page.getByRole("option", { name: "house" }).click();
    await page.waitForURL(/rule=house/);
    await row(page, "E-mail address").first().waitFor({ state: "detached" });
    await page.getByRole("region", { name: "Number of findings" }).getByText("in 1 of 4 screened calls").waitFor();
    await page.getByRole("button", { name: "Rule: any" }).click();
    await row(page, "E-mail address").first().waitFor();
  });

  test("A finding opens with its place, what to do, and no word of the text", async () => {
    const { page } = tab;
    await row(page, "E-mail address").last().click();
    const drawer = page.getByRole("complementary", { name: "E-mail address" });
    await drawer.getByText("messages[0] 9–26").waitFor();
    await drawer.getByText("[redacted:personal] stands in its place", { exact: false }).waitFor();
    await drawer.getByRole("link", { name: "Open the call" }).waitFor();
    assert.equal(await page.getByText("carol").count(), 0);
    await drawer.getByRole("link", { name: "All findings of the same words" }).click();
    await page.waitForURL(/same=/);
    await row(page, "Its words or patterns").waitFor({ state: "detached" });
    assert.equal(await page.locator("tr[data-index]").count(), 1);
  });

  test("Rates have the calls for which a rule was in force, and lead to its findings", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/findings?workspace=${workspace.id}&tab=rules`);
    const rates = page.getByRole("table", { name: "Rates" });
    await rates.getByRole("row").filter({ hasText: "personal" }).getByText("3 of 4").waitFor();
    await rates.getByRole("row").filter({ hasText: "house" }).getByText("1 of 4").waitFor();
    await page.getByRole("button", { name: "Kind" }).click();
    await page.waitForURL(/by=kind/);
    await rates.getByRole("row").filter({ hasText: "E-mail address" }).getByText("0 of 2").waitFor();
    await rates.getByRole("link", { name: "E-mail address" }).click();
    await page.waitForURL(/kind=pii.email/);
  });

  test("The queue is worked by keys, the same words once, and an answer is taken back", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/findings?workspace=${workspace.id}&tab=review`);
    await page.getByText("0 of 2 reviewed").waitFor();
    const first = page.locator("tr[data-index='0']");
    await first.getByRole("cell", { name: "2", exact: true }).waitFor();
    await page.keyboard.press("n");
    await page.getByText("1 of 2 reviewed, false alarms 100 %", { exact: false }).waitFor();
    await page.keyboard.press("y");
    await page.getByText("2 of 2 reviewed, false alarms 50 %", { exact: false }).first().waitFor();
    await page.getByText("All that was found is reviewed").waitFor();
    await page.keyboard.press("u");
    await page.getByText("1 of 2 reviewed", { exact: false }).first().waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("0 of 2 reviewed").waitFor();
    await page.keyboard.press("j");
    await page.waitForURL(/finding=call_/);
    await page.getByRole("complementary").getByRole("button", { name: "It is none" }).click();
    await page.getByText("1 of 2 reviewed", { exact: false }).waitFor();
  });

  test("What was said shows in the list, and is taken back there", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/findings?workspace=${workspace.id}&review=decided`);
    await row(page, "false alarm").first().click();
    await page.getByRole("button", { name: "Take back" }).click();
    await page.getByText("No finding fits these filters").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await row(page, "E-mail address").first().waitFor();
  });

  test("A file has what the filters leave", async () => {
    const { page } = tab;
    await page.goto(`${url}/console/findings?workspace=${workspace.id}&rule=house`);
    await row(page, "Its words or patterns").waitFor();
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: /^CSV/ }).click()]);
    const lines = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
    assert.equal(lines.length, 2);
    assert.ok(lines[1].includes(",house,"), lines[1]);
  });

  test("Who may not decide reports, and it becomes the first question", async () => {
    const other = await open();
    try {
      await signIn(other.page, await account("Finding Analyst", ["analyst"]), `/console/findings?workspace=${workspace.id}`);
      await row(other.page, "pii.email").or(row(other.page, "E-mail address")).last().click();
      await other.page.getByRole("button", { name: "Report a false alarm" }).click();
      await other.page.getByText("Somebody decides.").waitFor();
    } finally {
      await other.close();
    }
    const { page } = tab;
    await page.goto(`${url}/console/findings?workspace=${workspace.id}&tab=review`);
    await page.locator("tr[data-index='0']").getByText("reported as none").waitFor();
  });

  for (const scheme of ["light", "dark"])
    test(`Nothing is wrong for those who hear or type it, in the ${scheme} scheme and in a narrow window`, async () => {
      const { page } = tab;
      await page.emulateMedia({ colorScheme: scheme });
      for (const width of [1440, 760]) {
        await page.setViewportSize({ width, height: 900 });
        for (const [part, name] of [
          ["all", "Findings"],
          ["rules", "Rates"],
          ["review", "Questions"],
        ]) {
          await page.goto(`${url}/console/findings?workspace=${workspace.id}&tab=${part}`);
          await page.getByRole("table", { name, exact: true }).waitFor();
          assert.deepEqual(await axeFindings(page), [], `${part} at ${width}`);
        }
      }
    });
});
