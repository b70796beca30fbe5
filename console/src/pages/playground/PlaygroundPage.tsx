import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { modelsQuery, routesQuery, useCasesQuery } from "../../api/lists";
import { useMay, useMe } from "../../api/session";
import { Button } from "../../design/Button";
import { money } from "../../design/format";
import { Notice } from "../../design/Notice";
import { Segments } from "../../design/Segments";
import { isTyping } from "../../design/TimeRange";
import { TopBar } from "../../shell/Shell";
import { useWorkspace } from "../../shell/workspace";
import type { View } from "./AnswerCell";
import { Answers, useFields } from "./Answers";
import { type Body, bodyOf, faultsOf, settingFaults } from "./body";
import { CodeDialog } from "./CodeDialog";
import { ColumnDialog } from "./ColumnDialog";
import type { ColumnActs } from "./ColumnHead";
import type { Language } from "./code";
import { bounds, type Column, type Draft, freshId, newMessage, whyFull } from "./draft";
import { Origin } from "./Origin";
import classes from "./PlaygroundPage.module.css";
import { Prompt } from "./Prompt";
import { ShareDialog } from "./ShareDialog";
import { useDraft } from "./useDraft";
import { sumOf, useHolds, windows } from "./useHolds";
import { useRerun } from "./useRerun";
import { useRuns } from "./useRuns";

const here = getRouteApi("/inside/playground");

export type PlaygroundSearch = { call?: string | undefined; view?: string | undefined };

type Over =
  | { kind: "share" }
  | { kind: "column"; column: Column; isNew: boolean }
  | { kind: "code"; body: Body; language: Language };

/** Which model or setting answers best for the money? */
export function PlaygroundPage() {
  return useMay()("playground.use") ? (
    <Playground />
  ) : (
    <>
      <TopBar title="Playground" />
      <div className={classes.empty}>
        <Notice state="refused" title="Your roles do not let you call models">
          Owners, admins and engineers may. An owner can give you one of these roles.
        </Notice>
      </div>
    </>
  );
}

function Playground() {
  const person = useMe().data?.id ?? "";
  const { view: asked } = here.useSearch();
  const navigate = here.useNavigate();
  const { draft, setDraft, change, source, back, empty, dismiss, isKept } = useDraft(person);
  const again = useRerun(setDraft);
  const { results: all, run, stop } = useRuns(person);
  const [over, setOver] = useState<Over>();
  const workspace = useWorkspace();
  const useCases = useQuery(useCasesQuery);
  const models = useModels();

  const shownCases = useMemo(
    () => (useCases.data ?? []).filter((u) => workspace === undefined || u.workspace_id === workspace || u.id === draft.useCase),
    [useCases.data, workspace, draft.useCase],
  );
  const only = shownCases.length === 1 ? shownCases[0]?.id : undefined;
  useEffect(() => {
    if (draft.useCase === "" && only !== undefined) change({ useCase: only });
  }, [draft.useCase, only, change]);

  const faults = useMemo(() => faultsOf(draft), [draft]);
  const isReady = Object.keys(faults).length === 0;
  const holds = useHolds(draft, isReady);
  const results = useMemo(() => draft.columns.map((c) => all[c.id]), [draft.columns, all]);
  const fields = useFields(results);
  const view: View =
    asked === "json" || asked === "text" || asked === "fields" ? asked : draft.form === "text" ? "text" : "fields";
  const isRunning = results.some((r) => r?.state === "running");

  const why = draft.useCase === "" ? "Choose the use case first" : (Object.values(faults)[0] as string | undefined);
  const whyNot = (at: number) => {
    const column = draft.columns[at];
    return why ?? (column === undefined ? undefined : Object.values(settingFaults(column.settings))[0]);
  };

  const stopAll = () => {
    for (const c of draft.columns) stop(c.id);
  };
  const runAll = () => {
    if (why !== undefined || isRunning) return;
    draft.columns.forEach((c, at) => {
      if (whyNot(at) === undefined) void run(draft, c);
    });
  };
  const latest = useRef(runAll);
  latest.current = runAll;
  const prefer = useCallback((at: number) => change({ preferred: at }), [change]);
  const columns = draft.columns.length;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
        if (event.target instanceof Element && event.target.closest("dialog") !== null) return;
        event.preventDefault();
        latest.current();
      } else if (/^[1-8]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
        if (Number(event.key) <= columns) prefer(Number(event.key) - 1);
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [columns, prefer]);

  const full = whyFull(draft);
  const add = () => setOver({ kind: "column", column: { id: freshId(), model: "", settings: {} }, isNew: true });
  const save = (column: Column) => {
    const isKnown = draft.columns.some((c) => c.id === column.id);
    change({ columns: isKnown ? draft.columns.map((c) => (c.id === column.id ? column : c)) : [...draft.columns, column] });
    setOver(undefined);
  };
  const acts: ColumnActs = {
    run: (c) => void run(draft, c),
    stop: (c) => stop(c.id),
    edit: (column) => setOver({ kind: "column", column, isNew: false }),
    copy: (c) => {
      if (full === undefined) setOver({ kind: "column", column: { ...c, id: freshId() }, isNew: true });
    },
    remove: (c) => {
      stop(c.id);
      change({ columns: draft.columns.filter((o) => o.id !== c.id), preferred: undefined });
    },
    code: (c, language) => setOver({ kind: "code", body: bodyOf(draft, c), language }),
    goOn: (c) => {
      const answer = all[c.id]?.answer;
      if (answer !== undefined) change({ messages: goneOn(draft, answer) });
    },
  };

  return (
    <>
      <TopBar title="Playground">
        <HoldNote draft={draft} holds={holds} />
        <Button icon="link" onClick={() => setOver({ kind: "share" })}>
          Share
        </Button>
        {isRunning ? (
          <Button kind="main" icon="stop" onClick={stopAll}>
            Stop all
          </Button>
        ) : (
          <Button kind="main" icon="play" why={columns === 0 ? "Add a model first" : why} onClick={runAll}>
            Run all <kbd className={classes.kbd}>Ctrl ↵</kbd>
          </Button>
        )}
      </TopBar>
      <Origin again={again} source={source} onBack={back} onDismiss={dismiss} />
      <div className={classes.page}>
        <Prompt
          draft={draft}
          faults={faults}
          useCases={shownCases}
          useCaseError={useCases.error?.message}
          isKept={isKept}
          onChange={change}
          onEmpty={empty}
        />
        <section className={classes.answers} aria-label="Answers">
          <div className={classes.bar}>
            <Segments
              label="Show the answers as"
              options={[
                { value: "fields", name: "Fields", why: fields.rows.length === 0 ? "No answer is a JSON object" : undefined },
                { value: "text", name: "Text" },
                { value: "json", name: "JSON" },
              ]}
              value={view === "fields" && fields.rows.length === 0 ? "text" : view}
              onChange={(next) => void navigate({ search: (old) => ({ ...old, view: next }), replace: true })}
            />
            {fields.rows.length > 0 && columns > 1 && (
              <span className="muted">
                {fields.rows.filter((r) => r.differs.some(Boolean)).length} of {fields.rows.length} fields differ
              </span>
            )}
            <span className={classes.space} />
            <Button small kind="quiet" icon="plus" why={full} onClick={add}>
              Model or setting
            </Button>
          </div>
          {columns === 0 ? (
            <div className={classes.empty}>
              <Notice
                state="idle"
                title="No model is asked yet"
                actions={
                  <Button icon="plus" onClick={add}>
                    Add a model
                  </Button>
                }
              >
                Each model or setting has a column; all get the same messages, and their answers, checks and costs stand beside
                each other.
              </Notice>
            </div>
          ) : (
            <Answers
              draft={draft}
              results={results}
              holds={holds}
              fields={fields}
              view={view}
              whyNot={whyNot}
              acts={acts}
              onPrefer={prefer}
            />
          )}
        </section>
      </div>
      {over?.kind === "share" && <ShareDialog draft={draft} onClose={() => setOver(undefined)} />}
      {over?.kind === "code" && <CodeDialog body={over.body} first={over.language} onClose={() => setOver(undefined)} />}
      {over?.kind === "column" && (
        <ColumnDialog
          column={over.column}
          isNew={over.isNew}
          models={models}
          forAll={draft.settings}
          onSave={save}
          onClose={() => setOver(undefined)}
        />
      )}
    </>
  );
}

/** The messages with an answer behind them, and a place for what each tool gives or for the next question. */
function goneOn(draft: Draft, answer: { text: string; calls: { id: string; name: string; args: string }[] }) {
  const said = { ...newMessage("assistant", answer.text), calls: answer.calls.slice(0, bounds.calls) };
  const next = answer.calls.slice(0, 50).map((c) => ({ ...newMessage("tool"), callId: c.id }));
  return [...draft.messages, said, ...(next.length > 0 ? next : [newMessage("user")])];
}

/** Routes and models by name, those that wait for approval last. */
function useModels() {
  const may = useMay();
  const routes = useQuery({ ...routesQuery, enabled: may("routes.read") });
  const models = useQuery({ ...modelsQuery, enabled: may("models.read") });
  return useMemo(() => {
    const byRoute = (routes.data ?? [])
      .filter((r) => !r.disabled && !r.is_implicit)
      .map((r) => ({ value: r.name, label: r.name, note: "route" }));
    const taken = new Set(byRoute.map((r) => r.value));
    const byModel = (models.data ?? [])
      .filter((m) => !m.disabled && !m.embeddings && !taken.has(m.name))
      .sort((a, b) => Number(a.state !== "approved") - Number(b.state !== "approved"))
      .map((m) => ({ value: m.name, label: m.name, note: m.state === "approved" ? "model" : `model, ${m.state}` }));
    return [...byRoute, ...byModel];
  }, [routes.data, models.data]);
}

/** What running all of it would hold, and what is left of the tightest budget. */
function HoldNote({ draft, holds }: { draft: Draft; holds: ReturnType<typeof useHolds> }) {
  const sum = sumOf(holds);
  if (draft.columns.length === 0 || sum === undefined) return null;
  return (
    <span
      className="muted num"
      title="The worst case: all that was asked for, at the dearest deployment. It is given back as soon as the cost is known."
    >
      Holds at most {money(sum.held, sum.held < 1e7 ? 5 : 3)}
      {sum.left !== undefined && `, ${money(sum.left.nano, 2)} left ${windows[sum.left.window] ?? ""}`}
    </span>
  );
}
