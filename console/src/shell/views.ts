import { callSearchNames } from "../pages/calls/calls";
import { usageParameters } from "../pages/usage/usage";
import type { Place } from "./places";

type Search = Readonly<Record<string, string | undefined>>;

/** A page of which views can be kept, and what of its address is one: not what is open just now, nor what was looked for in what people said. */
export type ViewPage = { id: string; to: Place["to"]; name: string; names: readonly string[] };

const passing = new Set<string>(["call", "explain", "live", "said", "prices"]);

const pageOf = (id: string, to: Place["to"], name: string, names: readonly string[]): ViewPage => ({
  id,
  to,
  name,
  names: [...new Set(["workspace", ...names])].filter((n) => !passing.has(n)).sort(),
});

export const viewPages = {
  calls: pageOf("calls", "/calls", "Calls", callSearchNames),
  usage: pageOf("usage", "/usage", "Usage", usageParameters),
} as const;

export type ViewPageName = keyof typeof viewPages;

export const viewPageOf = (id: string): ViewPage | undefined => (viewPages as Record<string, ViewPage | undefined>)[id];

/** What an address shows, as the text that is kept of it: the same view has one text. */
export function viewQuery(page: ViewPage, search: Search): string {
  const set = page.names.flatMap((name): [string, string][] => {
    const value = search[name];
    return value === undefined || value === "" ? [] : [[name, value]];
  });
  return new URLSearchParams(set).toString();
}

/** The way back. What a view does not say is not said, a workspace included; what the page does not know any more is left out. */
export function viewSearch(page: ViewPage, query: string): Record<string, string | undefined> {
  const said = new URLSearchParams(query);
  return Object.fromEntries(page.names.map((name) => [name, said.get(name) ?? undefined]));
}
