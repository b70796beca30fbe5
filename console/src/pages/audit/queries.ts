import { queryOptions } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { everything } from "../../api/lists";

export const logsQuery = queryOptions({
  queryKey: ["audit", "logs"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/audit/logs", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const auditKeysQuery = queryOptions({
  queryKey: ["audit", "keys"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/audit/keys", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const actQuery = (id: string) =>
  queryOptions({
    queryKey: ["audit", "act", id],
    queryFn: ({ signal }) => get(api.GET("/api/audit/acts/{id}", { params: { path: { id } }, signal })),
  });

/** An entry never changes; the checkpoint over it does, with every entry behind it. */
export const entryQuery = (log: string, index: number) =>
  queryOptions({
    queryKey: ["audit", "entry", log, index],
    queryFn: ({ signal }) =>
      get(api.GET("/api/audit/logs/{id}/entries/{index}", { params: { path: { id: log, index: String(index) } }, signal })),
  });
