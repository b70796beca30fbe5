import type { ReactNode } from "react";
import classes from "./Tabs.module.css";

/** Parts of a page beside each other: links, of which the current one says so (aria-current). Each has an address of its own. */
export function Tabs({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className={classes.tabs} aria-label={label}>
      {children}
    </nav>
  );
}
