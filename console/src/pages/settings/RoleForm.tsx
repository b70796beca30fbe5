import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, tagOf } from "../../api/client";
import { rolesQuery } from "../../api/lists";
import { useMe } from "../../api/session";
import { Button } from "../../design/Button";
import { Checks } from "../../design/Checks";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { fieldError, ProblemNotice } from "../../design/Notice";
import type { Role } from "./settings";

/** Makes a role or changes one that was made here. */
export function RoleForm({ of: role, all, onClose }: { of?: Role; all: readonly Role[]; onClose: () => void }) {
  const queries = useQueryClient();
  const { data: me } = useMe();
  const [name, setName] = useState("");
  const [says, setSays] = useState(role?.says ?? "");
  const [chosen, setChosen] = useState<string[]>([...(role?.permissions ?? [])]);
  const mine = new Set(me?.places.filter((p) => p.place === null).flatMap((p) => p.permissions));
  // The owner's role has every permission there is.
  const permissions = [...new Set(all.flatMap((r) => r.permissions))];
  const save = useMutation({
    mutationFn: () =>
      role === undefined
        ? get(api.POST("/api/roles", { body: { name, says, permissions: chosen } }))
        : get(
            api.PATCH("/api/roles/{id}", {
              params: { path: { id: role.name }, header: { "If-Match": tagOf(role.version ?? 0) } },
              body: { says, permissions: chosen },
            }),
          ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: rolesQuery.queryKey });
      await queries.invalidateQueries({ queryKey: ["me"] });
    },
  });
  return (
    <Dialog
      title={role === undefined ? "New role" : `Change role ${role.name}`}
      onClose={onClose}
      onSend={() => save.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="main"
            type="submit"
            busy={save.isPending}
            why={chosen.length === 0 ? "Choose what it permits first" : undefined}
          >
            {role === undefined ? "Make the role" : "Save the role"}
          </Button>
        </>
      }
    >
      {role === undefined && (
        <Field
          label="Name"
          help="Small letters, digits and hyphens, as key-keeper."
          autoFocus
          value={name}
          error={fieldError(save.error, "name")}
          onChange={(e) => setName(e.currentTarget.value)}
        />
      )}
      <Field
        label="What it is for"
        help="A sentence, for whoever gives it."
        value={says}
        error={fieldError(save.error, "says")}
        onChange={(e) => setSays(e.currentTarget.value)}
      />
      <Checks
        label="Permits"
        options={permissions.map((p) => ({
          value: p,
          label: p,
          why: mine.has(p) ? undefined : "You do not have it everywhere.",
        }))}
        chosen={chosen}
        onChange={setChosen}
        error={fieldError(save.error, "permissions")}
      />
      {role !== undefined && <p className="muted">Whoever has it may do what it permits from their next request on.</p>}
      <ProblemNotice problem={save.error} fields={["name", "says", "permissions"]} />
    </Dialog>
  );
}
