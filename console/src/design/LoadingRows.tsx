import { useEffect, useState } from "react";
import classes from "./Table.module.css";

/** Grey bars in the place of rows that are on their way; only when they take longer than a moment. */
export function LoadingRows({ columns }: { columns: number }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  if (!isLate) return null;
  return (
    <div role="status" aria-label="Loading">
      {[0, 1, 2, 3, 4, 5].map((row) => (
        <div key={row} className={classes.loading}>
          {Array.from({ length: columns }, (_, c) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: bars have no identity
            <i key={c} />
          ))}
        </div>
      ))}
    </div>
  );
}
