import { useMemo } from "react";
import classes from "./PoliciesPage.module.css";
import { diffOf } from "./text";

/** What changes between two texts. */
export function Diff({ before, after, label }: { before: string; after: string; label: string }) {
  const lines = useMemo(() => diffOf(before, after), [before, after]);
  if (lines.every((l) => l.sign === " ")) return <p className="muted">Nothing changes.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than the box is scrolled with the keys
    <section className={classes.diff} aria-label={label} tabIndex={0}>
      {lines.map((l, index) => {
        const Line = l.sign === "+" ? "ins" : l.sign === "-" ? "del" : "span";
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name but their place
          <Line key={index}>
            <i aria-hidden="true">{l.sign}</i>
            {l.text === "" ? " " : l.text}
          </Line>
        );
      })}
    </section>
  );
}
