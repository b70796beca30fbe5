import { type ReactNode, type TextareaHTMLAttributes, useId } from "react";
import classes from "./Field.module.css";
import { StatusMark } from "./Status";

type Props = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "id"> & {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
};

/** A text of several lines. */
export function TextField({ label, help, error, ...rest }: Props) {
  const id = useId();
  const note = error ?? help;
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{label}</label>
      <textarea
        rows={5}
        {...rest}
        id={id}
        className={`${classes.lines} ${error === undefined ? "" : classes.wrong} ${rest.className ?? ""}`}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={note ? `${id}-note` : undefined}
      />
      {note ? (
        <p
          id={`${id}-note`}
          className={error === undefined ? classes.help : classes.error}
          role={error === undefined ? undefined : "alert"}
        >
          {error !== undefined && <StatusMark state="failed" size={13} />}
          <span>{note}</span>
        </p>
      ) : null}
    </div>
  );
}
