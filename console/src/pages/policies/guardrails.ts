import { queryOptions } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { everything } from "../../api/lists";

/** What detectors find: titles by kind, and every name that a rule may give. */
export const kindsQuery = queryOptions({
  queryKey: ["guardrail kinds"],
  queryFn: async ({ signal }) => {
    const kinds = await everything((at) =>
      get(api.GET("/api/guardrails/kinds", { params: { query: { limit: 1000, ...at } }, signal })),
    );
    const names = new Set<string>();
    for (const kind of kinds)
      for (let end = kind.id.indexOf("."); ; end = kind.id.indexOf(".", end + 1)) {
        names.add(end < 0 ? kind.id : kind.id.slice(0, end));
        if (end < 0) break;
      }
    return { titles: new Map(kinds.map((k) => [k.id, k.title])), names: [...names].sort() };
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** A kind that is told in answers of calls alone: their prompts have a mark for it. */
export const isCanary = (kind: string) => kind === "canary" || kind.startsWith("canary.");
