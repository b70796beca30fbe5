import type { FormEvent, ReactNode } from "react";
import { Mark } from "./Icon";
import classes from "./Sheet.module.css";

/** A page before one is in: one column on the canvas, no picture. */
export function Sheet({ title, intro, children }: { title: string; intro?: ReactNode; children: ReactNode }) {
  return (
    <main className={classes.sheet}>
      <div className={classes.column}>
        <Mark size={28} />
        <h1>{title}</h1>
        {intro !== undefined && <p className="muted">{intro}</p>}
        {children}
      </div>
    </main>
  );
}

/** Fields below each other and the button that sends them; what went wrong stands above it. */
export function SheetForm({ onSend, children }: { onSend: () => void; children: ReactNode }) {
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSend();
  };
  return (
    <form className={classes.form} onSubmit={send} noValidate>
      {children}
    </form>
  );
}

/** Between two ways of doing the same. */
export function SheetOr() {
  return <p className={classes.or}>or</p>;
}
