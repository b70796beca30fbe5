import classes from "./DayBars.module.css";

/** A few values beside each other in a row, the last one now. What they are is said by the label. */
export function DayBars({ values, label }: { values: readonly number[]; label: string }) {
  const top = Math.max(1, ...values);
  return (
    <svg className={classes.bars} width={values.length * 6} height="16" role="img" aria-label={label}>
      <title>{label}</title>
      {values.map((v, i) => {
        // One call among thousands is still to be seen.
        const height = v === 0 ? 1 : Math.max(2, (v / top) * 16);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            key={i}
            x={i * 6}
            y={16 - height}
            width="5"
            height={height}
            fill={v === 0 ? "var(--line2)" : "var(--series-1)"}
          />
        );
      })}
    </svg>
  );
}
