import type { ReactNode } from "react";
import classes from "./Part.module.css";

/** One of several parts of a long page: what it is at the left, the thing itself at the right. */
export function Part({ title, says, children }: { title: string; says: string; children: ReactNode }) {
  return (
    <section className={classes.part} aria-label={title}>
      <div>
        <h2>{title}</h2>
        <p>{says}</p>
      </div>
      <div>{children}</div>
    </section>
  );
}
