import { account, admin, chat, open, signIn, url } from "./browser.mjs";
const out = process.env.OUT;
const [organisation] = (await admin("GET", "organisations")).items;
const workspaces = [];
for (const name of ["Claims", "Retail banking", "Research"]) {
  const w = await admin("POST", "workspaces", { organisation_id: organisation.id, name });
  workspaces.push(w);
}
const useCase = await admin("POST", "use-cases", { workspace_id: workspaces[0].id, name: "Letters to customers" });
await admin("POST", "use-cases", { workspace_id: workspaces[1].id, name: "Branch assistant" });
const { secret } = await admin("POST", "keys", { name: "letters", use_case_id: useCase.id });
for (let i = 0; i < 14; i++) await chat("sim/echo", "Hello", secret);
const put = async (id, text, path = "") => {
  const r = await fetch(`${url}/api/policies/${id}${path}`, { method: "PUT", headers: { authorization: `Bearer ${process.env.PORTICO_ADMIN}`, "content-type": "application/json", "if-match": "*" }, body: JSON.stringify(path === "" ? { text, note: "Agreed with the works council", check: false } : { text }) });
  if (!r.ok) throw new Error(await r.text());
};
await put(organisation.id, `# What holds for the whole bank.
models:
  allow: ["sim/*", "gpt-4o*", claude-sonnet-4]
regions:
  mandatory: false
  allow: [eu, ch]
  when_unknown: allow
data:
  no_training: true
  max_retention_days: 30
  when_unknown: allow
capture:
  state: redacted
  retention_days: 90
guardrails:
  codenames:
    channels: [user, output]
    words: [Falcon, Blue Heron]
    action: redact
  card-numbers:
    patterns: ['\\b\\d{4}([ -]?\\d{4}){3}\\b']
    action: tokenise
exceptions:
  - name: trial of llama
    for: ${useCase.id}
    owner: Ms Ray
    reason: a comparison for the spring release
    until: 2027-06-01
    lifts:
      models.allow: [llama-3]
`);
await put(workspaces[0].id, "models:\n  allow: [\"sim/*\"]\ncapture:\n  state: metadata\n");
await put(useCase.id, "models:\n  deny: [sim/echo]\n", "/draft");
const { page, close } = await open();
await signIn(page, await account("Olga Officer", ["officer"]), `/console/policies?level=${organisation.id}`);
for (const colorScheme of ["light", "dark"]) {
  await page.emulateMedia({ colorScheme });
  for (const [name, level, tab] of [["text", organisation.id], ["effective", useCase.id, "effective"], ["draft", useCase.id], ["replay", useCase.id, "replay"], ["versions", organisation.id, "versions"]]) {
    await page.goto(`${url}/console/policies?level=${level}${tab ? `&tab=${tab}` : ""}${tab === "effective" ? "&route=sim/echo" : ""}`);
    await page.getByRole("navigation", { name: "Parts of the policy" }).waitFor();
    if (tab === "replay") { await page.getByRole("button", { name: "Replay" }).click(); await page.getByText("Would have refused").waitFor(); }
    await page.waitForTimeout(500);
    await page.screenshot({ path: `${out}/${name}-${colorScheme}.png` });
  }
}
await page.setViewportSize({ width: 1024, height: 768 });
await page.goto(`${url}/console/policies?level=${organisation.id}`);
await page.waitForTimeout(500);
await page.screenshot({ path: `${out}/narrow.png` });
await close();
