import { expect, test } from "vitest";
import type { Connection, Deployment, HubLine } from "./models";
import { callable, whatStops } from "./stops";

const connections = [
  { id: "c1", disabled: false },
  { id: "c2", disabled: false },
  { id: "c3", disabled: true },
] as Connection[];
const deployment = (id: string, connection_id: string, model_id: string, disabled = false) =>
  ({ id, connection_id, model_id, disabled }) as Deployment;
const deployments = [
  deployment("d1", "c1", "both"),
  deployment("d2", "c2", "both"),
  deployment("d3", "c1", "one"),
  deployment("d4", "c3", "one"),
  deployment("d5", "c1", "off", true),
];
type Routes = Parameters<typeof whatStops>[3];
const route = (name: string, targets: object[], disabled = false) => ({ name, targets, disabled });
const routes = [
  route("only", [{ deployment: "d1", model: null }]),
  route("either", [
    { deployment: "d1", model: null },
    { deployment: null, model: "both" },
  ]),
  route("by-name", [{ deployment: null, model: "one" }]),
  route("already-off", [{ deployment: "d1", model: null }], true),
  route("dead", [{ deployment: "d5", model: null }]),
] as unknown as Routes;
const of = (connection: string) =>
  whatStops(
    (d) => d.connection_id === connection,
    deployments,
    connections,
    routes,
    (id) => id,
  );

test("what has no other way stops: models that nothing else serves, routes that lead nowhere else", () => {
  expect(of("c1")).toEqual({
    stops: [
      { name: "one", kind: "model" },
      { name: "by-name", kind: "route" },
      { name: "only", kind: "route" },
    ],
    goesOn: ["both"],
  });
});

test("what is off already, or served elsewhere too, does not stop", () => {
  expect(of("c2")).toEqual({ stops: [], goesOn: ["both"] });
  expect(of("c3")).toEqual({ stops: [], goesOn: [] });
});

test("what nobody may call anyway stops for nobody", () => {
  const hub = [
    { model_id: "one", state: "approved", disabled: false },
    { model_id: "both", state: "quarantined", disabled: false },
    { model_id: "off", state: "approved", disabled: true },
  ] as HubLine[];
  expect(callable(deployments, hub).map((d) => d.id)).toEqual(["d3", "d4"]);
});
