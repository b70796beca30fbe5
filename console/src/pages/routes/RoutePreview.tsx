import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Problem } from "../../api/client";
import { useMay } from "../../api/session";
import { Changes } from "../../design/Changes";
import type { Change } from "../../design/changes";
import { Section } from "../../design/Drawer";
import { Notice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { useSamples } from "./ExplainDrawer";
import { explainQuery, holdOf, outcomeOf } from "./explain";
import { Lanes, sentence } from "./Lanes";
import type { Lane } from "./lanes";
import classes from "./Routes.module.css";
import type { Explanation, RouteBody } from "./routes";
import type { Sample } from "./samples";

/** What the route would be, beside the form: what changes, where it leads, and calls walked through. Calls no provider. */
export function RoutePreview({
  saved,
  draft,
  lanes,
  strategy,
  changes,
  whyNot,
}: {
  /** The name of the route as it is saved; undefined for a new one. */
  saved: string | undefined;
  /** The body as it would be saved; undefined while something in it is wrong. */
  draft: RouteBody | undefined;
  lanes: readonly Lane[];
  strategy: string;
  changes: readonly Change[];
  /** What is wrong in the form. */
  whyNot: string | undefined;
}) {
  const may = useMay();
  return (
    <aside className={classes.rail} aria-label="Preview">
      {saved !== undefined && (
        <Section title="What changes" note={changes.length === 0 ? "nothing yet" : undefined}>
          <Changes changes={changes} />
        </Section>
      )}
      <Section title="Where it leads">
        {lanes.length === 0 ? (
          <p className="muted">Nowhere yet: choose a target.</p>
        ) : (
          <Lanes lanes={lanes} strategy={strategy} />
        )}
      </Section>
      <Section title="Sample calls" note="walked through; no provider is called">
        {!may("keys.read") ? (
          <p className="muted">To walk a call through one needs to see the keys.</p>
        ) : draft === undefined ? (
          <p className="muted">{whyNot ?? "The form is not complete."}</p>
        ) : (
          <Samples saved={saved} draft={draft} />
        )}
      </Section>
    </aside>
  );
}

function Samples({ saved, draft }: { saved: string | undefined; draft: RouteBody }) {
  const settled = useSettled(draft, 250);
  const { keys, samples } = useSamples(saved ?? draft.name, 4);
  if (samples === undefined) return null;
  if (samples.length === 0)
    return (
      <Notice state="idle" title={keys?.length === 0 ? "There is no key" : "No key is active"}>
        A call is made with a key: make one, and it is walked through here.
      </Notice>
    );
  return (
    <>
      {samples.map((sample) => (
        <SampleCall key={sample.id} sample={sample} saved={saved} draft={settled} />
      ))}
    </>
  );
}

function SampleCall({ sample, saved, draft }: { sample: Sample; saved: string | undefined; draft: RouteBody }) {
  const before = useQuery({ ...explainQuery(sample, saved ?? "", undefined), enabled: saved !== undefined });
  const after = useQuery({ ...explainQuery(sample, draft.name, draft), placeholderData: keepPreviousData });
  const e = after.data;
  if (after.error !== null)
    return (
      <div className={classes.sample}>
        <h4>
          <StatusMark state="failed" /> {sample.label}
        </h4>
        <p className="muted">{after.error instanceof Problem ? after.error.message : String(after.error)}</p>
      </div>
    );
  if (e === undefined) return <div className={classes.sample}>{sample.label}</div>;
  const changed = before.data !== undefined && outcomeOf(before.data) !== outcomeOf(e);
  return (
    <div className={classes.sample}>
      <h4>
        <StatusMark state={e.would_pass ? "good" : "refused"} label={e.would_pass ? "Passes" : "Refused"} />
        <span>{sample.label}</span>
      </h4>
      {!e.would_pass && <p>Refused: {sentence(e.reason ?? e.refused_with ?? "")}</p>}
      <Steps e={e} />
      <Hold e={e} before={before.data} />
      {changed && before.data !== undefined && <p className="muted">Now: {outcomeOf(before.data)}.</p>}
    </div>
  );
}

function Steps({ e }: { e: Explanation }) {
  return (
    <ol className={classes.steps}>
      {e.deployments.map((d, i) => (
        <li key={d.id}>
          <span className="faint num">{i + 1}</span>
          <span className="mono">{d.model}</span>
          <span className="muted">at {d.connection}</span>
          {(d.unavailable_until !== null || d.credential_benched_until !== null) && <span className="muted">not called now</span>}
        </li>
      ))}
      {e.left_out.map((l) => (
        <li key={`${l.id} ${l.model}`} className="muted">
          <StatusMark state="refused" label="Skipped" size={12} />
          <span>
            <span className="mono">{l.model === "" ? l.id : l.model}</span>
            {l.connection !== "" && ` at ${l.connection}`}
            <small className={classes.why}>Skipped: {l.why}.</small>
          </span>
        </li>
      ))}
    </ol>
  );
}

/** What it would take of money budgets; the same as now says so by saying nothing. */
function Hold({ e, before }: { e: Explanation; before: Explanation | undefined }) {
  const [now, then] = [before === undefined ? null : holdOf(before), holdOf(e)];
  if (then === null) return e.deployments.length === 0 ? null : <p className="muted">Unpriced: nothing can be held.</p>;
  const budgets = e.meters.filter((m) => m.unit === "nano_usd").length;
  return (
    <p className="muted">
      Holds at most ${then}
      {budgets === 0 ? ", with no budget to hold it of" : ` of ${budgets} ${budgets === 1 ? "budget" : "budgets"}`}
      {now !== null && now !== then ? `; now $${now}` : ""}.
    </p>
  );
}

/** A value once it has not changed for a moment, so that not every letter asks the server. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is the value
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return settled;
}
