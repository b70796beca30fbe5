import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { organisationsQuery, useCasesQuery, workspacesQuery } from "../../api/lists";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { type Column, Table } from "../../design/Table";
import { Tabs } from "../../design/Tabs";
import { TopBar } from "../../shell/Shell";
import { type Thing, treeOf } from "../settings/settings";
import { Detectors } from "./Detectors";
import { Editor } from "./Editor";
import { Effective } from "./Effective";
import classes from "./PoliciesPage.module.css";
import { type PolicySearch, policiesQuery, policyQuery, tabs } from "./policies";
import { Replay } from "./Replay";
import { Try } from "./Try";
import { Versions } from "./Versions";
import { Waiting } from "./Waiting";

const here = getRouteApi("/inside/policies");

type Summary = { version: number; lines: number; draft: boolean };

function columnsOf(policies: ReadonlyMap<string, Summary>): Column<Thing>[] {
  return [
    {
      id: "name",
      head: "Level",
      cell: (t) => (
        <span className={classes.name} style={{ paddingLeft: t.depth * 18 }} title={`${t.name}, ${t.kind}`}>
          <span className={t.depth === 0 ? "cut strong" : "cut"}>{t.name}</span>
        </span>
      ),
    },
    {
      id: "policy",
      head: "Policy",
      width: 116,
      cell: (t) => {
        const its = policies.get(t.id);
        if (its === undefined) return <span className="faint">–</span>;
        return (
          <span className={classes.name}>
            {its.draft && <StatusMark state="running" label="A draft is in shadow" size={13} />}
            <span className="muted num">
              {its.version === 0 ? "draft alone" : `${its.lines} ${its.lines === 1 ? "line" : "lines"}`}
            </span>
          </span>
        );
      },
    },
  ];
}

/** What may be called, with which data, and what is kept of it: by level, written as one text each. */
export function PoliciesPage() {
  const search = here.useSearch();
  const navigate = here.useNavigate();
  const organisations = useQuery(organisationsQuery);
  const workspaces = useQuery(workspacesQuery);
  const useCases = useQuery(useCasesQuery);
  const policies = useQuery(policiesQuery);
  const things = useMemo(
    () => treeOf(organisations.data ?? [], workspaces.data ?? [], useCases.data ?? []),
    [organisations.data, workspaces.data, useCases.data],
  );
  const columns = useMemo(() => columnsOf(new Map((policies.data ?? []).map((p) => [p.level, p]))), [policies.data]);
  const level = search.level ?? things[0]?.id;
  const show = useCallback((next: PolicySearch) => void navigate({ search: (old) => ({ ...old, ...next }) }), [navigate]);
  const problem = organisations.error ?? workspaces.error ?? useCases.error ?? policies.error;
  return (
    <>
      <TopBar title="Policies" />
      <div className={classes.page}>
        <div className={classes.levels}>
          {problem !== null && things.length > 0 && <ProblemNotice problem={problem} />}
          <Table
            label="Levels"
            columns={columns}
            rows={things}
            idOf={(t) => t.id}
            openId={level}
            onOpen={(id) => show({ level: id, route: undefined })}
          >
            {organisations.isPending ? (
              <LoadingRows columns={2} />
            ) : problem !== null ? (
              <ProblemNotice problem={problem} />
            ) : (
              <Notice state="idle" title="No organisation yet">
                A policy belongs to an organisation, a workspace or a use case. Settings makes them.
              </Notice>
            )}
          </Table>
        </div>
        {level !== undefined && (
          <Level key={level} id={level} thing={things.find((t) => t.id === level)} search={search} show={show} />
        )}
      </div>
    </>
  );
}

/** One level: its text, what holds there, what a text would have done, and what it was. */
function Level({
  id,
  thing,
  search,
  show,
}: {
  id: string;
  thing: Thing | undefined;
  search: PolicySearch;
  show: (next: PolicySearch) => void;
}) {
  const policy = useQuery(policyQuery(id));
  const tab = tabs.find((t) => t.id === search.tab)?.id ?? "text";
  return (
    <section className={classes.main} aria-label={thing === undefined ? "Policy" : `Policy of ${thing.name}`}>
      <Tabs label="Parts of the policy">
        {tabs.map((t) => (
          <Link
            key={t.id}
            to="/policies"
            search={{ level: id, tab: t.id, view: search.view }}
            activeProps={{}}
            aria-current={t.id === tab ? "page" : undefined}
          >
            {t.name}
          </Link>
        ))}
      </Tabs>
      <div className={classes.body}>
        {policy.data === undefined ? (
          policy.error === null ? (
            <p className="muted">Reading…</p>
          ) : (
            <ProblemNotice problem={policy.error} />
          )
        ) : tab === "effective" ? (
          <Effective policy={policy.data} route={search.route} show={show} />
        ) : tab === "try" ? (
          <Try policy={policy.data} />
        ) : tab === "detectors" ? (
          <Detectors />
        ) : tab === "replay" ? (
          <Replay policy={policy.data} />
        ) : tab === "waiting" ? (
          <Waiting policy={policy.data} />
        ) : tab === "versions" ? (
          <Versions policy={policy.data} />
        ) : (
          <Editor policy={policy.data} isForm={search.view === "form"} show={show} />
        )}
      </div>
    </section>
  );
}
