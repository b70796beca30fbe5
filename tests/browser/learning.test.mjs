import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, admin, axeFindings, open, signIn, url } from "./browser.mjs";

const course = `---
id: first-steps
version: 1
title: First steps
says: Ask for JSON and leave names out.
for: [employees]
minutes: 8
pass_mark: 100
---

## Before you ask

A model reads *everything* in one stream.

~~~exercise
id: no-names
title: Leave the name out
task: Ask for JSON, without the name.
start: Say hello to Mrs. Feldner.
checks:
  - says: JSON is asked for
    asks_for_json: true
  - says: The name is not in it
    mentions_none: [Feldner]
    hint: Write a placeholder.
~~~

## When it answers

Check what counts.

~~~quiz
questions:
  - ask: What is sent?
    options:
      - text: Everything
      - text: What the task needs
        right: true
    why: What is not sent cannot leak.
  - ask: Which are secrets?
    options:
      - text: Passwords
        right: true
      - text: Keys
        right: true
      - text: The weather
    why: The weather is nobody's.
~~~
`;

describe("learning", () => {
  let officer;
  let newcomer;
  let email;
  before(async () => {
    officer = await open();
    await signIn(officer.page, await account("Olga Officer", ["officer", "engineer"]), "/console/learning?tab=access");
    email = await account("Nora Newcomer", ["engineer"]);
    newcomer = await open();
  });
  after(async () => {
    await officer.close();
    await newcomer.close();
  });

  test("An officer says what pays for exercises, takes in a course, assigns and demands it", async () => {
    const { page } = officer;
    const [useCase] = (await admin("GET", "use-cases")).items;
    await page.getByText("Exercises cannot be done yet").waitFor();
    await page.getByLabel("Use case").selectOption(useCase.id);
    await page.getByLabel("Models").fill("sim/echo");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Exercises cannot be done yet").waitFor({ state: "detached" });

    await page.getByRole("link", { name: "Courses", exact: true }).click();
    await page.getByRole("button", { name: "New course" }).click();
    const dialog = page.getByRole("dialog", { name: "New course" });
    await dialog.getByLabel("Document").fill(course.replace("minutes: 8", "minutes: soon"));
    await dialog.getByRole("button", { name: "Check" }).click();
    await dialog.getByText("Line 7: minutes must be a whole number").waitFor();
    await dialog.getByLabel("Document").fill(course);
    await dialog.getByRole("button", { name: "Take it in" }).click();
    await page.getByRole("row", { name: /First steps.*organisation/ }).waitFor();

    await page.getByRole("link", { name: "Assignments", exact: true }).click();
    await page.getByRole("button", { name: "Assign a course" }).click();
    await page.getByRole("dialog").getByLabel("Course").selectOption("first-steps");
    await page.getByRole("dialog").getByLabel("Until").fill("2031-01-31");
    await page.getByRole("dialog").getByRole("button", { name: "Assign", exact: true }).click();
    await page.getByRole("row", { name: /First steps.*Everybody/ }).waitFor();

    await page.getByRole("link", { name: "Access", exact: true }).click();
    await page.getByText("Everybody may call at once").waitFor();
    await page.getByRole("button", { name: "New rule" }).click();
    await page.getByRole("dialog").getByLabel("First steps").check();
    await page.getByRole("dialog").getByRole("button", { name: "Make the rule" }).click();
    // The rule holds for who made it too: the policy comes before everything.
    await page.getByRole("button", { name: "Accept version 1" }).waitFor();
    await page.getByLabel("I have read this policy").check();
    await page.getByRole("button", { name: "Accept version 1" }).click();
    await page.getByRole("row", { name: /Whole organisation.*First steps/ }).waitFor();
  });

  test("From the first sign-in through the course to the first call", async () => {
    const { page, faults } = newcomer;
    await page.goto(`${url}/console/learning`);
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("correct horse battery staple");
    await page.getByRole("button", { name: "Sign in" }).click();

    // The policy cannot be missed: there is nothing else.
    await page.getByRole("heading", { name: "Acceptable use of generative AI" }).waitFor();
    assert.equal(await page.getByRole("navigation", { name: "Main" }).count(), 0);
    assert.equal(await page.getByRole("button", { name: "Accept version 1" }).isDisabled(), true);
    assert.deepEqual(await axeFindings(page), []);
    await page.getByLabel("I have read this policy").check();
    await page.getByRole("button", { name: "Accept version 1" }).click();

    await page.getByText("Your access to models is not open yet").waitFor();
    await page.getByRole("link", { name: /^First steps/ }).click();
    await page.getByRole("heading", { name: "Before you ask" }).waitFor();

    // The exercise: the first try shows what is missing, the second does it.
    const exercise = page.getByRole("region", { name: "Exercise: Leave the name out" });
    await exercise.getByRole("button", { name: "Send" }).click();
    await exercise.getByText("Write a placeholder.").waitFor();
    await exercise.getByText("19 calls left today").waitFor();
    await exercise.getByLabel("Your prompt").fill("Say hello to [customer] as JSON.");
    await exercise.getByRole("button", { name: "Send" }).click();
    await exercise.getByText("Done", { exact: true }).waitFor();

    await page.getByRole("button", { name: "I have read it: next lesson" }).click();
    await page.getByRole("heading", { name: "When it answers" }).waitFor();
    await page.getByRole("button", { name: "I have read it: to the quiz" }).click();
    await page.getByRole("heading", { name: "Quiz" }).waitFor();

    // Wrong once, with why; then right.
    await page.getByLabel("Everything").check();
    await page.getByLabel("Passwords").check();
    await page.getByRole("button", { name: "Hand in" }).click();
    await page.getByText("0 %, and 100 % are needed").waitFor();
    await page.getByText("What is not sent cannot leak.").waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByLabel("What the task needs").check();
    await page.getByLabel("Passwords").check();
    await page.getByLabel("Keys").check();
    await page.getByRole("button", { name: "Hand in" }).click();
    await page.getByText("Passed with 100 %").waitFor();

    await page.getByRole("link", { name: "Your certificate" }).click();
    await page.getByRole("heading", { name: "Nora Newcomer" }).waitFor();
    await page.getByText(/Signed with the audit key/).waitFor();
    assert.deepEqual(await axeFindings(page), []);

    // And the first call.
    const [useCase] = (await admin("GET", "use-cases")).items;
    await page.getByRole("link", { name: "Playground" }).click();
    await page.getByLabel("Use case", { exact: true }).selectOption(useCase.id);
    await page.getByRole("button", { name: /^(Add a model|Model or setting)$/ }).last().click();
    const model = page.getByRole("dialog");
    await model.getByLabel("Route or model").fill("sim/echo");
    await page.getByRole("option", { name: /^sim\/echo / }).click();
    await model.getByRole("button", { name: "Add the column" }).click();
    await page.getByLabel("Message 2", { exact: true }).fill("My first question");
    await page.getByRole("button", { name: /^Run/ }).first().click();
    await page.getByRole("main").getByText("My first question").first().waitFor();
    assert.deepEqual(faults, []);
  });

  test("The arrows lead through a course, and its part stands in the address", async () => {
    const { page } = newcomer;
    await page.goto(`${url}/console/learning/course?course=first-steps&part=1`);
    await page.getByRole("heading", { name: "Before you ask" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("heading", { name: "When it answers" }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get("part"), "2");
    await page.keyboard.press("ArrowRight");
    await page.getByText("You have passed this course").waitFor();
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("heading", { name: "When it answers" }).waitFor();
  });

  test("The officer sees who is done, and publishes a version that asks again", async () => {
    const { page, faults } = officer;
    await page.goto(`${url}/console/learning?tab=completion`);
    const row = page.getByRole("row", { name: /First steps.*Everybody asked/ });
    await row.waitFor();
    await row.click();
    await page.getByRole("complementary", { name: "First steps" }).getByRole("row", { name: /Nora Newcomer.*Done/ }).waitFor();
    await page.goto(`${url}/console/learning?tab=policy`);
    await page.getByLabel("Text").fill("# Ours\n\nBe good.");
    await page.getByLabel("Ask everybody again").check();
    await page.getByRole("button", { name: "Publish version 2" }).click();
    await page.getByRole("button", { name: "Accept version 2" }).waitFor();
    await page.getByLabel("I have read this policy").check();
    await page.getByRole("button", { name: "Accept version 2" }).click();
    await page.getByText("Version 2, which holds").waitFor();
    await newcomer.page.goto(`${url}/console/calls`);
    await newcomer.page.getByRole("heading", { name: "Ours" }).waitFor();
    assert.deepEqual(faults, []);
  });

  test("Every page of it is clean for axe in both schemes", async () => {
    const { page } = officer;
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      for (const at of [
        "learning",
        "learning?tab=completion",
        "learning?tab=assignments",
        "learning?tab=courses",
        "learning?tab=access",
        "learning?tab=policy",
        "learning/policy",
        "learning/course?course=ai-basics&part=3",
        "learning/course?course=ai-basics&part=quiz",
      ]) {
        await page.goto(`${url}/console/${at}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForLoadState("networkidle");
        assert.deepEqual(await axeFindings(page), [], `${at} ${colorScheme}`);
      }
    }
  });
});
