import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, get, type Schemas } from "../../api/client";
import { useMay } from "../../api/session";
import { timeBands } from "../../design/bands";
import { Chart } from "../../design/Chart";
import { Drawer, Facts, Section } from "../../design/Drawer";
import { ago, count, fullTime, money, short, time } from "../../design/format";
import { ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { useZone } from "../../design/zone";
import { ButtonTo } from "../../shell/LinkTo";
import { callsOf } from "../calls/link";
import type { KeyNames } from "./columns";
import { KeyActions } from "./KeyActions";
import classes from "./KeysPage.module.css";
import { type Key, stateOf, sum } from "./keys";
import { keyUsesQuery } from "./keyUses";

/** One key: what it may, what it does, and what can be done with it. */
export function KeyDrawer({ of: key, names, onClose }: { of: Key; names: KeyNames; onClose: () => void }) {
  const may = useMay();
  const [zone] = useZone();
  const now = new Date();
  const { state, word } = stateOf(key, now);
  return (
    <Drawer state={state} title={key.name} id={key.id} note={word} onClose={onClose}>
      <Facts
        facts={[
          ["Use case", names.caseOf(key) ?? "–"],
          ["Owner", names.ownerOf(key) ?? "–"],
          ["Prefix", <span key="prefix" className="mono">{`${key.prefix}…`}</span>],
          [
            "Expires",
            key.expires_at === null ? (
              "never"
            ) : (
              <span key="ends" title={fullTime(key.expires_at, zone)}>
                {time(key.expires_at, now, zone)}
              </span>
            ),
          ],
          [
            "Last used",
            key.last_used_at === null ? (
              "never"
            ) : (
              <span key="used" title={fullTime(key.last_used_at, zone)}>
                {ago(key.last_used_at, now)}
              </span>
            ),
          ],
          [
            "Made",
            <span key="made" title={fullTime(key.created_at, zone)}>
              {time(key.created_at, now, zone)}
            </span>,
          ],
        ]}
      />
      {may("keys.write") && <KeyActions of={key} />}
      <div className={classes.actions}>
        <ButtonTo to="/calls" search={callsOf({ key: key.id })}>
          Calls of this key
        </ButtonTo>
        <ButtonTo to="/usage" search={{ key: key.id }}>
          Usage
        </ButtonTo>
      </div>
      <May of={key} />
      {may("usage.read") && <Use of={key} />}
      {may("budgets.read") && <Bounds of={key} />}
    </Drawer>
  );
}

function May({ of: key }: { of: Key }) {
  const [zone] = useZone();
  const list = (values: readonly string[], empty: string) =>
    values.length === 0 ? empty : <span className="mono">{values.join(", ")}</span>;
  return (
    <Section title="What it may">
      <p>Calls {list(key.allowed_routes, "everything that its workspace may call")}.</p>
      <p>Works from {list(key.networks, "any address")}.</p>
      {key.may_act_for_people && <p>May name the person whose budgets apply too.</p>}
      <p>
        {key.keep_content
          ? "Prompts and answers of its calls are kept, encrypted."
          : "Prompts and answers are kept only where a route says so."}
      </p>
      {key.old_secret_until !== null && new Date(key.old_secret_until) > new Date() && (
        <p>The secret before works until {fullTime(key.old_secret_until, zone)}.</p>
      )}
    </Section>
  );
}

/** Calls day by day, with what they cost. */
function Use({ of: key }: { of: Key }) {
  const used = useQuery(keyUsesQuery(key.id, undefined));
  const drawn = useMemo(() => {
    if (used.data === undefined) return undefined;
    const { days, uses } = used.data;
    const now = Date.now();
    const bands = timeBands(Date.parse(`${days[0]}T00:00:00Z`), now, "day", now);
    const use = uses.get(key.id) ?? { calls: days.map(() => 0), cost: days.map(() => 0) };
    return { bands, use };
  }, [used.data, key.id]);
  return (
    <Section title="Use in 14 days" note={drawn && `${count(sum(drawn.use.calls))} calls, ${money(sum(drawn.use.cost))}`}>
      <ProblemNotice problem={used.error} />
      {drawn !== undefined && (
        <Chart
          label="Calls per day"
          bands={drawn.bands}
          series={[{ id: "calls", name: "calls", colour: "series-1", kind: "bar", values: drawn.use.calls }]}
          format={count}
          formatShort={short}
          isWhole
          height={120}
        />
      )}
    </Section>
  );
}

/** Budgets and limits of the key itself; those of its use case and workspace hold beside them. */
function Bounds({ of: key }: { of: Key }) {
  const scope = { params: { query: { scope: "key", scope_id: key.id, limit: 100 } } };
  const budgets = useQuery({
    queryKey: ["budgets", "of", key.id],
    queryFn: ({ signal }) => get(api.GET("/api/budgets", { ...scope, signal })),
  });
  const limits = useQuery({
    queryKey: ["limits", "of", key.id],
    queryFn: ({ signal }) => get(api.GET("/api/limits", { ...scope, signal })),
  });
  const all = [...(budgets.data?.items ?? []), ...(limits.data?.items ?? [])].filter((m) => !m.meter.disabled);
  return (
    <Section title="Budgets and limits of its own">
      <ProblemNotice problem={budgets.error ?? limits.error} />
      {budgets.data !== undefined && limits.data !== undefined && all.length === 0 && (
        <p className="muted">None. Those of its use case, workspace and organisation hold.</p>
      )}
      <ul className={classes.bounds}>
        {all.map((view) => (
          <Bound key={view.meter.id} view={view} />
        ))}
      </ul>
    </Section>
  );
}

function Bound({ view: { meter, counts } }: { view: Schemas["MeterView"] }) {
  const amount = (value: number) => (meter.unit === "nano_usd" ? money(value) : count(value));
  const now = counts.at(-1);
  const spent = now === undefined ? 0 : now.spent;
  const held = now === undefined ? 0 : now.held;
  const share = (value: number) => Math.min(100, (value / Math.max(1, meter.limit)) * 100);
  const isOver = spent + held >= meter.limit;
  return (
    <li>
      <StatusMark state={isOver ? "failed" : share(spent + held) >= 80 ? "risk" : "good"} />
      <span>
        {meter.unit === "nano_usd" ? "Budget" : meter.unit.replaceAll("_", " ")} {per[meter.window]}
        {meter.shadow_only && <span className="muted"> · only watched</span>}
      </span>
      <span className="num muted">
        {amount(spent)} of {amount(meter.limit)}
        {held > 0 && `, ${amount(held)} held`}
      </span>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="6" fill="var(--track)" />
        <rect width={share(spent)} height="6" fill={isOver ? "var(--bad-fill)" : "var(--series-1)"} />
        <rect x={share(spent)} width={Math.max(0, share(spent + held) - share(spent))} height="6" fill="var(--line2)" />
      </svg>
    </li>
  );
}

const per: Readonly<Record<Schemas["MeterWindow"], string>> = {
  minute: "per minute",
  hour: "per hour",
  day: "per day",
  month: "per month",
  total: "in all",
};
