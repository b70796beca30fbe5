import { useCallback, useEffect, useRef, useState } from "react";

/** Whether the text is in the clipboard now. Over plain http a browser has no clipboard for pages; then what is selected is copied. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const before = document.activeElement;
  const box = document.createElement("textarea");
  box.value = text;
  box.readOnly = true;
  box.style.position = "fixed";
  box.style.opacity = "0";
  // Beside an open dialog nothing can be selected.
  (before?.closest("dialog") ?? document.body).append(box);
  box.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    box.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  }
}

export const notCopied = "Not copied: select it";

/** For a button that copies: what it says for a moment after it did, or could not. */
export function useCopy(stays = 1500): { said: "Copied" | typeof notCopied | undefined; copy: (text: string) => Promise<void> } {
  const [said, setSaid] = useState<"Copied" | typeof notCopied>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = useCallback(
    async (text: string) => {
      const isDone = await copyText(text);
      clearTimeout(timer.current);
      setSaid(isDone ? "Copied" : notCopied);
      timer.current = setTimeout(() => setSaid(undefined), isDone ? stays : 6_000);
    },
    [stays],
  );
  return { said, copy };
}
