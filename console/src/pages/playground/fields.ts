/** Answers in JSON, field by field, beside each other. */

export type Row = {
  path: string;
  /** A value for each answer, as it is shown; undefined where it has no such field. */
  values: (string | undefined)[];
  /** Those that say something else than most do. */
  differs: boolean[];
};

const maxRows = 300;
const maxDepth = 3;

/** The object that an answer is; of one that is being written, as far as it has come. Undefined when it is none. */
export function objectIn(text: string, isGrowing: boolean): Record<string, unknown> | undefined {
  const json = text.trim().replace(/^```(?:json)?\s*\n([\s\S]*?)\n?```$/, "$1");
  if (!json.startsWith("{") || json.length > 500_000) return undefined;
  const value = parse(json) ?? (isGrowing ? parse(closed(json)) : undefined);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** The beginning of a JSON text with what is open closed. */
export function closed(json: string): string {
  const open: string[] = [];
  let inText = false;
  /** The end of the last value that was complete, and what was open there. */
  let good = 0;
  let goodOpen: string[] = [];
  const keep = (end: number) => {
    good = end;
    goodOpen = [...open];
  };
  for (let i = 0; i < json.length; i++) {
    const c = json[i];
    if (inText) {
      if (c === "\\") i++;
      else if (c === '"') inText = false;
    } else if (c === '"') inText = true;
    else if (c === "{" || c === "[") {
      open.push(c === "{" ? "}" : "]");
      keep(i + 1);
    } else if (c === "}" || c === "]") {
      open.pop();
      keep(i + 1);
    } else if (c === ",") keep(i);
  }
  const ends = (all: readonly string[]) => [...all].reverse().join("");
  if (inText) {
    // A value that is being written is shown as far as it has come; a name is not.
    const whole = `${json.replace(/\\(u[0-9a-f]{0,3})?$/i, "")}"${ends(open)}`;
    if (parse(whole) !== undefined) return whole;
  }
  return json.slice(0, good) + ends(goodOpen);
}

/** The fields of all answers, in the order in which they come; those of an answer that is no object are missing. */
export function rowsOf(answers: readonly (Record<string, unknown> | undefined)[], isGrowing: readonly boolean[]): Row[] {
  const rows = new Map<string, Row>();
  answers.forEach((answer, at) => {
    if (answer !== undefined) walk(answer, "", 0, (path, value) => put(rows, path, value, at, answers.length));
  });
  for (const row of rows.values()) row.differs = differing(row.values, answers, isGrowing);
  return [...rows.values()];
}

function put(rows: Map<string, Row>, path: string, value: string, at: number, width: number) {
  let row = rows.get(path);
  if (row === undefined) {
    if (rows.size >= maxRows) return;
    row = { path, values: Array(width).fill(undefined), differs: Array(width).fill(false) };
    rows.set(path, row);
  }
  row.values[at] = value;
}

function walk(object: Record<string, unknown>, above: string, depth: number, put: (path: string, value: string) => void) {
  for (const [name, value] of Object.entries(object)) {
    const path = above === "" ? name : `${above}.${name}`;
    if (depth + 1 < maxDepth && isObject(value) && Object.keys(value).length > 0) walk(value, path, depth + 1, put);
    else put(path, shown(value));
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function shown(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.length > 0 && value.every((v) => typeof v !== "object"))
    return value.map((v) => (typeof v === "string" ? v : JSON.stringify(v))).join("\n");
  return JSON.stringify(value);
}

/** Against what most say; where none does, against the first. An answer that is still written cannot differ by what it lacks. */
function differing(
  values: readonly (string | undefined)[],
  answers: readonly (Record<string, unknown> | undefined)[],
  isGrowing: readonly boolean[],
): boolean[] {
  const counts = new Map<string | undefined, number>();
  const judged = values.map((_, at) => answers[at] !== undefined && !isGrowing[at]);
  values.forEach((v, at) => {
    if (judged[at]) counts.set(v, (counts.get(v) ?? 0) + 1);
  });
  if (counts.size < 2) return values.map(() => false);
  let most: string | undefined;
  let best = 0;
  for (const [value, count] of counts) if (count > best) [most, best] = [value, count];
  return values.map((v, at) => judged[at] === true && v !== most);
}
