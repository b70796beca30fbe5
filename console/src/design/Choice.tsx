import { type SelectHTMLAttributes, useId } from "react";
import classes from "./Field.module.css";
import { StatusMark } from "./Status";

type Props = Omit<SelectHTMLAttributes<HTMLSelectElement>, "id"> & {
  label: string;
  /** Those with the same group stand together, in the order in which groups come up. */
  options: readonly { value: string; label: string; group?: string }[];
  help?: string;
  error?: string | undefined;
};

/** One of a few. */
export function Choice({ label, options, help, error, ...rest }: Props) {
  const id = useId();
  const note = error ?? help;
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{label}</label>
      <div className={error === undefined ? classes.box : `${classes.box} ${classes.wrong}`}>
        <select
          {...rest}
          id={id}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={note ? `${id}-note` : undefined}
        >
          {[...new Set(options.map((o) => o.group))].map((group) => {
            const those = options
              .filter((o) => o.group === group)
              .map((o) => (
                <option key={o.value} value={o.value}>
                  {o.label}
                </option>
              ));
            return group === undefined ? (
              those
            ) : (
              <optgroup key={group} label={group}>
                {those}
              </optgroup>
            );
          })}
        </select>
      </div>
      {note !== undefined && (
        <p
          id={`${id}-note`}
          className={error === undefined ? classes.help : classes.error}
          role={error === undefined ? undefined : "alert"}
        >
          {error !== undefined && <StatusMark state="failed" size={13} />}
          <span>{note}</span>
        </p>
      )}
    </div>
  );
}
