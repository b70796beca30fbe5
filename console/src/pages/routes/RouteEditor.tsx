import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import { useChanged } from "../../api/changes";
import { api, get, Problem, tagOf } from "../../api/client";
import { routesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Conflict } from "../../design/Changes";
import { over } from "../../design/changes";
import { Confirm } from "../../design/Dialog";
import { fieldError, Notice, ProblemNotice } from "../../design/Notice";
import { Toast } from "../../design/Toast";
import { TopBar } from "../../shell/Shell";
import { bodyOf, bodyOfRoute, draftOf, newRoute, type RouteDraft, routeChanges, targetOf, wrongNumbers } from "./draft";
import { useWorld } from "./Lanes";
import { lanesOf } from "./lanes";
import { RouteFields } from "./RouteFields";
import { RoutePreview } from "./RoutePreview";
import classes from "./Routes.module.css";
import { type Route, routeQuery } from "./routes";

const here = getRouteApi("/inside/routes/edit");

export type EditSearch = { route?: string | undefined };

/** A route being made or changed, beside what would come of it. */
export function RouteEditor() {
  const search = here.useSearch();
  const may = useMay();
  const route = useQuery({ ...routeQuery(search.route ?? ""), enabled: search.route !== undefined, refetchOnWindowFocus: false });
  const above = (
    <Link to="/routes" search={search.route === undefined ? {} : { route: search.route }}>
      Routes
    </Link>
  );
  if (!may("routes.write"))
    return (
      <>
        <TopBar above={above} title="Edit a route" />
        <div style={{ padding: "0 var(--pad)" }}>
          <Notice state="refused" title="You may see routes and not change them">
            Whoever has the permission routes.write does: an engineer, an admin or an owner.
          </Notice>
        </div>
      </>
    );
  if (search.route === undefined) return <Editor key="new" saved={undefined} />;
  if (route.data === undefined)
    return (
      <>
        <TopBar above={above} title="Edit a route" />
        <div style={{ padding: "0 var(--pad)" }}>
          <ProblemNotice problem={route.error} />
        </div>
      </>
    );
  return <Editor key={search.route} saved={route.data} />;
}

function Editor({ saved }: { saved: Route | undefined }) {
  const navigate = here.useNavigate();
  const changed = useChanged();
  const world = useWorld();
  const routes = useQuery(routesQuery).data ?? [];
  /** The version that the change is made on. */
  const [base, setBase] = useState(saved);
  const [draft, setDraft] = useState<RouteDraft>(saved === undefined ? newRoute : draftOf(saved));
  const [theirs, setTheirs] = useState<Route>();
  /** The route before it was saved, for the way back, and its version since. */
  const [done, setDone] = useState<{ before: Route; version: number }>();
  const before = base === undefined ? newRoute : draftOf(base);
  const models = new Map(world.hub.map((m) => [m.model_id, m.model]));
  const nameOf = (t: { deployment: string | null; model: string | null }) => {
    if (t.model !== null) return t.model;
    const d = world.deployments.find((x) => x.id === t.deployment);
    return d === undefined
      ? (t.deployment ?? "")
      : `${models.get(d.model_id) ?? d.upstream_model} at ${world.connections.get(d.connection_id)?.name ?? d.connection_id}`;
  };
  const changes = routeChanges(before, draft, nameOf);
  const wrong = wrongNumbers(draft);
  const whyNot =
    draft.name.trim() === ""
      ? "Give it a name first"
      : draft.targets.length === 0
        ? "Choose a target first"
        : Object.keys(wrong).length > 0
          ? "Correct the numbers first"
          : undefined;
  const take = async (made: Route) => {
    setBase(made);
    setDraft(draftOf(made));
    await changed("routes");
  };
  const put = (body: ReturnType<typeof bodyOf>, id: string, version: number) =>
    get(api.PUT("/api/routes/{id}", { params: { path: { id }, header: { "If-Match": tagOf(version) } }, body }));
  const onMoved = async (problem: unknown) => {
    if (base !== undefined && problem instanceof Problem && problem.status === 412)
      setTheirs(await get(api.GET("/api/routes/{id}", { params: { path: { id: base.id } } })));
  };
  const save = useMutation({
    mutationFn: () =>
      base === undefined ? get(api.POST("/api/routes", { body: bodyOf(draft) })) : put(bodyOf(draft), base.id, base.version),
    onError: onMoved,
    onSuccess: async (made) => {
      setDone(base === undefined ? undefined : { before: base, version: made.version });
      await take(made);
      if (base === undefined) await navigate({ search: { route: made.id }, replace: true, ignoreBlocker: true });
    },
  });
  const undo = useMutation({
    mutationFn: (of: { before: Route; version: number }) => put(bodyOfRoute(of.before), of.before.id, of.version),
    onError: async (problem) => {
      setDone(undefined);
      await onMoved(problem);
    },
    onSuccess: async (made) => {
      setDone(undefined);
      await take(made);
    },
  });
  const blocker = useBlocker({
    shouldBlockFn: () => changes.length > 0 && !save.isPending,
    enableBeforeUnload: () => changes.length > 0,
    withResolver: true,
  });
  const change = (next: RouteDraft) => {
    setDraft(next);
    if (theirs === undefined) save.reset();
  };
  const problem = theirs === undefined ? (save.error ?? undo.error) : null;
  const errorOf = (param: string) => wrong[param] ?? fieldError(problem, param);
  const lanes = lanesOf(draft.targets.map(targetOf), draft.strategy, world);
  const names = [...new Set([...routes.map((r) => r.name), ...world.hub.map((m) => m.model)])].sort();
  const leave = () => void navigate({ to: "/routes", search: base === undefined ? {} : { route: base.id } });
  return (
    <>
      <TopBar
        above={
          <Link to="/routes" search={base === undefined ? {} : { route: base.id }}>
            Routes
          </Link>
        }
        title={base === undefined ? "New route" : base.name}
      >
        <Button onClick={leave}>{changes.length === 0 ? "Close" : "Cancel"}</Button>
        <Button
          kind="main"
          busy={save.isPending}
          why={
            theirs !== undefined
              ? "Choose whose version counts first"
              : (whyNot ?? (changes.length === 0 ? "Nothing is changed" : undefined))
          }
          onClick={() => save.mutate()}
        >
          {base === undefined ? "Save route" : changes.length < 2 ? "Save change" : `Save ${changes.length} changes`}
        </Button>
      </TopBar>
      <div className={`${classes.page} ${classes.editor}`}>
        <form
          className={classes.form}
          aria-label={base === undefined ? "New route" : `Route ${base.name}`}
          noValidate
          onSubmit={(e) => {
            e.preventDefault();
            if (whyNot === undefined && changes.length > 0 && theirs === undefined) save.mutate();
          }}
        >
          {theirs !== undefined && base !== undefined && (
            <div style={{ paddingBottom: 14 }}>
              <Conflict
                what={`Route ${base.name}`}
                theirs={routeChanges(before, draftOf(theirs), nameOf)}
                onTake={() => {
                  setTheirs(undefined);
                  save.reset();
                  void take(theirs);
                }}
                onKeep={() => {
                  setTheirs(undefined);
                  save.reset();
                  setBase(theirs);
                  setDraft(over(before, draft, draftOf(theirs)));
                }}
              />
            </div>
          )}
          <RouteFields draft={draft} world={world} names={names} nameOf={nameOf} errorOf={errorOf} onChange={change} />
          <ProblemNotice problem={problem} fields={shown} />
        </form>
        <RoutePreview
          saved={base?.name}
          draft={whyNot === undefined ? bodyOf(draft) : undefined}
          lanes={lanes}
          strategy={draft.strategy}
          changes={changes}
          whyNot={whyNot}
        />
      </div>
      {done !== undefined && changes.length === 0 && (
        <Toast
          text={`${base?.name} is saved as version ${done.version}`}
          undo={() => undo.mutate(done)}
          busy={undo.isPending}
          onClose={() => setDone(undefined)}
        />
      )}
      {blocker.status === "blocked" && (
        <Confirm
          title="Leave without saving?"
          effect={`${changes.length === 1 ? "One change is" : `${changes.length} changes are`} not saved and would be lost. The route stays as it is.`}
          act="Leave"
          keep="Stay here"
          busy={false}
          problem={null}
          onAct={blocker.proceed}
          onClose={blocker.reset}
        />
      )}
    </>
  );
}

const shown = [
  "name",
  "targets",
  "targets.weight",
  "strategy",
  "retries",
  "max_attempts",
  "timeout_ms",
  "cache_seconds",
  "context",
  "summary_model",
  "summary_tokens",
  "losses",
  "default_output_tokens",
  "demands.residency",
  "demands.max_retention_days",
];
