import classes from "./Copy.module.css";
import { notCopied, useCopy } from "./copy";
import { shortId } from "./format";
import { Icon } from "./Icon";

/** An id, cut in the middle and copied whole. Where nothing can be copied, it stands there whole, to be selected. */
export function Copy({ text, label, whole = false }: { text: string; label: string; whole?: boolean }) {
  const { said, copy } = useCopy();
  return (
    <>
      <button type="button" className={`${classes.copy} mono`} title={text} onClick={() => void copy(text)}>
        <span className="unseen">Copy {label} </span>
        <span className="cut">{whole ? text : shortId(text)}</span>
        <Icon name={said === "Copied" ? "check" : "copy"} size={12} />
        <span className="unseen" role="status">
          {said ?? ""}
        </span>
      </button>
      {said === notCopied && (
        <span className={classes.not}>
          {notCopied}
          {!whole && <span className="mono"> {text}</span>}
        </span>
      )}
    </>
  );
}
