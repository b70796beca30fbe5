import { Copy } from "./Copy";
import classes from "./Secret.module.css";

/** A secret, this once: whole, to be copied to where it belongs. */
export function Secret({ text, label }: { text: string; label: string }) {
  return (
    <div className={classes.secret}>
      <Copy text={text} label={label} whole />
    </div>
  );
}
