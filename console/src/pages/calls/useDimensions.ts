import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import {
  connectionsQuery,
  keysQuery,
  modelsQuery,
  organisationsQuery,
  peopleQuery,
  routesQuery,
  useCasesQuery,
} from "../../api/lists";
import { useMay } from "../../api/session";
import type { ComboOption } from "../../design/Combo";
import type { Dimension } from "../../design/FilterBar";
import { useWorkspaces } from "../../shell/workspace";
import { type CallRow, words } from "./calls";
import type { Names } from "./columns";

const operations = [
  "chat",
  "embeddings",
  "count_tokens",
  "rerank",
  "moderation",
  "speech",
  "transcription",
  "translation",
  "image",
  "image_edit",
];

const outcomes = [
  { value: "completed", label: "answered" },
  { value: "failed", label: "failed" },
  { value: "refused", label: "refused" },
  { value: "abandoned", label: "caller left" },
];

/** By what the list can be narrowed, with what there is to choose from, and the names of what rows have by id. What one may not see has no options and is typed. */
export function useDimensions(rows: readonly CallRow[]): { dimensions: readonly Dimension[]; names: Names } {
  const may = useMay();
  const workspaces = useWorkspaces();
  const organisations = useQuery({ ...organisationsQuery, enabled: may("organisation.read") });
  const useCases = useQuery({ ...useCasesQuery, enabled: may("organisation.read") });
  const people = useQuery({ ...peopleQuery, enabled: may("organisation.read") });
  const keys = useQuery({ ...keysQuery, enabled: may("keys.read"), staleTime: 60_000 });
  const routes = useQuery({ ...routesQuery, enabled: may("routes.read"), staleTime: 60_000 });
  const models = useQuery({ ...modelsQuery, enabled: may("models.read"), staleTime: 60_000 });
  const connections = useQuery({ ...connectionsQuery, enabled: may("connections.read"), staleTime: 60_000 });
  // What is in sight is offered where there is no list of all.
  const codes = useDistinct(rows, (r) => r.error_code);
  const providers = useDistinct(rows, (r) => r.provider);
  const dimensions = useMemo((): Dimension[] => {
    const named = (all: readonly { id: string; name: string }[] | undefined): ComboOption[] =>
      (all ?? []).map((o) => ({ value: o.id, label: o.name }));
    const texts = (all: readonly string[]): ComboOption[] => all.map((t) => ({ value: t, label: t }));
    return [
      { id: "organisation", name: "Organisation", options: named(organisations.data), isFree: true },
      { id: "workspace", name: "Workspace", options: named(workspaces.data) },
      { id: "use_case", name: "Use case", options: named(useCases.data), isFree: true },
      {
        id: "key",
        name: "Key",
        options: (keys.data ?? []).map((k) => ({ value: k.id, label: k.name, note: `${k.prefix}…` })),
        isFree: true,
      },
      {
        id: "person",
        name: "Person",
        options: (people.data ?? []).map((p) => ({ value: p.id, label: p.name, note: p.email })),
        isFree: true,
      },
      { id: "route", name: "Route", options: texts((routes.data ?? []).map((r) => r.name)), isFree: true },
      { id: "model", name: "Model", options: texts((models.data ?? []).map((m) => m.name)), isFree: true },
      { id: "provider", name: "Provider", options: texts(providers), isFree: true },
      { id: "connection", name: "Connection", options: named(connections.data), isFree: true },
      { id: "deployment", name: "Deployment", options: [], isFree: true },
      { id: "operation", name: "Operation", options: operations.map((o) => ({ value: o, label: words(o) })) },
      { id: "outcome", name: "Outcome", options: outcomes },
      { id: "error_code", name: "Error", options: texts(codes), isFree: true },
    ];
  }, [
    organisations.data,
    workspaces.data,
    useCases.data,
    keys.data,
    people.data,
    routes.data,
    models.data,
    providers,
    connections.data,
    codes,
  ]);
  const names = useMemo(
    (): Names => ({
      key: by(keys.data),
      person: by(people.data),
      caseOf: by(useCases.data),
      connection: by(connections.data),
    }),
    [keys.data, people.data, useCases.data, connections.data],
  );
  return { dimensions, names };
}

function by(all: readonly { id: string; name: string }[] | undefined): (id: string | null) => string | undefined {
  const names = new Map(all?.map((o) => [o.id, o.name]));
  return (id) => (id === null ? undefined : (names.get(id) ?? id));
}

/** The different values of the rows that were loaded last, so that a long list is not gone through with every page. */
function useDistinct(rows: readonly CallRow[], of: (row: CallRow) => string | null): readonly string[] {
  const text = [...new Set(rows.slice(0, 500).map(of))]
    .filter((v) => v !== null)
    .sort()
    .join("\n");
  return useMemo(() => (text === "" ? [] : text.split("\n")), [text]);
}
