// Measures how soon one can use a page that was never opened before; bench/console-load starts it. From Chromium's own performance entries, milliseconds from
// the start of the navigation:
// - first paint: first contentful paint, the first text or picture (https://web.dev/articles/fcp)
// - largest paint: largest contentful paint, the largest of them (https://web.dev/articles/lcp)
// - DOM: the document was read, `domInteractive`
// - content: what the page is for is there, whose data were asked of the server: the form; chart and table with rows; the list with rows
// - interactive: the content is there and the main thread is free: the end of the last task over 50 ms before half a second without one, and never before the
//   content. As Time to Interactive (https://web.dev/articles/tti) has it, with half a second in place of five, since the page says itself when it is complete.
// - blocked: what tasks took over 50 ms each between first paint and interactive (Total Blocking Time, https://web.dev/articles/tbt)
import os from "node:os";
import { account, open, signIn, url } from "./browser.mjs";

const given = (name, usual) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : Number(process.argv[at + 1]);
};
const [loads, bound] = [given("loads", 10), given("bound-ms", 1500)];
// Another line than that of this machine to itself, as Chromium imitates it.
const [wayMs, mbit] = [given("way-ms", 0), given("mbit", 0)];
const quiet = 500;

const pages = [
  { name: "Sign-in", at: "/console/overview", isOpen: true, content: ["input[type='password']"] },
  { name: "Overview", at: "/console/overview", content: ["#trend canvas", "table[aria-label='By use case'] tbody tr"] },
  { name: "Calls", at: "/console/calls", content: ["tr[data-index='0']", "section[aria-label='Number of calls'] canvas"] },
];

/** Runs in the page before anything of it: notes long tasks, the largest paint, and when all of the content was drawn. */
function watch(content) {
  const seen = { tasks: [], largest: 0, content: undefined };
  globalThis.seen_ = seen;
  new PerformanceObserver((list) => {
    for (const e of list.getEntries()) seen.tasks.push([e.startTime, e.startTime + e.duration]);
  }).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => {
    for (const e of list.getEntries()) seen.largest = e.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  const look = () => {
    if (!content.every((c) => document.querySelector(c) !== null)) return;
    changes.disconnect();
    // What was put in is drawn with the next frame, after which this runs.
    requestAnimationFrame(() => setTimeout(() => { seen.content = performance.now(); }));
  };
  const changes = new MutationObserver(look);
  changes.observe(document, { subtree: true, childList: true });
}

/** One load in a browser of its own. */
async function load({ at, content, isOpen }, session) {
  const tab = await open(isOpen ? {} : { storageState: session });
  try {
    await tab.page.addInitScript(watch, content);
    if (wayMs > 0 || mbit > 0) {
      const bytes = mbit > 0 ? (mbit * 1e6) / 8 : -1;
      const line = await tab.context.newCDPSession(tab.page);
      await line.send("Network.enable");
      await line.send("Network.emulateNetworkConditions", { offline: false, latency: wayMs, downloadThroughput: bytes, uploadThroughput: bytes });
    }
    await tab.page.goto(url + at);
    await tab.page.waitForFunction(
      (ms) => {
        const { content, tasks } = globalThis.seen_;
        return content !== undefined && performance.now() - Math.max(content, ...tasks.map((t) => t[1])) > ms;
      },
      quiet,
      { polling: 100, timeout: 60_000 },
    );
    const seen = await tab.page.evaluate(() => ({
      ...globalThis.seen_,
      paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
      dom: performance.getEntriesByType("navigation")[0].domInteractive,
      resources: performance.getEntriesByType("resource").map((r) => ({
        name: new URL(r.name).pathname + new URL(r.name).search,
        from: r.startTime,
        to: r.responseEnd,
        bytes: r.encodedBodySize,
      })),
    }));
    if (tab.faults.length > 0) throw new Error(tab.faults.join("\n"));
    let interactive = seen.content;
    for (const [from, to] of seen.tasks) if (from < interactive + quiet) interactive = Math.max(interactive, to);
    const blocked = seen.tasks.reduce(
      (sum, [from, to]) => (to > seen.paint && from < interactive ? sum + Math.max(0, to - Math.max(from, seen.paint) - 50) : sum),
      0,
    );
    return { ...seen, interactive, blocked };
  } finally {
    await tab.close();
  }
}

const email = await account("Bench Reader", ["owner"]);
const first = await open();
await signIn(first.page, email, "/console/overview");
const session = await first.context.storageState();
await first.close();

const columns = { paint: "first paint", largest: "largest paint", dom: "DOM", content: "content", interactive: "interactive", blocked: "blocked" };
const cpu = os.cpus();
console.log(`${loads} loads a page, each with a fresh profile; ${cpu.length} × ${cpu[0].model.trim()}, load average ${os.loadavg()[0].toFixed(1)}; scenario ${process.env.PORTICO_SCENARIO}.`);
if (wayMs > 0 || mbit > 0) console.log(`A line of ${mbit || "any number of"} Mbit/s, ${wayMs} ms there and back.`);
console.log("Milliseconds, p50 / worst.\n");
console.log(`| page | ${Object.values(columns).join(" | ")} | script, KB as sent | requests |`);
console.log(`|---|${Object.keys(columns).map(() => "--:|").join("")}--:|--:|`);
let worst = 0;
const waterfalls = [];
for (const page of pages) {
  // The first asks the server for what it has never told.
  await load(page, session);
  const all = [];
  for (let i = 0; i < loads; i++) all.push(await load(page, session));
  const cells = Object.keys(columns).map((c) => {
    const sorted = all.map((l) => l[c]).sort((a, b) => a - b);
    return `${sorted[Math.floor((sorted.length - 1) / 2)].toFixed(0)} / ${sorted.at(-1).toFixed(0)}`;
  });
  worst = Math.max(worst, ...all.map((l) => l.interactive));
  const last = all.at(-1);
  const scripts = last.resources.filter((r) => r.name.endsWith(".js"));
  console.log(`| ${page.name} | ${cells.join(" | ")} | ${(scripts.reduce((sum, r) => sum + r.bytes, 0) / 1024).toFixed(0)} | ${last.resources.length} |`);
  waterfalls.push([page.name, last]);
}
console.log(`\nThe slowest of all was interactive after ${worst.toFixed(0)} ms; the bound is ${bound} ms.`);
if (process.argv.includes("--resources"))
  for (const [name, { resources, tasks }] of waterfalls) {
    console.log(`\n${name}: long tasks ${tasks.map(([from, to]) => `${from.toFixed(0)}–${to.toFixed(0)}`).join(", ") || "none"}`);
    for (const r of resources) console.log(`  ${r.from.toFixed(0).padStart(5)} – ${r.to.toFixed(0).padStart(5)}  ${String(r.bytes).padStart(7)}  ${r.name}`);
  }
process.exitCode = worst > bound ? 1 : 0;
