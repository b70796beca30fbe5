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
  small = false,
  children,
}: {
  state: State;
  title: string;
  id?: string;
  note?: ReactNode;
  onClose: () => void;
  /** The list beside it keeps more. */
  small?: boolean;
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
    <aside ref={box} className={small ? `${classes.drawer} ${classes.small}` : classes.drawer} aria-label={title}>
      <header className={classes.head}>
        <StatusMark state={state} size={16} />
        <div>
          <h2>{title}</h2>
          <p className="muted">
            {id !== undefined && <Copy text={id} label="id" />} {note}
          </p>
        </div>
        <Button kind="quiet" icon="close" aria-label="Close" onClick={onClose} />
      </header>
      <div className={classes.body}>{children}</div>
    </aside>
  );
}

/** Names and values, four beside each other; or the few that a thing is about, large. */
export function Facts({ facts, large = false }: { facts: readonly (readonly [string, ReactNode])[]; large?: boolean }) {
  return (
    <dl className={large ? `${classes.facts} ${classes.large}` : classes.facts}>
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
