import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { keysQuery, peopleQuery, useCasesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { type Dimension, FilterBar } from "../../design/FilterBar";
import { count, time } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { SearchBox } from "../../design/SearchBox";
import { sortedRows } from "../../design/sort";
import { Table } from "../../design/Table";
import { useZone } from "../../design/zone";
import { TopBar } from "../../shell/Shell";
import { useWorkspace, useWorkspaces } from "../../shell/workspace";
import { columnsOf } from "./columns";
import { KeyDrawer } from "./KeyDrawer";
import classes from "./KeysPage.module.css";
import { conditionOf, conditions, found, type Key, type KeySearch } from "./keys";
import { keyUsesQuery } from "./keyUses";
import { NewKey } from "./NewKey";

const here = getRouteApi("/inside/keys");

/** Who can call, and is it safe. */
export function KeysPage() {
  const search = here.useSearch();
  const workspace = useWorkspace();
  const navigate = here.useNavigate();
  const [zone] = useZone();
  const may = useMay();
  const keys = useQuery(keysQuery);
  const mayOrganise = may("organisation.read");
  const useCases = useQuery({ ...useCasesQuery, enabled: mayOrganise });
  const people = useQuery({ ...peopleQuery, enabled: mayOrganise });
  const workspaces = useWorkspaces();
  const uses = useQuery({ ...keyUsesQuery(undefined, workspace), enabled: may("usage.read") });
  const names = useMemo(() => {
    const cases = new Map(useCases.data?.map((u) => [u.id, u]));
    const persons = new Map(people.data?.map((p) => [p.id, p.name]));
    return {
      caseOf: (k: Key) => cases.get(k.use_case_id)?.name,
      workspaceOf: (k: Key) => cases.get(k.use_case_id)?.workspace_id,
      ownerOf: (k: Key) => (k.person_id === null ? undefined : persons.get(k.person_id)),
    };
  }, [useCases.data, people.data]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is long ago is as old as the data
  const now = useMemo(() => new Date(), [keys.dataUpdatedAt]);
  const columns = useMemo(() => columnsOf(names, uses.data?.uses, now, zone), [names, uses.data, now, zone]);
  const { q, state, use_case, person } = search;
  const fitting = useMemo(
    () =>
      found(
        keys.data ?? [],
        { q, state, use_case, person },
        workspace,
        names.workspaceOf,
        (k) => `${names.caseOf(k) ?? ""} ${names.ownerOf(k) ?? ""} ${k.allowed_routes.join(" ")}`,
        now,
      ),
    [keys.data, q, state, use_case, person, workspace, names, now],
  );
  const rows = useMemo(() => sortedRows(fitting, columns, search.sort), [fitting, columns, search.sort]);
  const dimensions = useMemo(
    (): Dimension[] => [
      { id: "workspace", name: "Workspace", options: (workspaces.data ?? []).map((w) => ({ value: w.id, label: w.name })) },
      { id: "use_case", name: "Use case", options: (useCases.data ?? []).map((u) => ({ value: u.id, label: u.name })) },
      { id: "person", name: "Owner", options: (people.data ?? []).map((p) => ({ value: p.id, label: p.name, note: p.email })) },
      { id: "state", name: "State", options: conditions },
    ],
    [workspaces.data, useCases.data, people.data],
  );
  const show = useCallback(
    (next: KeySearch & { workspace?: string | undefined }) => void navigate({ search: (old) => ({ ...old, ...next }) }),
    [navigate],
  );
  const close = useCallback(() => show({ key: undefined }), [show]);
  const open = keys.data?.find((k) => k.id === search.key);
  const ending = keys.data?.filter((k) => conditionOf(k, now) === "ends_soon") ?? [];
  return (
    <>
      <TopBar title="Keys">
        {may("keys.write") && (
          <Button kind="main" icon="plus" title="New key (C then K)" onClick={() => show({ new: "1" })}>
            New key
          </Button>
        )}
      </TopBar>
      <div className={classes.page}>
        <div className={classes.list}>
          <FilterBar dimensions={dimensions} values={{ ...search, workspace }} onChange={(id, value) => show({ [id]: value })}>
            <SearchBox
              label="Search keys"
              value={q ?? ""}
              onChange={(text) => void navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })}
            />
          </FilterBar>
          {ending.length > 0 && state === undefined && (
            <div className={classes.warning}>
              <Notice
                state="risk"
                title={
                  ending.length === 1
                    ? `${ending[0]?.name} expires on ${time(ending[0]?.expires_at ?? "", now, zone)}`
                    : `${count(ending.length)} keys expire within 14 days`
                }
                actions={
                  <Button
                    small
                    onClick={() => (ending.length === 1 ? show({ key: ending[0]?.id }) : show({ state: "ends_soon" }))}
                  >
                    {ending.length === 1 ? "Open it" : "Show them"}
                  </Button>
                }
              >
                Calls with an expired key are refused.
              </Notice>
            </div>
          )}
          {keys.error !== null && rows.length > 0 && (
            <div className={classes.warning}>
              <Notice
                state="failed"
                title={keys.error.message}
                actions={<Button onClick={() => void keys.refetch()}>Try now</Button>}
              >
                You see data of {time(new Date(keys.dataUpdatedAt), new Date(), zone)}.
              </Notice>
            </div>
          )}
          <Table
            label="Keys"
            columns={columns}
            rows={rows}
            idOf={idOf}
            openId={search.key}
            onOpen={(key) => show({ key })}
            isNarrow={open !== undefined}
            sorting={{ by: search.sort, onSort: (sort) => show({ sort }) }}
          >
            {keys.isPending ? (
              <LoadingRows columns={5} />
            ) : keys.error !== null ? (
              <ProblemNotice problem={keys.error} />
            ) : keys.data.length > 0 ? (
              <Notice
                state="idle"
                title="No key fits"
                actions={
                  <Button
                    onClick={() =>
                      show({ q: undefined, state: undefined, use_case: undefined, person: undefined, workspace: undefined })
                    }
                  >
                    Show all keys
                  </Button>
                }
              />
            ) : (
              <Notice state="idle" title="No keys yet">
                An application calls with a key. New key makes one, for a use case.
              </Notice>
            )}
          </Table>
        </div>
        {open !== undefined && <KeyDrawer key={open.id} of={open} names={names} onClose={close} />}
      </div>
      {search.new !== undefined && may("keys.write") && (
        <NewKey
          workspace={workspace}
          onClose={(made) => show({ new: undefined, ...(made === undefined ? {} : { key: made }) })}
        />
      )}
    </>
  );
}

const idOf = (k: Key) => k.id;
