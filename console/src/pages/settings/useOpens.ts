import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { keysQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { tokensQuery } from "./queries";
import type { Service } from "./services";

export type OpensName = (service: Service) => string;

/** What a service opens, by its name where one may see that. */
export function useOpens(): OpensName {
  const may = useMay();
  const keys = useQuery(keysQuery);
  const tokens = useQuery({ ...tokensQuery, enabled: may("access.read") });
  return useMemo(() => {
    const named = new Map([...(keys.data ?? []), ...(tokens.data ?? [])].map((t) => [t.id, t.name]));
    return ({ key_id, admin_token_id }) => {
      const id = key_id ?? admin_token_id ?? "";
      return `${key_id === null ? "Admin token" : "Key"} ${named.get(id) ?? id}`;
    };
  }, [keys.data, tokens.data]);
}
