import { useMay } from "../../api/session";
import { money } from "../../design/format";
import { StatusMark } from "../../design/Status";
import { useTimes } from "../../design/zone";
import { LinkTo, useMayOpen } from "../../shell/LinkTo";
import type { Risk } from "../alerts/needs";
import { useNeeds } from "../alerts/useNeeds";
import type { Names } from "./names";
import classes from "./OverviewPage.module.css";

const maxNeeds = 6;
const maxRisks = 5;

/** What needs somebody, and what money will not last. */
export function Rail({ names, now }: { names: Names; now: number }) {
  const may = useMay();
  const mayOpen = useMayOpen();
  const { needs, risks, budgets, isKnown } = useNeeds(names.of, now);
  return (
    <aside className={classes.rail} aria-label="Needs you">
      <div className={classes.section}>
        <h2>Needs you</h2>
        {needs.length > 0 && <span className={`${classes.sub} num`}>{needs.length}</span>}
      </div>
      {isKnown && needs.length === 0 && <p className="muted">Nothing. Providers answer, budgets hold, no key ends soon.</p>}
      <ul className={classes.needs}>
        {needs.slice(0, maxNeeds).map((n) => (
          <li key={n.id}>
            <StatusMark state={n.state} size={16} />
            <p className="strong cut" title={n.title}>
              {n.title}
            </p>
            <p className={classes.note}>
              <span className="muted cut" title={n.note}>
                {n.note}
              </span>
              {mayOpen(n.act.to) && (
                <LinkTo to={n.act.to} search={n.act.search}>
                  {n.act.label}
                </LinkTo>
              )}
            </p>
          </li>
        ))}
      </ul>
      {needs.length > maxNeeds && (
        <p className={classes.more}>
          <LinkTo to="/alerts">and {needs.length - maxNeeds} more</LinkTo>
        </p>
      )}
      {may("budgets.read") && (
        <>
          <div className={`${classes.section} ${classes.second}`}>
            <h2>Budgets at risk</h2>
            <span className={classes.space} />
            <span className={classes.key} aria-hidden="true">
              <i />
              spent
              <i className={classes.hatch} />
              held
            </span>
          </div>
          {budgets !== undefined && risks.length === 0 && (
            <p className="muted">
              {budgets.length === 0
                ? "No budget is set. A budget stops calls before they cost more than you allow."
                : "None. Every budget has more than a fifth left and lasts until its window ends."}
            </p>
          )}
          <ul className={classes.risks}>
            {risks.slice(0, maxRisks).map((r) => (
              <BudgetAtRisk key={r.id} risk={r} now={now} />
            ))}
          </ul>
        </>
      )}
    </aside>
  );
}

function BudgetAtRisk({ risk: r, now }: { risk: Risk; now: number }) {
  const { time } = useTimes();
  const isSpent = r.spent + r.held >= r.limit;
  const decimals = r.limit >= 100e9 ? 0 : 2;
  const share = (amount: number) => `${Math.min(100, (amount / r.limit) * 100)}%`;
  return (
    <li className={isSpent ? classes.spent : undefined}>
      <p className={classes.line}>
        <LinkTo to="/budgets" search={{ budget: r.id }} className="plain strong cut">
          {r.of}
        </LinkTo>
        <span className="muted">{r.window}</span>
        <span className={classes.right}>
          {money(r.spent, decimals)} <span className="faint">of {money(r.limit, decimals)}</span>
        </span>
      </p>
      <p
        className={classes.money}
        role="img"
        aria-label={`${money(r.spent, decimals)} spent and ${money(r.held, decimals)} held of ${money(r.limit, decimals)}`}
      >
        <i style={{ width: share(r.spent) }} />
        <i className={classes.hatch} style={{ width: share(r.held) }} />
      </p>
      <p className={`${classes.line} ${classes.note} muted`}>
        <StatusMark state={isSpent ? "failed" : "risk"} size={13} />
        <span>{fate(r, isSpent, (text) => time(text, new Date(now)))}</span>
        <span className={classes.right}>{money(Math.max(0, r.limit - r.spent - r.held), decimals)} left</span>
      </p>
    </li>
  );
}

/** What becomes of it, and when. */
function fate(r: Risk, isSpent: boolean, time: (text: string) => string): string {
  // Seconds say more than anybody knows.
  const at = (text: string) => time(text).replace(/^(\d\d:\d\d):\d\d$/, "$1");
  if (isSpent) return r.resetsAt === null ? "Spent" : `Spent. Resets ${at(r.resetsAt)}`;
  if (r.runsOutAt !== null) return `Runs out about ${at(r.runsOutAt)}`;
  return r.resetsAt === null ? "Never resets" : `Resets ${at(r.resetsAt)}`;
}
