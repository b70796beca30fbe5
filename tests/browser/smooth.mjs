// Measures how smooth the list of calls is; bench/live-tail starts it. What counts is the main thread: tasks of it that take longer than a frame of 60 a
// second, from Chromium's own trace, against the frames that were drawn meanwhile.
import http from "node:http";
import { account, key, open, signIn, url } from "./browser.mjs";

const given = (name, usual) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : Number(process.argv[at + 1]);
};
const [rate, secs, wanted] = [given("rate", 200), given("secs", 30), given("rows", 100_000)];
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const body = JSON.stringify({ model: "sim/echo", messages: [{ role: "user", content: "Hello from the bench" }] });

function call() {
  return new Promise((resolve) => {
    const request = http.request(
      `${url}/v1/chat/completions`,
      {
        method: "POST",
        agent,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      },
      (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode === 200));
      },
    );
    request.on("error", () => resolve(false));
    request.end(body);
  });
}

/** So many calls a second, evenly, for so long; gives how many were answered. */
async function load(perSecond, seconds) {
  const begun = performance.now();
  const all = [];
  let made = 0;
  while (performance.now() - begun < seconds * 1000) {
    const due = Math.floor(((performance.now() - begun) / 1000) * perSecond);
    for (; made < due; made++) all.push(call());
    await new Promise((r) => setTimeout(r, 5));
  }
  return (await Promise.all(all)).filter(Boolean).length;
}

/** Tasks of the page's main thread while something runs, and the frames that the page drew. */
async function traced(page, run) {
  const cdp = await page.context().newCDPSession(page);
  const events = [];
  cdp.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await cdp.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"] },
  });
  await page.evaluate(() => {
    const marks = [];
    globalThis.frames_ = marks;
    const next = (now) => {
      marks.push(now);
      globalThis.frameLoop_ = requestAnimationFrame(next);
    };
    globalThis.frameLoop_ = requestAnimationFrame(next);
  });
  const result = await run();
  const frames = await page.evaluate(() => {
    cancelAnimationFrame(globalThis.frameLoop_);
    return globalThis.frames_;
  });
  const ended = new Promise((resolve) => cdp.once("Tracing.tracingComplete", resolve));
  await cdp.send("Tracing.end");
  await ended;
  const mains = new Set(
    events.filter((e) => e.name === "thread_name" && e.args?.name === "CrRendererMain").map((e) => `${e.pid} ${e.tid}`),
  );
  // Once a task: the scheduler's own event of it lies around this one.
  const tasks = events.filter((e) => mains.has(`${e.pid} ${e.tid}`) && e.ph === "X" && e.name === "RunTask");
  // The renderer that works is the page's own.
  const byThread = new Map();
  for (const task of tasks) {
    const thread = `${task.pid} ${task.tid}`;
    if (!byThread.has(thread)) byThread.set(thread, []);
    byThread.get(thread).push(task);
  }
  const sumOf = (list) => list.reduce((all, e) => all + e.dur, 0);
  const main = [...byThread.values()].sort((a, b) => sumOf(b) - sumOf(a))[0] ?? [];
  const durations = main.map((e) => e.dur / 1000).sort((a, b) => a - b);
  const gaps = frames.slice(1).map((t, i) => t - frames[i]);
  return {
    result,
    frames: frames.length,
    long: durations.filter((d) => d > 16).length,
    longest: durations.at(-1) ?? 0,
    busy: sumOf(main) / 1000,
    late: gaps.filter((g) => g > 25).length,
  };
}

function tell(name, seconds, m) {
  console.log(
    `${name}: ${m.frames} frames in ${seconds.toFixed(1)} s; main-thread tasks over 16 ms: ${m.long} = ${((m.long / m.frames) * 100).toFixed(2)} % of frames, ` +
      `the longest ${m.longest.toFixed(1)} ms, busy ${((m.busy / (seconds * 1000)) * 100).toFixed(0)} %; frames a frame or more late: ${m.late} = ${((m.late / m.frames) * 100).toFixed(2)} %`,
  );
}

const { page, close } = await open();
await signIn(page, await account("Bench Reader", ["owner"]));
page.setDefaultTimeout(30_000);
await page.goto(`${url}/console/calls?live=1`);
await page.getByRole("button", { name: /^Live/ }).waitFor();
await load(rate, 3);
await page.locator("tr[data-index='0']").waitFor();
const live = await traced(page, () => load(rate, secs));
tell(`live, ${rate} calls a second (${live.result} answered)`, secs, live);
console.log(`  rows in the list: ${await page.getByRole("table", { name: "Calls", exact: true }).getAttribute("aria-rowcount")}`);

if (wanted > 0) {
  await page.goto("about:blank");
  let made = (rate * (secs + 3)) | 0;
  const begun = performance.now();
  let answered = 0;
  for (; made < wanted + 500; made += 500) answered += (await Promise.all(Array.from({ length: 500 }, call))).filter(Boolean).length;
  console.log(`${made} calls made, ${answered} of the last answered, in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  await page.goto(`${url}/console/calls?time=7d`);
  await page.locator("tr[data-index='0']").waitFor();
  // First to the end, so that all of them are in the list.
  const listed = await page.evaluate(async (goal) => {
    const table = document.querySelector("table[aria-label='Calls']");
    const box = table.parentElement;
    const count = () => Number(table.getAttribute("aria-rowcount"));
    for (let still = 0; count() < goal && still < 600; ) {
      const before = box.scrollTop;
      box.scrollTop += 4_000;
      await new Promise((r) => requestAnimationFrame(r));
      still = box.scrollTop === before ? still + 1 : 0;
    }
    return count();
  }, wanted);
  // Then as a wheel does it at speed, a notch of 120 pixels a frame, up from the end.
  const from = performance.now();
  const rows = await traced(page, () =>
    page.evaluate(async (lasts) => {
      const box = document.querySelector("table[aria-label='Calls']").parentElement;
      box.scrollTop = box.scrollHeight;
      const [start, begun] = [box.scrollTop, performance.now()];
      while (performance.now() - begun < lasts) {
        box.scrollTop -= 120;
        await new Promise((r) => requestAnimationFrame(r));
      }
      return Math.round((start - box.scrollTop) / 32);
    }, secs * 1000),
  );
  tell(`scrolled over ${rows.result} of ${listed} rows, 120 pixels a frame`, (performance.now() - from) / 1000, rows);
}
await close();
