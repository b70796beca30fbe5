import { useQueries } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { Schemas } from "../../api/client";
import { keysQuery, useCasesQuery, workspacesQuery } from "../../api/lists";
import { useMay } from "../../api/session";

export type UseCase = Schemas["UseCase"];

export type Names = {
  /** The name of a value of a dimension; ids that are unknown stay ids. */
  of: (dimension: string, value: string) => string;
  caseOf: (id: string) => UseCase | undefined;
};

/** What a call without a value of a dimension is shown as. */
const nothing: Record<string, string> = {
  use_case: "No use case",
  workspace: "No workspace",
  model: "No model reached",
  key: "No key",
};

/** Names of workspaces, use cases and keys, as far as one may read them. */
export function useNames(): Names {
  const may = useMay();
  const [useCases, workspaces, keys] = useQueries({
    queries: [
      { ...useCasesQuery, enabled: may("organisation.read") },
      { ...workspacesQuery, enabled: may("organisation.read") },
      { ...keysQuery, enabled: may("keys.read") },
    ],
  });
  const byId = useMemo(
    () =>
      new Map<string, string>([
        ...(useCases.data ?? []).map((u): [string, string] => [u.id, u.name]),
        ...(workspaces.data ?? []).map((w): [string, string] => [w.id, w.name]),
        ...(keys.data ?? []).map((k): [string, string] => [k.id, k.name]),
      ]),
    [useCases.data, workspaces.data, keys.data],
  );
  const useCaseById = useMemo(() => new Map((useCases.data ?? []).map((u) => [u.id, u])), [useCases.data]);
  const of = useCallback(
    (dimension: string, value: string) => (value === "" ? (nothing[dimension] ?? "None") : (byId.get(value) ?? value)),
    [byId],
  );
  const caseOf = useCallback((id: string) => useCaseById.get(id), [useCaseById]);
  return useMemo(() => ({ of, caseOf }), [of, caseOf]);
}
