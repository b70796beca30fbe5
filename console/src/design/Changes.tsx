import type { ReactNode } from "react";
import { Button } from "./Button";
import classes from "./Changes.module.css";
import type { Change } from "./changes";
import { Icon } from "./Icon";
import { Notice } from "./Notice";

/** Before and after, a line each. */
export function Changes({ changes }: { changes: readonly Change[] }) {
  return (
    <dl className={classes.changes}>
      {changes.map((c) => (
        <div key={c.name} style={{ display: "contents" }}>
          <dt>{c.name}</dt>
          <dd>
            <del>{c.before}</del>
            <Icon name="right" size={10} />
            <ins>{c.after}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Somebody changed the thing while one was at it: what they changed, and the two ways on. Nothing of one's own is lost. */
export function Conflict({
  what,
  theirs,
  note,
  onTake,
  onKeep,
}: {
  /** The thing, as "Route claims-chat". */
  what: string;
  /** From the version one began with to theirs. */
  theirs: readonly Change[];
  note?: ReactNode;
  onTake: () => void;
  onKeep: () => void;
}) {
  return (
    <Notice
      state="risk"
      title={`${what} was changed meanwhile`}
      actions={
        <>
          <Button onClick={onKeep}>Keep my changes</Button>
          <Button onClick={onTake}>Take theirs</Button>
        </>
      }
    >
      <p>Your changes can stand over theirs; where both changed the same, yours counts.</p>
      {theirs.length === 0 ? <p>What they changed is not shown here.</p> : <Changes changes={theirs} />}
      {note}
    </Notice>
  );
}
