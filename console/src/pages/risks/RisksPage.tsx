import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { organisationsQuery, useCasesQuery, workspacesQuery } from "../../api/lists";
import { Button } from "../../design/Button";
import { LoadingRows } from "../../design/LoadingRows";
import { Menu } from "../../design/Menu";
import { Notice, ProblemNotice } from "../../design/Notice";
import { Pick } from "../../design/Pick";
import { Segments } from "../../design/Segments";
import { Tabs } from "../../design/Tabs";
import { useTimes } from "../../design/zone";
import { TopBar } from "../../shell/Shell";
import { treeOf } from "../settings/settings";
import { Controls } from "./Controls";
import { Items } from "./Items";
import { risksQuery } from "./query";
import classes from "./RisksPage.module.css";
import { noLevel, type Register, type RiskSearch } from "./risks";

const here = getRouteApi("/inside/risks");

/** Which risk and duty has what against it, and whether that holds at a level. */
export function RisksPage() {
  const search = here.useSearch();
  const navigate = here.useNavigate();
  const organisations = useQuery(organisationsQuery);
  const workspaces = useQuery(workspacesQuery);
  const useCases = useQuery(useCasesQuery);
  const things = useMemo(
    () => treeOf(organisations.data ?? [], workspaces.data ?? [], useCases.data ?? []),
    [organisations.data, workspaces.data, useCases.data],
  );
  const level = search.level === noLevel ? undefined : (search.level ?? things[0]?.id);
  const register = useQuery({ ...risksQuery(level), enabled: search.level !== undefined || !organisations.isPending });
  const show = useCallback((next: RiskSearch) => void navigate({ search: (old) => ({ ...old, ...next }) }), [navigate]);
  const { time, fullTime } = useTimes();
  const data = register.data;
  return (
    <>
      <TopBar title="Risks">
        {data !== undefined && (
          <span className={`muted num ${classes.asOf}`} title={fullTime(data.as_of)}>
            as of {time(data.as_of)}
          </span>
        )}
        <Pick
          large
          name="Level"
          label="Level"
          value={level ?? noLevel}
          onChange={(value) => show({ level: value })}
          options={[
            ...things.map((t) => ({ value: t.id, label: `${"\u2003".repeat(t.depth)}${t.name}` })),
            // An address of something that the lists do not have yet.
            ...(level === undefined || things.some((t) => t.id === level) ? [] : [{ value: level, label: level }]),
            { value: noLevel, label: "None: the mapping alone" },
          ]}
        />
        <Export level={level} />
      </TopBar>
      {data === undefined ? (
        <div className={classes.sheet}>
          {register.error === null ? <LoadingRows columns={3} /> : <ProblemNotice problem={register.error} />}
        </div>
      ) : (
        <Told register={data} level={level} search={search} show={show} />
      )}
    </>
  );
}

function Told({
  register,
  level,
  search,
  show,
}: {
  register: Register;
  level: string | undefined;
  search: RiskSearch;
  show: (next: RiskSearch) => void;
}) {
  const all = useMemo(() => new Map(register.controls.map((c) => [c.id, c])), [register]);
  const isAll = search.tab === "controls";
  const framework = register.frameworks.find((f) => f.id === search.tab) ?? register.frameworks[0];
  const tabs = [...register.frameworks.map((f) => ({ id: f.id, name: f.short })), { id: "controls", name: "Controls" }];
  const current = isAll ? "controls" : framework?.id;
  return (
    <>
      <Tabs label="Frameworks">
        {tabs.map((t) => (
          <Link
            key={t.id}
            to="/risks"
            search={{ ...search, tab: t.id }}
            activeProps={{}}
            aria-current={t.id === current ? "page" : undefined}
          >
            {t.name}
          </Link>
        ))}
      </Tabs>
      <div className={classes.sheet}>
        <div className={classes.bar}>
          <p className="muted">
            {level === undefined ? "The mapping alone: no level is checked. " : `${policiesOf(register)} `}
            {register.says}
          </p>
          {!isAll && level !== undefined && (
            <Segments
              label="Items"
              options={[
                { value: "all", name: "All" },
                { value: "open", name: "Not in force" },
              ]}
              value={search.show === "open" ? "open" : "all"}
              onChange={(value) => show({ show: value === "open" ? value : undefined })}
            />
          )}
        </div>
        {level === undefined && search.level !== noLevel && (
          <Notice state="idle" title="No organisation yet">
            Controls are checked at an organisation, a workspace or a use case. Settings makes them.
          </Notice>
        )}
        {isAll ? (
          <Controls controls={register.controls} level={level} />
        ) : (
          framework !== undefined && (
            <Items framework={framework} all={all} level={level} openAlone={level !== undefined && search.show === "open"} />
          )
        )}
      </div>
    </>
  );
}

/** Under which versions of policies it was read. */
function policiesOf(register: Register): string {
  return register.policies.length === 0
    ? "No policy is in force here."
    : `Under ${register.policies.map((p) => `version ${p.version} of the policy of ${p.name}`).join(", ")}.`;
}

/** All frameworks as a file, as they stand at the level. */
function Export({ level }: { level: string | undefined }) {
  const take = (format: "csv" | "json" | "md") => {
    const link = document.createElement("a");
    link.href = `/api/risks/export?${new URLSearchParams({ ...(level === undefined ? {} : { level }), format })}`;
    link.download = "";
    link.click();
  };
  return (
    <Menu
      items={[
        { group: level === undefined ? "The mapping" : "All frameworks at this level" },
        { name: "CSV", note: "a line an item and control", onSelect: () => take("csv") },
        { name: "JSON", note: "as the API gives it", onSelect: () => take("json") },
        { name: "Markdown", note: "to read and to hand over", onSelect: () => take("md") },
      ]}
    >
      <Button icon="export">Export</Button>
    </Menu>
  );
}
