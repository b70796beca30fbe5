import { queryOptions } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { type Answer, type Asked, queryOf, type Report } from "./usage";

export const usageQuery = (asked: Asked) =>
  queryOptions({
    queryKey: ["usage", queryOf(asked)],
    queryFn: async ({ signal }): Promise<Answer> => {
      const report = await get(api.GET("/api/usage", { params: { query: queryOf(asked) }, signal }));
      // The same address has CSV too, which this does not ask for.
      return { asked, report: report as Report };
    },
    staleTime: 30_000,
  });
