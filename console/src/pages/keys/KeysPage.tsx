import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { keysQuery, useCasesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { ago, time } from "../../design/format";
import { Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { type Column, LoadingRows, Table } from "../../design/Table";
import { TopBar } from "../../shell/Shell";
import { KeyDrawer } from "./KeyDrawer";
import classes from "./KeysPage.module.css";
import { type Key, stateOf } from "./keys";
import { NewKey } from "./NewKey";

const here = getRouteApi("/inside/keys");

export type KeySearch = { key?: string | undefined; new?: string | undefined };

function columnsOf(useCases: ReadonlyMap<string, string>, now: Date): Column<Key>[] {
  return [
    {
      id: "name",
      head: "Name",
      cell: (k) => (
        <span className={classes.name}>
          <StatusMark state={stateOf(k, now).state} label={stateOf(k, now).word} />
          <span className="mono cut">{k.name}</span>
        </span>
      ),
    },
    { id: "prefix", head: "Prefix", width: 130, spare: true, cell: (k) => <span className="mono muted">{k.prefix}…</span> },
    { id: "use", head: "Use case", cell: (k) => useCases.get(k.use_case_id ?? "") ?? "–" },
    {
      id: "routes",
      head: "May call",
      spare: true,
      cell: (k) => (
        <span className="muted">{k.allowed_routes?.length ? k.allowed_routes.join(", ") : "all that its workspace may"}</span>
      ),
    },
    { id: "state", head: "State", width: 150, cell: (k) => stateOf(k, now).word },
    {
      id: "expires",
      head: "Expires",
      width: 110,
      right: true,
      spare: true,
      cell: (k) => (k.expires_at == null ? "never" : time(k.expires_at, now)),
    },
    {
      id: "used",
      head: "Last used",
      width: 110,
      right: true,
      cell: (k) => (k.last_used_at == null ? "never" : ago(k.last_used_at, now)),
    },
  ];
}

/** Who can call, and is it safe. */
export function KeysPage() {
  const search = here.useSearch();
  const navigate = here.useNavigate();
  const may = useMay();
  const keys = useQuery(keysQuery);
  const useCases = useQuery(useCasesQuery);
  const names = useMemo(() => new Map(useCases.data?.map((u) => [u.id ?? "", u.name ?? ""])), [useCases.data]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is long ago is as old as the data
  const columns = useMemo(() => columnsOf(names, new Date()), [names, keys.dataUpdatedAt]);
  const show = useCallback((next: KeySearch) => void navigate({ search: next }), [navigate]);
  const close = useCallback(() => show({}), [show]);
  const open = keys.data?.find((k) => k.id === search.key);
  return (
    <>
      <TopBar title="Keys">
        {may("keys.write") && (
          <Button kind="main" icon="plus" onClick={() => show({ ...search, new: "1" })}>
            New key
          </Button>
        )}
      </TopBar>
      <div className={classes.page}>
        <Table
          label="Keys"
          columns={columns}
          rows={keys.data ?? none}
          idOf={(k) => k.id ?? ""}
          openId={search.key}
          onOpen={(key) => show({ key })}
          isNarrow={open !== undefined}
        >
          {keys.isPending ? (
            <LoadingRows columns={5} />
          ) : keys.error !== null ? (
            <ProblemNotice problem={keys.error} />
          ) : (
            <Notice state="idle" title="No keys yet">
              An application calls with a key. New key makes one, for a use case.
            </Notice>
          )}
        </Table>
        {open !== undefined && <KeyDrawer key={open.id} of={open} useCase={names.get(open.use_case_id ?? "")} onClose={close} />}
      </div>
      {search.new !== undefined && may("keys.write") && (
        <NewKey onClose={(made) => show(made === undefined ? {} : { key: made })} />
      )}
    </>
  );
}

const none: Key[] = [];
