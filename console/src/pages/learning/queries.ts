import { queryOptions } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { everything } from "../../api/lists";

export const learningQuery = queryOptions({
  queryKey: ["learning"],
  queryFn: ({ signal }) => get(api.GET("/api/learning", { signal })),
  staleTime: 30_000,
});

export const readingQuery = (id: string) =>
  queryOptions({
    queryKey: ["learning", "course", id],
    queryFn: ({ signal }) => get(api.GET("/api/learning/courses/{id}", { params: { path: { id } }, signal })),
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["learning", "run", id],
    queryFn: ({ signal }) => get(api.GET("/api/learning/exercise-runs/{id}", { params: { path: { id } }, signal })),
  });

export const policyQuery = queryOptions({
  queryKey: ["acceptable-use"],
  queryFn: ({ signal }) => get(api.GET("/api/acceptable-use", { signal })),
});

export const policyVersionsQuery = queryOptions({
  queryKey: ["acceptable-use", "versions"],
  queryFn: async ({ signal }) => (await get(api.GET("/api/acceptable-use/versions", { signal }))).items,
});

export const certificateQuery = (id: string) =>
  queryOptions({
    queryKey: ["certificates", id],
    queryFn: ({ signal }) => get(api.GET("/api/certificates/{id}", { params: { path: { id } }, signal })),
  });

export const coursesQuery = queryOptions({
  queryKey: ["courses"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/courses", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const assignmentsQuery = queryOptions({
  queryKey: ["assignments"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/assignments", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const completionQuery = queryOptions({
  queryKey: ["assignments", "completion"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/assignments/completion", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const rulesQuery = queryOptions({
  queryKey: ["access-rules"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/access-rules", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const exerciseSettingsQuery = queryOptions({
  queryKey: ["exercise-settings"],
  queryFn: ({ signal }) => get(api.GET("/api/exercise-settings", { signal })),
});
