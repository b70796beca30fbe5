import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useChanged } from "../../api/changes";
import { api, get, tagOf } from "../../api/client";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Confirm, Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { exactMoney } from "../../design/format";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { amount } from "./columns";
import { type Count, type Meter, percentsOf, units } from "./meter";
import { wholeOf } from "./NewMeter";
import { nothing } from "./tree";

/** Changes limit, alerts and whether it refuses. One that stops calls at once asks first. */
export function ChangeLimit({
  meter,
  count,
  title,
  onClose,
}: {
  meter: Meter;
  count: Count;
  title: string;
  onClose: () => void;
}) {
  const changed = useChanged();
  const isBudget = meter.is_budget;
  const [limit, setLimit] = useState(isBudget ? usdOf(meter.limit) : String(meter.limit));
  const [alerts, setAlerts] = useState((meter.alert_percents ?? []).join(", "));
  const [shadow, setShadow] = useState(meter.shadow_only ? "1" : "");
  const [isSure, setSure] = useState(false);
  const usd = limit.replaceAll(",", "").replace("$", "").trim();
  const asked = isBudget ? Number(usd) * 1e9 : wholeOf(limit);
  const isBelow = shadow === "" && count !== nothing && meter.unit !== "concurrent_calls" && asked <= count.spent + count.held;
  const change = useMutation({
    mutationFn: () => {
      const params = { params: { path: { id: meter.id }, header: { "If-Match": tagOf(meter.version) } } };
      const shadow_only = shadow !== "";
      return isBudget
        ? get(
            api.PATCH("/api/budgets/{id}", {
              ...params,
              body: { limit_usd: usd, alert_percents: percentsOf(alerts), shadow_only },
            }),
          )
        : get(api.PATCH("/api/limits/{id}", { ...params, body: { limit: asked, shadow_only } }));
    },
    onSuccess: async () => {
      await changed(isBudget ? "budgets" : "limits");
      onClose();
    },
    // Somebody changed it meanwhile: with what it is now, it can be saved again.
    onError: async () => {
      setSure(false);
      await changed(isBudget ? "budgets" : "limits");
    },
  });
  const error = (name: string) => fieldError(change.error, name);
  if (isSure)
    return (
      <Confirm
        title={`Set ${title} to ${amount(meter, asked, 2, false)}?`}
        effect={`${amount(meter, count.spent + count.held, 2, false)} are spent and held already: its calls are refused at once, until ${
          count.resets_at == null ? "the limit is raised again" : "it resets or the limit is raised again"
        }.`}
        act="Set the limit"
        keep="Go back"
        busy={change.isPending}
        problem={change.error}
        onAct={() => change.mutate()}
        onClose={() => setSure(false)}
      />
    );
  return (
    <Dialog
      title={`Change ${title}`}
      onClose={onClose}
      onSend={() => (isBelow && asked >= 0 ? setSure(true) : change.mutate())}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="main" type="submit" busy={change.isPending}>
            Save the {isBudget ? "budget" : "limit"}
          </Button>
        </>
      }
    >
      <Field
        label="Limit"
        inputMode="decimal"
        autoFocus
        unit={units[meter.unit]}
        help={isBudget ? undefined : "It holds from the next call on."}
        value={limit}
        error={error("limit_usd") ?? error("limit")}
        onChange={(e) => setLimit(e.currentTarget.value)}
      />
      {isBudget && (
        <Field
          label="Alerts at"
          unit="%"
          help="Of what is spent, each once a window. Empty for none."
          value={alerts}
          error={error("alert_percents")}
          onChange={(e) => setAlerts(e.currentTarget.value)}
        />
      )}
      <Choice
        label="When it is reached"
        options={[
          { value: "", label: "Refuse calls" },
          { value: "1", label: "Count only: shows who would be refused" },
        ]}
        value={shadow}
        onChange={(e) => setShadow(e.currentTarget.value)}
      />
      <ProblemNotice problem={change.error} fields={["limit_usd", "limit", "alert_percents"]} />
    </Dialog>
  );
}

/** 28000, 0.015: as one would type it. */
export function usdOf(nano: number): string {
  return exactMoney(nano).slice(1).replace(/0+$/, "").replace(/\.$/, "");
}
