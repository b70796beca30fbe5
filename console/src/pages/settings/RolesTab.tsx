import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { rolesQuery } from "../../api/lists";
import { useMe } from "../../api/session";
import { Button } from "../../design/Button";
import { LoadingRows } from "../../design/LoadingRows";
import { ProblemNotice } from "../../design/Notice";
import { PlainTable } from "../../design/PlainTable";
import type { Column } from "../../design/Table";
import { OwnRoles } from "./OwnRoles";
import { RoleForm } from "./RoleForm";
import classes from "./SettingsPage.module.css";
import { actsOf } from "./settings";

type Area = ReturnType<typeof actsOf>[number];

/** What each role may do, as the API has it. */
export function RolesTab() {
  const roles = useQuery(rolesQuery);
  const { data: me } = useMe();
  const [makes, setMakes] = useState(false);
  const mayMake = me?.places.some((p) => p.place === null && p.permissions.includes("access.write")) ?? false;
  const columns = useMemo<Column<Area>[]>(
    () => [
      { id: "area", head: "Area", width: 110, cell: (a) => <b className="strong">{a.area}</b> },
      ...(roles.data ?? []).map((r) => ({
        id: r.name,
        head: me?.roles.includes(r.name) ? `${r.name} (yours)` : r.name,
        cell: (a: Area) =>
          a.acts.get(r.name) ? <span title={a.acts.get(r.name)}>{a.acts.get(r.name)}</span> : <span className="faint">–</span>,
      })),
    ],
    [roles.data, me],
  );
  return (
    <div className={classes.sheet}>
      {roles.isPending && <LoadingRows columns={6} />}
      <ProblemNotice problem={roles.error} />
      {roles.data !== undefined && (
        <>
          <p className="muted">
            A role is a set of permissions. Somebody may have several, each everywhere or at a place: an organisation, a
            workspace, a use case. Nobody gives a role that can more than they can there, and one owner always stays.
          </p>
          <PlainTable label="What each role may do" columns={columns} rows={actsOf(roles.data)} idOf={(a) => a.area} />
          <dl className={classes.says}>
            {roles.data.map((r) => (
              <div key={r.name}>
                <dt>{r.name}</dt>
                <dd>{r.says}</dd>
              </div>
            ))}
          </dl>
          <OwnRoles roles={roles.data} mayChange={mayMake} />
          {mayMake && (
            <Button icon="plus" onClick={() => setMakes(true)}>
              New role
            </Button>
          )}
          {makes && <RoleForm all={roles.data} onClose={() => setMakes(false)} />}
        </>
      )}
    </div>
  );
}
