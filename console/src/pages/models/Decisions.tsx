import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, get } from "../../api/client";
import { everything, workspacesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Section } from "../../design/Drawer";
import { ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { useTimes } from "../../design/zone";
import classes from "./Details.module.css";
import type { Decision, HubModel } from "./models";
import { stateWords } from "./rows";

/** Who may call a model, by whose decision; on wish all decisions there were. */
export function Decisions({ model }: { model: HubModel }) {
  const [isAll, setAll] = useState(false);
  const id = model.summary.model_id;
  const history = useQuery({
    queryKey: ["hub", id, "decisions"],
    enabled: isAll,
    queryFn: async ({ signal }) =>
      (await everything((at) =>
        get(api.GET("/api/models/{id}/decisions", { params: { path: { id }, query: { limit: 1000, ...at } }, signal })),
      )) as Decision[],
  });
  const shown = isAll ? (history.data ?? model.decisions) : model.decisions;
  return (
    <Section
      title="Who may call it"
      note={model.decisions.length === 0 ? "nobody has decided yet: it is in quarantine" : undefined}
    >
      {shown.length > 0 && <List decisions={shown} />}
      <ProblemNotice problem={history.error} />
      {!isAll && model.decisions.some((d) => d.number > 1) && (
        <Button small kind="quiet" onClick={() => setAll(true)}>
          Show decisions before these
        </Button>
      )}
    </Section>
  );
}

function List({ decisions }: { decisions: readonly Decision[] }) {
  const { time, fullTime } = useTimes();
  const may = useMay();
  const workspaces = useQuery({ ...workspacesQuery, enabled: may("organisation.read") });
  const names = new Map((workspaces.data ?? []).map((w) => [w.id, w.name]));
  const now = new Date();
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Decision</th>
          <th scope="col">For</th>
          <th scope="col">By</th>
          <th scope="col">Reason</th>
          <th scope="col" className={classes.right}>
            When
          </th>
        </tr>
      </thead>
      <tbody>
        {decisions.map((d) => (
          <tr key={d.number} className={d.superseded ? "faint" : undefined}>
            <td>
              <span style={{ display: "flex", gap: 6, alignItems: "center" }}>
                <StatusMark state={d.superseded ? "idle" : stateWords[d.state].state} />
                {stateWords[d.state].word}
              </span>
            </td>
            <td>
              {d.workspace_id === null ? "all" : (names.get(d.workspace_id) ?? d.workspace_id)}
              {d.purpose === "any" ? "" : `, ${d.purpose}`}
            </td>
            <td>{d.decided_by}</td>
            <td>{d.reason ?? "–"}</td>
            <td className={classes.right} title={fullTime(d.decided_at)}>
              {time(d.decided_at, now)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
