import { useQuery } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { count, money } from "../../design/format";
import { StatusMark } from "../../design/Status";
import { useTimes } from "../../design/zone";
import { usageQuery } from "./queries";
import classes from "./UsagePage.module.css";
import { type Answer, decimalsFor } from "./usage";

/** Below the report: what it lacks, what was corrected, and that its sums are those of the calls. */
export function Proof({ answer: { asked, report }, onModel }: { answer: Answer; onModel: (model: string) => void }) {
  const { time } = useTimes();
  const lines = report.lines.length;
  const { total } = report;
  const decimals = decimalsFor(total.cost_nano_usd);
  const unpriced = useQuery({
    ...usageQuery({ ...asked, by: ["model"] }),
    enabled: total.unpriced_calls > 0,
  }).data?.lines.filter((l) => l.unpriced_calls > 0);
  // It reads every row of every call that is kept: when somebody wants to know.
  const check = useQuery({
    queryKey: ["usage", "check"],
    queryFn: ({ signal }) => get(api.GET("/api/usage/check", { signal })),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const checked = check.data;
  return (
    <div className={classes.proof}>
      <span className="num">
        {count(lines)} {lines === 1 ? "line" : "lines"}, {count(total.calls)} calls
      </span>
      {total.unpriced_calls > 0 && (
        <span>
          <StatusMark state="risk" size={13} />
          <span>
            {count(total.unpriced_calls)} calls are unpriced and cost more than is shown:{" "}
            {unpriced?.map((l, i) => {
              const model = l.group.model ?? "";
              return (
                <span key={model}>
                  {i > 0 && ", "}
                  {model === "" ? (
                    "no model"
                  ) : (
                    <button type="button" className="mono" onClick={() => onModel(model)}>
                      {model}
                    </button>
                  )}
                </span>
              );
            })}
          </span>
        </span>
      )}
      {total.saved_nano_usd > 0 && <span>The cache saved {money(total.saved_nano_usd, decimals)}.</span>}
      {total.adjusted_nano_usd !== 0 && (
        <span>
          Corrected prices changed {money(total.billed_nano_usd, decimals)} billed by {money(total.adjusted_nano_usd, decimals)}{" "}
          to {money(total.cost_nano_usd, decimals)}.
        </span>
      )}
      <span role="status">
        {checked === undefined ? (
          check.error !== null && <span className={classes.warn}>The check failed: {check.error.message}</span>
        ) : checked.agree ? (
          <>
            <StatusMark state="good" size={13} /> Rows and sums agree: {money(checked.rows_nano_usd, 4)} billed
            {checked.adjustments_nano_usd !== 0 && <> and {money(checked.adjustments_nano_usd, 4)} adjusted</>} since{" "}
            {time(checked.from, new Date())}, checked {time(new Date(check.dataUpdatedAt), new Date())}.
          </>
        ) : (
          <>
            <StatusMark state="failed" size={13} /> Rows and sums differ by{" "}
            {money(checked.rollups_nano_usd - checked.rows_nano_usd - checked.adjustments_nano_usd, 9)}. Tell whoever runs
            Portico.
          </>
        )}
      </span>
      <button type="button" onClick={() => void check.refetch()} disabled={check.isFetching}>
        {check.isFetching ? "Checking" : checked === undefined ? "Check rows against sums" : "Check again"}
      </button>
    </div>
  );
}
