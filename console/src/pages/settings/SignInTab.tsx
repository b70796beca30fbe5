import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useMay } from "../../api/session";
import { AskedTable } from "../../design/AskedTable";
import { Button } from "../../design/Button";
import { Notice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { sortedRows } from "../../design/sort";
import type { Column } from "../../design/Table";
import { PasswordRule } from "./PasswordRule";
import { ProviderDrawer } from "./ProviderDrawer";
import { ProviderForm } from "./ProviderForm";
import { providersQuery } from "./queries";
import { ScimTokens } from "./ScimTokens";
import type { TabProps } from "./SettingsPage";
import classes from "./SettingsPage.module.css";
import type { Provider } from "./settings";

const word = (p: Provider) => (p.enabled ? "On" : "Off");

const columns: Column<Provider>[] = [
  {
    id: "name",
    head: "Name",
    sort: (p) => p.name,
    cell: (p) => (
      <span className={classes.name}>
        <StatusMark state={p.enabled ? "good" : "idle"} label={word(p)} />
        <span className="cut">{p.name}</span>
      </span>
    ),
  },
  { id: "issuer", head: "Issuer", sort: (p) => p.issuer, cell: (p) => <span className="mono muted cut">{p.issuer}</span> },
  {
    id: "roles",
    head: "Roles by group",
    spare: true,
    cell: (p) => (p.group_roles.length === 0 ? "–" : p.group_roles.map((g) => `${g.group} → ${g.role}`).join(", ")),
  },
  { id: "state", head: "State", width: 90, sort: word, cell: word },
];

/** By which identity providers people come in, and what directories keep people here. */
export function SignInTab({ search, show }: TabProps) {
  const may = useMay();
  const providers = useQuery(providersQuery);
  const rows = useMemo(() => sortedRows([...(providers.data ?? [])], columns, search.sort), [providers.data, search.sort]);
  const open = rows.find((p) => p.id === search.open);
  return (
    <div className={classes.page}>
      <div className={classes.list}>
        <div className={classes.bar}>
          <p className="muted cut">
            {may("access.write")
              ? "People sign in by their company's identity provider; whoever is removed there is out of here within five minutes."
              : "You may look. Whoever has access.write sets this up: owner or admin."}
          </p>
          {may("access.write") && (
            <>
              <Button onClick={() => show({ open: search.open, new: "passwords" })}>Passwords</Button>
              <Button onClick={() => show({ open: search.open, new: "scim" })}>SCIM tokens</Button>
              <Button kind="main" icon="plus" onClick={() => show({ open: search.open, new: "1" })}>
                Add a provider
              </Button>
            </>
          )}
        </div>
        <AskedTable
          query={providers}
          loading={4}
          label="Identity providers"
          columns={columns}
          rows={rows}
          idOf={(p) => p.id}
          openId={open?.id}
          onOpen={(id) => show({ open: id })}
          isNarrow={open !== undefined}
          sorting={{ by: search.sort, onSort: (sort) => show({ open: search.open, sort }) }}
        >
          <Notice state="idle" title="No identity provider yet">
            People sign in with passwords. Add a provider, and they come in by the sign-in of their company, with roles by its
            groups.
          </Notice>
        </AskedTable>
      </div>
      {open !== undefined && <ProviderDrawer key={open.id} of={open} onClose={() => show({})} />}
      {search.new === "1" && may("access.write") && (
        <ProviderForm onClose={(made) => show(made === undefined ? { open: search.open } : { open: made })} />
      )}
      {search.new === "passwords" && may("access.write") && <PasswordRule onClose={() => show({ open: search.open })} />}
      {search.new === "scim" && may("access.write") && <ScimTokens onClose={() => show({ open: search.open })} />}
    </div>
  );
}
