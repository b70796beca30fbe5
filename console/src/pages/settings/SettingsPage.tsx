import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback } from "react";
import { useMe } from "../../api/session";
import { Notice } from "../../design/Notice";
import { Tabs } from "../../design/Tabs";
import { TopBar } from "../../shell/Shell";
import { AccountsTab } from "./AccountsTab";
import { MyAccountTab } from "./MyAccountTab";
import { OrganisationTab } from "./OrganisationTab";
import { RolesTab } from "./RolesTab";
import { ServicesTab } from "./ServicesTab";
import classes from "./SettingsPage.module.css";
import { SignInTab } from "./SignInTab";
import { allTabs, type SettingsSearch, tabsFor } from "./settings";
import { TokensTab } from "./TokensTab";

const here = getRouteApi("/inside/settings");

/** What a tab is given: its part of the address, and a way to change it. */
export type TabProps = { search: SettingsSearch; show: (next: Omit<SettingsSearch, "tab">) => void };

/** Who belongs to Portico and may do what, and what is one's own. */
export function SettingsPage() {
  const search = here.useSearch();
  const navigate = here.useNavigate();
  const { data: me } = useMe();
  const tabs = tabsFor(me?.permissions ?? []);
  const wanted = search.tab ?? tabs[0]?.id;
  const tab = tabs.find((t) => t.id === wanted);
  const show = useCallback(
    (next: Omit<SettingsSearch, "tab">) => void navigate({ search: (old) => ({ tab: old.tab, sort: old.sort, ...next }) }),
    [navigate],
  );
  const closed = allTabs.find((t) => t.id === wanted);
  return (
    <>
      <TopBar title="Settings" />
      <Tabs label="Settings">
        {tabs.map((t) => (
          <Link
            key={t.id}
            to="/settings"
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
          {closed === undefined ? (
            <Notice state="idle" title={`There is no part ${wanted} of the settings`} />
          ) : (
            <Notice state="refused" title={`This account may not see ${closed.name.toLowerCase()}.`}>
              That needs the permission {closed.needs}. The tab Roles tells which roles have it; an owner can give them.
            </Notice>
          )}
        </div>
      ) : tab.id === "organisation" ? (
        <OrganisationTab search={search} show={show} />
      ) : tab.id === "people" ? (
        <AccountsTab search={search} show={show} />
      ) : tab.id === "sign-in" ? (
        <SignInTab search={search} show={show} />
      ) : tab.id === "services" ? (
        <ServicesTab search={search} show={show} />
      ) : tab.id === "tokens" ? (
        <TokensTab search={search} show={show} />
      ) : tab.id === "roles" ? (
        <RolesTab />
      ) : (
        <MyAccountTab search={search} show={show} />
      )}
    </>
  );
}
