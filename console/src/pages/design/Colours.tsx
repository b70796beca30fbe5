import { useEffect, useState } from "react";
import { useScheme } from "../../shell/scheme";
import { contrast } from "./contrast";
import classes from "./DesignPage.module.css";

const roles: readonly (readonly [string, string])[] = [
  ["text", "reads"],
  ["muted", "explains"],
  ["faint", "units"],
  ["accent", "links, focus"],
  ["main", "the one main action"],
  ["ok", "good"],
  ["warn", "at risk"],
  ["bad", "failed, stopped"],
  ["refuse", "we refused"],
  ["edge", "edge of a field"],
  ["line", "rule"],
  ["line2", "edge of a button"],
  ["canvas", "navigation"],
  ["surface", "the sheet"],
  ["sunken", "side rail"],
  ["raised", "overlays"],
  ["hover", "pointed at"],
  ["active", "current"],
  ["series-1", "charts, first"],
  ["series-2", "second"],
  ["series-3", "third"],
  ["series-4", "fourth"],
  ["series-5", "fifth"],
  ["series-6", "sixth"],
  ["series-other", "past six: Other"],
];

/** The roles in the scheme that is shown, each with its contrast. */
export function Colours() {
  const [scheme] = useScheme();
  const [values, setValues] = useState<ReadonlyMap<string, string>>(new Map());
  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme has other values
  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    setValues(new Map(roles.map(([role]) => [role, style.getPropertyValue(`--${role}`).trim()])));
  }, [scheme]);
  const ground = values.get("surface");
  return (
    <div className={classes.colours}>
      {roles.map(([role, use]) => {
        const value = values.get(role);
        return (
          <div key={role} className={classes.colour}>
            <span className={classes.swatch} style={{ background: `var(--${role})` }} />
            <span>
              {role} <span className="faint">{use}</span>
            </span>
            <span className="num faint">
              {value === undefined || ground === undefined || role === "surface" ? "" : contrast(value, ground).toFixed(1)}
            </span>
          </div>
        );
      })}
    </div>
  );
}
