import type { Problem } from "../../api/client";
import type { LineKind } from "./policies";

/** What is wrong with a text, by line. */
export type Fault = { line: number; message: string };

export function faultsOf(problem: Pick<Problem, "message" | "body"> | null): Fault[] {
  if (problem === null) return [];
  const { places, conflicts } = problem.body;
  const faults: Fault[] = [];
  if (Array.isArray(places)) for (const p of places) faults.push({ line: Number(p.line), message: String(p.message) });
  if (Array.isArray(conflicts))
    for (const c of conflicts)
      faults.push({
        line: Number(c.below.number),
        message: `${c.line} is looser than line ${c.above.number} of ${c.above.name} (${c.above.text}), which is mandatory.`,
      });
  // Where the sentence alone names a line.
  const named = /^Line (\d+): (.*)$/s.exec(problem.message);
  if (faults.length === 0 && named !== null) faults.push({ line: Number(named[1]), message: named[2] ?? "" });
  return faults;
}

export type DiffLine = { sign: "+" | "-" | " "; text: string };

/** Past so many pairs of lines all old ones are taken away and all new ones added. */
const maxPairs = 4_000_000;

/** What changes between two texts, line by line. */
export function diffOf(before: string, after: string): DiffLine[] {
  const lines = (text: string) => (text === "" ? [] : text.replace(/\n+$/, "").split("\n"));
  const [a, b] = [lines(before), lines(after)];
  if (a.length * b.length > maxPairs)
    return [...a.map((text): DiffLine => ({ sign: "-", text })), ...b.map((text): DiffLine => ({ sign: "+", text }))];
  // The most lines that both have in common behind each pair of places.
  const width = b.length + 1;
  const common = new Int32Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const found: DiffLine[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [mine, theirs] = [a[i], b[j]];
    if (i < a.length && j < b.length && mine === theirs) {
      found.push({ sign: " ", text: mine ?? "" });
      i++;
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      found.push({ sign: "-", text: mine ?? "" });
      i++;
    } else {
      found.push({ sign: "+", text: theirs ?? "" });
      j++;
    }
  }
  return found;
}

const samples: Readonly<Record<string, string>> = {
  allowed_names: '["gpt-*"]',
  denied_names: '["gpt-*"]',
  allowed_regions: "[eu]",
  duty: "true",
  count: "30",
  floor: "1",
  budget: '{ limit_usd: "50", window: month }',
};

/** The text with a line added: in its section where there is one, else with a section of its own. */
export function withLine(text: string, kind: Pick<LineKind, "name" | "section" | "shape" | "words">): string {
  const value = samples[kind.shape] ?? (kind.shape === "rank" ? kind.words[0] : `[${kind.words.join(", ")}]`);
  const line = `  ${kind.name.slice(kind.section.length + 1)}: ${value}`;
  const lines = text === "" ? [] : text.replace(/\n+$/, "").split("\n");
  const section = lines.findIndex((l) => l.trimEnd() === `${kind.section}:`);
  if (section < 0) return `${[...lines, `${kind.section}:`, line].join("\n")}\n`;
  let end = section + 1;
  while (end < lines.length && /^(\s|$)/.test(lines[end] ?? "")) end++;
  while (end > section + 1 && (lines[end - 1] ?? "").trim() === "") end--;
  return `${[...lines.slice(0, end), line, ...lines.slice(end)].join("\n")}\n`;
}
