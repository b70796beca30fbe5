import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, tagOf } from "../../api/client";
import { rolesQuery } from "../../api/lists";
import { Button } from "../../design/Button";
import { Confirm } from "../../design/Dialog";
import { RoleForm } from "./RoleForm";
import classes from "./SettingsPage.module.css";
import type { Role } from "./settings";

/** Roles that were made here, which can be changed and removed. */
export function OwnRoles({ roles, mayChange }: { roles: readonly Role[]; mayChange: boolean }) {
  const queries = useQueryClient();
  const [changed, setChanged] = useState<Role>();
  const [removed, setRemoved] = useState<Role>();
  const remove = useMutation({
    mutationFn: (role: Role) =>
      get(
        api.DELETE("/api/roles/{id}", {
          params: { path: { id: role.name }, header: { "If-Match": tagOf(role.version ?? 0) } },
        }),
      ),
    onSuccess: async () => {
      setRemoved(undefined);
      await queries.invalidateQueries({ queryKey: rolesQuery.queryKey });
    },
  });
  const own = roles.filter((r) => !r.built_in);
  if (own.length === 0 || !mayChange) return null;
  return (
    <section aria-label="Roles made here" className={classes.own}>
      <h3>Made here</h3>
      {own.map((r) => (
        <div key={r.name}>
          <span className="strong">{r.name}</span>
          <Button onClick={() => setChanged(r)}>Change</Button>
          <Button kind="danger" onClick={() => setRemoved(r)}>
            Remove
          </Button>
        </div>
      ))}
      {changed !== undefined && <RoleForm of={changed} all={roles} onClose={() => setChanged(undefined)} />}
      {removed !== undefined && (
        <Confirm
          title={`Remove the role ${removed.name}?`}
          effect="Nobody can be given it any more. As long as somebody has it, it stays."
          act="Remove role"
          keep="Keep role"
          busy={remove.isPending}
          problem={remove.error}
          onAct={() => remove.mutate(removed)}
          onClose={() => {
            remove.reset();
            setRemoved(undefined);
          }}
        />
      )}
    </section>
  );
}
