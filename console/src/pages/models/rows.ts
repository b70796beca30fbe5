import type { State } from "../../design/Status";
import { type Sortable, sortedOutline, sortedRows } from "../../design/sort";
import type { Connection, Deployment, HubLine } from "./models";

/** A line of the page: a connection, below it what is deployed there; at the end the models that nobody serves. */
export type Row =
  | { kind: "connection"; id: string; connection: Connection; deployments: Deployment[] }
  | { kind: "deployment"; id: string; connection: Connection; deployment: Deployment; model: HubLine | undefined }
  | { kind: "heading"; id: string; title: string }
  | { kind: "model"; id: string; model: HubLine };

export type Asked = { q?: string | undefined; state?: string | undefined; connection?: string | undefined };

/** What fits the filters: a connection stays as long as something below it does, or as it does itself where nothing is asked of models. */
export function rowsOf(
  connections: readonly Connection[],
  deployments: readonly Deployment[],
  hub: readonly HubLine[],
  asked: Asked,
  /** Over the models that stand below no connection. */
  heading = "Served by no connection",
): Row[] {
  const models = new Map(hub.map((m) => [m.model_id, m]));
  const q = asked.q?.toLowerCase();
  const says = (...texts: (string | null | undefined)[]) => q === undefined || texts.some((t) => t?.toLowerCase().includes(q));
  const fits = (model: HubLine | undefined) =>
    asked.state === undefined || (asked.state === "unpriced" ? isUnpriced(model) : model?.state === asked.state);
  const rows: Row[] = [];
  for (const connection of [...connections].sort((a, b) => a.name.localeCompare(b.name))) {
    if (asked.connection !== undefined && connection.name !== asked.connection) continue;
    const own = deployments
      .filter((d) => d.connection_id === connection.id)
      .map((deployment) => ({ deployment, model: models.get(deployment.model_id) }))
      .sort((a, b) => (a.model?.model ?? "").localeCompare(b.model?.model ?? ""));
    const isNamed = says(connection.name, connection.family, connection.preset, connection.base_url);
    const shown = own.filter(
      ({ deployment, model }) =>
        fits(model) && (isNamed || says(model?.model, deployment.upstream_model, model?.licence, model?.source)),
    );
    if (shown.length === 0 && (!isNamed || asked.state !== undefined)) continue;
    rows.push({ kind: "connection", id: connection.id, connection, deployments: own.map((o) => o.deployment) });
    for (const { deployment, model } of shown)
      rows.push({ kind: "deployment", id: deployment.id, connection, deployment, model });
  }
  const served = new Set(deployments.map((d) => d.model_id));
  const alone = hub.filter((m) => !served.has(m.model_id) && fits(m) && says(m.model, m.licence, m.source));
  if (alone.length > 0 && asked.connection === undefined) {
    rows.push({ kind: "heading", id: "alone", title: heading });
    for (const model of alone) rows.push({ kind: "model", id: model.model_id, model });
  }
  return rows;
}

/** As a column has them: connections among themselves, what each serves below it; the models that nobody serves stay at the end. */
export function sortedLines(rows: readonly Row[], columns: readonly Sortable<Row>[], sort: string | undefined): readonly Row[] {
  const end = rows.findIndex((r) => r.kind === "heading");
  const served = end < 0 ? rows : rows.slice(0, end);
  const sorted = sortedOutline(served, (r) => (r.kind === "deployment" ? 1 : 0), columns, sort);
  return end < 0 ? sorted : [...sorted, ...rows.slice(end, end + 1), ...sortedRows(rows.slice(end + 1), columns, sort)];
}

export function isUnpriced(model: HubLine | undefined): boolean {
  return model !== undefined && model.input_usd_per_mtok === null && model.output_usd_per_mtok === null;
}

export const stateWords: Record<HubLine["state"], { state: State; word: string }> = {
  approved: { state: "good", word: "Approved" },
  quarantined: { state: "held", word: "Quarantined" },
  retired: { state: "idle", word: "Retired" },
} as Record<HubLine["state"], { state: State; word: string }>;

/** Whether a model may be called, with what stands in the way before what does not. */
export function stateOfModel(model: HubLine): { state: State; word: string } {
  if (model.state === "approved" && model.disabled) return { state: "idle", word: "Switched off" };
  return stateWords[model.state] ?? { state: "idle", word: model.state };
}

/** What the terms say of data, as short as a cell is: trained on or not, kept how long, where. */
export function termsOf(trains: boolean | null, days: number | null, regions: readonly string[] | null): string {
  const parts = [
    trains === null ? null : trains ? "trains on data" : "no training",
    days === null ? null : days === 0 ? "keeps nothing" : `keeps ${days} d`,
    regions === null || regions.length === 0 ? null : regions.join(", "),
  ].filter((p) => p !== null);
  return parts.length === 0 ? "not known" : parts.join(" · ");
}

/** Days until a day, over in the past negative. */
export function daysTo(date: string, now: Date): number {
  const [y = 0, m = 1, d = 1] = date.split("-").map(Number);
  return Math.round((Date.UTC(y, m - 1, d) - Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate())) / 86_400_000);
}
