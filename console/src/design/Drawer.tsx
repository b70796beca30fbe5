import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "./Button";
import { Copy } from "./Copy";
import classes from "./Drawer.module.css";
import { type State, StatusMark } from "./Status";

/** Details beside the list they belong to: not modal, Esc closes it. */
export function Drawer({
  state,
  title,
  id,
  note,
  onClose,
  children,
}: {
  state: State;
  title: string;
  id: string;
  note?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) onClose();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [onClose]);
  return (
    <aside ref={box} className={classes.drawer} aria-label={title}>
      <header className={classes.head}>
        <StatusMark state={state} size={16} />
        <div>
          <h2>{title}</h2>
          <p className="muted">
            <Copy text={id} label="id" /> {note}
          </p>
        </div>
        <Button kind="quiet" icon="close" aria-label="Close" onClick={onClose} />
      </header>
      <div className={classes.body}>{children}</div>
    </aside>
  );
}

/** Names and values, four beside each other. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Section({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h3>
        {title}
        {note !== undefined && <span className="muted">{note}</span>}
      </h3>
      {children}
    </section>
  );
}
