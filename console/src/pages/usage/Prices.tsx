import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { everything, modelsQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Drawer, Section } from "../../design/Drawer";
import { money } from "../../design/format";
import { ProblemNotice } from "../../design/Notice";
import { useTimes } from "../../design/zone";
import { usageQuery } from "./queries";
import classes from "./UsagePage.module.css";
import type { Asked } from "./usage";

const pricesQuery = queryOptions({
  queryKey: ["prices"],
  queryFn: ({ signal }) =>
    everything((cursor) => get(api.GET("/api/prices", { params: { query: { limit: 1000, ...cursor } }, signal }))),
  staleTime: 60_000,
});

/** The versions of prices that were in force in the range, of the models of the report. */
export function Prices({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const { time, fullTime } = useTimes();
  const may = useMay();
  const prices = useQuery(pricesQuery);
  const models = useQuery({ ...modelsQuery, enabled: may("models.read") });
  const used = useQuery(usageQuery({ ...asked, by: ["model"] }));
  const names = new Map(models.data?.map((m) => [m.id as string, m.name]));
  const spent = new Map(used.data?.lines.map((l) => [l.group.model ?? "", l]));
  const inForce = (prices.data ?? []).filter(
    (p) =>
      p.valid_from < asked.to && (p.valid_until == null || p.valid_until > asked.from) && spent.has(names.get(p.model_id) ?? ""),
  );
  const byModel = [...new Set(inForce.map((p) => p.model_id))]
    .map((id) => ({ name: names.get(id) ?? id, rows: inForce.filter((p) => p.model_id === id) }))
    .sort((a, b) => a.name.localeCompare(b.name));
  const without = [...spent].filter(([m, line]) => line.unpriced_calls > 0 && !byModel.some((p) => p.name === m)).map(([m]) => m);
  const now = new Date();
  return (
    <Drawer small state="good" title="Prices in force" note="$ a million tokens" onClose={onClose}>
      <ProblemNotice problem={prices.error ?? models.error} />
      {byModel.map(({ name, rows }) => (
        <Section key={name} title={name} note={rows.length === 1 ? undefined : `${rows.length} versions in this range`}>
          <table className={classes.versions}>
            <thead>
              <tr>
                <th scope="col">Version</th>
                <th scope="col">In</th>
                <th scope="col">Out</th>
                <th scope="col">From</th>
                <th scope="col">Until</th>
              </tr>
            </thead>
            <tbody className="num">
              {[...rows]
                .sort((a, b) => a.valid_from.localeCompare(b.valid_from))
                .map((p) => (
                  <tr key={`${p.price.id} ${p.price.version}`} title={p.price.source ?? undefined}>
                    <td>{p.price.version}</td>
                    <td>{money(p.price.rates.input)}</td>
                    <td>{money(p.price.rates.output)}</td>
                    <td title={fullTime(p.valid_from)}>{time(p.valid_from, now)}</td>
                    <td title={p.valid_until == null ? undefined : fullTime(p.valid_until)}>
                      {p.valid_until == null ? "now" : time(p.valid_until, now)}
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
        </Section>
      ))}
      {byModel.length === 0 &&
        without.length === 0 &&
        inForce.length === 0 &&
        prices.data !== undefined &&
        used.data !== undefined && (
          <p className="muted">No version of a price is in the book for the models of this report and its range.</p>
        )}
      {without.length > 0 && prices.data !== undefined && (
        <Section title="Without a price">
          <p className="muted">{without.join(", ")}: calls are unpriced, which is not free.</p>
        </Section>
      )}
    </Drawer>
  );
}
