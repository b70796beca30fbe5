import { useState } from "react";
import classes from "./Copy.module.css";
import { shortId } from "./format";
import { Icon } from "./Icon";

/** An id, cut in the middle and copied whole. */
export function Copy({ text, label, whole = false }: { text: string; label: string; whole?: boolean }) {
  const [isDone, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  return (
    <button type="button" className={`${classes.copy} mono`} title={text} onClick={copy}>
      <span className="unseen">Copy {label} </span>
      <span className="cut">{whole ? text : shortId(text)}</span>
      <Icon name={isDone ? "check" : "copy"} size={12} />
      <span className="unseen" role="status">
        {isDone ? "Copied" : ""}
      </span>
    </button>
  );
}
