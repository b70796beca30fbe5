import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { intervalMs } from "../../design/bands";
import type { Zone } from "../../design/format";
import { fromTo } from "../../design/range";
import { type FindingQuery, type Group, usualTime } from "./findings";

/** A stretch as parameters of the API; a text that is none asks for the usual one. */
export const timeOf = (text: string, now: Date, zone: Zone) => fromTo(text, usualTime, now, zone);

/** Hours for up to a week, then days. */
export const intervalOf = (lengthMs: number) => (lengthMs <= 7 * intervalMs.day ? "hour" : "day");

export const summaryQuery = (query: FindingQuery, stretch: string, zone: Zone, by: Group) =>
  queryOptions({
    queryKey: ["findings", "summary", query, stretch, zone, by],
    queryFn: async ({ signal }) => {
      const now = new Date();
      const range = timeOf(stretch, now, zone);
      const [from, to] = [Date.parse(range.from), range.to === undefined ? now.getTime() : Date.parse(range.to)];
      const interval = intervalOf(to - from);
      const summary = await get(
        api.GET("/api/findings/summary", { params: { query: { ...query, ...range, group_by: by, bucket: interval } }, signal }),
      );
      return { summary, from, to, interval, now: now.getTime() } as const;
    },
    placeholderData: keepPreviousData,
  });

export const queueQuery = (query: FindingQuery, stretch: string, zone: Zone) =>
  queryOptions({
    queryKey: ["findings", "queue", query, stretch, zone],
    queryFn: ({ signal }) =>
      get(
        api.GET("/api/findings/queue", {
          params: { query: { ...query, ...timeOf(stretch, new Date(), zone), limit: 50 } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
