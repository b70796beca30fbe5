import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, Problem } from "../../api/client";
import { everything } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Check } from "../../design/Check";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { count, day, short, unknown } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import classes from "./AddModels.module.css";
import { type Connection, hubQuery, type Offered, useHubChanged } from "./models";
import { WhoApproves } from "./WhoApproves";

type Outcome = { name: string; problem: string | null; isNew: boolean };

/** Chooses among what the provider offers; what is added waits in quarantine. */
export function AddModels({ connection, onClose }: { connection: Connection | undefined; onClose: () => void }) {
  const may = useMay();
  const changed = useHubChanged();
  const hub = useQuery(hubQuery);
  const offered = useQuery({
    queryKey: ["connections", "offered", connection?.id],
    enabled: connection !== undefined,
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      (await everything((at) =>
        get(
          api.GET("/api/connections/{id}/offered", {
            params: { path: { id: connection?.id ?? "" }, query: { limit: 1000, ...at } },
            signal,
          }),
        ),
      )) as Offered[],
  });
  const [q, setQ] = useState("");
  const [byName, setByName] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [approve, setApprove] = useState(false);
  const names = [...chosen, ...byName.split(/[\s,]+/).filter((n) => n !== "" && !chosen.has(n))];
  const add = useMutation({
    mutationFn: async () => {
      const known = new Map((hub.data ?? []).map((m) => [m.model, m.model_id]));
      const outcomes: Outcome[] = [];
      // One after another: each is a change of the hub, and what failed is told by its name.
      for (const name of names) outcomes.push(await addOne(name, known.get(name), connection?.id ?? "", approve));
      await changed();
      await offered.refetch();
      return outcomes;
    },
  });
  if (connection === undefined) return null;
  if (add.data !== undefined) return <Added outcomes={add.data} approved={approve} onClose={onClose} />;
  const shown = (offered.data ?? []).filter((o) => o.name.toLowerCase().includes(q.trim().toLowerCase()));
  const toggle = (name: string) => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    setChosen(next);
  };
  return (
    <Dialog
      wide
      title={`Add models of ${connection.name}`}
      onClose={onClose}
      onSend={() => names.length > 0 && add.mutate()}
      actions={
        <>
          <Button onClick={onClose}>{chosen.size === 0 ? "Not now" : "Cancel"}</Button>
          <Button kind="main" type="submit" busy={add.isPending} why={names.length === 0 ? "Choose a model first" : undefined}>
            {names.length === 0 ? "Add models" : `Add ${count(names.length)} ${names.length === 1 ? "model" : "models"}`}
          </Button>
        </>
      }
    >
      <div className={classes.head}>
        <Field label="Search what it offers" value={q} autoFocus onChange={(e) => setQ(e.currentTarget.value)} />
        <span className="muted num">
          {offered.data === undefined ? "" : `${count(shown.length)} of ${count(offered.data.length)}`}
        </span>
      </div>
      <div className={classes.list}>
        {offered.data === undefined && offered.error === null && <LoadingRows columns={3} />}
        {offered.error !== null && <ProblemNotice problem={offered.error} />}
        {offered.data?.length === 0 && <Notice state="idle" title="It offers no model" />}
        {offered.data !== undefined && offered.data.length > 0 && shown.length === 0 && (
          <Notice state="idle" title="It offers nothing of this name" />
        )}
        {shown.slice(0, 500).map((o) => (
          <label key={o.name} className={classes.offer}>
            <input
              type="checkbox"
              checked={o.model_id !== null || chosen.has(o.name)}
              disabled={o.model_id !== null}
              onChange={() => toggle(o.name)}
            />
            <span className="mono cut" title={o.name}>
              {o.name}
            </span>
            <span className="muted">{o.context_tokens === null ? "" : short(o.context_tokens)}</span>
            <span className="muted">
              {o.model_id !== null
                ? "added"
                : o.retires_on !== null
                  ? `retires ${day(o.retires_on)}`
                  : o.input_usd_per_mtok === null
                    ? "no list price"
                    : `$${o.input_usd_per_mtok} / ${o.output_usd_per_mtok === null ? unknown : `$${o.output_usd_per_mtok}`}`}
            </span>
          </label>
        ))}
        {shown.length > 500 && <p className="muted">The first 500 are shown: search for the others.</p>}
      </div>
      <Field
        label="Others, by the provider's name for them"
        className="mono"
        autoComplete="off"
        spellCheck={false}
        help="Deployments with names of your own, models that the list leaves out. Several with a blank between them."
        value={byName}
        onChange={(e) => setByName(e.currentTarget.value)}
      />
      {may("models.approve") ? (
        <Check
          label="Approve them for all workspaces at once"
          help="Otherwise they wait in quarantine, where nobody can call them."
          checked={approve}
          onChange={setApprove}
        />
      ) : (
        <p className="muted">
          They wait in quarantine, where nobody can call them. <WhoApproves />
        </p>
      )}
      <ProblemNotice problem={add.error} />
    </Dialog>
  );
}

/** A model that the hub has already is served here too; another one is made. */
async function addOne(name: string, known: string | undefined, connection: string, approve: boolean): Promise<Outcome> {
  try {
    if (known !== undefined)
      await get(
        api.POST("/api/deployments", { body: { model_id: known, connection_id: connection, upstream_model: name, weight: 1 } }),
      );
    else await get(api.POST("/api/models", { body: { name, connection_id: connection, upstream_model: name, approve } }));
    return { name, problem: null, isNew: known === undefined };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return { name, problem: problem.message, isNew: known === undefined };
  }
}

function Added({ outcomes, approved, onClose }: { outcomes: readonly Outcome[]; approved: boolean; onClose: () => void }) {
  const good = outcomes.filter((o) => o.problem === null);
  const made = good.filter((o) => o.isNew).length;
  return (
    <Dialog
      wide
      title={
        good.length === outcomes.length
          ? `Added ${count(good.length)}`
          : `Added ${count(good.length)} of ${count(outcomes.length)}`
      }
      onClose={onClose}
      onSend={onClose}
      actions={
        <Button kind="main" type="submit">
          Done
        </Button>
      }
    >
      <ul className={classes.done}>
        {outcomes.map((o) => (
          <li key={o.name}>
            <StatusMark
              state={o.problem === null ? (o.isNew && !approved ? "held" : "good") : "failed"}
              label={o.problem === null ? "Added" : "Failed"}
            />
            <span className="mono">{o.name}</span>
            <span className="muted">{o.problem ?? (!o.isNew ? "served here too" : approved ? "approved" : "in quarantine")}</span>
          </li>
        ))}
      </ul>
      {made > 0 && !approved && (
        <p className="muted">
          Next: a decision about each, and a price where none is known. <WhoApproves />
        </p>
      )}
    </Dialog>
  );
}
