import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, tagOf } from "../../api/client";
import { connectionsQuery, routesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Confirm } from "../../design/Dialog";
import { ProblemNotice } from "../../design/Notice";
import { Tried } from "./ConnectDialog";
import classes from "./Details.module.css";
import { EditConnection } from "./EditConnection";
import { type Connection, deploymentsQuery, hubQuery, useHubChanged } from "./models";
import { ReplaceCredential } from "./ReplaceCredential";
import { Stops } from "./Stops";
import { callable, whatStops } from "./stops";

type Ask = "edit" | "credential" | "off" | "remove";

/** What can be done with a connection, as far as one may. */
export function ConnectionActions({
  connection,
  onAdd,
  onGone,
}: {
  connection: Connection;
  onAdd: () => void;
  onGone: () => void;
}) {
  const may = useMay();
  const changed = useHubChanged();
  const [asked, setAsked] = useState<Ask>();
  const close = () => setAsked(undefined);
  const params = {
    path: { id: connection.id },
    header: { "If-Match": tagOf(connection.version) },
  };
  const check = useMutation({
    mutationFn: async () =>
      await get(api.POST("/api/connections/{id}/check", { params: { path: { id: connection.id } }, body: {} })),
  });
  const turn = useMutation({
    mutationFn: (disabled: boolean) => get(api.PATCH("/api/connections/{id}", { params, body: { disabled } })),
    onSuccess: async () => {
      close();
      await changed();
    },
    onError: changed,
  });
  const remove = useMutation({
    mutationFn: () => get(api.DELETE("/api/connections/{id}", { params: { ...params, query: { with_deployments: true } } })),
    onSuccess: async () => {
      onGone();
      await changed();
    },
    onError: changed,
  });
  const stops = useStops(connection);
  if (!may("connections.write") && !may("models.write")) return null;
  return (
    <>
      <div className={classes.actions}>
        {may("models.write") && (
          <Button icon="plus" onClick={onAdd}>
            Add models
          </Button>
        )}
        {may("connections.write") && (
          <>
            <Button onClick={() => check.mutate()} busy={check.isPending}>
              Test
            </Button>
            <Button onClick={() => setAsked("edit")}>Edit</Button>
            {connection.family !== "sim" && <Button onClick={() => setAsked("credential")}>Replace credential</Button>}
            {connection.disabled ? (
              <>
                <Button onClick={() => turn.mutate(false)} busy={turn.isPending}>
                  Switch on
                </Button>
                <Button kind="danger" onClick={() => setAsked("remove")}>
                  Remove
                </Button>
              </>
            ) : (
              <Button kind="danger" onClick={() => setAsked("off")}>
                Switch off
              </Button>
            )}
          </>
        )}
      </div>
      <Tried result={check.data} name={connection.name} isSaved />
      <ProblemNotice problem={check.error ?? (asked === undefined ? turn.error : null)} />
      {asked === "edit" && <EditConnection connection={connection} onClose={close} />}
      {asked === "credential" && <ReplaceCredential connection={connection} onClose={close} />}
      {asked === "off" && (
        <Confirm
          title={`Switch off ${connection.name}?`}
          effect={
            <>
              <p>Every node stops calling it within 2 seconds. It can be switched on again; calls under way go on.</p>
              <Stops {...stops} />
            </>
          }
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
          title={`Remove ${connection.name}?`}
          effect={
            <>
              <p>
                Its credential and{" "}
                {stops.count === 0 ? "settings" : `the way of ${stops.count} ${stops.count === 1 ? "model" : "models"} over it`}{" "}
                go. It is switched off, so that no call changes its way by that. Models, prices and records stay. This cannot be
                undone.
              </p>
              {stops.named.length > 0 && (
                <p>
                  {stops.named.join(", ")} {stops.named.length === 1 ? "names" : "name"} it and will have one target less.
                </p>
              )}
            </>
          }
          act="Remove connection"
          keep="Keep connection"
          typed={{ label: "Type the name of the connection", text: connection.name }}
          busy={remove.isPending}
          problem={remove.error}
          onAct={() => remove.mutate()}
          onClose={close}
        />
      )}
    </>
  );
}

/** What nobody can call any more once the connection is off, and the routes that name one of its deployments. */
function useStops(connection: Connection) {
  const may = useMay();
  const deployments = useQuery({ ...deploymentsQuery, enabled: may("routes.read") }).data ?? [];
  const connections = useQuery(connectionsQuery).data ?? [];
  const routes = useQuery({ ...routesQuery, enabled: may("routes.read") }).data ?? [];
  const hub = useQuery(hubQuery).data ?? [];
  const names = new Map(hub.map((m) => [m.model_id, m.model]));
  const own = new Set(deployments.filter((d) => d.connection_id === connection.id).map((d) => d.id));
  return {
    ...whatStops(
      (d) => own.has(d.id),
      callable(deployments, hub),
      connections,
      routes,
      (id) => names.get(id) ?? id,
    ),
    count: own.size,
    named: routes.filter((r) => r.targets.some((t) => t.deployment !== null && own.has(t.deployment))).map((r) => r.name),
  };
}
