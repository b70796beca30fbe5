import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback } from "react";
import { useMay } from "../../api/session";
import { Notice } from "../../design/Notice";
import { Tabs } from "../../design/Tabs";
import { TopBar } from "../../shell/Shell";
import { AccessTab } from "./AccessTab";
import { AssignmentsTab } from "./AssignmentsTab";
import { CompletionTab } from "./CompletionTab";
import { CoursesTab } from "./CoursesTab";
import classes from "./Learning.module.css";
import type { LearningSearch } from "./learning";
import { Mine } from "./Mine";
import { PolicyTab } from "./PolicyTab";

const here = getRouteApi("/inside/learning");

/** What a tab is given: its part of the address, and a way to change it. */
export type TabProps = { search: LearningSearch; show: (next: Omit<LearningSearch, "tab">) => void };

const tabs = [
  { id: "mine", name: "My learning", part: Mine },
  { id: "completion", name: "Completion", part: CompletionTab },
  { id: "assignments", name: "Assignments", part: AssignmentsTab },
  { id: "courses", name: "Courses", part: CoursesTab },
  { id: "access", name: "Access", part: AccessTab },
  { id: "policy", name: "Acceptable use", part: PolicyTab },
] as const;

/** What one is asked to learn; and for those who look after it, what others are. */
export function LearningPage() {
  const search = here.useSearch();
  const navigate = here.useNavigate();
  const may = useMay();
  const own = search.tab ?? "mine";
  const tab = tabs.find((t) => t.id === own);
  const mayAll = may("learning.read");
  const show = useCallback(
    (next: Omit<LearningSearch, "tab">) => void navigate({ search: (old) => ({ tab: old.tab, sort: old.sort, ...next }) }),
    [navigate],
  );
  return (
    <>
      <TopBar title="Learning" />
      {mayAll && (
        <Tabs label="Learning">
          {tabs.map((t) => (
            <Link
              key={t.id}
              to="/learning"
              search={{ tab: t.id }}
              activeProps={{}}
              aria-current={t.id === own ? "page" : undefined}
            >
              {t.name}
            </Link>
          ))}
        </Tabs>
      )}
      {tab === undefined ? (
        <div className={classes.sheet}>
          <Notice state="idle" title={`There is no part ${own} of learning`} />
        </div>
      ) : tab.id !== "mine" && !mayAll ? (
        <div className={classes.sheet}>
          <Notice state="refused" title={`This account may not see ${tab.name.toLowerCase()}.`}>
            That needs the permission learning.read. An officer has it.
          </Notice>
        </div>
      ) : (
        <tab.part search={search} show={show} />
      )}
    </>
  );
}
