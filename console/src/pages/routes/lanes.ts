import type { ConnectionHealth, Deployment, DeploymentHealth, HubLine } from "../models/models";
import type { Target } from "./routes";

/** A deployment that a route leads to, with its share of the calls. */
export type Lane = {
  key: string;
  model: string;
  connection: string;
  deployment: string | null;
  weight: number;
  /** Of the calls, where weights decide; null where something else does. */
  share: number | null;
  health: DeploymentHealth | undefined;
  /** Why no call goes there, or null. */
  off: string | null;
};

type World = {
  deployments: readonly Deployment[];
  hub: readonly HubLine[];
  connections: ReadonlyMap<string, { name: string; disabled: boolean }>;
  health: ReadonlyMap<string, ConnectionHealth>;
};

/** Where a route leads, in its order. A target that names a model has as many lanes as connections serve it. */
export function lanesOf(targets: readonly Target[], strategy: string, world: World): Lane[] {
  const models = new Map(world.hub.map((m) => [m.model_id, m]));
  const lanes = targets.flatMap((target, i): Lane[] => {
    const own = world.deployments.filter((d) =>
      target.deployment !== null ? d.id === target.deployment : models.get(d.model_id)?.model === target.model,
    );
    if (own.length === 0)
      return [
        {
          key: `${i}`,
          model: target.model ?? "",
          connection: "",
          deployment: target.deployment,
          weight: target.weight,
          share: null,
          health: undefined,
          off:
            target.deployment !== null
              ? "the deployment was removed"
              : world.hub.some((m) => m.model === target.model)
                ? "no connection serves the model"
                : "the model is not there",
        },
      ];
    return own.map((d) => {
      const model = models.get(d.model_id);
      const connection = world.connections.get(d.connection_id);
      return {
        key: `${i} ${d.id}`,
        model: model?.model ?? "",
        connection: connection?.name ?? "",
        deployment: d.id,
        weight: target.deployment !== null ? target.weight : Math.max(1, target.weight * d.weight),
        share: null,
        health: world.health.get(d.connection_id)?.deployments.find((h) => h.id === d.id),
        off: offBecause(d, model, connection),
      };
    });
  });
  if (strategy !== "weighted" && strategy !== "least_busy") return lanes;
  const whole = lanes.filter((l) => l.off === null).reduce((sum, l) => sum + l.weight, 0);
  return lanes.map((l) => (l.off === null && whole > 0 ? { ...l, share: l.weight / whole } : l));
}

function offBecause(d: Deployment, model: HubLine | undefined, connection: { disabled: boolean } | undefined): string | null {
  if (connection?.disabled) return "the connection is switched off";
  if (model?.disabled) return "the model is switched off";
  if (d.disabled) return "the deployment is switched off";
  if (model?.state === "quarantined") return "the model is in quarantine";
  if (model?.state === "retired") return "the model is retired";
  return null;
}
