// Pictures of every page, in both schemes, at the size of the visual reference. Called by build/screens.
import { readFileSync } from "node:fs";
import { account, admin, chat, open, signIn, url } from "./browser.mjs";
import { detectorSet } from "./detector-set.mjs";

const pages = {
  overview: { at: "/overview?time=7d", ready: (p) => p.getByRole("table").first() },
  calls: { at: "/calls?time=24h", ready: (p) => p.locator("tr[data-index='5']"), then: (p) => p.locator("tr[data-index='3']").click() },
  models: { at: "/models", ready: (p) => p.getByRole("table").first() },
  routes: { at: "/routes", ready: (p) => p.getByRole("table").first() },
  keys: { at: "/keys", ready: (p) => p.locator("tr[data-index='2']") },
  budgets: { at: "/budgets", ready: (p) => p.getByRole("row").nth(3) },
  usage: { at: "/usage?range=30d", ready: (p) => p.getByRole("row").nth(3) },
  playground: { at: "/playground", ready: (p) => p.getByRole("heading", { name: "Playground" }), then: compare },
  alerts: { at: "/alerts", ready: (p) => p.getByRole("list").first() },
  health: { at: "/health", ready: (p) => p.getByRole("heading", { name: "Health" }) },
  audit: { at: "/audit", ready: (p) => p.locator("tr[data-index='2']"), then: (p) => p.locator("tr[data-index='1']").click() },
  learning: { at: "/learning", ready: (p) => p.getByRole("main").getByRole("link").nth(2) },
  policies: { at: "/policies", ready: (p) => p.getByRole("textbox", { name: "Policy", exact: true }) },
  risks: { at: "/risks", ready: (p) => p.getByRole("table", { name: "OWASP Top 10 for LLM Applications" }) },
  "risks-controls": { at: "/risks?tab=controls", ready: (p) => p.getByRole("table", { name: "Controls" }) },
  "policies-form": { at: "/policies?view=form", ready: (p) => p.getByRole("group", { name: "Policy as a form" }) },
  "policies-guards": { at: "/policies?view=text", ready: (p) => p.getByRole("textbox", { name: "Policy", exact: true }), then: guards },
  "policies-waiting": { at: "/policies?tab=waiting", ready: (p) => p.getByRole("table", { name: "Calls that wait" }).getByRole("row").nth(1) },
  "policies-try": { at: "/policies?tab=try", ready: (p) => p.getByLabel("Text", { exact: true }), then: tryText },
  "policies-detectors": { at: "/policies?tab=detectors", ready: (p) => p.getByRole("table", { name: "Sets of models" }).getByRole("row").nth(1) },
  "call-findings": { at: "/calls?time=24h", ready: (p) => p.getByRole("list").filter({ hasText: "E-mail address" }) },
  findings: { at: "/findings", ready: (p) => p.locator("tr[data-index='3']"), then: (p) => p.locator("tr[data-index='1']").click() },
  "findings-rates": { at: "/findings?tab=rules", ready: (p) => p.getByRole("table", { name: "Rates" }).getByRole("row").nth(1) },
  "findings-review": { at: "/findings?tab=review", ready: (p) => p.locator("tr[data-index='1']"), then: (p) => p.keyboard.press("j") },
  people: { at: "/evidence?tab=people", ready: (p) => p.locator("tr[data-index='0']"), then: (p) => p.locator("tr[data-index='0']").click() },
  services: { at: "/settings?tab=services", ready: (p) => p.locator("tr[data-index='0']"), then: (p) => p.locator("tr[data-index='0']").click() },
  evidence: { at: "/evidence?tab=keys", ready: (p) => p.getByRole("row").nth(3) },
  settings: { at: "/settings", ready: (p) => p.getByRole("heading", { name: "Settings" }) },
  design: { at: "/design", ready: (p) => p.getByRole("heading", { name: "Design system" }) },
};

/** A letter with personal data, and what the rules would do with it. */
async function tryText(page) {
  await page
    .getByLabel("Text", { exact: true })
    .fill(
      "Dear team,\n\nI am Carol, carol.hansen@example.org, and you can call me on +44 20 7946 0958. Please refund the 84.20 to 4111 1111 1111 1111.\n\nOur test key is AKIA5RWHFXHKGMWPV3XZ.",
    );
  await page.getByRole("button", { name: "Try it" }).click();
  await page.getByRole("table", { name: "Findings" }).waitFor();
}

/** A service and a judge in the form. */
async function guards(page) {
  await page.getByRole("textbox", { name: "Policy", exact: true }).fill(`guardrails:
  personal:
    detect: [pii.email, pii.card]
    channels: [user, tool]
    action: tokenise
    restore: people
guards:
  house-rules:
    url: https://guards.halden.example/check
    channels: [user, tool, output]
    action: redact
    timeout_ms: 800
  investment-advice:
    model: sim/echo
    criteria: The text advises to buy or to sell a security.
    channels: [output]
    action: flag
    min_score: 0.7
`);
  await page.getByRole("button", { name: "Form", exact: true }).click();
  await page.getByRole("group", { name: "house-rules" }).evaluate((e) => e.scrollIntoView({ block: "start" }));
}

/** Two models beside each other. */
async function compare(page) {
  if ((await page.getByText("No model is asked yet").count()) > 0) {
    await page.getByLabel("Use case").selectOption({ index: 1 });
    await page.getByLabel("Message 1", { exact: true }).fill("You answer claims handlers in one short paragraph.");
    await page.getByLabel("Message 2", { exact: true }).fill("A pipe burst on 14 November. Is the damage to the floor covered?");
    for (const name of ["sim/echo", "sim/json"]) {
      await page.getByRole("button", { name: /^(Add a model|Model or setting)$/ }).last().click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Route or model").fill(name);
      await page.getByRole("option", { name: new RegExp(`^${name} `) }).click();
      await dialog.getByRole("button", { name: "Add the column" }).click();
      await page.getByRole("columnheader", { name: new RegExp(name) }).waitFor();
    }
  }
  await page.keyboard.press("Control+Enter");
  await page.getByRole("link", { name: "Open call" }).nth(1).waitFor();
  await page.getByRole("row", { name: /^Cost/ }).getByText("$").first().waitFor();
}

const only = process.argv.slice(2);
const { page, context, close } = await open();
const wide = page.viewportSize();
// What is told of a machine is not that of whoever makes the pictures.
await page.route("**/api/health", async (route) => {
  const response = await route.fetch();
  const told = await response.json();
  Object.assign(told.node, { host: "node-a", memory_limit_bytes: 8 * 2 ** 30 });
  if (told.disk) Object.assign(told.disk, { directory: "/var/lib/portico", free_bytes: 61 * 2 ** 30, total_bytes: 100 * 2 ** 30 });
  const text = JSON.stringify(told).replaceAll(process.env.PORTICO_DATA, "/var/lib/portico");
  await route.fulfill({ response, body: text });
});
await page.route("**/api/keyring", async (route) => {
  const response = await route.fetch();
  await route.fulfill({ response, body: (await response.text()).replaceAll(process.env.PORTICO_DATA, "/var/lib/portico") });
});
await page.goto(`${url}/console/overview`);
await page.getByLabel("E-mail").waitFor();
await page.screenshot({ path: `${process.env.PORTICO_SHOTS}/set-up-light.png` });
await signIn(page, await account("Mara Lindqvist", ["owner"]), "/console/overview");
const house = (await admin("GET", "organisations")).items.find((o) => o.name === "Halden Mutual");
await admin("PUT", `policies/${house.id}`, {
  text: `# What holds for all of Halden Mutual
models:
  deny: ["sim/hang*"]
capture:
  state: metadata
guardrails:
  codenames:
    channels: [user, output]
    words: [Falcon, Heron]
    action: redact
  takeovers:
    channels: [user]
    words: [Osprey]
    action: ask
  personal:
    detect: [pii.email, pii.card, pii.phone]
    channels: [user, tool, output]
    action: tokenise
  credentials:
    detect: [secrets]
    channels: [user, tool]
    action: flag
  prompts:
    detect: [canary]
    channels: [output]
    action: block
`,
  note: "The first policy",
});
pages.policies.at += `?level=${house.id}`;
pages.risks.at += `?level=${house.id}`;
pages["risks-controls"].at += `&level=${house.id}`;
for (const name of ["policies-form", "policies-guards", "policies-waiting", "policies-try"]) pages[name].at += `&level=${house.id}`;
// The same in a narrow window, where one asks for it by name.
for (const name of ["policies-form", "policies-guards", "policies-try", "risks", "risks-controls"])
  pages[`${name}-narrow`] = { ...pages[name], isNarrow: true };
await admin("POST", "admin-tokens", { name: "nightly report", roles: ["analyst"] });
const token = (await admin("GET", "admin-tokens")).items.find((t) => t.name === "nightly report");
await admin("POST", "workloads", {
  name: "letters-pipeline",
  admin_token_id: token.id,
  issuer: "https://token.actions.githubusercontent.com",
  audience: "portico",
  subject: "repo:halden/letters:*",
  claims: [{ claim: "ref", value: "refs/heads/main" }],
});
const someone = await admin("POST", "people", { organisation_id: house.id, email: "ines.moreau@halden.example", name: "Ines Moreau" });
await admin("POST", "subject-requests", { person_id: someone.id, kind: "access", reason: "A letter of 12 November asks for it" });
const ofHouse = (await admin("GET", "workspaces")).items.find((w) => w.organisation_id === house.id);
const bundle = readFileSync(detectorSet(ofHouse.id, "claims-2026-11")).toString("base64");
const set = await admin("POST", "guardrails/models", { bundle });
await admin("POST", `guardrails/models/${set.id}/activate`, { workspace_id: ofHouse.id });
const asking = (await admin("GET", "use-cases")).items.find((u) => u.workspace_id === ofHouse.id);
const { secret } = await admin("POST", "keys", { name: "letters", use_case_id: asking.id });
await chat("sim/echo", "What does Osprey mean for the claims desk?", secret);
const { id: found } = await chat("sim/echo", "Write to noreply@example.org and to carol@example.net", secret);
pages["call-findings"].at += `&call=${found}`;
await admin("POST", `calls/${found}/findings/0/report`, { note: "a box that nobody reads" });
for (const [i, says] of [
  "Ask dana@example.org for the file, or noreply@example.org",
  "Nothing of that kind",
  "The card is 4111 1111 1111 1111, and write to erik@example.net",
  "Our desk has the box noreply@example.org",
  "How long does a claim take?",
].entries()) {
  const { id } = await chat("sim/echo", says, secret);
  if (i === 2) await admin("POST", "finding-reviews", { call_id: id, number: 0, false_alarm: false });
}
for (const organisation of (await admin("GET", "organisations")).items)
  for (const [course, days] of [
    ["ai-basics", 14],
    ["data-handling", 30],
  ])
    await admin("POST", `assignments?organisation_id=${organisation.id}`, {
      course_id: course,
      audience: "everybody",
      due_at: new Date(Date.now() + days * 86_400_000).toISOString(),
    });
const signedOut = await open();
for (const scheme of ["light", "dark"]) {
  await signedOut.page.emulateMedia({ colorScheme: scheme });
  await signedOut.page.goto(`${url}/console/overview`);
  await signedOut.page.getByLabel("E-mail").waitFor();
  await signedOut.page.screenshot({ path: `${process.env.PORTICO_SHOTS}/sign-in-${scheme}.png` });
}
await signedOut.close();
for (const scheme of ["light", "dark"]) {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
  for (const [name, { at, ready, then, isNarrow }] of Object.entries(pages)) {
    if (only.length > 0 ? !only.includes(name) : isNarrow) continue;
    await page.setViewportSize(isNarrow ? { width: 420, height: 900 } : wide);
    await page.goto(`${url}/console${at}`);
    await ready(page).first().waitFor();
    await then?.(page);
    await page.waitForLoadState("networkidle");
    // Charts are drawn a frame after their data.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await page.screenshot({ path: `${process.env.PORTICO_SHOTS}/${name}-${scheme}.png` });
  }
}
await context.close();
await close();
