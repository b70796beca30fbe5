import { useEffect, useRef, useState } from "react";
import { Button } from "./Button";
import { type State, StatusMark } from "./Status";
import classes from "./Toast.module.css";

const stays = { withUndo: 12_000, without: 4_000 };

/** What was just done, with the way back where there is one. It stays while one points at it or has the focus in it. */
export function Toast({
  text,
  state = "good",
  undo,
  busy = false,
  onClose,
}: {
  text: string;
  state?: State;
  undo?: () => void;
  busy?: boolean;
  onClose: () => void;
}) {
  const [isHeld, setHeld] = useState(false);
  const close = useRef(onClose);
  close.current = onClose;
  const canUndo = undo !== undefined;
  useEffect(() => {
    if (isHeld || busy) return;
    const timer = setTimeout(() => close.current(), canUndo ? stays.withUndo : stays.without);
    return () => clearTimeout(timer);
  }, [isHeld, busy, canUndo]);
  return (
    <div
      role="status"
      className={classes.toast}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <StatusMark state={state} />
      <span>{text}</span>
      {undo !== undefined && (
        <Button small onClick={undo} busy={busy}>
          Undo
        </Button>
      )}
      <Button small kind="quiet" icon="close" aria-label="Close" onClick={onClose} />
    </div>
  );
}
