import { type ReactNode, type TextareaHTMLAttributes, useId } from "react";
import classes from "./Field.module.css";
import { StatusMark } from "./Status";

type Props = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "id"> & {
  label: string;
  /** The label is heard and not seen: something beside says it. */
  isUnlabelled?: boolean;
  help?: ReactNode;
  error?: ReactNode;
  /** Code and JSON. */
  isCode?: boolean;
};

/** Text of several lines, which grows with what is written; runs in its own direction. */
export function TextArea({ label, isUnlabelled = false, help, error, isCode = false, ...rest }: Props) {
  const id = useId();
  const hasError = error !== undefined && error !== null && error !== "";
  const note = hasError ? error : help;
  const box = [classes.area, isCode && classes.code, hasError && classes.wrong].filter(Boolean).join(" ");
  return (
    <div className={classes.field}>
      <label htmlFor={id} className={isUnlabelled ? "unseen" : undefined}>
        {label}
      </label>
      <textarea
        dir="auto"
        spellCheck={!isCode}
        {...rest}
        id={id}
        className={box}
        aria-invalid={hasError || undefined}
        aria-describedby={note ? `${id}-note` : undefined}
      />
      {note ? (
        <p id={`${id}-note`} className={hasError ? classes.error : classes.help} role={hasError ? "alert" : undefined}>
          {hasError && <StatusMark state="failed" size={13} />}
          <span>{note}</span>
        </p>
      ) : null}
    </div>
  );
}
