import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { workspacesQuery } from "../api/lists";
import { useMay } from "../api/session";

/** The workspace to which every page is narrowed, by the address; undefined = all. */
export function useWorkspace(): string | undefined {
  return useSearch({ from: "/inside", select: (s) => s.workspace });
}

export function useWorkspaces() {
  const may = useMay();
  return useQuery({ ...workspacesQuery, enabled: may("organisation.read") });
}
