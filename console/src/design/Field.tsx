import { type InputHTMLAttributes, type ReactNode, useId } from "react";
import classes from "./Field.module.css";
import { StatusMark } from "./Status";

type Props = Omit<InputHTMLAttributes<HTMLInputElement>, "id"> & {
  label: string;
  help?: ReactNode;
  /** Takes the place of the help and offers the way out. */
  error?: ReactNode;
  /** Stands in the field behind the text: a unit. */
  unit?: string;
};

/** One line of text: label above, help below. */
export function Field({ label, help, error, unit, ...rest }: Props) {
  const id = useId();
  const hasError = error !== undefined && error !== null && error !== "";
  const note = hasError ? error : help;
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{label}</label>
      <div className={hasError ? `${classes.box} ${classes.wrong}` : classes.box}>
        <input {...rest} id={id} aria-invalid={hasError || undefined} aria-describedby={note ? `${id}-note` : undefined} />
        {unit !== undefined && <span className="faint">{unit}</span>}
      </div>
      {note ? (
        <p id={`${id}-note`} className={hasError ? classes.error : classes.help} role={hasError ? "alert" : undefined}>
          {hasError && <StatusMark state="failed" size={13} />}
          <span>{note}</span>
        </p>
      ) : null}
    </div>
  );
}
