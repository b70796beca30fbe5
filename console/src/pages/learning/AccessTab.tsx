import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, get, tagOf } from "../../api/client";
import { routesQuery, useCasesQuery, workspacesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Check } from "../../design/Check";
import { Checks } from "../../design/Checks";
import { Choice } from "../../design/Choice";
import { Confirm, Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { time } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { fieldError, Notice, ProblemNotice } from "../../design/Notice";
import { Part } from "../../design/Part";
import { PlainTable } from "../../design/PlainTable";
import type { Column } from "../../design/Table";
import { useZone } from "../../design/zone";
import classes from "./Learning.module.css";
import type { TabProps } from "./LearningPage";
import type { Rule } from "./learning";
import { coursesQuery, exerciseSettingsQuery, rulesQuery } from "./queries";

/** What people must have done before playground and their own keys work, and what pays for exercises. */
export function AccessTab({ search, show }: TabProps) {
  const may = useMay();
  return (
    <div className={`${classes.sheet} ${classes.wide}`}>
      <div>
        <Part
          title="Access rules"
          says="They hold for calls from the playground and with keys that belong to a person. Keys of programs are not touched."
        >
          <Rules onNew={may("learning.write") ? () => show({ new: "rule" }) : undefined} />
        </Part>
        <Part title="Exercises" says="They call models before access opens, for one use case, with a few calls a day.">
          <ExerciseSettings />
        </Part>
      </div>
      {search.new === "rule" && may("learning.write") && <RuleDialog onClose={() => show({})} />}
    </div>
  );
}

function Rules({ onNew }: { onNew: (() => void) | undefined }) {
  const [zone] = useZone();
  const rules = useQuery(rulesQuery);
  const courses = useQuery(coursesQuery);
  const workspaces = useQuery(workspacesQuery);
  const [removes, setRemoves] = useState<Rule>();
  const columns = useMemo((): Column<Rule>[] => {
    const needs = (r: Rule) =>
      [
        ...(r.acceptable_use ? ["acceptable use acknowledged"] : []),
        ...r.courses.map((id) => `“${courses.data?.find((c) => c.id === id)?.title ?? id}” passed`),
      ].join(", ");
    return [
      {
        id: "where",
        head: "Where",
        width: 180,
        cell: (r) =>
          r.workspace_id === null
            ? "Whole organisation"
            : (workspaces.data?.find((w) => w.id === r.workspace_id)?.name ?? r.workspace_id),
      },
      { id: "needs", head: "Needs", cell: (r) => <span title={needs(r)}>{needs(r)}</span> },
      { id: "from", head: "From", width: 130, right: true, cell: (r) => time(r.from, new Date(), zone) },
      {
        id: "acts",
        head: "",
        width: 90,
        right: true,
        cell: (r) =>
          onNew !== undefined && (
            <Button small kind="quiet" onClick={() => setRemoves(r)} aria-label={`Remove rule: ${needs(r)}`}>
              Remove
            </Button>
          ),
      },
    ];
  }, [courses.data, workspaces.data, zone, onNew]);
  return (
    <div className={classes.form} style={{ maxWidth: "none" }}>
      <ProblemNotice problem={rules.error} />
      {rules.isPending ? (
        <LoadingRows columns={3} />
      ) : (rules.data?.length ?? 0) === 0 ? (
        rules.error === null && (
          <Notice state="idle" title="Everybody may call at once">
            With a rule, calls wait until people have acknowledged the policy or passed a course.
          </Notice>
        )
      ) : (
        <PlainTable label="Access rules" columns={columns} rows={rules.data ?? []} idOf={(r) => r.id} />
      )}
      {onNew !== undefined && (
        <Button icon="plus" onClick={onNew}>
          New rule
        </Button>
      )}
      {removes !== undefined && <RemoveRule of={removes} onClose={() => setRemoves(undefined)} />}
    </div>
  );
}

function RemoveRule({ of, onClose }: { of: Rule; onClose: () => void }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () =>
      get(api.DELETE("/api/access-rules/{id}", { params: { path: { id: of.id }, header: { "If-Match": tagOf(of.version) } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: rulesQuery.queryKey });
      await queries.invalidateQueries({ queryKey: ["learning"] });
      onClose();
    },
  });
  return (
    <Confirm
      title="Demand it no more?"
      effect="Everybody whom only this rule kept waiting may call at once, on all nodes. The rule can be made again."
      act="Remove rule"
      keep="Keep rule"
      busy={remove.isPending}
      problem={remove.error}
      onAct={() => remove.mutate()}
      onClose={onClose}
    />
  );
}

function RuleDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const courses = useQuery(coursesQuery);
  const workspaces = useQuery(workspacesQuery);
  const [workspace, setWorkspace] = useState("");
  const [policy, setPolicy] = useState(true);
  const [needed, setNeeded] = useState<string[]>([]);
  const [from, setFrom] = useState("");
  const make = useMutation({
    mutationFn: () =>
      get(
        api.POST("/api/access-rules", {
          body: {
            ...(workspace === "" ? {} : { workspace_id: workspace }),
            acceptable_use: policy,
            courses: needed,
            from: from === "" ? null : `${from}T00:00:00Z`,
          },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: rulesQuery.queryKey });
      await queries.invalidateQueries({ queryKey: ["learning"] });
      onClose();
    },
  });
  const why = policy || needed.length > 0 ? undefined : "Choose what is demanded";
  return (
    <Dialog
      title="New access rule"
      onClose={onClose}
      onSend={() => why === undefined && make.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="main" type="submit" busy={make.isPending} why={why}>
            Make the rule
          </Button>
        </>
      }
    >
      <p className="muted">Whoever has not done it is refused with a sentence that says what is missing and where, you too.</p>
      <Choice
        label="Where"
        options={[
          { value: "", label: "Whole organisation" },
          ...(workspaces.data ?? []).map((w) => ({ value: w.id, label: `Workspace ${w.name}` })),
        ]}
        value={workspace}
        onChange={(e) => setWorkspace(e.currentTarget.value)}
      />
      <Check label="Acceptable-use policy acknowledged" checked={policy} onChange={setPolicy} />
      <Checks
        label="Courses passed"
        options={(courses.data ?? []).map((c) => ({
          value: c.id,
          label: c.title,
          note: `${c.minutes} minutes, for ${c.for.join(", ")}`,
        }))}
        chosen={needed}
        onChange={setNeeded}
        error={fieldError(make.error, "courses")}
      />
      <Field
        label="From"
        type="date"
        help="Gives people time. Left empty, it holds at once."
        value={from}
        onChange={(e) => setFrom(e.currentTarget.value)}
      />
      <ProblemNotice problem={make.error} fields={["courses"]} />
    </Dialog>
  );
}

function ExerciseSettings() {
  const queries = useQueryClient();
  const may = useMay();
  const settings = useQuery(exerciseSettingsQuery);
  const useCases = useQuery(useCasesQuery);
  const routes = useQuery(routesQuery);
  const [useCase, setUseCase] = useState<string>();
  const [models, setModels] = useState<string>();
  const change = useMutation({
    mutationFn: () =>
      get(
        api.PUT("/api/exercise-settings", {
          params: { header: { "If-Match": tagOf(settings.data?.version ?? 0) } },
          body: {
            use_case_id: useCase ?? settings.data?.use_case_id ?? "",
            models: (models ?? settings.data?.models.join(", ") ?? "")
              .split(",")
              .map((m) => m.trim())
              .filter((m) => m !== ""),
          },
        }),
      ),
    onSuccess: async () => {
      setUseCase(undefined);
      setModels(undefined);
      await queries.invalidateQueries({ queryKey: exerciseSettingsQuery.queryKey });
    },
  });
  if (settings.data === undefined)
    return settings.error === null ? <LoadingRows columns={1} /> : <ProblemNotice problem={settings.error} />;
  const chosen = useCase ?? settings.data.use_case_id ?? "";
  const named = models ?? settings.data.models.join(", ");
  const mayWrite = may("learning.write");
  return (
    <div className={classes.form}>
      {settings.data.use_case_id === null && (
        <Notice state="risk" title="Exercises cannot be done yet">
          Say which use case pays for them and which models answer. A simulated model costs nothing and is enough to practise.
        </Notice>
      )}
      <Choice
        label="Use case"
        help="Its budgets, limits and rules hold for exercises too."
        options={[
          { value: "", label: "Choose what pays" },
          ...(useCases.data ?? []).map((u) => ({ value: u.id, label: u.name })),
        ]}
        value={chosen}
        disabled={!mayWrite}
        error={fieldError(change.error, "use_case_id")}
        onChange={(e) => setUseCase(e.currentTarget.value)}
      />
      <Field
        label="Models"
        help={`One to five routes or models, with commas between them${routes.data !== undefined && routes.data.length > 0 ? `, as ${routes.data[0]?.name}` : ", as sim/echo"}.`}
        value={named}
        disabled={!mayWrite}
        error={fieldError(change.error, "models")}
        onChange={(e) => setModels(e.currentTarget.value)}
      />
      <ProblemNotice problem={change.error} fields={["use_case_id", "models"]} />
      {mayWrite && (
        <Button
          kind="main"
          busy={change.isPending}
          why={
            useCase === undefined && models === undefined
              ? "Nothing was changed yet"
              : chosen === "" || named.trim() === ""
                ? "Choose a use case and name a model"
                : undefined
          }
          onClick={() => change.mutate()}
        >
          Save
        </Button>
      )}
    </div>
  );
}
