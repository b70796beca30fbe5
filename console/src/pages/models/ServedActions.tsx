import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, tagOf } from "../../api/client";
import { connectionsQuery, routesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Confirm, Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { type Deployment, deploymentsQuery, type HubModel, hubQuery } from "./models";
import { Stops } from "./Stops";
import { callable, whatStops } from "./stops";

/** What can be done with a model at one connection: its weight, off and on, away. */
export function ServedActions({
  model,
  at,
  onChanged,
}: {
  model: string;
  at: HubModel["served_at"][number];
  onChanged: () => Promise<unknown>;
}) {
  const may = useMay();
  const deployments = useQuery({ ...deploymentsQuery, enabled: may("routes.read") });
  const [isOpen, setOpen] = useState(false);
  const deployment = deployments.data?.find((d) => d.id === at.deployment_id);
  if (!may("routes.write") || deployment === undefined) return null;
  return (
    <>
      <Button small kind="quiet" onClick={() => setOpen(true)} aria-label={`Change ${model} at ${at.connection}`}>
        Change
      </Button>
      {isOpen && (
        <ChangeServed
          model={model}
          connection={at.connection}
          deployment={deployment}
          onChanged={onChanged}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function ChangeServed({
  model,
  connection,
  deployment,
  onChanged,
  onClose,
}: {
  model: string;
  connection: string;
  deployment: Deployment;
  onChanged: () => Promise<unknown>;
  onClose: () => void;
}) {
  const [weight, setWeight] = useState(String(deployment.weight));
  const [asked, setAsked] = useState<"off" | "remove">();
  const params = { path: { id: deployment.id }, header: { "If-Match": tagOf(deployment.version) } };
  const after = {
    onSuccess: async () => {
      onClose();
      await onChanged();
    },
    onError: onChanged,
  };
  const change = useMutation({
    mutationFn: (body: { weight?: number; disabled?: boolean }) => get(api.PATCH("/api/deployments/{id}", { params, body })),
    ...after,
  });
  const remove = useMutation({ mutationFn: () => get(api.DELETE("/api/deployments/{id}", { params })), ...after });
  const connections = useQuery(connectionsQuery).data ?? [];
  const deployments = useQuery(deploymentsQuery).data ?? [];
  const routes = useQuery(routesQuery).data ?? [];
  const hub = useQuery(hubQuery).data ?? [];
  const names = new Map(hub.map((m) => [m.model_id, m.model]));
  const stops = whatStops(
    (d) => d.id === deployment.id,
    callable(deployments, hub),
    connections,
    routes,
    (id) => names.get(id) ?? id,
  );
  if (asked === "off")
    return (
      <Confirm
        title={`Stop serving ${model} at ${connection}?`}
        effect={
          <>
            <p>Every node stops calling it there within 2 seconds. It can be switched on again.</p>
            <Stops {...stops} />
          </>
        }
        act="Switch off"
        keep="Keep it on"
        busy={change.isPending}
        problem={change.error}
        onAct={() => change.mutate({ disabled: true })}
        onClose={onClose}
      />
    );
  if (asked === "remove")
    return (
      <Confirm
        title={`Remove ${model} from ${connection}?`}
        effect="It is switched off there, so that no call changes its way by that. The model, its prices and its records stay; it can be added again."
        act="Remove"
        keep="Keep it"
        busy={remove.isPending}
        problem={remove.error}
        onAct={() => remove.mutate()}
        onClose={onClose}
      />
    );
  const isWeight = /^\d+$/.test(weight.trim()) && Number(weight) !== deployment.weight;
  return (
    <Dialog
      title={`${model} at ${connection}`}
      onClose={onClose}
      onSend={() => isWeight && change.mutate({ weight: Number(weight) })}
      actions={
        <>
          {deployment.disabled ? (
            <>
              <Button kind="danger" onClick={() => setAsked("remove")}>
                Remove
              </Button>
              <Button onClick={() => change.mutate({ disabled: false })} busy={change.isPending}>
                Switch on
              </Button>
            </>
          ) : (
            <Button kind="danger" onClick={() => setAsked("off")}>
              Switch off
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="main" type="submit" busy={change.isPending} why={isWeight ? undefined : "The weight is as it was"}>
            Save weight
          </Button>
        </>
      }
    >
      <Field
        label="Weight"
        inputMode="numeric"
        help="Its share where the model is called by its own name and served at several connections: 1 to 1,000."
        value={weight}
        error={fieldError(change.error, "weight")}
        onChange={(e) => setWeight(e.currentTarget.value)}
      />
      <ProblemNotice problem={change.error} fields={["weight"]} />
    </Dialog>
  );
}
