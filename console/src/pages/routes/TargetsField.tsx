import { Button } from "../../design/Button";
import { Combo } from "../../design/Combo";
import { moved, type NameOf, needsWeight, type RouteDraft } from "./draft";
import type { useWorld } from "./Lanes";
import classes from "./Routes.module.css";

/** Where the route leads, in its order: models with all their deployments, or single deployments. */
export function TargetsField({
  draft,
  world,
  nameOf,
  error,
  onChange,
}: {
  draft: RouteDraft;
  world: ReturnType<typeof useWorld>;
  nameOf: NameOf;
  error: string | undefined;
  onChange: (targets: RouteDraft["targets"]) => void;
}) {
  const { targets } = draft;
  const weighs = needsWeight(draft.strategy);
  const free = world.hub.filter((m) => !targets.some((t) => t.model === m.model));
  const single = world.deployments.filter((d) => !targets.some((t) => t.deployment === d.id));
  const set = (i: number, weight: string) => onChange(targets.map((t, n) => (n === i ? { ...t, weight } : t)));
  const add = (value: string) => {
    const [kind, ...rest] = value.split(" ");
    const name = rest.join(" ");
    if (name === "") return;
    onChange([
      ...targets,
      { deployment: kind === "deployment" ? name : null, model: kind === "model" ? name : null, weight: "1" },
    ]);
  };
  return (
    <fieldset className={classes.leads}>
      <legend>Leads to</legend>
      {targets.length > 0 && (
        <ol className={classes.targets}>
          {targets.map((t, i) => {
            const name = nameOf(t);
            return (
              <li key={`${t.deployment} ${t.model}`} className={classes.target}>
                <span className={draft.strategy === "ordered" ? "num" : "faint num"}>{i + 1}</span>
                <span className="cut">
                  <span className="mono">{name}</span>
                  {t.model !== null && (
                    <span className="faint">
                      {" "}
                      {plural(
                        world.deployments.filter((d) => world.hub.find((m) => m.model_id === d.model_id)?.model === t.model)
                          .length,
                      )}
                    </span>
                  )}
                </span>
                {weighs ? (
                  <input
                    aria-label={`Weight of ${name}`}
                    inputMode="numeric"
                    value={t.weight}
                    onChange={(e) => set(i, e.currentTarget.value)}
                  />
                ) : (
                  <span />
                )}
                <span className={classes.moves}>
                  <Button
                    small
                    kind="quiet"
                    icon="up"
                    aria-label={`${name} up`}
                    disabled={i === 0}
                    onClick={() => onChange(moved(targets, i, -1))}
                  />
                  <Button
                    small
                    kind="quiet"
                    icon="down"
                    aria-label={`${name} down`}
                    disabled={i === targets.length - 1}
                    onClick={() => onChange(moved(targets, i, 1))}
                  />
                  <Button
                    small
                    kind="quiet"
                    icon="close"
                    aria-label={`Without ${name}`}
                    onClick={() => onChange(targets.filter((_, n) => n !== i))}
                  />
                </span>
              </li>
            );
          })}
        </ol>
      )}
      <div style={{ paddingTop: 8 }}>
        <Combo
          label={targets.length === 0 ? "First target" : "Another target"}
          help="A model stands for all connections that serve it, a deployment for one of them."
          error={error}
          placeholder="A model, or a deployment of one"
          value={undefined}
          options={[
            ...free.map((m) => ({
              value: `model ${m.model}`,
              label: m.model,
              note: m.state === "approved" ? "model" : `model, ${m.state}`,
            })),
            ...single.map((d) => ({
              value: `deployment ${d.id}`,
              label: nameOf({ deployment: d.id, model: null }),
              note: "deployment",
            })),
          ]}
          onChange={(value) => value !== undefined && add(value)}
        />
      </div>
      {weighs && targets.length > 1 && (
        <p className="muted" style={{ paddingTop: 6 }}>
          Weights are from 1 to 1,000; the shares that come of them stand in the preview.
        </p>
      )}
    </fieldset>
  );
}

const plural = (n: number) => (n === 0 ? "at no connection" : n === 1 ? "at one connection" : `at ${n} connections`);
