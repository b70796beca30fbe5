import { useState } from "react";
import { Button } from "./Button";
import { CopyButton } from "./CopyButton";
import { count } from "./format";
import classes from "./Markdown.module.css";

/** What is drawn at once: more would hold up the page. */
const step = 50_000;

/** Text as it is written, of any length: the beginning, and more of it on demand. */
export function LongText({ text, isCode = false }: { text: string; isCode?: boolean }) {
  const [shown, setShown] = useState(step);
  const rest = text.length - shown;
  return (
    <>
      <div dir="auto" className={isCode ? `${classes.plain} ${classes.code}` : classes.plain}>
        {rest > 0 ? text.slice(0, shown) : text}
      </div>
      {rest > 0 && (
        <div className={classes.more}>
          <span className="muted num">
            {count(shown)} of {count(text.length)} characters
          </span>
          <Button small onClick={() => setShown(shown + step)}>
            Show more
          </Button>
          <CopyButton small text={() => text}>
            Copy all
          </CopyButton>
        </div>
      )}
    </>
  );
}
