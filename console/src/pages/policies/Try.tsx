import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Field } from "../../design/Field";
import { Notice, ProblemNotice } from "../../design/Notice";
import { PlainTable } from "../../design/PlainTable";
import type { Column } from "../../design/Table";
import { TextArea } from "../../design/TextArea";
import { channels } from "./channels";
import { isCanary, kindsQuery } from "./guardrails";
import { NamesField } from "./NamesField";
import type { Policy } from "./policies";
import { doneOf } from "./reviews";
import classes from "./Try.module.css";
import { type Finding, piecesOf, type Verdict } from "./try";
import { useWritten } from "./useWritten";

/** A text to try rules on: what is found, where, how sure, and what would go on. */
export function Try({ policy }: { policy: Policy }) {
  const { written } = useWritten(policy.level);
  const [by, setBy] = useState("level");
  const [channel, setChannel] = useState("user");
  const [text, setText] = useState("");
  const [question, setQuestion] = useState("");
  const [sources, setSources] = useState<readonly string[]>([]);
  const [kinds, setKinds] = useState<readonly string[]>([]);
  const [score, setScore] = useState("");
  const known = useQuery(kindsQuery);
  const isForeign = channel === "tool" || channel === "retrieved";
  const isAnswer = channel === "answer";
  const given = sources.filter((s) => s.trim() !== "");
  const run = useMutation({
    mutationFn: async () => ({
      text,
      verdict: await get(
        api.POST("/api/guardrails/scan", {
          body: {
            text,
            channel,
            ...(isForeign && question.trim() !== "" ? { question } : {}),
            ...(isAnswer && given.length > 0 ? { sources: given } : {}),
            ...(by === "level" ? { level: policy.level } : {}),
            ...(by === "text" ? { policy: written ?? policy.text } : {}),
            ...(by === "kinds" && kinds.length > 0 ? { detect: [...kinds] } : {}),
            ...(by === "kinds" && score.trim() !== "" ? { min_score: Number(score) } : {}),
          },
        }),
      ),
    }),
  });
  const wrongScore = score.trim() !== "" && !(Number(score) > 0 && Number(score) <= 1);
  return (
    <div className={classes.lab}>
      <form
        className={classes.ask}
        onSubmit={(e) => {
          e.preventDefault();
          if (text !== "" && !wrongScore) run.mutate();
        }}
      >
        <TextArea
          label="Text"
          rows={9}
          value={text}
          help="It is searched and not kept. Nothing is called."
          onChange={(e) => setText(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) e.currentTarget.form?.requestSubmit();
          }}
        />
        <div className={classes.settings}>
          <Choice label="It is" value={channel} onChange={(e) => setChannel(e.currentTarget.value)} options={channels} />
          <Choice
            label="Looked for by"
            value={by}
            onChange={(e) => setBy(e.currentTarget.value)}
            options={[
              { value: "level", label: "The rules in force here" },
              { value: "text", label: written === undefined ? "The rules of this level alone" : "The rules in the editor" },
              { value: "kinds", label: "Detectors alone" },
            ]}
          />
        </div>
        {isForeign && (
          <Field
            label="What the person asked"
            help="An instruction that has nothing to do with it is more suspicious."
            value={question}
            onChange={(e) => setQuestion(e.currentTarget.value)}
          />
        )}
        {isAnswer && <Sources sources={sources} onChange={setSources} />}
        {by === "kinds" && (
          <>
            <NamesField
              label="Kinds"
              help="All when none is named. A front such as pii means all behind it."
              items={kinds}
              known={known.data?.names.filter((n) => !isCanary(n)) ?? []}
              onChange={setKinds}
            />
            <Field
              label="From which score on"
              inputMode="decimal"
              placeholder="0.5"
              value={score}
              error={wrongScore ? "More than 0 and at most 1, such as 0.8." : undefined}
              onChange={(e) => setScore(e.currentTarget.value)}
            />
          </>
        )}
        <div>
          <Button kind="main" type="submit" busy={run.isPending} disabled={text === "" || wrongScore}>
            Try it
          </Button>
        </div>
      </form>
      <section aria-label="What was found" aria-live="polite">
        <ProblemNotice problem={run.error} />
        {run.data !== undefined && <Result text={run.data.text} verdict={run.data.verdict} />}
        {run.data === undefined && run.error === null && (
          <p className="muted">Findings are marked in the text, with what found them and how sure it is.</p>
        )}
      </section>
    </div>
  );
}

/** What an answer is compared with: results of tools and documents, as a call would have them. */
function Sources({ sources, onChange }: { sources: readonly string[]; onChange: (sources: readonly string[]) => void }) {
  const shown = sources.length === 0 ? [""] : sources;
  return (
    <div className={classes.sources}>
      {shown.map((source, i) => (
        <TextArea
          // biome-ignore lint/suspicious/noArrayIndexKey: a source has no name but its place
          key={i}
          label={shown.length === 1 ? "Source" : `Source ${i + 1}`}
          rows={4}
          value={source}
          help={
            i === shown.length - 1
              ? "What tools gave back, or an enclosed document. Sentences that it does not support are found where rules look for grounding."
              : undefined
          }
          onChange={(e) => onChange(shown.map((s, at) => (at === i ? e.currentTarget.value : s)))}
        />
      ))}
      <div className={classes.more}>
        <Button small kind="quiet" disabled={shown.some((s) => s.trim() === "")} onClick={() => onChange([...shown, ""])}>
          Another source
        </Button>
        {shown.length > 1 && (
          <Button small kind="quiet" onClick={() => onChange(shown.slice(0, -1))}>
            Take the last away
          </Button>
        )}
      </div>
    </div>
  );
}

function Result({ text, verdict }: { text: string; verdict: Verdict }) {
  const time = microseconds(verdict.microseconds);
  return (
    <div className={classes.result}>
      <Notice
        state={verdict.outcome === "passes" ? "good" : verdict.outcome === "changed" ? "partial" : "refused"}
        title={titleOf(verdict)}
      >
        Searched in {time}
        {verdict.timings.length > 0 && `: ${verdict.timings.map((t) => `${t.part} ${microseconds(t.microseconds)}`).join(", ")}`}.
      </Notice>
      {verdict.guards.length > 0 && (
        <p className="muted">
          Guards are asked in calls alone. A call would ask {verdict.guards.join(", ")} about such a text too.
        </p>
      )}
      <p className={classes.text} dir="auto">
        {piecesOf(text, verdict.findings).map((p) =>
          p.finding === undefined ? (
            <span key={p.start}>{p.text}</span>
          ) : (
            <mark key={p.start} data-strict={isStrict(p.finding) || undefined} title={saysOf(p.finding)}>
              {p.text}
            </mark>
          ),
        )}
      </p>
      {verdict.findings.length > 0 && (
        <PlainTable label="Findings" columns={columns} rows={verdict.findings} idOf={(f) => `${f.rule} ${f.kind} ${f.start}`} />
      )}
      {verdict.normalised !== null && (
        <>
          <h3>Without its disguises</h3>
          <p className={classes.text} dir="auto">
            {verdict.normalised}
          </p>
        </>
      )}
      {verdict.outcome === "changed" && (
        <>
          <h3>What goes on</h3>
          <p className={classes.text} dir="auto">
            {verdict.result}
          </p>
        </>
      )}
    </div>
  );
}

const microseconds = (us: number) => (us < 1_000 ? `${Math.round(us)} µs` : `${(us / 1_000).toFixed(1)} ms`);

const isStrict = (f: Finding) => f.action === "block" || f.action === "ask";

const saysOf = (f: Finding) => `${f.rule}: ${f.title ?? f.kind ?? "a word or pattern"}, ${Math.round(f.score * 100)} % sure`;

function titleOf(verdict: Verdict) {
  switch (verdict.outcome) {
    case "passes":
      return verdict.findings.length === 0 ? "Nothing is found: the text passes" : "It passes, and what was found is noted";
    case "changed":
      return "It goes on changed";
    case "asks":
      return `The rule ${verdict.refused_by} has it wait for a person`;
    default:
      return `The rule ${verdict.refused_by} refuses it`;
  }
}

const columns: readonly Column<Finding>[] = [
  {
    id: "kind",
    head: "Found",
    cell: (f) => (
      <span className={classes.what}>
        {f.title ?? f.kind ?? "its words or patterns"}
        <span className="muted">
          by {f.rule}, characters {f.start}–{f.start + f.length}
        </span>
      </span>
    ),
  },
  { id: "score", head: "Sure", cell: (f) => `${Math.round(f.score * 100)} %`, width: 64, right: true },
  { id: "action", head: "What happens", cell: (f) => doneOf(f.action), width: 156 },
];
