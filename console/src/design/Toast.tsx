import { useEffect, useRef, useState } from "react";
import { Button } from "./Button";
import { StatusMark } from "./Status";
import classes from "./Toast.module.css";

const stays = 12_000;

/** What was just done, with the way back. It stays while one points at it or has the focus in it. */
export function Toast({
  text,
  undo,
  busy = false,
  onClose,
}: {
  text: string;
  undo: () => void;
  busy?: boolean;
  onClose: () => void;
}) {
  const [isHeld, setHeld] = useState(false);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    if (isHeld || busy) return;
    const timer = setTimeout(() => close.current(), stays);
    return () => clearTimeout(timer);
  }, [isHeld, busy]);
  return (
    <div
      role="status"
      className={classes.toast}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <StatusMark state="good" />
      <span>{text}</span>
      <Button small onClick={undo} busy={busy}>
        Undo
      </Button>
      <Button small kind="quiet" icon="close" aria-label="Close" onClick={onClose} />
    </div>
  );
}
