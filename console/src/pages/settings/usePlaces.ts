import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { organisationsQuery, useCasesQuery, workspacesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { type Places, placesOf } from "./grants";
import { treeOf } from "./settings";

/** The places that the person on the screen may know of. */
export function usePlaces(): Places {
  const enabled = useMay()("organisation.read");
  const organisations = useQuery({ ...organisationsQuery, enabled });
  const workspaces = useQuery({ ...workspacesQuery, enabled });
  const useCases = useQuery({ ...useCasesQuery, enabled });
  return useMemo(
    () => placesOf(treeOf(organisations.data ?? [], workspaces.data ?? [], useCases.data ?? [])),
    [organisations.data, workspaces.data, useCases.data],
  );
}
