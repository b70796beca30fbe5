import type { Schemas } from "../../api/client";
import type { Connection, Deployment, HubLine } from "./models";

type Route = Schemas["Route"];

export type Stop = { name: string; kind: "model" | "route" };

/** Deployments of models that somebody may call: what waits in quarantine stops for nobody. */
export function callable(deployments: readonly Deployment[], hub: readonly HubLine[]): Deployment[] {
  const open = new Set(hub.filter((m) => m.state === "approved" && !m.disabled).map((m) => m.model_id));
  return deployments.filter((d) => open.has(d.model_id));
}

/**
 * What nobody can call any more when deployments go: models that nothing else serves, and routes that lead nowhere else. What still has another
 * way is not in it; where `moved` it names the models that go on elsewhere.
 */
export function whatStops(
  goes: (deployment: Deployment) => boolean,
  deployments: readonly Deployment[],
  connections: readonly Connection[],
  routes: readonly Route[],
  nameOf: (modelId: string) => string,
): { stops: Stop[]; goesOn: string[] } {
  const off = new Set(connections.filter((c) => c.disabled).map((c) => c.id));
  const usable = deployments.filter((d) => !d.disabled && !off.has(d.connection_id));
  const left = usable.filter((d) => !goes(d));
  const servedNow = new Set(usable.map((d) => d.model_id));
  const servedThen = new Set(left.map((d) => d.model_id));
  const touched = [...new Set(usable.filter(goes).map((d) => d.model_id))].filter((m) => servedNow.has(m));
  const leads = (route: Route, over: readonly Deployment[]) =>
    route.targets.some((t) => over.some((d) => (t.deployment !== null ? d.id === t.deployment : nameOf(d.model_id) === t.model)));
  const models = touched.filter((m) => !servedThen.has(m)).map((m) => ({ name: nameOf(m), kind: "model" as const }));
  const led = routes
    .filter((r) => !r.disabled && leads(r, usable) && !leads(r, left))
    .map((r) => ({ name: r.name, kind: "route" as const }));
  const sort = <T extends { name: string }>(list: T[]) => list.sort((a, b) => a.name.localeCompare(b.name));
  return {
    stops: [...sort(models), ...sort(led)],
    goesOn: touched
      .filter((m) => servedThen.has(m))
      .map(nameOf)
      .sort(),
  };
}
