/** All pages of a list that is short enough to hold. */
export async function everything<T>(
  page: (cursor: { limit: number; cursor?: string }) => Promise<{ items: T[]; next: string | null }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: { cursor?: string } = {}; ; ) {
    const { items, next } = await page({ limit: 1000, ...cursor });
    all.push(...items);
    if (next === null) return all;
    cursor = { cursor: next };
  }
}

/** What the API sends has every member that its shape names. */
export type Sent<T> = T extends readonly (infer Item)[]
  ? Sent<Item>[]
  : T extends object
    ? { [K in keyof T]-?: Sent<Exclude<T[K], undefined>> }
    : T;

/** The version that a change was made on, as If-Match has it. */
export function tagOf(version: number): string {
  return `"v${version}"`;
}
