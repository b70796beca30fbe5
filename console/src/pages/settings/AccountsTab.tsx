import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useMay } from "../../api/session";
import { AskedTable } from "../../design/AskedTable";
import { Button } from "../../design/Button";
import { fullTime, time, type Zone } from "../../design/format";
import { Notice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { momentOf, sortedRows } from "../../design/sort";
import type { Column } from "../../design/Table";
import { useZone } from "../../design/zone";
import { AccountDrawer } from "./AccountDrawer";
import { type Places, sayGrants } from "./grants";
import { Invite } from "./Invite";
import { accountsQuery } from "./queries";
import type { TabProps } from "./SettingsPage";
import classes from "./SettingsPage.module.css";
import { type Account, stateOf } from "./settings";
import { usePlaces } from "./usePlaces";

function columnsOf(now: Date, zone: Zone, places: Places): Column<Account>[] {
  return [
    {
      id: "name",
      head: "Name",
      sort: (a) => a.name,
      cell: (a) => (
        <span className={classes.name}>
          <StatusMark state={stateOf(a, now).state} label={stateOf(a, now).word} />
          <span className="cut">{a.name}</span>
        </span>
      ),
    },
    { id: "email", head: "E-mail", sort: (a) => a.email, cell: (a) => <span className="muted">{a.email}</span>, spare: true },
    {
      id: "roles",
      head: "Roles",
      sort: (a) => sayGrants(a.grants, places),
      cell: (a) => <span title={sayGrants(a.grants, places)}>{sayGrants(a.grants, places)}</span>,
    },
    { id: "state", head: "State", width: 150, sort: (a) => stateOf(a, now).word, cell: (a) => stateOf(a, now).word },
    {
      id: "seen",
      head: "Last sign-in",
      width: 130,
      right: true,
      sort: (a) => momentOf(a.signed_in_at),
      cell: (a) =>
        a.signed_in_at == null ? (
          <span className="muted">never</span>
        ) : (
          <span title={fullTime(a.signed_in_at, zone)}>{time(a.signed_in_at, now, zone)}</span>
        ),
    },
  ];
}

/** Who signs in, and what they may do. */
export function AccountsTab({ search, show }: TabProps) {
  const may = useMay();
  const [zone] = useZone();
  const places = usePlaces();
  const accounts = useQuery(accountsQuery);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is long ago is as old as the data
  const columns = useMemo(() => columnsOf(new Date(), zone, places), [zone, places, accounts.dataUpdatedAt]);
  const rows = useMemo(() => sortedRows(accounts.data ?? none, columns, search.sort), [accounts.data, columns, search.sort]);
  const open = accounts.data?.find((a) => a.person_id === search.open);
  const mayInvite = may("access.write") && may("organisation.read");
  return (
    <div className={classes.page}>
      <div className={classes.list}>
        <div className={classes.bar}>
          <p className="muted cut">
            {may("access.write")
              ? "An account is the way in of a person. Programs use admin tokens."
              : "You may look. Whoever has access.write invites and gives roles: owner or admin."}
          </p>
          {mayInvite && (
            <Button kind="main" icon="plus" onClick={() => show({ open: search.open, new: "1" })}>
              Invite
            </Button>
          )}
        </div>
        <AskedTable
          query={accounts}
          loading={5}
          label="Accounts"
          columns={columns}
          rows={rows}
          idOf={(a) => a.person_id}
          openId={open?.person_id}
          onOpen={(id) => show({ open: id })}
          isNarrow={open !== undefined}
          sorting={{ by: search.sort, onSort: (sort) => show({ open: search.open, sort }) }}
        >
          <Notice state="idle" title="No accounts yet">
            Admin tokens alone open this Portico. Invite gives a person a way in.
          </Notice>
        </AskedTable>
      </div>
      {open !== undefined && <AccountDrawer key={open.person_id} of={open} onClose={() => show({})} />}
      {search.new !== undefined && mayInvite && (
        <Invite onClose={(made) => show(made === undefined ? { open: search.open } : { open: made })} />
      )}
    </div>
  );
}

const none: Account[] = [];
