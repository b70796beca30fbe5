import type { ReactNode } from "react";
import classes from "./Checks.module.css";
import { StatusMark } from "./Status";

export type Check = { value: string; label: string; note?: ReactNode; why?: string | undefined };

/** Several of a few. What may not be chosen says why. */
export function Checks({
  label,
  options,
  chosen,
  onChange,
  error,
}: {
  label: string;
  options: readonly Check[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  error?: string | undefined;
}) {
  return (
    <fieldset className={classes.checks}>
      <legend>{label}</legend>
      {options.map((o) => (
        <label key={o.value} className={o.why === undefined ? "" : classes.off}>
          <input
            type="checkbox"
            checked={chosen.includes(o.value)}
            disabled={o.why !== undefined}
            onChange={(e) => onChange(e.currentTarget.checked ? [...chosen, o.value] : chosen.filter((c) => c !== o.value))}
          />
          <span>
            {o.label}
            <small>{o.why ?? o.note}</small>
          </span>
        </label>
      ))}
      {error !== undefined && (
        <p className={classes.error} role="alert">
          <StatusMark state="failed" size={13} />
          {error}
        </p>
      )}
    </fieldset>
  );
}
