import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, get, type Schemas } from "../../api/client";
import { bodyOf } from "./body";
import type { Draft } from "./draft";

export type Hold = Schemas["Explanation"];

/** What a run of each column would hold and meet, asked a moment after the last change. Nothing is called by that and nothing held. */
export function useHolds(draft: Draft, isReady: boolean): readonly (Hold | undefined)[] {
  const { at, of } = useSettled(draft, draft.messages.some((m) => m.text.length > 200_000) ? 2_000 : 500);
  const answers = useQueries({
    queries: of.columns.map((column) => ({
      // By the number of the change: the messages themselves may be megabytes.
      queryKey: ["hold", at, column.id],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        get(
          api.POST("/api/explain", {
            body: { use_case_id: of.useCase, chat: bodyOf(of, column) } as unknown as Schemas["ExplainBody"],
            signal,
          }),
        ),
      enabled: isReady && of.useCase !== "" && column.model !== "",
      placeholderData: keepPreviousData,
      gcTime: 10_000,
      staleTime: 30_000,
      retry: false,
    })),
  });
  const byColumn = new Map(of.columns.map((c, i) => [c.id, answers[i]?.data]));
  return draft.columns.map((c) => byColumn.get(c.id));
}

/** The value that has stood for some time, and how many there were. */
function useSettled(draft: Draft, ms: number): { at: number; of: Draft } {
  const [settled, setSettled] = useState({ at: 0, of: draft });
  useEffect(() => {
    const timer = setTimeout(() => setSettled((old) => (old.of === draft ? old : { at: old.at + 1, of: draft })), ms);
    return () => clearTimeout(timer);
  }, [draft, ms]);
  return settled;
}

/** $0.000019 of the API in whole nano-USD. */
export function nanoOf(usd: string | null | undefined): number | undefined {
  return usd == null ? undefined : Math.round(Number(usd) * 1e9);
}

/** What would be held in all, and the least that is left of a budget that applies. Undefined while it is not known. */
export function sumOf(
  holds: readonly (Hold | undefined)[],
): { held: number; left: { nano: number; window: string } | undefined } | undefined {
  if (holds.length === 0 || holds.some((h) => h === undefined)) return undefined;
  let left: { nano: number; window: string } | undefined;
  for (const meter of holds.flatMap((h) => h?.meters ?? [])) {
    if (meter.unit !== "nano_usd" || meter.shadow_only) continue;
    const nano = meter.limit - meter.spent - meter.held;
    if (left === undefined || nano < left.nano) left = { nano, window: meter.window };
  }
  return { held: holds.reduce((sum, h) => sum + (nanoOf(h?.hold_usd) ?? 0), 0), left };
}

export const windows: Record<string, string> = {
  minute: "this minute",
  hour: "this hour",
  day: "today",
  month: "this month",
  total: "in all",
};
