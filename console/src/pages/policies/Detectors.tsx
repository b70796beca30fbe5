import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { PlainTable } from "../../design/PlainTable";
import type { Column } from "../../design/Table";
import { useTimes } from "../../design/zone";
import { useNames } from "../overview/names";
import { type ModelSet, modelSetsQuery, percent } from "./detectors";
import classes from "./PoliciesPage.module.css";

type Asked = { set: ModelSet } | "rollback";

/** The models that detectors go by: versions, what each was made from, which is in force, and the way back. */
export function Detectors() {
  const may = useMay();
  const names = useNames();
  const { time, fullTime } = useTimes();
  const sets = useQuery(modelSetsQuery);
  const [looked, setLooked] = useState<ModelSet>();
  const [asked, setAsked] = useState<Asked>();
  const nameOf = (level: string) => (level === "platform" ? "everywhere" : `in ${names.of("workspace", level)}`);
  const columns: Column<ModelSet>[] = [
    {
      id: "version",
      head: "Version",
      width: 190,
      cell: (s) => (
        <span className={classes.origin}>
          <span className="cut">{s.version}</span>
          <span className="muted mono" title={s.digest}>
            {s.digest.slice(0, 12)}
          </span>
        </span>
      ),
    },
    {
      id: "force",
      head: "In force",
      cell: (s) => (
        <span className={classes.origin}>
          {s.in_force.map((u) => (
            <span key={u.level}>
              {nameOf(u.level)}
              {u.since !== null && (
                <span className="muted" title={fullTime(u.since)}>
                  {" "}
                  since {time(u.since, new Date())}, by {u.by_name}
                </span>
              )}
            </span>
          ))}
          {s.in_force.length === 0 && <span className="faint">–</span>}
          {s.problem !== null && <span className="muted">This node cannot use it: {s.problem}</span>}
        </span>
      ),
    },
    {
      id: "from",
      head: "From",
      width: 190,
      cell: (s) => (
        <span className={classes.origin}>
          <span className="cut">{s.uploaded_by_name ?? "comes with the product"}</span>
          {s.uploaded_at !== null && (
            <span className="muted" title={fullTime(s.uploaded_at)}>
              {time(s.uploaded_at, new Date())}
            </span>
          )}
          {s.workspace_id !== null && (
            <span className="muted cut">
              for {names.of("workspace", s.workspace_id)} alone, {s.reviews} reviews
            </span>
          )}
        </span>
      ),
    },
    {
      id: "acts",
      head: "",
      width: 170,
      right: true,
      cell: (s) => (
        <span className={classes.says}>
          <Button small onClick={() => setLooked(s)}>
            Sources
          </Button>
          {may("detectors.write") && !s.in_force.some((u) => u.level === (s.workspace_id ?? "platform")) && (
            <Button small onClick={() => setAsked({ set: s })}>
              Use
            </Button>
          )}
        </span>
      ),
    },
  ];
  const now = sets.data?.find((s) => s.in_force.some((u) => u.level === "platform" && u.since !== null));
  return (
    <>
      <p className="muted">
        Detectors of attacks, of content and of names weigh by models, the same for all policies.{" "}
        <code>portico guardrails train</code> makes a set and <code>portico guardrails models add</code> uploads it.
      </p>
      <ProblemNotice problem={sets.error} />
      {sets.data === undefined ? (
        sets.error === null && <LoadingRows columns={4} />
      ) : (
        <PlainTable label="Sets of models" columns={columns} rows={sets.data} idOf={(s) => s.id} />
      )}
      {may("detectors.write") && now !== undefined && (
        <p>
          <Button onClick={() => setAsked("rollback")}>Roll back…</Button>
        </p>
      )}
      {looked !== undefined && <Sources set={looked} onClose={() => setLooked(undefined)} />}
      {asked !== undefined && (
        <Change
          asked={asked}
          where={asked === "rollback" ? "everywhere" : nameOf(asked.set.workspace_id ?? "platform")}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

/** Says what will happen before it does. */
function Change({ asked, where, onClose }: { asked: Asked; where: string; onClose: () => void }) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: () =>
      asked === "rollback"
        ? get(api.POST("/api/guardrails/models/rollback", { body: { workspace_id: null } }))
        : get(
            api.POST("/api/guardrails/models/{id}/activate", {
              params: { path: { id: asked.set.id } },
              body: { workspace_id: asked.set.workspace_id },
            }),
          ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["policies", "detectors"] });
      onClose();
    },
  });
  return (
    <Dialog
      title={asked === "rollback" ? "Roll back the models" : `Use version ${asked.set.version}`}
      onClose={onClose}
      onSend={() => change.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="main" type="submit" busy={change.isPending}>
            {asked === "rollback" ? "Roll back" : "Use it"}
          </Button>
        </>
      }
    >
      <p>
        {asked === "rollback"
          ? "What was in force before comes back everywhere, on every node within seconds."
          : `Calls go by it ${where}, on every node within seconds.`}{" "}
        Calls under way end with the models that they began with.
      </p>
      <ProblemNotice problem={change.error} />
    </Dialog>
  );
}

/** What each model was made from, under which licences, and how the set did on simple texts. */
function Sources({ set, onClose }: { set: ModelSet; onClose: () => void }) {
  return (
    <Dialog wide title={`Version ${set.version}`} onClose={onClose} actions={<Button onClick={onClose}>Close</Button>}>
      <PlainTable
        label="Simple texts"
        columns={[
          { id: "family", head: "On simple texts", cell: (p) => p.family },
          { id: "found", head: "Found", width: 160, cell: (p) => <span className="num">{percent(p.found, p.positives)}</span> },
          { id: "alarms", head: "Wrong", width: 160, cell: (p) => <span className="num">{percent(p.alarms, p.negatives)}</span> },
        ]}
        rows={set.probes}
        idOf={(p) => p.family}
      />
      {set.files
        .filter((f) => f.sources.length > 0)
        .map((f) => (
          <section key={f.name} aria-label={f.name}>
            <h3 className="mono">{f.name}</h3>
            <ul>
              {f.sources.map((s) => (
                <li key={s} className="muted">
                  {s}
                </li>
              ))}
            </ul>
          </section>
        ))}
      {set.reviews > 0 && (
        <Notice state="idle" title={`It learned from ${set.reviews} reviewed findings`}>
          They are of one workspace, and the set is used there alone.
        </Notice>
      )}
    </Dialog>
  );
}
