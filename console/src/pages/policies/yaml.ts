/**
 * Reads the YAML of a policy by line and changes it by line: what is not touched keeps its words, its order and its comments. It reads what people write by hand: block mappings, lists in
 * brackets or one below the other, words plain or in quotes. Of anything else it says that it does not read it, and changes nothing there.
 */

export type Value =
  | { kind: "word"; word: string }
  | { kind: "list"; items: readonly Item[]; isFlow: boolean }
  | { kind: "map"; entries: readonly Entry[] }
  | { kind: "nothing" }
  | { kind: "unread"; why: string };

/** One of a list, and its line where the list has a line for each. */
export type Item = { text: string; line: number };

/** Lines count from 0; `end` is the first line behind the entry. */
export type Entry = { key: string; line: number; end: number; indent: number; value: Value };

export type Read = { entries: readonly Entry[]; why?: undefined } | { entries?: undefined; why: string };

const isBlank = (line: string) => /^\s*(#.*)?$/.test(line);
const indentOf = (line: string) => line.length - line.trimStart().length;
const linesOf = (text: string) => text.split("\n");

/** Where the comment of a line begins; its length where there is none. */
function commentAt(line: string): number {
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (quote === '"' && c === "\\") i++;
    else if (quote !== "") quote = c === quote ? "" : quote;
    else if ((c === '"' || c === "'") && /(^|[\s[,{:-])$/.test(line.slice(0, i))) quote = c;
    else if (c === "#" && (i === 0 || /\s/.test(line[i - 1] ?? ""))) return i;
  }
  return line.length;
}

/** Without its comment and the space before it. */
const said = (line: string) => line.slice(0, commentAt(line)).trimEnd();

/** A word as it is meant; undefined for what is no plain or quoted word. */
function wordOf(text: string): string | undefined {
  if (text.startsWith("'")) return /^'([^']|'')*'$/.test(text) ? text.slice(1, -1).replaceAll("''", "'") : undefined;
  if (text.startsWith('"')) {
    try {
      return /^"([^"\\]|\\.)*"$/.test(text) ? (JSON.parse(text) as string) : undefined;
    } catch {
      return undefined;
    }
  }
  return /^[[\]{}&*!|>%@`,?#]/.test(text) || /:(\s|$)/.test(text) ? undefined : text;
}

/** The words of a list in brackets; undefined for what is none. */
function flowOf(text: string): string[] | undefined {
  if (!/^\[.*\]$/s.test(text)) return undefined;
  const inner = text.slice(1, -1);
  const items: string[] = [];
  const one = /\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,[\]{}"'\s][^,[\]{}]*)\s*(,|$)/y;
  while (one.lastIndex < inner.length) {
    if (inner.slice(one.lastIndex).trim() === "") break;
    const found = one.exec(inner);
    const word = found === null ? undefined : wordOf((found[1] ?? "").trim());
    if (found === null || word === undefined) return undefined;
    items.push(word);
    if (found[2] === "") break;
  }
  return items;
}

const keyLine =
  /^(\s*)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#'"[\]{},&*!|>%@`-][^#:]*?|[^\s#'"[\]{},&*!|>%@`:-][^#]*?)\s*:(?=\s|$)(.*)$/;

/** A text as entries, or why it is not read. */
export function read(text: string): Read {
  if (/\r/.test(text)) return { why: "It has line ends of another system." };
  const lines = linesOf(text);
  const first = lines.find((l) => !isBlank(l));
  if (first !== undefined && /^\s*[[{]/.test(first)) return { why: "It is JSON." };
  if (lines.some((l) => /^(---|\.\.\.|%)/.test(l))) return { why: "It has marks of several documents." };
  if (lines.some((l) => /^\s*\t/.test(l))) return { why: "It is indented by tabs." };
  const entries = mapping(lines, 0, lines.length, 0);
  return typeof entries === "string" ? { why: entries } : { entries };
}

/** The entries of a block mapping, or why it is none. */
function mapping(lines: readonly string[], from: number, to: number, indent: number): Entry[] | string {
  const entries: Entry[] = [];
  for (let at = from; at < to; ) {
    const line = lines[at] ?? "";
    if (isBlank(line)) {
      at++;
      continue;
    }
    const found = keyLine.exec(said(line));
    const key = found === null ? undefined : wordOf(found[2] ?? "");
    if (found === null || key === undefined || indentOf(line) !== indent)
      return `Line ${at + 1} is written in a way that the form does not read.`;
    let end = at + 1;
    for (let next = at + 1; next < to; next++) {
      const below = lines[next] ?? "";
      if (isBlank(below)) continue;
      const isItem = /^-(\s|$)/.test(below.trimStart()) && indentOf(below) === indent;
      if (indentOf(below) <= indent && !isItem) break;
      end = next + 1;
    }
    entries.push({ key, line: at, end, indent, value: valueIn(lines, at, end, indent, (found[3] ?? "").trim()) });
    at = end;
  }
  const twice = entries.find((e, i) => entries.findIndex((o) => o.key === e.key) !== i);
  return twice === undefined ? entries : `Line ${twice.line + 1}: ${twice.key} stands there twice.`;
}

function valueIn(lines: readonly string[], at: number, end: number, indent: number, rest: string): Value {
  const unread: Value = { kind: "unread", why: "It is written in a way that the form does not read." };
  const body = lines.slice(at + 1, end).findIndex((l) => !isBlank(l));
  if (rest !== "") {
    if (rest.startsWith("[") && body >= 0) {
      const whole = [rest, ...lines.slice(at + 1, end).map((l) => said(l).trim())].join(" ").trim();
      const items = flowOf(whole);
      return items === undefined ? unread : { kind: "list", items: items.map((i) => ({ text: i, line: at })), isFlow: true };
    }
    if (body >= 0) return unread;
    const items = flowOf(rest);
    if (items !== undefined) return { kind: "list", items: items.map((i) => ({ text: i, line: at })), isFlow: true };
    const word = wordOf(rest);
    return word === undefined ? unread : { kind: "word", word };
  }
  if (body < 0) return { kind: "nothing" };
  const first = lines[at + 1 + body] ?? "";
  if (/^-(\s|$)/.test(first.trimStart())) {
    const items: Item[] = [];
    for (let i = at + 1; i < end; i++) {
      const line = lines[i] ?? "";
      if (isBlank(line)) continue;
      const one = /^\s*-\s+(.*)$/.exec(said(line));
      const word = one === null || indentOf(line) !== indentOf(first) ? undefined : wordOf(one[1] ?? "");
      if (word === undefined) return unread;
      items.push({ text: word, line: i });
    }
    return { kind: "list", items, isFlow: false };
  }
  if (indentOf(first) <= indent) return unread;
  const entries = mapping(lines, at + 1, end, indentOf(first));
  return typeof entries === "string" ? { kind: "unread", why: entries } : { kind: "map", entries };
}

/** The entry at a path; undefined where there is none, or where it is not read. */
export function find(entries: readonly Entry[], path: readonly string[]): Entry | undefined {
  const [key, ...rest] = path;
  const entry = entries.find((e) => e.key === key);
  if (entry === undefined || rest.length === 0) return entry;
  return entry.value.kind === "map" ? find(entry.value.entries, rest) : undefined;
}

/** A word as it is written: plain where that means the same, else in quotes. */
export function quoted(word: string): string {
  const isPlain =
    /^[A-Za-z0-9_./][A-Za-z0-9_./*@+-]*( [A-Za-z0-9_./*@+-]+)*$/.test(word) && !/^(true|false|null|yes|no|on|off)$/i.test(word);
  return isPlain ? word : /[\p{Cc}\p{Zl}\p{Zp}]/u.test(word) ? JSON.stringify(word) : `'${word.replaceAll("'", "''")}'`;
}

const written = (value: string | readonly string[]) =>
  typeof value === "string" ? (/^(true|false)$/.test(value) ? value : quoted(value)) : `[${value.map(quoted).join(", ")}]`;

const joined = (lines: readonly string[]) => {
  const text = lines.join("\n");
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
};

/** The text with a value at a path: where it stands, else at the end of what it belongs to. */
export function set(text: string, path: readonly string[], value: string | readonly string[]): string {
  const entries = read(text).entries;
  if (entries === undefined) return text;
  const lines = linesOf(text);
  const entry = find(entries, path);
  if (entry === undefined) return joined(added(lines, entries, path, value));
  if (entry.value.kind === "unread" || entry.value.kind === "map") return text;
  if (typeof value !== "string" && entry.value.kind === "list" && !entry.value.isFlow) {
    const items = withItems(lines, entry, entry.value.items, value);
    if (items !== undefined) return joined(items);
  }
  const line = lines[entry.line] ?? "";
  const head = keyLine.exec(said(line));
  const key = line.slice(0, (head?.[1] ?? "").length + (head?.[2] ?? "").length);
  const comment = line.slice(said(line).length).trimEnd();
  lines.splice(entry.line, entry.end - entry.line, `${key}: ${written(value)}${comment}`);
  return joined(lines);
}

/** The lines with one line for each item: those that stay keep theirs. Undefined where nothing would be left. */
function withItems(
  lines: readonly string[],
  entry: Entry,
  items: readonly Item[],
  value: readonly string[],
): string[] | undefined {
  if (value.length === 0) return undefined;
  const gone = new Set(items.filter((i) => !value.includes(i.text)).map((i) => i.line));
  const more = value.filter((v) => !items.some((i) => i.text === v));
  const last = items.at(-1)?.line ?? entry.line;
  const dash = " ".repeat(indentOf(lines[items[0]?.line ?? entry.line] ?? ""));
  return lines.flatMap((l, at) => [
    ...(gone.has(at) ? [] : [l]),
    ...(at === last ? more.map((m) => `${dash}- ${quoted(m)}`) : []),
  ]);
}

function added(lines: string[], entries: readonly Entry[], path: readonly string[], value: string | readonly string[]): string[] {
  // The deepest part of the path that is there.
  let depth = path.length - 1;
  while (depth > 0 && find(entries, path.slice(0, depth)) === undefined) depth--;
  const parent = depth === 0 ? undefined : find(entries, path.slice(0, depth));
  if (parent !== undefined && parent.value.kind !== "map" && parent.value.kind !== "nothing") return lines;
  const children = parent === undefined ? entries : parent.value.kind === "map" ? parent.value.entries : [];
  const indent = children[0]?.indent ?? (parent === undefined ? 0 : parent.indent + 2);
  const rest = path.slice(depth);
  const more = rest.map(
    (key, i) => `${" ".repeat(indent + 2 * i)}${quoted(key)}:${i < rest.length - 1 ? "" : ` ${written(value)}`}`,
  );
  if (parent === undefined) {
    const kept = [...lines];
    while (kept.length > 0 && kept.at(-1) === "") kept.pop();
    return [...kept, ...more];
  }
  const at = children.at(-1)?.end ?? parent.line + 1;
  return [...lines.slice(0, at), ...more, ...lines.slice(at)];
}

/** The text without the entry at a path, and without what is empty then; comments stay. */
export function remove(text: string, path: readonly string[]): string {
  const entries = read(text).entries;
  const entry = entries === undefined ? undefined : find(entries, path);
  if (entries === undefined || entry === undefined) return text;
  const parent = path.length > 1 ? find(entries, path.slice(0, -1)) : undefined;
  if (parent?.value.kind === "map" && parent.value.entries.length === 1) {
    const others = linesOf(text)
      .slice(parent.line + 1, entry.line)
      .some((l) => l.trim() !== "");
    if (!others) return remove(text, path.slice(0, -1));
  }
  const lines = linesOf(text);
  lines.splice(entry.line, entry.end - entry.line);
  return joined(lines.every((l) => l === "") ? [] : lines);
}
