import { count, exactMoney, money, unknown } from "../../design/format";
import { StatusMark } from "../../design/Status";
import { useTimes } from "../../design/zone";
import details from "../models/Details.module.css";
import { inOneColumn } from "./explain";
import { sentence } from "./Lanes";
import classes from "./Routes.module.css";
import type { Explanation } from "./routes";
import { strategyOf } from "./strategies";

/** Everything a call would meet, in the order in which it meets it. */
export function Explained({ e }: { e: Explanation }) {
  return (
    <>
      <p className={classes.verdict}>
        <StatusMark state={e.would_pass ? "good" : "refused"} size={16} />
        <span>
          {e.would_pass
            ? `It would go to ${e.deployments[0]?.model} at ${e.deployments[0]?.connection}${byChance(e)}.`
            : `It would be refused: ${sentence(e.reason ?? "")}`}
          {e.refused_with !== null && <span className="faint mono"> {e.refused_with}</span>}
        </span>
      </p>
      {e.deployments.length > 0 && <Deployments e={e} />}
      {e.left_out.length > 0 && (
        <>
          <h4 className="muted">Skipped</h4>
          <ul className={classes.lanes}>
            {e.left_out.map((l) => (
              <li key={`${l.id} ${l.model}`} className={`${classes.lane} ${classes.off}`}>
                <StatusMark state="refused" label="Skipped" />
                <span className={classes.where}>
                  <span className="mono cut">{l.model === "" ? l.id : l.model}</span>
                  {l.connection !== "" && <span className="cut">at {l.connection}</span>}
                </span>
                <span className={classes.reason}>{sentence(l.why)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <dl className={details.pairs} style={{ padding: "10px 0" }}>
        {e.caller !== null && (
          <>
            <dt>Caller</dt>
            <dd>
              {e.caller.key} of {e.caller.use_case}, {e.caller.workspace}
              {e.caller.person === null ? "" : `, for ${e.caller.person}`}
            </dd>
          </>
        )}
        {e.route !== null && (
          <>
            <dt>Route</dt>
            <dd>
              {e.route.is_implicit
                ? "none: the model by its own name"
                : `${e.route.name}, ${strategyOf(e.route.strategy).toLowerCase()}`}
              , at most {count(e.route.max_attempts)} attempts
            </dd>
          </>
        )}
        {e.context !== null && (
          <>
            <dt>Context</dt>
            <dd>
              {count(e.context.needed_tokens)} of{" "}
              {e.context.window_tokens === null ? "a window that is not known" : `${count(e.context.window_tokens)} tokens`}
              {e.context.fits ? "" : ": it does not fit"}
            </dd>
          </>
        )}
        {e.output_cap !== null && (
          <>
            <dt>Output cap</dt>
            <dd>{count(e.output_cap)} tokens</dd>
          </>
        )}
      </dl>
      {e.meters.length > 0 && <Meters e={e} />}
    </>
  );
}

/** By weight the first of the list is the one that chance takes most often, not always. */
function byChance(e: Explanation): string {
  return e.route?.strategy === "weighted" && e.deployments.length > 1
    ? ", or by chance to another, in proportion to the weights"
    : "";
}

function Deployments({ e }: { e: Explanation }) {
  const { time } = useTimes();
  const now = new Date();
  const holds = inOneColumn(e.deployments.map((d) => d.worst_case_usd));
  return (
    <table className={details.table}>
      <thead>
        <tr>
          <th scope="col">{byChance(e) === "" ? "Tried in this order" : "May be tried first"}</th>
          <th scope="col">Breaker</th>
          <th scope="col" className={details.right}>
            Holds at most $
          </th>
        </tr>
      </thead>
      <tbody>
        {e.deployments.map((d, i) => {
          const until = d.credential_benched_until ?? d.unavailable_until;
          return (
            <tr key={d.id}>
              <td>
                <span className="mono">{d.model}</span> <span className="muted">at {d.connection}</span>
              </td>
              <td>
                <span className={classes.health}>
                  <StatusMark state={until === null ? "good" : "failed"} />
                  {until === null ? d.breaker : `not until ${time(until, now)}`}
                </span>
              </td>
              <td className={details.right}>{holds[i] ?? "unpriced"}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const units: Record<string, string> = {
  nano_usd: "money",
  tokens: "tokens",
  requests: "requests",
  concurrent_calls: "calls at once",
};

function Meters({ e }: { e: Explanation }) {
  const { time } = useTimes();
  const say = (unit: string, value: number) => (unit === "nano_usd" ? money(value, 4) : count(value));
  const now = new Date();
  return (
    <table className={details.table}>
      <thead>
        <tr>
          <th scope="col">Budget or limit</th>
          <th scope="col" className={details.right}>
            Needs
          </th>
          <th scope="col" className={details.right}>
            Left
          </th>
          <th scope="col" className={details.right}>
            Of
          </th>
          <th scope="col" className={details.right}>
            Resets
          </th>
        </tr>
      </thead>
      <tbody>
        {e.meters.map((m) => (
          <tr key={m.id}>
            <td>
              <span className={classes.health}>
                <StatusMark
                  state={m.would_pass ? "good" : m.shadow_only ? "risk" : "refused"}
                  label={m.would_pass ? "Has room" : m.shadow_only ? "Over, counts only" : "Has no room"}
                />
                {m.scope.replaceAll("_", " ")}, {units[m.unit] ?? m.unit}
                {m.window === "total" ? "" : ` a ${m.window}`}
              </span>
            </td>
            <td className={details.right}>{say(m.unit, m.needed)}</td>
            <td className={details.right} title={m.unit === "nano_usd" ? exactMoney(m.limit - m.spent - m.held) : undefined}>
              {say(m.unit, m.limit - m.spent - m.held)}
            </td>
            <td className={details.right}>{say(m.unit, m.limit)}</td>
            <td className={details.right}>{m.resets_at === null ? unknown : time(m.resets_at, now)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
