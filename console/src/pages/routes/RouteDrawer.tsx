import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useChanged } from "../../api/changes";
import { api, get, tagOf } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import buttons from "../../design/Button.module.css";
import { Confirm } from "../../design/Dialog";
import { Drawer, Facts, Section } from "../../design/Drawer";
import { count, duration } from "../../design/format";
import { ProblemNotice } from "../../design/Notice";
import { ButtonTo } from "../../shell/LinkTo";
import { callsOf } from "../calls/link";
import details from "../models/Details.module.css";
import { bodyOfRoute, contexts, lossPolicies } from "./draft";
import { Lanes } from "./Lanes";
import type { Lane } from "./lanes";
import classes from "./Routes.module.css";
import { stateOfRoute } from "./RoutesPage";
import type { Route } from "./routes";
import { strategies, strategyOf } from "./strategies";

/** One route: where it leads now, and what it does with a call. */
export function RouteDrawer({
  route,
  lanes,
  onExplain,
  onRemoved,
  onClose,
}: {
  route: Route;
  lanes: readonly Lane[];
  onExplain: () => void;
  onRemoved: (route: Route) => void;
  onClose: () => void;
}) {
  const may = useMay();
  const { state, word } = stateOfRoute(route, lanes);
  const off = (ms: number, unit: number) => (ms === 0 ? "none" : duration(ms * unit));
  return (
    <Drawer state={state} title={route.name} id={route.id} note={word} onClose={onClose}>
      <Facts
        facts={[
          ["Chooses", strategyOf(route.strategy)],
          ["Retries", count(route.retries)],
          ["Attempts in all", count(route.max_attempts)],
          ["Time limit", off(route.timeout_ms, 1000)],
          ["Cache", off(route.cache_seconds, 1e6)],
          ["Sessions stay", route.session_affinity ? "yes" : "no"],
          ["Contents kept", route.keep_contents ? "yes" : "no"],
          ["Version", count(route.version)],
        ]}
      />
      <Actions route={route} lanes={lanes} onExplain={may("keys.read") ? onExplain : undefined} onRemoved={onRemoved} />
      <Section title="Where it leads" note={strategies.find((s) => s.value === route.strategy)?.says}>
        <Lanes lanes={lanes} strategy={route.strategy} />
      </Section>
      <Section title="What it does with a call">
        <dl className={details.pairs}>
          <dt>Input too long</dt>
          <dd>
            {contexts.find((c) => c.value === route.context)?.label}
            {route.context === "summarise" && `, by ${route.summary_model}, in at most ${count(route.summary_tokens)} tokens`}
          </dd>
          <dt>Lost fields</dt>
          <dd>{lossPolicies.find((l) => l.value === route.losses)?.label}</dd>
          <dt>Output</dt>
          <dd>At most {count(route.default_output_tokens)} tokens under a budget, where the caller asks for no bound.</dd>
          <dt>Unpriced models</dt>
          <dd>{route.allow_unpriced ? "Let through under a money budget" : "Refused under a money budget"}</dd>
          <dt>Demands</dt>
          <dd>{demandsText(route)}</dd>
        </dl>
      </Section>
      <p>
        <ButtonTo to="/calls" search={callsOf({ route: route.name })}>
          Calls of this route
        </ButtonTo>
      </p>
    </Drawer>
  );
}

export function demandsText({ demands }: Pick<Route, "demands">): string {
  const parts = [
    demands?.residency?.length ? `data stays in ${demands.residency.join(", ")}` : null,
    demands?.no_training ? "no training on data" : null,
    demands?.max_retention_days == null ? null : `kept at most ${count(demands.max_retention_days)} days`,
  ].filter((p) => p !== null);
  return parts.length === 0 ? "None of place or terms" : parts.join("; ");
}

function Actions({
  route,
  lanes,
  onExplain,
  onRemoved,
}: {
  route: Route;
  lanes: readonly Lane[];
  onExplain: (() => void) | undefined;
  onRemoved: (route: Route) => void;
}) {
  const may = useMay();
  const toldOf = useChanged();
  const [asked, setAsked] = useState<"off" | "remove">();
  const close = () => setAsked(undefined);
  const params = { path: { id: route.id }, header: { "If-Match": tagOf(route.version) } };
  const changed = () => toldOf("routes");
  const turn = useMutation({
    mutationFn: (disabled: boolean) => get(api.PUT("/api/routes/{id}", { params, body: { ...bodyOfRoute(route), disabled } })),
    onSuccess: async () => {
      close();
      await changed();
    },
    onError: changed,
  });
  const remove = useMutation({
    mutationFn: () => get(api.DELETE("/api/routes/{id}", { params })),
    onSuccess: async () => {
      onRemoved(route);
      await changed();
    },
    onError: changed,
  });
  // A model of the same name takes over: callers would go on, otherwise served.
  const heir = lanes.some((l) => l.model === route.name);
  const effect = heir
    ? `A model has this name too: callers go on, and are served by the model, without what the route says.`
    : `Callers who use this name get an error from then on, within 2 seconds on every node.`;
  return (
    <>
      <div className={classes.actions}>
        {may("routes.write") && (
          <Link to="/routes/edit" search={{ route: route.id }} className={buttons.button}>
            Edit
          </Link>
        )}
        {onExplain !== undefined && <Button onClick={onExplain}>Explain a call</Button>}
        {may("routes.write") &&
          (route.disabled ? (
            <Button onClick={() => turn.mutate(false)} busy={turn.isPending}>
              Switch on
            </Button>
          ) : (
            <Button kind="danger" onClick={() => setAsked("off")}>
              Switch off
            </Button>
          ))}
        {may("routes.write") && (
          <Button kind="danger" onClick={() => setAsked("remove")}>
            Remove
          </Button>
        )}
      </div>
      <ProblemNotice problem={asked === undefined ? turn.error : null} />
      {asked === "off" && (
        <Confirm
          title={`Switch off route ${route.name}?`}
          effect={`Callers who use this name get an error from then on, within 2 seconds on every node. It can be switched on again.`}
          act="Switch off"
          keep="Keep it on"
          busy={turn.isPending}
          problem={turn.error}
          onAct={() => turn.mutate(true)}
          onClose={close}
        />
      )}
      {asked === "remove" && (
        <Confirm
          title={`Remove route ${route.name}?`}
          effect={`${effect} You can undo it for a moment afterwards; its records stay.`}
          act="Remove route"
          keep="Keep route"
          busy={remove.isPending}
          problem={remove.error}
          onAct={() => remove.mutate()}
          onClose={close}
        />
      )}
    </>
  );
}
