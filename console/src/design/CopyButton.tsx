import { Button } from "./Button";
import { notCopied, useCopy } from "./copy";
import type { IconName } from "./Icon";

/** Copies something, and says that it did, or could not. */
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
  const { said, copy } = useCopy();
  return (
    <Button small={small} icon={said === "Copied" ? "check" : icon} onClick={() => void copy(text())}>
      {said === notCopied ? notCopied : children}
      <span className="unseen" role="status">
        {said ?? ""}
      </span>
    </Button>
  );
}
