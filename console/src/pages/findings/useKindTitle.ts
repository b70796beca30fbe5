import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useMay } from "../../api/session";
import { kindsQuery } from "../policies/guardrails";

/** The title of a kind, for whoever may read what kinds there are; else its name. */
export function useKindTitle() {
  const may = useMay();
  const kinds = useQuery({ ...kindsQuery, enabled: may("policies.read") });
  const { data } = kinds;
  return useCallback(
    (kind: string | null) => (kind === null || kind === "words" ? "Its words or patterns" : (data?.titles.get(kind) ?? kind)),
    [data],
  );
}
