import { useQuery } from "@tanstack/react-query";
import { rolesQuery } from "../../api/lists";
import { useMay } from "../../api/session";

/** For whoever adds models and decides about none: who does. */
export function WhoApproves() {
  const may = useMay();
  const roles = useQuery(rolesQuery);
  if (may("models.approve")) return "You may approve them: open one.";
  const names = (roles.data ?? []).filter((r) => r.permissions.includes("models.approve")).map((r) => r.name);
  return names.length === 0
    ? "Whoever may decide about models approves them."
    : `Who adds a model does not approve it: ask somebody with the role ${listed(names)}.`;
}

export function listed(names: readonly string[], last = "or"): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}
