import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useChanged } from "../../api/changes";
import { api, get, type Schemas } from "../../api/client";
import type { Estate } from "../../api/estate";
import { modelsQuery, routesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Combo } from "../../design/Combo";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { percentsOf } from "./meter";

type Scope = Schemas["MeterScope"];

const scopes: { value: Scope; label: string }[] = [
  { value: "organisation", label: "An organisation" },
  { value: "workspace", label: "A workspace" },
  { value: "use_case", label: "A use case" },
  { value: "key", label: "A key" },
  { value: "person", label: "A person" },
  { value: "model", label: "A model" },
  { value: "route", label: "A route" },
];

const windows = [
  { value: "month", label: "Month, from the first, in UTC" },
  { value: "day", label: "Day, in UTC" },
  { value: "hour", label: "Hour" },
  { value: "minute", label: "Minute" },
  { value: "total", label: "In all, never anew" },
] as const;

const unitChoices = [
  { value: "requests", label: "Requests" },
  { value: "tokens", label: "Tokens" },
  { value: "concurrent_calls", label: "Calls at once" },
] as const;

const enforcements = [
  { value: "", label: "Refuse calls" },
  { value: "1", label: "Count only: shows who would be refused" },
];

/** Makes a budget or a limit. */
export function NewMeter({
  kind,
  estate,
  onClose,
}: {
  kind: "budget" | "limit";
  estate: Estate;
  onClose: (made?: string) => void;
}) {
  const changed = useChanged();
  const may = useMay();
  const models = useQuery({ ...modelsQuery, enabled: may("models.read") }).data ?? [];
  const routes = useQuery({ ...routesQuery, enabled: may("routes.read") }).data ?? [];
  const [scope, setScope] = useState<Scope>("use_case");
  const [scopeId, setScopeId] = useState("");
  const [window, setWindow] = useState<Schemas["MeterWindow"]>(kind === "budget" ? "month" : "minute");
  const [unit, setUnit] = useState<(typeof unitChoices)[number]["value"]>("requests");
  const [limit, setLimit] = useState("");
  const [alerts, setAlerts] = useState("50, 80, 100");
  const [shadow, setShadow] = useState("");
  const things: Record<Scope, { value: string; label: string }[]> = {
    organisation: estate.organisations.map((o) => ({ value: o.id, label: o.name })),
    workspace: estate.workspaces.map((w) => ({ value: w.id, label: w.name })),
    use_case: estate.useCases.map((u) => ({ value: u.id, label: u.name })),
    key: [{ value: "*", label: "Each key for itself" }, ...estate.keys.map((k) => ({ value: k.id, label: k.name }))],
    person: [{ value: "*", label: "Each person for themselves" }, ...estate.people.map((p) => ({ value: p.id, label: p.name }))],
    model: [{ value: "*", label: "Each model for itself" }, ...models.map((m) => ({ value: m.name, label: m.name }))],
    route: routes.map((r) => ({ value: r.name, label: r.name })),
  };
  const options = things[scope];
  const chosen = options.some((o) => o.value === scopeId) ? scopeId : undefined;
  const atOnce = kind === "limit" && unit === "concurrent_calls";
  const make = useMutation({
    mutationFn: () => {
      const on = { scope, scope_id: chosen ?? "", window: atOnce ? ("total" as const) : window, shadow_only: shadow !== "" };
      return kind === "budget"
        ? get(
            api.POST("/api/budgets", {
              body: { ...on, limit_usd: limit.replaceAll(",", "").replace("$", "").trim(), alert_percents: percentsOf(alerts) },
            }),
          )
        : get(api.POST("/api/limits", { body: { ...on, unit, limit: wholeOf(limit) } }));
    },
    onSuccess: async (made) => {
      await changed(kind === "budget" ? "budgets" : "limits");
      onClose(made.scope_id === "*" ? `${made.id}|*` : made.id);
    },
  });
  const error = (name: string) => fieldError(make.error, name);
  return (
    <Dialog
      title={kind === "budget" ? "New budget" : "New limit"}
      onClose={() => onClose()}
      onSend={() => chosen !== undefined && make.mutate()}
      actions={
        <>
          <Button onClick={() => onClose()}>Cancel</Button>
          <Button
            kind="main"
            type="submit"
            busy={make.isPending}
            why={chosen === undefined ? "Choose which it bounds first" : undefined}
          >
            {kind === "budget" ? "Make the budget" : "Make the limit"}
          </Button>
        </>
      }
    >
      <Choice
        label="It bounds"
        options={scopes}
        value={scope}
        error={error("scope")}
        onChange={(e) => setScope(e.currentTarget.value as Scope)}
      />
      <Combo
        label="Which"
        help="A call meets every budget and limit on its way up: key, use case, workspace, organisation."
        options={options}
        value={chosen}
        error={error("scope_id")}
        onChange={(next) => setScopeId(next ?? "")}
      />
      {kind === "limit" && (
        <Choice
          label="It counts"
          options={unitChoices}
          value={unit}
          error={error("unit")}
          onChange={(e) => setUnit(e.currentTarget.value as typeof unit)}
        />
      )}
      {!atOnce && (
        <Choice
          label="In each"
          options={windows}
          value={window}
          error={error("window")}
          onChange={(e) => setWindow(e.currentTarget.value as typeof window)}
        />
      )}
      <Field
        label="Limit"
        inputMode="decimal"
        unit={kind === "budget" ? "US dollars" : ""}
        placeholder={kind === "budget" ? "250.00" : "1000"}
        value={limit}
        error={error("limit_usd") ?? error("limit")}
        onChange={(e) => setLimit(e.currentTarget.value)}
      />
      {kind === "budget" && (
        <Field
          label="Alerts at"
          unit="%"
          help="Of what is spent, each once a window."
          value={alerts}
          error={error("alert_percents")}
          onChange={(e) => setAlerts(e.currentTarget.value)}
        />
      )}
      <Choice
        label="When it is reached"
        options={enforcements}
        value={shadow}
        onChange={(e) => setShadow(e.currentTarget.value)}
      />
      <ProblemNotice
        problem={make.error}
        fields={["scope", "scope_id", "unit", "window", "limit_usd", "limit", "alert_percents"]}
      />
    </Dialog>
  );
}

/** What is no number goes to the server as less than nothing, which says what is wrong at the field. */
export function wholeOf(text: string): number {
  const number = Number(text.replaceAll(",", "").trim());
  return text.trim() !== "" && Number.isSafeInteger(number) ? number : -1;
}
