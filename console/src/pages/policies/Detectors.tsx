import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { PlainTable } from "../../design/PlainTable";
import type { Column } from "../../design/Table";
import { Toast } from "../../design/Toast";
import { useTimes } from "../../design/zone";
import { useNames } from "../overview/names";
import classes from "./Detectors.module.css";
import { modelSetsQuery } from "./detectors";
import policies from "./PoliciesPage.module.css";
import { Probes } from "./Probes";
import { SetChange } from "./SetChange";
import { SetUpload } from "./SetUpload";
import { type Change, isUsed, type ModelSet } from "./sets";

/** The models that detectors go by: versions, what each was made from, which is in force, the way in and the way back. */
export function Detectors() {
  const mayWrite = useMay()("detectors.write");
  const names = useNames();
  const { time, fullTime } = useTimes();
  const sets = useQuery(modelSetsQuery);
  const [looked, setLooked] = useState<ModelSet>();
  const [asked, setAsked] = useState<Change>();
  const [upload, setUpload] = useState<{ first?: File }>();
  const [done, setDone] = useState<string>();
  const placeOf = (level: string) => (level === "platform" ? "everywhere" : `in ${names.of("workspace", level)}`);
  const columns: Column<ModelSet>[] = [
    {
      id: "version",
      head: "Version",
      width: 170,
      cell: (s) => (
        <span className={policies.origin}>
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
      width: 240,
      cell: (s) => (
        <span className={policies.origin}>
          {s.in_force.map((u) => (
            <span key={u.level} className={policies.origin}>
              {placeOf(u.level)}{" "}
              {u.since !== null && (
                <span className="muted" title={fullTime(u.since)}>
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
        <span className={policies.origin}>
          <span className="cut">{s.uploaded_by_name ?? "comes with the product"}</span>
          {s.uploaded_at !== null && (
            <span className="muted" title={fullTime(s.uploaded_at)}>
              {time(s.uploaded_at, new Date())}
            </span>
          )}
          {s.workspace_id !== null && (
            <span className="muted">
              for {names.of("workspace", s.workspace_id)} alone, {s.reviews} review{s.reviews === 1 ? "" : "s"}
            </span>
          )}
        </span>
      ),
    },
    {
      id: "acts",
      head: "",
      width: 220,
      right: true,
      cell: (s) => (
        <span className={classes.acts}>
          {mayWrite &&
            s.in_force
              .filter((u) => u.back_to !== null)
              .map((u, _, all) => (
                <Button
                  key={u.level}
                  small
                  aria-label={`Roll back ${placeOf(u.level)}`}
                  onClick={() => setAsked({ do: "back", level: u.level })}
                >
                  {all.length > 1 ? `Roll back ${placeOf(u.level)}…` : "Roll back…"}
                </Button>
              ))}
          {mayWrite && !isUsed(s) && (
            <Button small aria-label={`Use version ${s.version}`} onClick={() => setAsked({ do: "use", set: s })}>
              Use…
            </Button>
          )}
          {mayWrite && s.in_force.length === 0 && s.uploaded_at !== null && (
            <Button small aria-label={`Remove version ${s.version}`} onClick={() => setAsked({ do: "remove", set: s })}>
              Remove…
            </Button>
          )}
          <Button small aria-label={`Sources of version ${s.version}`} onClick={() => setLooked(s)}>
            Sources
          </Button>
        </span>
      ),
    },
  ];
  return (
    <>
      <div className={policies.bar}>
        <p className="muted">
          Detectors of attacks, of content and of names weigh by models, the same for all policies. Reviews of findings make a
          workspace's own: <code>portico guardrails reviews</code>, then <code>portico guardrails train</code>.
        </p>
        {mayWrite && (
          <Button kind="main" onClick={() => setUpload({})}>
            Upload a set…
          </Button>
        )}
      </div>
      <ProblemNotice problem={sets.error} />
      {sets.data === undefined ? (
        sets.error === null && <LoadingRows columns={4} />
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: a file is dropped here with the mouse alone; the button above is for everybody
        <div
          className={classes.list}
          onDragOver={(event) => mayWrite && event.preventDefault()}
          onDrop={(event) => {
            const [first] = event.dataTransfer.files;
            if (!mayWrite || first === undefined) return;
            event.preventDefault();
            setUpload({ first });
          }}
        >
          <PlainTable label="Sets of models" columns={columns} rows={sets.data} idOf={(s) => s.id} />
          {sets.data.length === 1 && (
            <p className="muted">
              No set was uploaded yet: all calls go by the models that come with the product.
              {!mayWrite && " Who has the permission detectors.write uploads one."}
            </p>
          )}
        </div>
      )}
      {looked !== undefined && <Sources set={looked} onClose={() => setLooked(undefined)} />}
      {upload !== undefined && (
        <SetUpload
          first={upload.first}
          onUse={(set) => {
            setUpload(undefined);
            setAsked({ do: "use", set });
          }}
          onClose={() => setUpload(undefined)}
        />
      )}
      {asked !== undefined && (
        <SetChange
          asked={asked}
          sets={sets.data ?? []}
          placeOf={placeOf}
          onClose={(what) => {
            setAsked(undefined);
            setDone(what);
          }}
        />
      )}
      {done !== undefined && <Toast text={done} onClose={() => setDone(undefined)} />}
    </>
  );
}

/** What each model was made from, under which licences, and how the set did on simple texts. */
function Sources({ set, onClose }: { set: ModelSet; onClose: () => void }) {
  return (
    <Dialog wide title={`Version ${set.version}`} onClose={onClose} actions={<Button onClick={onClose}>Close</Button>}>
      <Probes of={set} />
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
        <Notice state="idle" title={`It learned from ${set.reviews} reviewed finding${set.reviews === 1 ? "" : "s"}`}>
          They are of one workspace, and the set is used there alone.
        </Notice>
      )}
    </Dialog>
  );
}
