import { queryOptions } from "@tanstack/react-query";
import { api, get, type Schemas } from "../../api/client";
import type { Explanation, RouteBody } from "./routes";
import type { Sample } from "./samples";

/** What a sample would meet; with a draft, what it would meet if that were saved. Calls no provider. */
export function explainQuery(
  sample: Sample,
  model: string,
  draft: RouteBody | undefined,
  more: Partial<Schemas["ExplainBody"]> = {},
) {
  return queryOptions({
    queryKey: ["explain", model, sample.keyId, sample.input, sample.output, sample.kind, draft ?? null, more],
    queryFn: async ({ signal }) => {
      const body: Schemas["ExplainBody"] = {
        key_id: sample.keyId,
        model,
        input_tokens: sample.input,
        choices: 1,
        embeddings: false,
        units: 1,
        kind: sample.kind,
        ...more,
      };
      if (sample.output !== null) body.max_output_tokens = sample.output;
      if (draft !== undefined) body.route = draft;
      return (await get(api.POST("/api/explain", { body, signal }))) as Explanation;
    },
    staleTime: 5_000,
  });
}

/** Where a call would go first, or why it would not go anywhere. */
export function outcomeOf(e: Explanation): string {
  const first = e.deployments[0];
  return e.would_pass && first !== undefined ? `${first.model} at ${first.connection}` : `refused: ${e.reason ?? e.refused_with}`;
}

/** The amount that a call would hold of money budgets: the dearest of those that may serve, as the ledger takes it. */
export function holdOf(e: Explanation): string | null {
  const known = e.deployments.map((d) => d.worst_case_usd).filter((u) => u !== null);
  return known.length === 0 ? null : known.reduce((a, b) => (Number(b) > Number(a) ? b : a));
}

/** Amounts in USD with as many decimals each, as a column has them. */
export function inOneColumn(amounts: readonly (string | null)[]): (string | null)[] {
  const decimals = (text: string) => text.split(".")[1]?.length ?? 0;
  const most = Math.max(2, ...amounts.map((a) => (a === null ? 0 : decimals(a))));
  return amounts.map((a) => (a === null ? null : `${a.includes(".") ? a : `${a}.`}${"0".repeat(most - decimals(a))}`));
}
