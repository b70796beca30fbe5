import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "./Button";
import classes from "./Dialog.module.css";
import { Field } from "./Field";
import { ProblemNotice } from "./Notice";

/** Something that must be answered first. Esc and the other button leave everything as it is. */
export function Dialog({
  title,
  onClose,
  onSend,
  children,
  actions,
  wide = false,
}: {
  title: string;
  onClose: () => void;
  onSend?: (() => void) | undefined;
  children: ReactNode;
  actions: ReactNode;
  wide?: boolean;
}) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    box.current?.showModal();
  }, []);
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSend?.();
  };
  return (
    <dialog
      ref={box}
      className={wide ? `${classes.dialog} ${classes.wide}` : classes.dialog}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // A browser closes what was not closed the first time.
      onClose={onClose}
      onKeyDown={(event) => {
        // What stands behind must not take Esc too.
        event.stopPropagation();
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      <form onSubmit={send} noValidate>
        <h2>{title}</h2>
        <div className={classes.body}>{children}</div>
        <div className={classes.actions}>{actions}</div>
      </form>
    </dialog>
  );
}

/** Names effect, reach and whether there is a way back. What has none asks for the name. */
export function Confirm({
  title,
  effect,
  act,
  keep,
  typed,
  busy,
  problem,
  onAct,
  onClose,
}: {
  title: string;
  effect: ReactNode;
  /** The words of the button that does it, and of the one that does not. */
  act: string;
  keep: string;
  /** What has to be typed, for what cannot be undone. */
  typed?: { label: string; text: string } | undefined;
  busy: boolean;
  problem: unknown;
  onAct: () => void;
  onClose: () => void;
}) {
  const [text, setText] = useState("");
  const isReady = typed === undefined || text === typed.text;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSend={() => isReady && onAct()}
      actions={
        <>
          <Button onClick={onClose}>{keep}</Button>
          <Button kind="danger" type="submit" busy={busy} why={isReady ? undefined : `Type ${typed?.text} first`}>
            {act}
          </Button>
        </>
      }
    >
      <div className="muted">{effect}</div>
      {typed !== undefined && (
        <Field
          label={typed.label}
          autoComplete="off"
          autoFocus
          placeholder={typed.text}
          value={text}
          onChange={(e) => setText(e.currentTarget.value)}
        />
      )}
      <ProblemNotice problem={problem} />
    </Dialog>
  );
}
