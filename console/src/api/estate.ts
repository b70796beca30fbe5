import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Schemas } from "./client";
import { keysQuery, organisationsQuery, peopleQuery, useCasesQuery, workspacesQuery } from "./lists";
import { useMay } from "./session";

/** Who there is: organisations, their workspaces, use cases, keys and people. What one may not see is empty. */
export type Estate = {
  organisations: Schemas["Organisation"][];
  workspaces: Schemas["Workspace"][];
  useCases: Schemas["UseCase"][];
  keys: Schemas["ServiceKey"][];
  people: Schemas["Person"][];
};

const none: never[] = [];

export function useEstate(): Estate {
  const may = useMay();
  const isOpen = may("organisation.read");
  const organisations = useQuery({ ...organisationsQuery, enabled: isOpen }).data ?? none;
  const workspaces = useQuery({ ...workspacesQuery, enabled: isOpen }).data ?? none;
  const useCases = useQuery({ ...useCasesQuery, enabled: isOpen }).data ?? none;
  const people = useQuery({ ...peopleQuery, enabled: isOpen }).data ?? none;
  const keys = useQuery({ ...keysQuery, enabled: may("keys.read") }).data ?? none;
  return useMemo(
    () => ({ organisations, workspaces, useCases, keys, people }),
    [organisations, workspaces, useCases, keys, people],
  );
}
