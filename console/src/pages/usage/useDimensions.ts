import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useEstate } from "../../api/estate";
import { modelsQuery, routesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import type { ComboOption } from "../../design/Combo";
import type { Dimension as Narrowing } from "../../design/FilterBar";
import { usageQuery } from "./queries";
import { type Dimension, dimensions } from "./usage";

/** What a report can be narrowed by, with the values that there are: by name where one may see names, else those of the range. */
export function useDimensions(from: string, to: string): readonly Narrowing[] {
  const may = useMay();
  const estate = useEstate();
  const models = useQuery({ ...modelsQuery, enabled: may("models.read") }).data;
  const routes = useQuery({ ...routesQuery, enabled: may("routes.read") }).data;
  const seen = useQuery(usageQuery({ by: ["provider", "operation", "error_code"], from, to, filters: {} })).data;
  return useMemo(() => {
    const named = (all: readonly { id: string; name: string }[]) => all.map((x) => ({ value: x.id, label: x.name }));
    const plain = (all: readonly string[]) =>
      [...new Set(all)]
        .filter((v) => v !== "")
        .sort()
        .map((v) => ({ value: v, label: v }));
    const occurring = (d: Dimension) => plain(seen?.lines.map((l) => l.group[d] ?? "") ?? []);
    const options: Record<Dimension, readonly ComboOption[]> = {
      organisation: named(estate.organisations),
      workspace: named(estate.workspaces),
      use_case: named(estate.useCases),
      key: named(estate.keys),
      person: named(estate.people),
      model: plain(models?.map((m) => m.name) ?? []),
      route: plain(routes?.map((r) => r.name) ?? []),
      provider: occurring("provider"),
      operation: occurring("operation"),
      outcome: plain(["completed", "refused", "failed", "abandoned"]),
      error_code: occurring("error_code"),
    };
    return dimensions.map((d) => ({ id: d.value, name: d.label, options: options[d.value], isFree: true }));
  }, [estate, models, routes, seen]);
}
