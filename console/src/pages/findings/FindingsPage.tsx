import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo } from "react";
import { useCasesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { fetchChart } from "../../design/Chart";
import { type Dimension, FilterBar } from "../../design/FilterBar";
import { Menu } from "../../design/Menu";
import { Tabs } from "../../design/Tabs";
import { TimeRange } from "../../design/TimeRange";
import { useZone } from "../../design/zone";
import { TopBar } from "../../shell/Shell";
import { useWorkspace, useWorkspaces } from "../../shell/workspace";
import { channelsOfFindings } from "../policies/channels";
import { kindsQuery } from "../policies/guardrails";
import { doneOf } from "../policies/reviews";
import { FindingsList } from "./FindingsList";
import classes from "./FindingsPage.module.css";
import { bandsOfSure, type FindingSearch, filterNames, groups, queryOf, reviewWords, tabs, usualTime } from "./findings";
import { summaryQuery, timeOf } from "./queries";
import { Rates } from "./Rates";
import { Review } from "./Review";

const here = getRouteApi("/inside/findings");

/** What content rules found in calls, how often, and whether it was right. */
export function FindingsPage() {
  const search = here.useSearch();
  const navigate = here.useNavigate();
  const workspace = useWorkspace();
  const [zone] = useZone();
  useEffect(fetchChart, []);
  const { finding: openId, time: stretch = usualTime } = search;
  const text = new URLSearchParams(queryOf({ ...search, workspace })).toString();
  const query = useMemo(() => Object.fromEntries(new URLSearchParams(text)), [text]);
  const dimensions = useDimensions(stretch);
  const show = useCallback(
    (next: FindingSearch & { workspace?: string | undefined }) => void navigate({ search: (old) => ({ ...old, ...next }) }),
    [navigate],
  );
  const onOpen = useCallback((finding: string | undefined) => show({ finding }), [show]);
  const onTime = useCallback((time: string) => show({ time: time === usualTime ? undefined : time }), [show]);
  const tab = tabs.find((t) => t.id === search.tab)?.id ?? "all";
  const by = groups.find((g) => g.value === search.by)?.value ?? "rule";
  return (
    <>
      <TopBar title="Findings">
        <TimeRange value={stretch} onChange={onTime} />
      </TopBar>
      <Tabs label="Parts of the page">
        {tabs.map((t) => (
          <Link
            key={t.id}
            to="/findings"
            search={{ ...search, tab: t.id, finding: undefined }}
            activeProps={{}}
            aria-current={t.id === tab ? "page" : undefined}
          >
            {t.name}
          </Link>
        ))}
      </Tabs>
      <FilterBar dimensions={dimensions} values={{ ...search, workspace }} onChange={(id, value) => show({ [id]: value })}>
        <Export parameters={() => new URLSearchParams({ ...query, ...timeOf(stretch, new Date(), zone) }).toString()} />
      </FilterBar>
      <div className={classes.page}>
        {tab === "rules" ? (
          <div className={classes.list}>
            <Rates
              query={query}
              stretch={stretch}
              zone={zone}
              by={by}
              time={search.time}
              workspace={workspace}
              onBy={(next) => show({ by: next === "rule" ? undefined : next })}
            />
          </div>
        ) : tab === "review" ? (
          <Review query={query} stretch={stretch} zone={zone} openId={openId} onOpen={onOpen} />
        ) : (
          <FindingsList
            query={query}
            stretch={stretch}
            zone={zone}
            openId={openId}
            onOpen={onOpen}
            onTime={onTime}
            onClear={() => show(Object.fromEntries(filterNames.map((n) => [n, undefined])))}
          />
        )}
      </div>
    </>
  );
}

/** By what findings can be narrowed, with what there is to choose from. */
function useDimensions(stretch: string): readonly Dimension[] {
  const may = useMay();
  const [zone] = useZone();
  const workspaces = useWorkspaces();
  const useCases = useQuery({ ...useCasesQuery, enabled: may("organisation.read") });
  const kinds = useQuery({ ...kindsQuery, enabled: may("policies.read") });
  const rules = useQuery(summaryQuery(everything, stretch, zone, "rule"));
  return useMemo(
    () => [
      { id: "workspace", name: "Workspace", options: (workspaces.data ?? []).map((w) => ({ value: w.id, label: w.name })) },
      {
        id: "use_case",
        name: "Use case",
        options: (useCases.data ?? []).map((u) => ({ value: u.id, label: u.name })),
        isFree: true,
      },
      {
        id: "rule",
        name: "Rule",
        options: (rules.data?.summary.lines ?? []).map((l) => ({ value: l.name, label: l.name })),
        isFree: true,
      },
      {
        id: "kind",
        name: "Kind",
        options: [
          ...(kinds.data?.names ?? []).map((n) => ({ value: n, label: kinds.data?.titles.get(n) ?? `all of ${n}`, note: n })),
          { value: "words", label: "a rule's own words or patterns" },
        ],
        isFree: true,
      },
      { id: "channel", name: "Channel", options: channelsOfFindings },
      {
        id: "action",
        name: "Action",
        options: ["flag", "tokenise", "redact", "ask", "block"].map((a) => ({ value: a, label: doneOf(a) })),
      },
      { id: "sure", name: "Sure", options: bandsOfSure },
      { id: "review", name: "Review", options: reviewWords },
      { id: "same", name: "Same words", options: [], isFree: true },
    ],
    [workspaces.data, useCases.data, kinds.data, rules.data],
  );
}

const everything = {};

/** All findings that fit, as a file that the browser takes as it comes. */
function Export({ parameters }: { parameters: () => string }) {
  const take = (format: "csv" | "jsonl") => {
    const link = document.createElement("a");
    link.href = `/api/findings/export?${parameters()}&format=${format}`;
    link.download = "";
    link.click();
  };
  return (
    <Menu
      items={[
        { group: "All findings that fit the filters" },
        { name: "CSV", note: "a line a finding", onSelect: () => take("csv") },
        { name: "JSON", note: "an object a line", onSelect: () => take("jsonl") },
      ]}
    >
      <Button kind="quiet" small icon="export" aria-label="Export" title="Export" />
    </Menu>
  );
}
