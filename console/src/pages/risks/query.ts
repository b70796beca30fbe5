import { queryOptions } from "@tanstack/react-query";
import { api, get } from "../../api/client";

export const risksQuery = (level: string | undefined) =>
  queryOptions({
    queryKey: ["risks", level],
    queryFn: ({ signal }) => get(api.GET("/api/risks", { params: { query: level === undefined ? {} : { level } }, signal })),
  });
