import { queryOptions } from "@tanstack/react-query";
import { readUsage } from "../../api/usage";
import { daysUntil, usesOf } from "./keys";

/** What keys did in the last two weeks: of one key where one is named. */
export const keyUsesQuery = (key: string | undefined, workspace: string | undefined) =>
  queryOptions({
    queryKey: ["keys", "uses", key, workspace],
    queryFn: async ({ signal }) => {
      const days = daysUntil(new Date());
      const { lines } = await readUsage(
        {
          from: `${days[0]}T00:00:00Z`,
          group_by: "day,key",
          ...(key === undefined ? {} : { key_id: key }),
          ...(workspace === undefined ? {} : { workspace_id: workspace }),
        },
        signal,
      );
      return { days, uses: usesOf(lines, days) };
    },
    staleTime: 60_000,
  });
