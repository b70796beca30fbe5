import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, get } from "../../api/client";
import { rolesQuery } from "../../api/lists";
import { useMay, useMe } from "../../api/session";
import { AskedTable } from "../../design/AskedTable";
import { Button } from "../../design/Button";
import { Confirm } from "../../design/Dialog";
import { Drawer, Facts } from "../../design/Drawer";
import { fullTime, time, type Zone } from "../../design/format";
import { Notice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { momentOf, sortedRows } from "../../design/sort";
import type { Column } from "../../design/Table";
import { useZone } from "../../design/zone";
import { above, type Places, sayGrants } from "./grants";
import { Holds } from "./Holds";
import { NewToken } from "./NewToken";
import { tokensQuery } from "./queries";
import type { TabProps } from "./SettingsPage";
import classes from "./SettingsPage.module.css";
import type { Token } from "./settings";
import { usePlaces } from "./usePlaces";

const word = (t: Token) => (t.revoked ? "Revoked" : "Works");

function columnsOf(now: Date, zone: Zone, places: Places): Column<Token>[] {
  return [
    {
      id: "name",
      head: "Name",
      sort: (t) => t.name,
      cell: (t) => (
        <span className={classes.name}>
          <StatusMark state={t.revoked ? "failed" : "good"} label={word(t)} />
          <span className="cut">{t.name}</span>
        </span>
      ),
    },
    { id: "prefix", head: "Prefix", width: 150, spare: true, cell: (t) => <span className="mono muted">{t.prefix}…</span> },
    {
      id: "roles",
      head: "Roles",
      sort: (t) => sayGrants(t.grants, places),
      cell: (t) => <span title={sayGrants(t.grants, places)}>{sayGrants(t.grants, places)}</span>,
    },
    { id: "state", head: "State", width: 110, sort: word, cell: word },
    {
      id: "made",
      head: "Made",
      width: 130,
      right: true,
      sort: (t) => momentOf(t.created_at),
      cell: (t) => <span title={fullTime(t.created_at, zone)}>{time(t.created_at, now, zone)}</span>,
    },
  ];
}

/** What programs open the management API with. */
export function TokensTab({ search, show }: TabProps) {
  const may = useMay();
  const [zone] = useZone();
  const places = usePlaces();
  const tokens = useQuery(tokensQuery);
  // Live ones first, the newest on top.
  const all = useMemo(
    () => [...(tokens.data ?? [])].sort((a, b) => Number(a.revoked) - Number(b.revoked) || b.id.localeCompare(a.id)),
    [tokens.data],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is long ago is as old as the data
  const columns = useMemo(() => columnsOf(new Date(), zone, places), [zone, places, tokens.dataUpdatedAt]);
  const rows = useMemo(() => sortedRows(all, columns, search.sort), [all, columns, search.sort]);
  const open = rows.find((t) => t.id === search.open);
  return (
    <div className={classes.page}>
      <div className={classes.list}>
        <div className={classes.bar}>
          <p className="muted cut">
            {may("access.write")
              ? "A program shows one as Authorization: Bearer pa_live_…; people sign in with accounts."
              : "You may look. Whoever has access.write makes and revokes them: owner or admin."}
          </p>
          {may("access.write") && (
            <Button kind="main" icon="plus" onClick={() => show({ open: search.open, new: "1" })}>
              New token
            </Button>
          )}
        </div>
        <AskedTable
          query={tokens}
          loading={5}
          label="Admin tokens"
          columns={columns}
          rows={rows}
          idOf={(t) => t.id}
          openId={open?.id}
          onOpen={(id) => show({ open: id })}
          isNarrow={open !== undefined}
          sorting={{ by: search.sort, onSort: (sort) => show({ open: search.open, sort }) }}
        >
          <Notice state="idle" title="No admin tokens">
            Programs that administer Portico need one. New token makes it, with roles.
          </Notice>
        </AskedTable>
      </div>
      {open !== undefined && <TokenDrawer key={open.id} of={open} onClose={() => show({})} />}
      {search.new !== undefined && may("access.write") && (
        <NewToken onClose={(made) => show(made === undefined ? { open: search.open } : { open: made })} />
      )}
    </div>
  );
}

function TokenDrawer({ of: token, onClose }: { of: Token; onClose: () => void }) {
  const queries = useQueryClient();
  const may = useMay();
  const { data: me } = useMe();
  const roles = useQuery(rolesQuery);
  const [zone] = useZone();
  const [asks, setAsks] = useState(false);
  const revoke = useMutation({
    mutationFn: () => get(api.POST("/api/admin-tokens/{id}/revoke", { params: { path: { id: token.id } } })),
    onSuccess: async () => {
      setAsks(false);
      await queries.invalidateQueries({ queryKey: tokensQuery.queryKey });
    },
  });
  const places = usePlaces();
  const more = above(token.grants, roles.data ?? [], me, places);
  return (
    <Drawer state={token.revoked ? "failed" : "good"} title={token.name} id={token.id} note={word(token)} onClose={onClose}>
      <Facts
        facts={[
          ["Roles", sayGrants(token.grants, places)],
          ["Prefix", `${token.prefix}…`],
          ["Made", time(token.created_at, new Date(), zone)],
        ]}
      />
      <Holds grants={token.grants} places={places} />
      {token.revoked ? (
        <p className="muted">It opens nothing any more. It stays here, since records and decisions name it.</p>
      ) : !may("access.write") ? (
        <Notice state="refused" title="This account may look, not revoke.">
          That needs the permission access.write. An owner or admin has it.
        </Notice>
      ) : more.length > 0 ? (
        <Notice state="refused" title="This token may do more than you.">
          Nobody stops what may do more: ask somebody with the role {more.join(", ")}.
        </Notice>
      ) : (
        <div className={classes.actions}>
          <Button kind="danger" onClick={() => setAsks(true)}>
            Revoke
          </Button>
        </div>
      )}
      {asks && (
        <Confirm
          title={`Revoke token ${token.name}?`}
          effect="It is refused from the next request on, everywhere. This cannot be undone; make the next one and put it in place first."
          act="Revoke token"
          keep="Keep token"
          typed={{ label: "Type the name of the token", text: token.name }}
          busy={revoke.isPending}
          problem={revoke.error}
          onAct={() => revoke.mutate()}
          onClose={() => setAsks(false)}
        />
      )}
    </Drawer>
  );
}
