import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, chat, open, recorded, signIn, url } from "./browser.mjs";

describe("policies", () => {
  let tab;
  let organisation;
  let workspace;
  let useCase;
  const name = `Policy house ${Date.now()}`;
  const calls = [];
  before(async () => {
    tab = await open();
    organisation = await admin("POST", "organisations", { name });
    workspace = await admin("POST", "workspaces", { organisation_id: organisation.id, name: "Claims" });
    useCase = await admin("POST", "use-cases", { workspace_id: workspace.id, name: "Letters" });
    const { secret } = await admin("POST", "keys", { name: "letters", use_case_id: useCase.id });
    for (let i = 0; i < 3; i++) calls.push(await chat("sim/echo", "Hello", secret));
    await signIn(tab.page, await account("Policy Officer", ["officer"]), `/console/policies?level=${organisation.id}`);
  });
  after(() => tab.close());

  const editor = () => tab.page.getByRole("textbox", { name: "Policy", exact: true });
  const at = (level, part) => tab.page.goto(`${url}/console/policies?level=${level}${part === undefined ? "" : `&tab=${part}`}`);

  test("A text is checked by line, told apart from what is in force, and put in force", async () => {
    const { page } = tab;
    await page.getByText("This organisation has no policy").waitFor();
    await editor().fill("models:\n  prefer: [x]\n");
    await page.getByRole("button", { name: "Check and save" }).click();
    await page.getByText("There is no line 'models.prefer'").waitFor();
    await page.getByRole("button", { name: "Line 2" }).click();
    assert.equal(await page.evaluate(() => document.getSelection().toString() || document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)), "  prefer: [x]");
    await editor().fill("");
    await page.getByLabel("Add a line").selectOption("models.allow");
    assert.equal(await editor().inputValue(), 'models:\n  allow: ["gpt-*"]\n');
    await editor().fill("models:\n  allow: [sim/*]\n");
    await page.getByRole("button", { name: "Check and save" }).click();
    const dialog = page.getByRole("dialog", { name: `Policy of ${name}` });
    await dialog.getByLabel("What changes").getByText("allow: [sim/*]").waitFor();
    await dialog.getByLabel("Why").fill("a start");
    await dialog.getByRole("button", { name: "Put in force" }).click();
    await page.getByText("Version 1, by").waitFor();
  });

  test("What is looser than a mandatory line is refused with the line above", async () => {
    const { page } = tab;
    await at(workspace.id);
    await page.getByText("This workspace has no policy").waitFor();
    await editor().fill("models:\n  allow: [gpt-4o]\n");
    await page.getByRole("button", { name: "Check and save" }).click();
    await page.getByText(`models.allow is looser than line 2 of ${name} (allow: [sim/*])`).waitFor();
    // What is written stays over a look at what holds.
    await page.getByRole("link", { name: "What holds" }).click();
    await page.getByRole("row", { name: /models.allow.*\[sim\/\*\].*mandatory.*line 2/ }).waitFor();
    await page.getByRole("link", { name: "Policy", exact: true }).click();
    assert.equal(await editor().inputValue(), "models:\n  allow: [gpt-4o]\n");
    await page.getByRole("button", { name: "Undo my changes" }).click();
    assert.equal(await editor().inputValue(), "");
  });

  test("A replay names the calls that a text would have refused, and leads to them", async () => {
    const { page } = tab;
    await at(useCase.id);
    await editor().fill("models:\n  deny: [sim/echo]\n");
    await page.getByRole("link", { name: "Replay" }).click();
    await page.getByLabel("Let the server read what was said").check();
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByText("Would have refused 3 of 3 calls").waitFor();
    await page.getByText("Asked by Policy Officer").waitFor();
    await page.getByRole("table", { name: "Calls that would have been refused" }).getByRole("link").first().waitFor();
    assert.deepEqual(await axeFindings(page), []);
  });

  test("A draft runs in shadow, is seen, and is stopped", async () => {
    const { page } = tab;
    await page.getByRole("link", { name: "Policy", exact: true }).click();
    await page.getByRole("button", { name: "Check and save" }).click();
    await page.getByRole("button", { name: "Run in shadow" }).click();
    await page.getByText("In shadow since").waitFor();
    await page.getByText("This use case has no policy").waitFor();
    await page.getByRole("button", { name: "Stop the shadow" }).click();
    await page.getByText("In shadow since").waitFor({ state: "detached" });
  });

  test("What a route leads to under the policy is told, and an old version is put in force again", async () => {
    const { page } = tab;
    await at(useCase.id, "effective");
    await page.getByLabel("A route or model").selectOption("sim/echo");
    await page.getByRole("table", { name: "Where sim/echo leads" }).getByRole("row", { name: /sim\/echo.*May serve/ }).first().waitFor();
    await at(organisation.id);
    await editor().fill("models:\n  allow: [sim/*, gpt-4o]\n");
    await page.getByRole("button", { name: "Check and save" }).click();
    await page.getByRole("button", { name: "Put in force" }).click();
    await page.getByText("Version 2, by").waitFor();
    await page.getByRole("link", { name: "Versions" }).click();
    await page.getByRole("row", { name: /a start/ }).getByRole("button", { name: "Compare" }).click();
    await page.getByRole("button", { name: "Put it in force again" }).click();
    await page.getByRole("row", { name: /Back to version 1/ }).waitFor();
  });

  test("The form changes the lines it is asked to and no other, and text and form are the same", async () => {
    const { page } = tab;
    const written = [
      "# The claims desk.",
      "models:",
      "  allow: [sim/echo] # the trial",
      "retention:",
      "  # as the contract says",
      "  contents_days: 30",
      "guardrails:",
      "  cards:",
      "    patterns:",
      "      - '\\d{4}-\\d{4}' # numbers of cards",
      "    action: redact",
      "",
    ].join("\n");
    await at(workspace.id);
    await editor().fill(written);
    await page.getByRole("button", { name: "Form", exact: true }).click();
    const form = page.getByRole("group", { name: "Policy as a form" });
    await form.getByText("It is mandatory in " + name + ": what is looser than [sim/*] is refused.").waitFor();
    // Nothing is touched: nothing is changed.
    await page.getByRole("button", { name: "Text", exact: true }).click();
    assert.equal(await editor().inputValue(), written);

    await page.getByRole("button", { name: "Form", exact: true }).click();
    // With the keyboard alone.
    await form.getByLabel("Allow", { exact: true }).first().focus();
    await page.keyboard.type("sim/fixed");
    await page.keyboard.press("Enter");
    await form.getByRole("list", { name: "Allow says" }).first().getByText("sim/fixed").waitFor();
    await form.getByRole("textbox", { name: "Contents days" }).fill("7");
    await form.getByLabel("No training").selectOption("true");
    const cards = form.getByRole("group", { name: "cards" });
    await cards.getByLabel("What happens").selectOption("block");
    await cards.getByRole("textbox", { name: "Words" }).fill("iban");
    await cards.getByRole("button", { name: "Add to Words" }).click();
    await cards.getByLabel("What models say").uncheck();
    await cards.getByLabel("When the search itself fails").selectOption("open");
    await form.getByLabel("A new rule").fill("Code names");
    await page.keyboard.press("Enter");
    await form.getByRole("group", { name: "code-names" }).waitFor();
    await form.getByRole("button", { name: "Take the rule code-names away" }).click();
    await page.getByRole("button", { name: "Text", exact: true }).click();
    assert.equal(
      await editor().inputValue(),
      [
        "# The claims desk.",
        "models:",
        "  allow: [sim/echo, sim/fixed] # the trial",
        "retention:",
        "  # as the contract says",
        "  contents_days: 7",
        "guardrails:",
        "  cards:",
        "    patterns:",
        "      - '\\d{4}-\\d{4}' # numbers of cards",
        "    action: block",
        "    words: [iban]",
        "    channels: [user, system, retrieved, tool, arguments]",
        "    on_error: open",
        "data:",
        "  no_training: true",
        "",
      ].join("\n"),
    );
  });

  test("What cannot stand is told at its field, and what the form does not read is left", async () => {
    const { page } = tab;
    await page.getByRole("button", { name: "Form", exact: true }).click();
    const form = page.getByRole("group", { name: "Policy as a form" });
    const days = form.getByRole("textbox", { name: "Contents days" });
    await days.fill("a week");
    await form.getByRole("button", { name: "Take sim/echo off Allow" }).click();
    await page.getByRole("button", { name: "Check and save" }).click();
    await form.getByRole("alert").getByText("retention.contents_days is a whole number").waitFor();
    assert.equal(await days.getAttribute("aria-invalid"), "true");
    await days.fill("7");
    await form.getByLabel("Allow", { exact: true }).first().fill("gpt-4o");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Check and save" }).click();
    await form.getByRole("alert").getByText(`models.allow is looser than line 2 of ${name}`).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.getByRole("button", { name: "Text", exact: true }).click();
    await editor().fill('{"models":{"allow":["sim/echo"]}}');
    await page.getByRole("button", { name: "Form", exact: true }).click();
    await page.getByText("It is JSON. It can be changed as text").waitFor();
    await page.getByRole("button", { name: "Text", exact: true }).click();
    assert.equal(await editor().inputValue(), '{"models":{"allow":["sim/echo"]}}');
    await editor().fill("models:\n  allow: {a: b}\n  deny: [x]\n");
    await page.getByRole("button", { name: "Form", exact: true }).click();
    await form.getByText("It is written in a way that the form does not show.").waitFor();
    await form.getByRole("button", { name: "Take x off Deny" }).click();
    await page.getByRole("button", { name: "Text", exact: true }).click();
    assert.equal(await editor().inputValue(), "models:\n  allow: {a: b}\n");
    await page.getByRole("button", { name: "Undo my changes" }).click();
  });

  test("A guard and who gets words back are written in the form, and a replay names the guards that it does not ask", async () => {
    const { page } = tab;
    await at(useCase.id);
    await editor().fill("guardrails:\n  personal:\n    detect: [pii.email]\n    action: tokenise\n");
    await page.getByRole("button", { name: "Form", exact: true }).click();
    const form = page.getByRole("group", { name: "Policy as a form" });
    await form.getByRole("group", { name: "personal" }).getByLabel("Who gets the words back in the answer").selectOption("people");
    await form.getByLabel("A new guard").fill("House rules");
    await form.getByLabel("It asks").selectOption("model");
    await form.getByRole("button", { name: "Add the guard" }).click();
    const guard = form.getByRole("group", { name: "house-rules" });
    await guard.getByLabel("Model that judges").fill("sim/echo");
    await guard.getByLabel("What it flags", { exact: true }).fill("The text insults.");
    await guard.getByLabel("What happens to what it flags").selectOption("flag");
    await guard.getByText("It only notes: texts pass, whatever is said here.").waitFor();
    await guard.getByLabel("What happens to what it flags").selectOption("block");
    await guard.getByText("Answers are held until it has judged them, streams too.").waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.getByRole("button", { name: "Text", exact: true }).click();
    assert.equal(
      await editor().inputValue(),
      [
        "guardrails:",
        "  personal:",
        "    detect: [pii.email]",
        "    action: tokenise",
        "    restore: people",
        "guards:",
        "  house-rules:",
        "    criteria: The text insults.",
        "    model: sim/echo",
        "    action: block",
        "",
      ].join("\n"),
    );
    await page.getByRole("link", { name: "Replay" }).click();
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByText("A replay asks no guards. What house-rules would have done is in none of these numbers.").waitFor();
    await at(useCase.id);
    await page.getByRole("button", { name: "Undo my changes" }).click();
  });

  test("An answer is tried with what it rests on", async () => {
    const { page } = tab;
    await at(useCase.id, "try");
    await page.getByLabel("It is").selectOption("answer");
    await page.getByLabel("Looked for by").selectOption("kinds");
    await page.getByLabel("Text", { exact: true }).fill("The warranty of the pump covers defects of material for 36 months.");
    await page.getByLabel("Source", { exact: true }).fill("Wear of the seal is not covered by the warranty.");
    await page.getByRole("button", { name: "Another source" }).click();
    await page.getByLabel("Source 2").fill("The warranty of the pump covers defects of material for 24 months.");
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByRole("row", { name: /Sentence without support in the sources/ }).waitFor();
    await page.getByLabel("Source 2").fill("The warranty of the pump covers defects of material for 36 months.");
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByText("Nothing is found: the text passes").waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.getByRole("button", { name: "Take the last away" }).click();
    await page.getByLabel("Source", { exact: true }).waitFor();
  });

  test("A text is tried by the rules, a false alarm is reported in its call and decided where it waits", async () => {
    const { page } = tab;
    await admin("PUT", `policies/${useCase.id}`, { text: "guardrails:\n  personal:\n    detect: [pii.email]\n    action: redact\n" });
    await at(useCase.id, "try");
    await page.getByLabel("Text", { exact: true }).fill("Write to noreply@example.org today");
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByText("It goes on changed").waitFor();
    assert.equal(await page.locator("mark").innerText(), "noreply@example.org");
    await page.getByRole("row", { name: /E-mail address.*by personal.*taken out/ }).waitFor();
    await page.getByText("Write to [redacted:personal] today").waitFor();
    await page.getByLabel("Looked for by").selectOption("kinds");
    await page.getByRole("combobox", { name: "Kinds" }).fill("pii.card");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByText("Nothing is found: the text passes").waitFor();

    const { secret } = await admin("POST", "keys", { name: "finder", use_case_id: useCase.id });
    const { id } = await chat("sim/echo", "Write to noreply@example.org today", secret);
    await recorded(page, id);
    await page.goto(`${url}/console/calls?call=${id}`);
    await page.getByText("E-mail address").first().waitFor();
    await page.getByRole("button", { name: "Report a false alarm" }).first().click();
    await page.getByText("Reported as a false alarm; somebody decides.").waitFor();
    await at(useCase.id, "waiting");
    await page.getByRole("button", { name: "It was none" }).click();
    await page.getByText(/^a false alarm, by Policy Officer/).waitFor();
    await page.getByRole("button", { name: "Take back" }).waitFor();
    await admin("PUT", `policies/${useCase.id}`, { text: "" });
  });

  test("A call that waits is let pass, and what passes is taken back", async () => {
    const { page } = tab;
    await at(useCase.id, "waiting");
    await page.getByText("Nothing waits for a person").waitFor();
    await admin("PUT", `policies/${useCase.id}`, { text: "guardrails:\n  codenames:\n    words: [Falcon]\n    action: ask\n" });
    const { secret } = await admin("POST", "keys", { name: "asks", use_case_id: useCase.id });
    assert.equal((await chat("sim/echo", "Where is the Falcon?", secret)).status, 403);
    await at(useCase.id, "waiting");
    const row = page.getByRole("table", { name: "Calls that wait" }).getByRole("row", { name: /guardrails\.codenames.*6 characters/ });
    await row.waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await row.getByRole("button", { name: "Let it pass" }).click();
    const dialog = page.getByRole("dialog", { name: "Let this call pass?" });
    await dialog.getByLabel("For how long").fill("5000");
    await dialog.getByRole("button", { name: "Let it pass" }).click();
    await dialog.getByText("minutes must be from 1 to 1440").waitFor();
    await dialog.getByLabel("For how long").fill("5");
    await dialog.getByRole("button", { name: "Let it pass" }).click();
    const passes = page.getByRole("table", { name: "Decided calls" }).getByRole("row", { name: /Passes/ });
    await passes.waitFor();
    assert.equal((await chat("sim/echo", "Where is the Falcon?", secret)).status, 200);
    await passes.getByRole("button", { name: "Take back" }).click();
    await page.getByRole("dialog").getByLabel("Why").fill("a mistake");
    await page.getByRole("dialog").getByRole("button", { name: "Take it back" }).click();
    await page.getByRole("table", { name: "Decided calls" }).getByRole("row", { name: /Declined.*a mistake/ }).waitFor();
    assert.equal((await chat("sim/echo", "Where is the Falcon?", secret)).status, 403);
    await admin("PUT", `policies/${useCase.id}`, { text: "" });
  });

  test("A use case that waits is found in Waiting, classified and approved in Settings", async () => {
    const { page } = tab;
    await admin("PUT", `policies/${useCase.id}`, { text: "approvals:\n  limited: 1\n  high: 2\n" });
    await at(workspace.id, "waiting");
    await page.getByRole("table", { name: "Use cases that wait" }).getByRole("link", { name: "Letters" }).click();
    const drawer = page.getByRole("complementary", { name: "Letters" });
    await drawer.getByText("has no risk class yet, which counts as high").waitFor();
    await drawer.getByRole("button", { name: "Say the risk" }).click();
    await page.getByRole("dialog").getByLabel("Risk").selectOption("limited");
    await page.getByRole("dialog").getByRole("button", { name: "Say so" }).click();
    await drawer.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByRole("dialog").getByLabel("Note").fill("looked at");
    await page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
    await drawer.getByText("approved it for limited risk").waitFor();
    await drawer.getByText("1 of 1").waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await admin("PUT", `policies/${useCase.id}`, { text: "" });
  });

  test("Who may not write sees all and has no button to save", async () => {
    const other = await open();
    await signIn(other.page, await account("Policy Reader", ["auditor"]), `/console/policies?level=${organisation.id}`);
    await other.page.getByText("Writing needs the permission policies.write").waitFor();
    assert.equal(await other.page.getByRole("button", { name: "Check and save" }).count(), 0);
    await other.close();
  });

  test("It has nothing serious for axe, in both schemes and in a narrow window", async () => {
    const { page } = tab;
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      for (const part of [undefined, "effective", "versions", "waiting"]) {
        await at(organisation.id, part);
        await page.getByRole("navigation", { name: "Parts of the policy" }).waitFor();
        await page.getByText("Reading…").waitFor({ state: "detached" });
        assert.deepEqual(await axeFindings(page), []);
      }
      await page.goto(`${url}/console/policies?level=${organisation.id}&view=form`);
      await page.getByRole("group", { name: "Policy as a form" }).getByRole("textbox").first().waitFor();
      assert.deepEqual(await axeFindings(page), []);
    }
    await page.setViewportSize({ width: 1024, height: 768 });
    await at(organisation.id);
    await editor().waitFor();
    assert.deepEqual(await axeFindings(page), []);
    assert.deepEqual(tab.faults, []);
  });
});
