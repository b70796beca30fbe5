import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useMay } from "../../api/session";
import { AskedTable } from "../../design/AskedTable";
import { Notice } from "../../design/Notice";
import { type State, StatusMark } from "../../design/Status";
import type { Column } from "../../design/Table";
import { useTimes } from "../../design/zone";
import { useWorkspaces } from "../../shell/workspace";
import { Destructions } from "./Destructions";
import type { TabProps } from "./EvidencePage";
import classes from "./EvidencePage.module.css";
import type { DataKey } from "./evidence";
import { KeyDrawer } from "./KeyDrawer";
import { dataKeysQuery, keyringQuery } from "./queries";

const idOf = (k: DataKey) => k.id;

const looks: Readonly<Record<string, State>> = { active: "good", retired: "left", replaced: "idle", destroyed: "failed" };

/** The keys that seal what is kept: what hangs under what, never the keys themselves. */
export function KeysTab({ search, show }: TabProps) {
  const may = useMay();
  const keys = useQuery(dataKeysQuery);
  const root = useQuery(keyringQuery);
  const workspaces = useWorkspaces();
  const { time, fullTime } = useTimes();
  const nameOf = useMemo(() => new Map(workspaces.data?.map((w) => [w.id, w.name])), [workspaces.data]);
  // Places together, from the top down; what is not in force any more stands last.
  const rows = useMemo(
    () =>
      [...(keys.data ?? [])]
        .filter((k) => k.state !== "replaced")
        .sort(
          (a, b) =>
            a.place.localeCompare(b.place) ||
            depth(a) - depth(b) ||
            (a.purpose ?? "").localeCompare(b.purpose ?? "") ||
            a.id.localeCompare(b.id),
        ),
    [keys.data],
  );
  const columns = useMemo(
    (): Column<DataKey>[] => [
      {
        id: "place",
        head: "Of",
        cell: (k) => (
          <span className={classes.name}>
            <StatusMark state={looks[k.state] ?? "idle"} label={k.state} />
            <span className="cut">{nameOf.get(k.place) ?? k.place}</span>
          </span>
        ),
      },
      { id: "level", head: "Level", width: 120, cell: (k) => k.level },
      {
        id: "purpose",
        head: "Seals",
        width: 230,
        cell: (k) => <span className="mono cut">{k.purpose ?? "the keys below"}</span>,
      },
      { id: "state", head: "State", width: 110, spare: true, cell: (k) => k.state },
      {
        id: "since",
        head: "Since",
        width: 120,
        right: true,
        cell: (k) => <span title={fullTime(k.created_at)}>{time(k.created_at)}</span>,
      },
    ],
    [nameOf, time, fullTime],
  );
  const open = rows.find((k) => k.id === search.open);
  return (
    <div className={classes.page}>
      <div className={classes.list}>
        <div className={classes.bar}>
          <p className="muted cut">
            {root.data === undefined
              ? "Keys wrap keys; the root is in no store."
              : `Root ${root.data.root_id}, from ${root.data.source}${root.data.since == null ? "" : `, since ${time(root.data.since)}`}.`}
          </p>
        </div>
        {may("keyring.read") && <Destructions nameOf={nameOf} />}
        <AskedTable
          query={keys}
          loading={5}
          label="Keys"
          columns={columns}
          rows={rows}
          idOf={idOf}
          openId={open?.id}
          onOpen={(id) => show({ open: id })}
          isNarrow={open !== undefined}
        >
          <Notice state="idle" title="There are no keys yet">
            They are made when something is first kept.
          </Notice>
        </AskedTable>
      </div>
      {open !== undefined && (
        <KeyDrawer
          key={open.id}
          of={open}
          name={nameOf.get(open.place) ?? open.place}
          state={looks[open.state] ?? "idle"}
          onClose={() => show({})}
        />
      )}
    </div>
  );
}

const depth = (k: DataKey) => ["organisation", "workspace", "purpose"].indexOf(k.level);
