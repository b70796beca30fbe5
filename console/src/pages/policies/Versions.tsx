import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, type Schemas, tagOf } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { PlainTable } from "../../design/PlainTable";
import type { Column } from "../../design/Table";
import { useTimes } from "../../design/zone";
import { Diff } from "./Diff";
import { type Policy, versionsQuery } from "./policies";

type Version = Schemas["PolicyVersion"];

/** What was ever in force, and the way back. */
export function Versions({ policy }: { policy: Policy }) {
  const { time } = useTimes();
  const versions = useQuery(versionsQuery(policy.level));
  const [open, setOpen] = useState<Version>();
  const columns: Column<Version>[] = [
    { id: "version", head: "Version", width: 80, cell: (v) => <span className="num">{v.version}</span> },
    { id: "at", head: "Written", width: 140, cell: (v) => time(v.at, new Date()) },
    { id: "actor", head: "By", width: 200, cell: (v) => v.actor },
    { id: "note", head: "Why", cell: (v) => v.note ?? <span className="faint">–</span> },
    {
      id: "open",
      head: "",
      width: 110,
      cell: (v) => (
        <Button small onClick={() => setOpen(v)}>
          {v.version === policy.version ? "Look" : "Compare"}
        </Button>
      ),
    },
  ];
  return (
    <>
      <ProblemNotice problem={versions.error} />
      {versions.data === undefined ? (
        versions.error === null && <LoadingRows columns={4} />
      ) : versions.data.length === 0 ? (
        <Notice state="idle" title="Nothing was ever in force here">
          Every text that is put in force stays here, with who wrote it, when and why.
        </Notice>
      ) : (
        <PlainTable label="Versions" columns={columns} rows={versions.data} idOf={(v) => String(v.version)} />
      )}
      {open !== undefined && <Old policy={policy} old={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function Old({ policy, old, onClose }: { policy: Policy; old: Version; onClose: () => void }) {
  const queries = useQueryClient();
  const may = useMay();
  const restore = useMutation({
    mutationFn: () =>
      get(
        api.PUT("/api/policies/{id}", {
          params: { path: { id: policy.level }, header: { "If-Match": tagOf(policy.version) } },
          body: { text: old.text, check: false, note: `Back to version ${old.version}` },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["policies"] });
      onClose();
    },
  });
  const isCurrent = old.version === policy.version;
  return (
    <Dialog
      wide
      title={`Version ${old.version} of the policy of ${policy.name}`}
      onClose={onClose}
      onSend={isCurrent ? undefined : () => restore.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          {!isCurrent && may("policies.write") && (
            <Button kind="main" type="submit" busy={restore.isPending}>
              Put it in force again
            </Button>
          )}
        </>
      }
    >
      <p className="muted">{isCurrent ? "This is in force." : "What putting it in force again would change."}</p>
      <Diff before={isCurrent ? "" : policy.text} after={old.text} label={isCurrent ? "The text" : "What changes"} />
      <ProblemNotice problem={restore.error} />
    </Dialog>
  );
}
