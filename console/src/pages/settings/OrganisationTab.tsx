import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { organisationsQuery, useCasesQuery, workspacesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { sortedOutline } from "../../design/sort";
import { type Column, Table } from "../../design/Table";
import type { TabProps } from "./SettingsPage";
import classes from "./SettingsPage.module.css";
import { type Thing, treeOf } from "./settings";
import { ThingDrawer } from "./ThingDrawer";
import { ThingForm } from "./ThingForm";

const columns: Column<Thing>[] = [
  {
    id: "name",
    head: "Name",
    sort: (t) => t.name,
    cell: (t) => (
      <span className={classes.name} style={{ paddingLeft: t.depth * 20 }}>
        <span className={t.depth === 0 ? "cut strong" : "cut"}>{t.name}</span>
      </span>
    ),
  },
  { id: "kind", head: "What it is", width: 130, cell: (t) => <span className="muted">{t.kind}</span> },
  {
    id: "stage",
    head: "Stage",
    width: 110,
    sort: (t) => (t.kind === "use case" ? t.of.stage : null),
    cell: (t) => (t.kind === "use case" ? t.of.stage : ""),
  },
  {
    id: "owner",
    head: "Owner",
    width: 180,
    spare: true,
    sort: (t) => (t.kind === "use case" ? t.of.owner : null),
    cell: (t) => (t.kind === "use case" ? (t.of.owner ?? "–") : ""),
  },
  {
    id: "purpose",
    head: "Purpose",
    spare: true,
    cell: (t) => (t.kind === "use case" ? <span className="muted">{t.of.purpose ?? "–"}</span> : ""),
  },
];

/** The organisation with its workspaces and their use cases: what keys, budgets and reports hang on. */
export function OrganisationTab({ search, show }: TabProps) {
  const may = useMay();
  const organisations = useQuery(organisationsQuery);
  const workspaces = useQuery(workspacesQuery);
  const useCases = useQuery(useCasesQuery);
  const things = useMemo(
    () => treeOf(organisations.data ?? [], workspaces.data ?? [], useCases.data ?? []),
    [organisations.data, workspaces.data, useCases.data],
  );
  const rows = useMemo(() => sortedOutline(things, (t) => t.depth, columns, search.sort), [things, search.sort]);
  const open = things.find((t) => t.id === search.open);
  const parent = things.find((t) => t.id === search.new);
  const first = things[0];
  const problem = organisations.error ?? workspaces.error ?? useCases.error;
  return (
    <div className={classes.page}>
      <div className={classes.list}>
        <div className={classes.bar}>
          <p className="muted cut">Keys belong to use cases; budgets and limits can stand on each level.</p>
          {may("organisation.write") && first !== undefined && (
            <Button
              kind="main"
              icon="plus"
              onClick={() => show({ open: search.open, new: open?.kind === "workspace" ? open.id : first.id })}
            >
              {open?.kind === "workspace" ? "New use case" : "New workspace"}
            </Button>
          )}
        </div>
        {problem !== null && things.length > 0 && <ProblemNotice problem={problem} />}
        <Table
          label="Organisation"
          columns={columns}
          rows={rows}
          idOf={(t) => t.id}
          openId={open?.id}
          onOpen={(id) => show({ open: id })}
          isNarrow={open !== undefined}
          sorting={{ by: search.sort, onSort: (sort) => show({ open: search.open, sort }) }}
        >
          {organisations.isPending ? (
            <LoadingRows columns={4} />
          ) : problem !== null ? (
            <ProblemNotice problem={problem} />
          ) : (
            <Notice state="idle" title="No organisation yet">
              The first start makes one, unless it was told not to: POST /api/organisations makes it too.
            </Notice>
          )}
        </Table>
      </div>
      {open !== undefined && (
        <ThingDrawer key={open.id} of={open} onNew={() => show({ open: open.id, new: open.id })} onClose={() => show({})} />
      )}
      {parent !== undefined && parent.kind !== "use case" && may("organisation.write") && (
        <ThingForm inside={parent} onClose={(made) => show(made === undefined ? { open: search.open } : { open: made })} />
      )}
    </div>
  );
}
