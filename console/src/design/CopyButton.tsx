import { useState } from "react";
import { Button } from "./Button";
import type { IconName } from "./Icon";

/** Copies something that is not on the screen, and says that it did. */
export function CopyButton({
  text,
  icon = "copy",
  small = false,
  children,
}: {
  text: () => string;
  icon?: IconName;
  small?: boolean;
  children: string;
}) {
  const [isDone, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text());
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  return (
    <Button small={small} icon={isDone ? "check" : icon} onClick={() => void copy()}>
      {children}
      <span className="unseen" role="status">
        {isDone ? "Copied" : ""}
      </span>
    </Button>
  );
}
