import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, get } from "../../api/client";
import { Button } from "../../design/Button";
import { Confirm } from "../../design/Dialog";
import { fullTime, time, type Zone } from "../../design/format";
import { ProblemNotice } from "../../design/Notice";
import { PlainTable } from "../../design/PlainTable";
import type { Sorting } from "../../design/SortHead";
import { momentOf } from "../../design/sort";
import type { Column } from "../../design/Table";
import { useZone } from "../../design/zone";
import { sessionsQuery } from "./queries";
import classes from "./SettingsPage.module.css";
import { browserOf, type OwnSession } from "./settings";

function columnsOf(now: Date, zone: Zone): Column<OwnSession>[] {
  const at = (value: string) => <span title={fullTime(value, zone)}>{time(value, now, zone)}</span>;
  return [
    {
      id: "browser",
      head: "Browser",
      cell: (s) => (
        <span title={s.browser ?? undefined}>
          {browserOf(s.browser)}
          {s.current && <span className="muted"> · this one</span>}
        </span>
      ),
    },
    { id: "address", head: "From", width: 150, cell: (s) => <span className="mono">{s.address ?? "–"}</span> },
    {
      id: "made",
      head: "Signed in",
      width: 120,
      right: true,
      sort: (s) => momentOf(s.created_at),
      cell: (s) => at(s.created_at),
    },
    { id: "seen", head: "Last seen", width: 120, right: true, sort: (s) => momentOf(s.seen_at), cell: (s) => at(s.seen_at) },
    {
      id: "end",
      head: "Ends",
      width: 120,
      right: true,
      sort: (s) => momentOf(s.expires_at),
      sortsUp: true,
      cell: (s) => at(s.expires_at),
    },
  ];
}

/** Browsers that are signed in as oneself. */
export function MySessions({ sorting }: { sorting: Sorting }) {
  const queries = useQueryClient();
  const [zone] = useZone();
  const sessions = useQuery(sessionsQuery);
  const [asks, setAsks] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is long ago is as old as the data
  const columns = useMemo(() => columnsOf(new Date(), zone), [zone, sessions.dataUpdatedAt]);
  const end = useMutation({
    mutationFn: () => get(api.DELETE("/api/sessions")),
    onSuccess: async () => {
      setAsks(false);
      await queries.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
  });
  const others = sessions.data?.filter((s) => !s.current).length ?? 0;
  return (
    <div className={classes.stack}>
      <ProblemNotice problem={sessions.error} />
      {sessions.data !== undefined && (
        <PlainTable
          label="My sessions"
          columns={columns}
          rows={sessions.data}
          idOf={(s) => `${s.created_at} ${s.address}`}
          sorting={sorting}
        />
      )}
      {others > 0 && <Button onClick={() => setAsks(true)}>End the others</Button>}
      {asks && (
        <Confirm
          title={others === 1 ? "End the other session?" : `End the ${others} other sessions?`}
          effect="Those browsers are signed out at once. You stay signed in here."
          act="End them"
          keep="Leave them"
          busy={end.isPending}
          problem={end.error}
          onAct={() => end.mutate()}
          onClose={() => setAsks(false)}
        />
      )}
    </div>
  );
}
