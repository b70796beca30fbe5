import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useMay } from "../../api/session";
import { Drawer, Facts, Section } from "../../design/Drawer";
import { count, duration, percent, unknown } from "../../design/format";
import { StatusMark } from "../../design/Status";
import { Strip } from "../../design/Strip";
import { useTimes } from "../../design/zone";
import { ButtonTo } from "../../shell/LinkTo";
import { callsOf } from "../calls/link";
import { ConnectionActions } from "./ConnectionActions";
import classes from "./Details.module.css";
import { causes, dayOf, daySays, stateOfConnection, stateOfDeployment, telling } from "./health";
import { type ConnectionHealth, hubQuery, type ProviderHour } from "./models";
import { type Row, stateOfModel, termsOf } from "./rows";

/** One connection: is it well, what does it serve, what is it set to. */
export function ConnectionDrawer({
  row,
  health,
  hours,
  onAdd,
  onOpen,
  onClose,
}: {
  row: Extract<Row, { kind: "connection" }>;
  health: ConnectionHealth | undefined;
  hours: { at: Date; lines: readonly ProviderHour[] } | undefined;
  onAdd: () => void;
  onOpen: (id: string) => void;
  onClose: () => void;
}) {
  const { connection } = row;
  const day = useMemo(
    () => (hours === undefined ? undefined : dayOf(hours.lines, hours.at, (l) => l.connection_id === connection.id)),
    [hours, connection.id],
  );
  const { state, word } = stateOfConnection(connection, health, day);
  const share = day === undefined || day.attempts === 0 ? null : day.failed / day.attempts;
  return (
    <Drawer state={state} title={connection.name} id={connection.id} note={word} onClose={onClose}>
      <Facts
        facts={[
          ["Attempts, 24 h", day === undefined ? unknown : count(day.attempts)],
          ["Failed", share === null ? unknown : percent(share)],
          ["Mean latency", duration(day?.meanUs)],
          ["First output", duration(day?.firstUs)],
          ["Provider", connection.preset ?? connection.family],
          ["Models", count(row.deployments.length)],
          ["Credential", connection.has_credential ? "kept, sealed" : "none"],
          ["Made by", originWords[connection.origin] ?? connection.origin],
        ]}
      />
      <ConnectionActions connection={connection} onAdd={onAdd} onGone={onClose} />
      {day !== undefined && (
        <Section title="Last 24 hours" note="attempts of all nodes, by the hour">
          <div className={classes.hours}>
            <Strip tall cells={day.cells} label={daySays(connection.name, day)} />
            <p className={classes.axis}>
              <span>24 h ago</span>
              <span>now</span>
            </p>
            {day.failed > 0 && <p className="muted">Failed: {causes(day.counts)}.</p>}
          </div>
        </Section>
      )}
      {health !== undefined && <Now health={health} />}
      <Section title="Models" note={row.deployments.length === 0 ? "it serves none yet" : undefined}>
        <Served row={row} health={health} onOpen={onOpen} />
      </Section>
      <Settings connection={connection} />
      <p>
        <ButtonTo to="/calls" search={callsOf({ provider: connection.preset ?? connection.family })}>
          Calls of this provider
        </ButtonTo>
      </p>
    </Drawer>
  );
}

const originWords: Record<string, string> = {
  api: "a person",
  environment: "the environment",
  found: "found on this machine",
  seed: "the first start",
};

/** As the node that answered has seen it in the last minutes. */
function Now({ health }: { health: ConnectionHealth }) {
  const { time, fullTime, ago } = useTimes();
  const { attempts, failed } = telling(health.attempts);
  const failure = health.deployments
    .map((d) => d.last_failure)
    .filter((f) => f !== null)
    .sort((a, b) => b.at.localeCompare(a.at))[0];
  const quota = health.deployments.map((d) => d.quota).find((q) => q !== null);
  return (
    <Section title="Last 15 minutes" note="as this node saw them">
      <dl className={classes.pairs}>
        <dt>Attempts</dt>
        <dd>{attempts === 0 ? "none" : `${count(attempts)}, ${failed === 0 ? "none failed" : causes(health.attempts)}`}</dd>
        {health.first_output.calls > 0 && (
          <>
            <dt>First output</dt>
            <dd>
              half within {duration(health.first_output.p50_us)}, 95 of 100 within {duration(health.first_output.p95_us)}
            </dd>
          </>
        )}
        {health.credential_benched_until !== null && (
          <>
            <dt>Credential</dt>
            <dd>Refused: not called until {time(health.credential_benched_until, new Date())}, or until it is changed.</dd>
          </>
        )}
        {quota !== undefined && quota !== null && (
          <>
            <dt>Quota left</dt>
            <dd title={fullTime(quota.told_at)}>
              {[
                quota.remaining_requests === null ? null : `${count(quota.remaining_requests)} requests`,
                quota.remaining_tokens === null ? null : `${count(quota.remaining_tokens)} tokens`,
              ]
                .filter((t) => t !== null)
                .join(", ")}
              , told {ago(quota.told_at, new Date())}
            </dd>
          </>
        )}
        {failure !== undefined && (
          <>
            <dt>Newest failure</dt>
            <dd>
              {ago(failure.at, new Date())}: {failure.message}
            </dd>
          </>
        )}
      </dl>
    </Section>
  );
}

function Served({
  row,
  health,
  onOpen,
}: {
  row: Extract<Row, { kind: "connection" }>;
  health: ConnectionHealth | undefined;
  onOpen: (id: string) => void;
}) {
  const hub = useQuery(hubQuery);
  const may = useMay();
  if (row.deployments.length === 0)
    return (
      <p className="muted">
        {may("models.write") ? "Add models chooses among those that the provider offers." : "Nothing can be called over it."}
      </p>
    );
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th scope="col">State</th>
          <th scope="col" className={classes.right}>
            Weight
          </th>
        </tr>
      </thead>
      <tbody>
        {row.deployments.map((d) => {
          const model = hub.data?.find((m) => m.model_id === d.model_id);
          const trouble = stateOfDeployment(health?.deployments.find((h) => h.id === d.id));
          const shown = d.disabled
            ? ({ state: "idle", word: "Not served here" } as const)
            : (trouble ?? (model === undefined ? undefined : stateOfModel(model)));
          return (
            <tr key={d.id}>
              <td>
                <button type="button" className={`${classes.link} mono cut`} onClick={() => onOpen(d.id)}>
                  {model?.model ?? d.upstream_model}
                </button>
              </td>
              <td>
                {shown !== undefined && (
                  <span style={{ display: "flex", gap: 6, alignItems: "center" }}>
                    <StatusMark state={shown.state} />
                    {shown.word}
                  </span>
                )}
              </td>
              <td className={classes.right}>{d.weight}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Settings({ connection: c }: { connection: Extract<Row, { kind: "connection" }>["connection"] }) {
  const terms = termsOf(c.trains_on_data, c.retention_days, c.region === null ? null : [c.region]);
  const headers = Object.keys(c.headers);
  return (
    <Section title="Settings">
      <dl className={classes.pairs}>
        <dt>Address</dt>
        <dd className="mono">{c.base_url}</dd>
        <dt>Use of data</dt>
        <dd>{terms === "not known" ? "as the models' cards say" : terms}</dd>
        <dt>Time-outs</dt>
        <dd>
          {duration(c.connect_ms * 1000)} to connect, {duration(c.first_byte_ms * 1000)} to the first byte,{" "}
          {duration(c.idle_ms * 1000)} between parts
        </dd>
        {headers.length > 0 && (
          <>
            <dt>Headers</dt>
            <dd className="mono">{headers.map((h) => `${h}: ${c.headers[h]}`).join("; ")}</dd>
          </>
        )}
        {(c.responses || c.provider_batches || c.allow_special_addresses) && (
          <>
            <dt>Switched on</dt>
            <dd>
              {[
                c.responses ? "its own Responses API" : null,
                c.provider_batches ? "its own batches" : null,
                c.allow_special_addresses ? "special addresses" : null,
              ]
                .filter((t) => t !== null)
                .join(", ")}
            </dd>
          </>
        )}
      </dl>
    </Section>
  );
}
