// Chromium with a fresh profile, and what every page is held to: no error on its console, nothing asked of another host, nothing serious for axe.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const url = process.env.PORTICO_URL.replace(/\/$/, "");
export const key = process.env.PORTICO_KEY;
export const setup = process.env.PORTICO_SETUP;
export const password = "correct horse battery staple";

export async function open(options = {}) {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
    ...options,
  });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (m) => {
    // A refusal by the API is a line of the browser's own.
    if (m.type() === "error" && !m.text().startsWith("Failed to load resource")) faults.push(m.text());
  });
  page.on("pageerror", (e) => faults.push(e.message));
  page.on("request", (r) => {
    const host = new URL(r.url()).origin;
    if (host !== url && !r.url().startsWith("data:") && !r.url().startsWith("blob:")) faults.push(`asked ${host}`);
  });
  return { page, context, faults, close: () => browser.close() };
}

export async function signIn(page, email, to = "/console/calls") {
  await page.goto(url + to);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
}

/** What axe finds serious or critical, a line each. */
export async function axeFindings(page) {
  // What comes into sight is not yet what it will be.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((a) => a.finished)));
  // Put in as the tools of the browser do it: the page's own policy rightly forbids it to the page, and holds in every tab.
  const tools = await page.context().newCDPSession(page);
  await tools.send("Runtime.evaluate", { expression: axe, allowUnsafeEvalBlockedByCSP: true });
  await tools.detach();
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join("; ")}`);
}

export async function chat(model, content, secret = key) {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content }] }),
  });
  await response.text();
  return { status: response.status, id: response.headers.get("x-request-id") };
}

/** Waits until the record of a call can be read, which is a moment after its answer. */
export async function recorded(page, id) {
  for (let i = 0; i < 200; i++) {
    if ((await page.request.get(`${url}/api/calls/${id}`)).ok()) return;
    await page.waitForTimeout(50);
  }
  throw new Error(`the record of ${id} did not come`);
}

/** The management API as the first admin token. */
export async function admin(method, path, body) {
  const response = await fetch(`${url}/api/${path}`, {
    method,
    headers: { authorization: `Bearer ${process.env.PORTICO_ADMIN}`, "content-type": "application/json", "if-match": "*" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** Opens what was said in a call that is open in a drawer: asks for it on the page, and lets it as the admin token, which is somebody else. */
export async function readSaid(page, drawer) {
  const show = drawer.getByRole("button", { name: "Show what was said" });
  await show.click();
  await drawer.getByRole("button", { name: "Ask to see it" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Why").fill("a test looks");
  await dialog.getByRole("button", { name: "Ask", exact: true }).click();
  await drawer.getByText("You asked to see it").waitFor();
  const [asked] = (await admin("GET", "reveals?state=open")).items;
  await admin("POST", `reveals/${asked.id}/approve`, {});
  await show.click();
}

/** Someone with roles everywhere, or with grants at places, whose password is set: gives the e-mail. */
export async function account(name, roles, grants = roles.map((role) => ({ role }))) {
  const [organisation] = (await admin("GET", "organisations")).items;
  const email = `${name.toLowerCase().replaceAll(/[^a-z]+/g, ".")}@example.com`;
  const person = await admin("POST", "people", { organisation_id: organisation.id, name, email });
  const { code } = await admin("POST", "accounts", { person_id: person.id, grants });
  const response = await fetch(`${url}/api/invitations/accept`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code, password }),
  });
  if (!response.ok) throw new Error(await response.text());
  return email;
}
