import type { ReactNode } from "react";
import classes from "./Form.module.css";

/** Fields below each other. */
export function Fields({ children }: { children: ReactNode }) {
  return <div className={classes.form}>{children}</div>;
}

/** Two short ones that belong together. */
export function Pair({ children }: { children: ReactNode }) {
  return <div className={classes.pair}>{children}</div>;
}

/** Some fields under a heading. */
export function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className={classes.group}>
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

/** Fields that few need. */
export function More({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className={classes.more}>
      <summary>{title}</summary>
      <div className={classes.form}>{children}</div>
    </details>
  );
}
