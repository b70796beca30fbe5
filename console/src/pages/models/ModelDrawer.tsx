import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Drawer, Facts, Section } from "../../design/Drawer";
import { count, day, money, short, unknown } from "../../design/format";
import { Notice, ProblemNotice } from "../../design/Notice";
import { SourceLink } from "../../design/SourceLink";
import { StatusMark } from "../../design/Status";
import { useTimes } from "../../design/zone";
import { LinkTo } from "../../shell/LinkTo";
import { callsOf } from "../calls/link";
import { CardSection } from "./CardSection";
import { Decisions } from "./Decisions";
import classes from "./Details.module.css";
import { stateOfDeployment } from "./health";
import { ModelActions } from "./ModelActions";
import { type ConnectionHealth, type HubModel, hubModelQuery, useHubChanged } from "./models";
import { PriceDialog } from "./PriceDialog";
import { PriceTable } from "./PriceTable";
import { inForce } from "./price";
import { daysTo, stateOfModel, termsOf } from "./rows";
import { ServedActions } from "./ServedActions";

/** One model: who may call it, at what price, under which terms, where it is served. */
export function ModelDrawer({
  id,
  health,
  onClose,
}: {
  id: string;
  health: ReadonlyMap<string, ConnectionHealth>;
  onClose: () => void;
}) {
  const model = useQuery(hubModelQuery(id));
  if (model.data === undefined)
    return (
      <Drawer state="idle" title="Model" id={id} onClose={onClose}>
        <ProblemNotice problem={model.error} />
      </Drawer>
    );
  const { summary: s } = model.data;
  const { state, word } = stateOfModel(s);
  return (
    <Drawer state={state} title={s.model} id={id} note={word} onClose={onClose}>
      <Facts
        facts={[
          ["Context", s.context_tokens === null ? unknown : `${short(s.context_tokens)} tokens`],
          ["Most output", s.max_output_tokens === null ? unknown : `${short(s.max_output_tokens)} tokens`],
          ["Calls, 30 days", count(s.calls)],
          [
            "Cost, 30 days",
            <span key="cost" title={`$${s.cost_usd}`}>
              {money(Number(s.cost_usd) * 1e9, 4)}
            </span>,
          ],
          ["Maker", s.source ?? unknown],
          ["Licence", s.licence ?? unknown],
          ["Kind", s.kind],
          ["Retires", s.retires_on === null ? "not announced" : day(s.retires_on)],
        ]}
      />
      <ModelActions model={model.data} onGone={onClose} />
      <div className={classes.notices}>
        <Warnings model={model.data} />
      </div>
      <Decisions model={model.data} />
      <Prices model={model.data} />
      <Section
        title="Use of data"
        note={model.data.card.terms?.source == null ? undefined : <SourceLink url={model.data.card.terms.source} />}
      >
        <p>{sentence(termsOf(s.trains_on_data, s.retention_days, s.regions))}</p>
        <p className="muted">As its card says; a connection with terms of its own has them beside its models.</p>
      </Section>
      <Served model={model.data} health={health} />
      <CardSection model={model.data} />
      <Uses model={model.data} />
    </Drawer>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function Warnings({ model }: { model: HubModel }) {
  const { summary: s, broken_rules: broken } = model;
  const days = s.retires_on === null ? null : daysTo(s.retires_on, new Date());
  return (
    <>
      {broken.map((b) => (
        <Notice key={`${b.rule_id}`} state="refused" title={`Breaks a rule of ${b.organisation ?? "an organisation"}: ${b.says}`}>
          {b.fact}. Its calls are refused there. Correct the card, or the rule, or use another model.
        </Notice>
      ))}
      {days !== null && days < 90 && (
        <Notice
          state={days < 0 ? "failed" : "risk"}
          title={
            days < 0
              ? `Its provider ended it on ${day(s.retires_on ?? "")}`
              : `Its provider ends it on ${day(s.retires_on ?? "")}, in ${days} days`
          }
        >
          {s.replacement === null ? "No replacement is announced." : `Suggested instead: ${s.replacement}.`}
        </Notice>
      )}
    </>
  );
}

function Prices({ model }: { model: HubModel }) {
  const { time, fullTime } = useTimes();
  const may = useMay();
  const now = new Date();
  const [isOpen, setOpen] = useState(false);
  const current = inForce(model.prices, now);
  const coming = model.prices.filter((p) => new Date(p.valid_from) > now);
  return (
    <Section
      title="Price"
      note={
        current === undefined
          ? "unpriced: calls are refused where a money budget applies"
          : `version ${current.price.version}, in force${new Date(current.valid_from).getTime() === 0 ? "" : ` since ${time(current.valid_from, now)}`}`
      }
    >
      {current !== undefined && <PriceTable price={current.price} />}
      {coming.map((p) => (
        <p key={p.price.id} className="muted" title={fullTime(p.valid_from)}>
          Version {p.price.version} comes into force on {time(p.valid_from, now)}.
        </p>
      ))}
      {may("prices.write") ? (
        <div className={classes.actions} style={{ paddingTop: 8 }}>
          <Button onClick={() => setOpen(true)}>{current === undefined ? "Enter a price" : "Enter a new version"}</Button>
        </div>
      ) : (
        current === undefined && <p className="muted">Somebody who may enter prices gives it one.</p>
      )}
      {isOpen && <PriceDialog model={model} current={current?.price} onClose={() => setOpen(false)} />}
    </Section>
  );
}

function Served({ model, health }: { model: HubModel; health: ReadonlyMap<string, ConnectionHealth> }) {
  const changed = useHubChanged();
  const all = [...health.values()].flatMap((c) => c.deployments);
  return (
    <Section title="Served at" note={model.served_at.length === 0 ? "no connection: nobody can call it" : undefined}>
      {model.served_at.length > 0 && (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Connection</th>
              <th scope="col">Its name there</th>
              <th scope="col">Health</th>
              <th scope="col" className={classes.right}>
                Weight
              </th>
              <th>
                <span className="unseen">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {model.served_at.map((d) => {
              const shown = d.disabled
                ? ({ state: "idle", word: "Off" } as const)
                : (stateOfDeployment(all.find((h) => h.id === d.deployment_id)) ?? ({ state: "good", word: "In use" } as const));
              return (
                <tr key={d.deployment_id}>
                  <td>{d.connection}</td>
                  <td className="mono">{d.upstream_model}</td>
                  <td>
                    <span style={{ display: "flex", gap: 6, alignItems: "center" }}>
                      <StatusMark state={shown.state} />
                      {shown.word}
                    </span>
                  </td>
                  <td className={classes.right}>{d.weight}</td>
                  <td className={classes.right}>
                    <ServedActions model={model.summary.model} at={d} onChanged={changed} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Uses({ model }: { model: HubModel }) {
  if (model.uses.length === 0) return null;
  return (
    <Section title="Who used it" note="the last 30 days">
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Workspace</th>
            <th scope="col">Key</th>
            <th scope="col">Route</th>
            <th scope="col" className={classes.right}>
              Calls
            </th>
            <th scope="col" className={classes.right}>
              Cost $
            </th>
          </tr>
        </thead>
        <tbody>
          {model.uses.slice(0, 20).map((u) => (
            <tr key={`${u.key_id} ${u.route}`}>
              <td>{u.workspace ?? u.workspace_id}</td>
              <td className="mono">
                <LinkTo to="/calls" search={callsOf({ key: u.key_id, model: model.summary.model })}>
                  {u.key ?? u.key_id}
                </LinkTo>
              </td>
              <td className="mono">{u.route}</td>
              <td className={classes.right}>{count(u.calls)}</td>
              <td className={classes.right} title={`$${u.cost_usd}`}>
                {money(Number(u.cost_usd) * 1e9, 6).slice(1)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
