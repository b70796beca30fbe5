import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback } from "react";
import { useMay } from "../../api/session";
import { Notice } from "../../design/Notice";
import { Tabs } from "../../design/Tabs";
import { TopBar } from "../../shell/Shell";
import classes from "./EvidencePage.module.css";
import { type EvidenceSearch, tabs } from "./evidence";
import { HoldsTab } from "./HoldsTab";
import { KeysTab } from "./KeysTab";
import { PurgesTab } from "./PurgesTab";
import { ReadingsTab } from "./ReadingsTab";
import { SubjectsTab } from "./SubjectsTab";

const here = getRouteApi("/inside/evidence");

/** What a tab is given: its part of the address, and a way to change it. */
export type TabProps = { search: EvidenceSearch; show: (next: Omit<EvidenceSearch, "tab">) => void };

/** What was said: who may read it, what must stay, what people ask about themselves, what went, and the keys that it lies under. */
export function EvidencePage() {
  const search = here.useSearch();
  const navigate = here.useNavigate();
  const may = useMay();
  const open = tabs.filter((t) => may(t.needs));
  const wanted = search.tab ?? open[0]?.id;
  const tab = open.find((t) => t.id === wanted);
  const show = useCallback(
    (next: Omit<EvidenceSearch, "tab">) => void navigate({ search: (old) => ({ tab: old.tab, ...next }) }),
    [navigate],
  );
  return (
    <>
      <TopBar title="Evidence" />
      <Tabs label="Evidence">
        {open.map((t) => (
          <Link
            key={t.id}
            to="/evidence"
            search={{ tab: t.id }}
            activeProps={{}}
            aria-current={t.id === tab?.id ? "page" : undefined}
          >
            {t.name}
          </Link>
        ))}
      </Tabs>
      {tab === undefined ? (
        <div className={classes.sheet}>
          <Notice state="refused" title="There is nothing here that this account may see">
            Readings need reveals.read, holds and purges holds.read, people subjects.read, keys keyring.read. Owners, officers and
            auditors have them.
          </Notice>
        </div>
      ) : tab.id === "readings" ? (
        <ReadingsTab search={search} show={show} />
      ) : tab.id === "holds" ? (
        <HoldsTab search={search} show={show} />
      ) : tab.id === "people" ? (
        <SubjectsTab search={search} show={show} />
      ) : tab.id === "purges" ? (
        <PurgesTab />
      ) : (
        <KeysTab search={search} show={show} />
      )}
    </>
  );
}
