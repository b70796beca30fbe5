import type { CallSearch, FilterName } from "./calls";

/** What a link to the calls says: filters and a time, by the names of the address of the list. */
export type CallLink = { [Name in FilterName]?: string | undefined } & Pick<CallSearch, "time">;

/**
 * The way to the calls behind a figure. The list has no filter for calls without a value, nor for what is left over: a group like that leads nowhere,
 * rather than to all calls.
 */
export function callsOf(link: CallLink, ...groups: readonly (readonly [FilterName, string])[]): CallLink | null {
  const search: CallLink = {};
  for (const [name, value] of Object.entries(link) as [keyof CallLink, string | undefined][])
    if (value !== undefined) search[name] = value;
  for (const [name, value] of groups) search[name] = value;
  return Object.values(search).includes("") ? null : search;
}
