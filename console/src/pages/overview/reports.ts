import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { reportQuery } from "../../api/usage";
import { type Figure, type Grouping, iso, type Span } from "./overview";

type Ask = {
  span: { from: number; to: number };
  by: readonly string[];
  quantiles?: boolean;
  outcome?: "failed";
  workspace?: string | undefined;
};

function cutQuery({ span, by, quantiles, outcome, workspace }: Ask) {
  const query = {
    from: iso(span.from),
    to: iso(span.to),
    group_by: by.join(","),
    ...(quantiles ? { quantiles } : {}),
    ...(outcome === undefined ? {} : { outcome }),
    ...(workspace === undefined ? {} : { workspace_id: workspace }),
  };
  return { ...reportQuery(query), placeholderData: keepPreviousData };
}

/** Every report of the page. They share one instant, so that their figures agree. */
export function useReports(span: Span, by: Grouping, show: Figure, workspace: string | undefined) {
  const cut = span.interval;
  const { before } = span;
  const [series, bands, total, earlier, failedBands, groups, groupsEarlier, groupsFailed, causes, models, causeSeries] =
    useQueries({
      queries: [
        cutQuery({ span, workspace, by: [cut, by] }),
        cutQuery({ span, workspace, by: [cut], quantiles: true }),
        cutQuery({ span, workspace, by: [], quantiles: true }),
        cutQuery({ span: before, workspace, by: [], quantiles: true }),
        cutQuery({ span, workspace, by: [cut], outcome: "failed" }),
        cutQuery({ span, workspace, by: [by], quantiles: true }),
        cutQuery({ span: before, workspace, by: [by] }),
        cutQuery({ span, workspace, by: [by], outcome: "failed" }),
        cutQuery({ span, workspace, by: ["error_code"], outcome: "failed" }),
        cutQuery({ span, workspace, by: ["model"], quantiles: true }),
        { ...cutQuery({ span, workspace, by: [cut, "error_code"], outcome: "failed" }), enabled: show === "failed" },
      ],
    });
  const all = [series, bands, total, earlier, failedBands, groups, groupsEarlier, groupsFailed, causes, models];
  return {
    series: series.data,
    bands: bands.data,
    total: total.data?.lines[0],
    earlier: earlier.data?.lines[0],
    failedBands: failedBands.data,
    groups: groups.data,
    groupsEarlier: groupsEarlier.data,
    groupsFailed: groupsFailed.data,
    causes: causes.data,
    models: models.data,
    causeSeries: causeSeries.data,
    isPending: all.some((q) => q.isPending),
    isFetching: all.some((q) => q.isFetching),
    error: all.find((q) => q.error !== null)?.error ?? null,
    updatedAt: Math.min(...all.map((q) => q.dataUpdatedAt)),
    refetch: () => Promise.all(all.map((q) => q.refetch())),
  };
}

export type Reports = ReturnType<typeof useReports>;

/** What today will have cost by its end; only where the last band is today. */
export function useForecast(isAsked: boolean, workspace: string | undefined) {
  return useQuery({
    queryKey: ["usage", "forecast", workspace],
    queryFn: ({ signal }) =>
      get(
        api.GET("/api/usage/forecast", { params: { query: workspace === undefined ? {} : { workspace_id: workspace } }, signal }),
      ),
    enabled: isAsked,
    staleTime: 60_000,
    refetchInterval: 120_000,
  });
}
