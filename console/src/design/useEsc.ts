import { useEffect, useRef } from "react";

/** Esc closes what lies on top while it is open, and nothing else: neither the drawer beside it nor the dialog that it stands in. */
export function useEsc(isOpen: boolean, close: () => void) {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    if (!isOpen) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.isComposing) return;
      // Without this, the browser itself closes a dialog.
      event.preventDefault();
      event.stopPropagation();
      latest.current();
    };
    // Before all others, wherever the focus is.
    addEventListener("keydown", onKey, { capture: true });
    return () => removeEventListener("keydown", onKey, { capture: true });
  }, [isOpen]);
}
