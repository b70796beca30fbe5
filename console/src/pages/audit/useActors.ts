import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { peopleQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import type { ComboOption } from "../../design/Combo";
import { tokensQuery } from "../settings/queries";

export type Actors = {
  options: readonly ComboOption[];
  /** Undefined for whom no list that one may read has. */
  name: (id: string) => string | undefined;
};

/** Who can have done something, by name as far as one may know the names. Entries have ids alone. */
export function useActors(): Actors {
  const may = useMay();
  const people = useQuery({ ...peopleQuery, enabled: may("organisation.read") });
  const tokens = useQuery({ ...tokensQuery, enabled: may("access.read") });
  return useMemo(() => {
    const options = [
      ...(people.data ?? []).map((p) => ({ value: p.id, label: p.name, note: p.email })),
      ...(tokens.data ?? []).map((t) => ({ value: t.id, label: t.name, note: "admin token" })),
    ];
    const names = new Map(options.map((o) => [o.value, o.label]));
    return { options, name: (id) => names.get(id) };
  }, [people.data, tokens.data]);
}
