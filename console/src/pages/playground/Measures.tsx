import { type ReactNode, useEffect, useState } from "react";
import { count, duration, exactMoney, money } from "../../design/format";
import classes from "./Answers.module.css";
import { type Hold, nanoOf } from "./useHolds";
import type { Result } from "./useRuns";

type Measure = {
  name: string;
  /** Long is longer: undefined draws none. */
  size: (r: Result, now: number) => number | undefined;
  says: (r: Result, now: number) => ReactNode;
  /** It grows while the call runs. */
  isLive?: boolean;
};

const rate = (r: Result) => {
  const writing = (r.record?.duration_us ?? 0) - (r.record?.first_output_us ?? 0);
  const out = r.record?.usage.total_output ?? 0;
  return r.record === undefined || !r.record.stream || writing <= 0 || out === 0 || r.record.first_output_us === 0
    ? undefined
    : out / (writing / 1e6);
};

const perSecond = (value: number | undefined) => (value === undefined ? "–" : value >= 100 ? count(value) : value.toFixed(1));

const cost = (r: Result) => (r.record === undefined || r.record.unpriced ? undefined : r.record.cost_nano_usd);

const measures: readonly Measure[] = [
  {
    name: "First output",
    size: (r) => r.record?.first_output_us || undefined,
    says: (r) => duration(r.record?.first_output_us || null),
  },
  {
    name: "Duration",
    isLive: true,
    size: (r, now) => r.record?.duration_us ?? (r.state === "running" ? (now - r.startedAt) * 1000 : undefined),
    says: (r, now) =>
      r.record !== undefined ? (
        duration(r.record.duration_us)
      ) : r.state === "running" ? (
        <>
          {duration(Math.round((now - r.startedAt) * 1000))} <span className="faint">so far</span>
        </>
      ) : (
        "–"
      ),
  },
  { name: "Tokens/s", size: rate, says: (r) => perSecond(rate(r)) },
  {
    name: "Tokens in / out",
    size: () => undefined,
    says: (r) =>
      r.record === undefined ? (
        "–"
      ) : (
        <>
          {r.record.usage.source === "estimated" ? "~" : ""}
          {count(r.record.usage.total_input)} <span className="faint">/</span> {count(r.record.usage.total_output)}
          {r.record.usage.reasoning > 0 && <span className="faint"> incl. {count(r.record.usage.reasoning)} reasoning</span>}
        </>
      ),
  },
  {
    name: "Cost",
    size: cost,
    says: (r) =>
      r.record === undefined ? (
        "–"
      ) : r.record.unpriced ? (
        <span className="muted">unpriced</span>
      ) : (
        <span title={exactMoney(r.record.cost_nano_usd)}>
          {money(r.record.cost_nano_usd, 6)}
          {r.record.cache === "hit" && <span className="faint"> from the cache</span>}
        </span>
      ),
  },
  {
    name: "For 1,000 runs",
    size: cost,
    says: (r) => {
      const one = cost(r);
      return one === undefined ? "–" : money(one * 1000, 2);
    },
  },
];

/** What each answer took, against the most of them. */
export function Measures({ results, holds }: { results: readonly (Result | undefined)[]; holds: readonly (Hold | undefined)[] }) {
  const now = useNow(results.some((r) => r?.state === "running"));
  const held = holds.map((h, at) => results[at]?.record?.held_nano_usd ?? nanoOf(h?.hold_usd));
  const mostHeld = Math.max(0, ...held.map((h) => h ?? 0));
  return (
    <>
      <tr>
        <th scope="row">Held at most</th>
        {held.map((h, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a cell for each column, in their order
          <td key={at}>
            <Bar share={h === undefined || mostHeld === 0 ? undefined : h / mostHeld} isHatched>
              {h === undefined ? (
                <span className="muted">{holds[at]?.would_pass ? "nothing: no budget applies" : "–"}</span>
              ) : (
                <span title={exactMoney(h)}>{money(h, 6)}</span>
              )}
            </Bar>
          </td>
        ))}
      </tr>
      {measures.map((m) => {
        const sizes = results.map((r) => (r === undefined ? undefined : m.size(r, now)));
        const most = Math.max(0, ...sizes.map((s) => s ?? 0));
        return (
          <tr key={m.name}>
            <th scope="row">{m.name}</th>
            {results.map((r, at) => {
              const size = sizes[at];
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell for each column, in their order
                <td key={at}>
                  {r === undefined ? (
                    <span className="faint">–</span>
                  ) : (
                    <Bar
                      share={size === undefined || most === 0 ? undefined : size / most}
                      isHatched={m.isLive === true && r.record === undefined}
                    >
                      {m.says(r, now)}
                    </Bar>
                  )}
                </td>
              );
            })}
          </tr>
        );
      })}
    </>
  );
}

/** Solid is measured, hatched is held or still growing. */
function Bar({ share, isHatched, children }: { share: number | undefined; isHatched: boolean; children: ReactNode }) {
  return (
    <span className={`${classes.measure} num`}>
      <span>{children}</span>
      {share !== undefined && (
        <i
          className={isHatched ? `${classes.bar} ${classes.hatched}` : classes.bar}
          style={{ width: `${Math.max(1, share * 100)}%` }}
        />
      )}
    </span>
  );
}

function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(performance.now()), 200);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}
