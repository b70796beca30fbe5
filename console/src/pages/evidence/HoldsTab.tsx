import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, get } from "../../api/client";
import { peopleQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Drawer, Facts, Section } from "../../design/Drawer";
import { Field } from "../../design/Field";
import { count } from "../../design/format";
import { fieldError, Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import type { Column } from "../../design/Table";
import { useTimes } from "../../design/zone";
import { useWorkspaces } from "../../shell/workspace";
import { AskedList } from "./AskedList";
import type { TabProps } from "./EvidencePage";
import classes from "./EvidencePage.module.css";
import type { Hold } from "./evidence";
import { NewHold } from "./NewHold";
import { holdsQuery } from "./queries";

const word = (h: Hold) => (h.released_at === null ? "Holds" : "Released");

/** What must stay, whatever its time. */
export function HoldsTab({ search, show }: TabProps) {
  const may = useMay();
  const holds = useQuery(holdsQuery);
  const { time, fullTime } = useTimes();
  const columns = useMemo(
    (): Column<Hold>[] => [
      {
        id: "name",
        head: "Hold",
        width: 260,
        cell: (h) => (
          <span className={classes.name}>
            <StatusMark state={h.released_at === null ? "held" : "idle"} label={word(h)} />
            <span className="cut">{h.name}</span>
          </span>
        ),
      },
      { id: "state", head: "State", width: 110, cell: word },
      { id: "over", head: "Over", width: 160, cell: overOf },
      { id: "why", head: "Why", spare: true, cell: (h) => <span className="cut">{h.reason}</span> },
      { id: "by", head: "Made by", width: 150, cell: (h) => <span className="cut">{h.made_by_name}</span> },
      {
        id: "at",
        head: "Since",
        width: 120,
        right: true,
        cell: (h) => <span title={fullTime(h.made_at)}>{time(h.made_at)}</span>,
      },
    ],
    [time, fullTime],
  );
  const open = holds.data?.find((h) => h.id === search.open);
  return (
    <AskedList
      says="What is under a hold stays, whatever its time: retention passes over it, and its key cannot be destroyed."
      action={
        may("holds.write") && (
          <Button kind="main" icon="plus" onClick={() => show({ open: search.open, new: "1" })}>
            New hold
          </Button>
        )
      }
      query={holds}
      label="Legal holds"
      columns={columns}
      open={open}
      onOpen={(id) => show({ open: id })}
      none={
        <Notice state="idle" title="Nothing is held">
          Where a court or a claim may ask for something, put a hold over its workspace, person or calls: retention goes around
          it.
        </Notice>
      }
    >
      {open !== undefined && <HoldDrawer key={open.id} of={open} onClose={() => show({})} />}
      {search.new !== undefined && may("holds.write") && (
        <NewHold onClose={(made) => show(made === undefined ? { open: search.open } : { open: made })} />
      )}
    </AskedList>
  );
}

function overOf(h: Hold): string {
  const of = (scope: string, one: string, many: string) => {
    const n = h.subjects.filter((s) => s.scope === scope).length;
    return n === 0 ? [] : [`${count(n)} ${n === 1 ? one : many}`];
  };
  return [
    ...of("workspace", "workspace", "workspaces"),
    ...of("person", "person", "people"),
    ...of("call", "call", "calls"),
  ].join(", ");
}

function HoldDrawer({ of: hold, onClose }: { of: Hold; onClose: () => void }) {
  const may = useMay();
  const { time } = useTimes();
  const workspaces = useWorkspaces();
  const people = useQuery({ ...peopleQuery, enabled: may("organisation.read") });
  const [asks, setAsks] = useState(false);
  const nameOf = (id: string) =>
    workspaces.data?.find((w) => w.id === id)?.name ?? people.data?.find((p) => p.id === id)?.name ?? id;
  return (
    <Drawer
      state={hold.released_at === null ? "held" : "idle"}
      title={hold.name}
      id={hold.id}
      note={word(hold)}
      onClose={onClose}
    >
      <Facts
        facts={[
          ["Made by", hold.made_by_name],
          ["Since", time(hold.made_at)],
          ["Released by", hold.released_by_name ?? "–"],
          ["Released", hold.released_at === null ? "–" : time(hold.released_at)],
        ]}
      />
      {hold.released_at === null && may("holds.write") && (
        <div className={classes.actions}>
          <Button onClick={() => setAsks(true)}>Release</Button>
        </div>
      )}
      <Section title="Why">
        <p className={classes.words}>“{hold.reason}”</p>
        {hold.release_reason !== null && <p className={classes.words}>Released: “{hold.release_reason}”</p>}
      </Section>
      <Section title="Over" note={count(hold.subjects.length)}>
        <ul className={classes.words}>
          {hold.subjects.map((s) => (
            <li key={s.id}>
              <span className="muted">{s.scope}</span>{" "}
              <span className={s.scope === "call" ? "mono" : undefined}>{nameOf(s.id)}</span>
            </li>
          ))}
        </ul>
      </Section>
      {asks && <Release of={hold} onClose={() => setAsks(false)} />}
    </Drawer>
  );
}

function Release({ of: hold, onClose }: { of: Hold; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const release = useMutation({
    mutationFn: () => get(api.POST("/api/holds/{id}/release", { params: { path: { id: hold.id } }, body: { reason } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: holdsQuery.queryKey });
      onClose();
    },
  });
  return (
    <Dialog
      title={`Release ${hold.name}?`}
      onClose={onClose}
      onSend={() => release.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Keep holding</Button>
          <Button kind="danger" type="submit" busy={release.isPending}>
            Release hold
          </Button>
        </>
      }
    >
      <p className="muted">
        What is past its time goes with the next round of retention, within the hour, unless another hold is over it. That cannot
        be undone; the hold itself stays in the record.
      </p>
      <Field
        label="Why"
        help="Kept with the hold."
        autoFocus
        value={reason}
        error={fieldError(release.error, "reason")}
        onChange={(e) => setReason(e.currentTarget.value)}
      />
      <ProblemNotice problem={release.error} fields={["reason"]} />
    </Dialog>
  );
}
