import { count, day, duration, percent, short, unknown } from "../../design/format";
import { StatusMark } from "../../design/Status";
import { Strip } from "../../design/Strip";
import { momentOf } from "../../design/sort";
import type { Column } from "../../design/Table";
import { type Day, dayOf, daySays, stateOfConnection, stateOfDeployment } from "./health";
import classes from "./ModelsPage.module.css";
import type { ConnectionHealth, ProviderHour } from "./models";
import { daysTo, type Row, stateOfModel, termsOf } from "./rows";

/** What the cells read beside the row itself. */
export type Seen = {
  now: Date;
  health: ReadonlyMap<string, ConnectionHealth>;
  hours: { at: Date; lines: readonly ProviderHour[] } | undefined;
  /** The window is narrow. */
  isTight: boolean;
};

/** What a narrow window leaves out; the drawer has it. */
const wide = new Set(["latency", "terms", "retires"]);

export function fittingColumns(all: readonly Column<Row>[], isTight: boolean): readonly Column<Row>[] {
  return isTight ? all.filter((c) => !wide.has(c.id)) : all;
}

export function columnsOf(seen: Seen): Column<Row>[] {
  const days = new Map<string, Day>();
  const dayOfRow = (row: Row) => {
    if (seen.hours === undefined || row.kind === "heading" || row.kind === "model") return undefined;
    let known = days.get(row.id);
    if (known === undefined) {
      known = dayOf(seen.hours.lines, seen.hours.at, (line) =>
        row.kind === "connection" ? line.connection_id === row.id : line.deployment_id === row.id,
      );
      days.set(row.id, known);
    }
    return known;
  };
  const deploymentHealth = (row: Row) =>
    row.kind === "deployment" ? seen.health.get(row.connection.id)?.deployments.find((d) => d.id === row.id) : undefined;
  const model = (row: Row) => (row.kind === "deployment" || row.kind === "model" ? row.model : undefined);
  const usd = (text: string | null | undefined) => (text == null ? null : Number(text));
  const shownState = (row: Exclude<Row, { kind: "connection" | "heading" }>) => {
    if (row.model === undefined) return undefined;
    const off = row.kind === "deployment" && row.deployment.disabled;
    const trouble = stateOfDeployment(deploymentHealth(row));
    return row.model.broken_rules > 0 && row.model.state === "approved"
      ? {
          state: "refused" as const,
          word: `Breaks ${row.model.broken_rules === 1 ? "a rule" : `${row.model.broken_rules} rules`}`,
        }
      : off
        ? { state: "idle" as const, word: "Not served here" }
        : (row.model.state === "approved" && trouble) || stateOfModel(row.model);
  };
  return [
    {
      id: "name",
      head: "Connection, model",
      sort: (row) => (row.kind === "connection" ? row.connection.name : model(row)?.model),
      cell: (row) => {
        if (row.kind === "heading") return <span className="muted">{row.title}</span>;
        if (row.kind === "connection") {
          const { state, word } = stateOfConnection(row.connection, seen.health.get(row.id), dayOfRow(row));
          const provider = row.connection.preset ?? row.connection.family;
          return (
            <span className={classes.name}>
              <StatusMark state={state} label={word} />
              <span className="strong cut">{row.connection.name}</span>
              {provider !== row.connection.name && <span className="muted cut">{provider}</span>}
            </span>
          );
        }
        return (
          <span className={`${classes.name} ${classes.below}`}>
            <span className="mono cut">{row.model?.model ?? unknown}</span>
            {row.kind === "deployment" && !row.model?.model.endsWith(row.deployment.upstream_model) && (
              <span className="faint mono cut">{row.deployment.upstream_model}</span>
            )}
          </span>
        );
      },
    },
    {
      id: "state",
      head: "State",
      width: 142,
      spare: seen.isTight,
      sort: (row) =>
        row.kind === "heading"
          ? null
          : row.kind === "connection"
            ? stateOfConnection(row.connection, seen.health.get(row.id), dayOfRow(row)).word
            : shownState(row)?.word,
      cell: (row) => {
        if (row.kind === "heading") return null;
        if (row.kind === "connection")
          return <span className="muted">{stateOfConnection(row.connection, seen.health.get(row.id), dayOfRow(row)).word}</span>;
        const shown = shownState(row);
        if (shown === undefined) return unknown;
        return (
          <span className={classes.state}>
            <StatusMark state={shown.state} />
            {shown.word}
          </span>
        );
      },
    },
    {
      id: "strip",
      head: "Last 24 hours",
      width: 128,
      spare: seen.isTight,
      cell: (row) => {
        const known = dayOfRow(row);
        const name = row.kind === "connection" ? row.connection.name : (model(row)?.model ?? "");
        return known === undefined ? null : (
          <span className={classes.strip}>
            <Strip cells={known.cells} label={daySays(name, known)} />
          </span>
        );
      },
    },
    {
      id: "failed",
      head: "Failed",
      width: 68,
      right: true,
      spare: true,
      sort: (row) => {
        const known = dayOfRow(row);
        return known === undefined || known.attempts === 0 ? null : known.failed / known.attempts;
      },
      cell: (row) => {
        const known = dayOfRow(row);
        if (known === undefined || known.attempts === 0)
          return row.kind === "heading" ? null : <span className="faint">{unknown}</span>;
        const share = known.failed / known.attempts;
        return <span className={share >= 0.05 ? classes.bad : undefined}>{share === 0 ? "0" : percent(share)}</span>;
      },
    },
    {
      id: "latency",
      head: "Latency",
      width: 74,
      right: true,
      spare: true,
      sort: (row) => dayOfRow(row)?.meanUs,
      cell: (row) => (row.kind === "heading" || row.kind === "model" ? null : duration(dayOfRow(row)?.meanUs ?? null)),
    },
    {
      id: "input",
      head: "Input $/M",
      width: 76,
      right: true,
      spare: true,
      sort: (row) => usd(model(row)?.input_usd_per_mtok),
      cell: (row) => <Rate text={model(row)?.input_usd_per_mtok} none={model(row) === undefined} unpriced={isBare(row)} />,
    },
    {
      id: "output",
      head: "Output $/M",
      width: 84,
      right: true,
      spare: true,
      sort: (row) => usd(model(row)?.output_usd_per_mtok),
      cell: (row) => (
        <Rate text={model(row)?.output_usd_per_mtok} none={model(row) === undefined || isBare(row)} unpriced={false} />
      ),
    },
    {
      id: "context",
      head: "Context",
      width: 68,
      right: true,
      spare: true,
      sort: (row) => model(row)?.context_tokens,
      cell: (row) => {
        const of = model(row);
        return of === undefined ? null : <span title={`${count(of.context_tokens)} tokens`}>{short(of.context_tokens)}</span>;
      },
    },
    {
      id: "terms",
      head: "Use of data",
      width: 212,
      spare: true,
      cell: (row) => <span className="muted">{termsText(row)}</span>,
    },
    {
      id: "retires",
      head: "Retires",
      width: 96,
      right: true,
      spare: true,
      sort: (row) => momentOf(model(row)?.retires_on),
      sortsUp: true,
      cell: (row) => <Retires on={model(row)?.retires_on ?? null} now={seen.now} />,
    },
  ];
}

const isBare = (row: Row) =>
  (row.kind === "deployment" || row.kind === "model") &&
  row.model !== undefined &&
  row.model.input_usd_per_mtok === null &&
  row.model.output_usd_per_mtok === null;

function Rate({ text, none, unpriced }: { text: string | null | undefined; none: boolean; unpriced: boolean }) {
  if (none) return null;
  if (unpriced) return <span className={classes.warn}>unpriced</span>;
  return text == null ? <span className="faint">{unknown}</span> : text;
}

function termsText(row: Row): string | null {
  if (row.kind === "heading") return null;
  if (row.kind === "connection") {
    const { trains_on_data, retention_days, region } = row.connection;
    return trains_on_data === null && retention_days === null && region === null
      ? null
      : termsOf(trains_on_data, retention_days, region === null ? null : [region]);
  }
  // What the connection's contract says comes before what the card says.
  const over = row.kind === "deployment" ? row.connection : undefined;
  return termsOf(
    over?.trains_on_data ?? row.model?.trains_on_data ?? null,
    over?.retention_days ?? row.model?.retention_days ?? null,
    over?.region == null ? (row.model?.regions ?? null) : [over.region],
  );
}

function Retires({ on, now }: { on: string | null; now: Date }) {
  if (on === null) return null;
  const days = daysTo(on, now);
  return <span className={days < 0 ? classes.bad : days < 90 ? classes.warn : "muted"}>{day(on)}</span>;
}
