import classes from "./Strip.module.css";

export type Cell = {
  key: string;
  /** What the hour was like, told on hover. */
  says: string;
  /** Attempts that say something of the provider. */
  attempts: number;
  failed: number;
};

/** A cell an hour, the newest at the right: a bar of what failed over a grey one of what went well, a thin line where nobody called. */
export function Strip({ cells, label, tall = false }: { cells: readonly Cell[]; label: string; tall?: boolean }) {
  const wide = 100 / Math.max(1, cells.length);
  return (
    <svg
      className={tall ? `${classes.strip} ${classes.tall}` : classes.strip}
      viewBox="0 0 100 16"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {cells.map((cell, i) => {
        const share = cell.attempts === 0 ? 0 : cell.failed / cell.attempts;
        // What failed at all must be seen, however small its share.
        const bad = cell.failed === 0 ? 0 : Math.max(3, share * 16);
        const x = i * wide + wide * 0.1;
        return (
          <g key={cell.key}>
            <title>{cell.says}</title>
            <rect x={i * wide} y="0" width={wide} height="16" fill="transparent" />
            {cell.attempts === 0 ? (
              <rect x={x} y="7.500" width={wide * 0.8} height="1" fill="var(--line)" />
            ) : (
              <>
                <rect x={x} y="0" width={wide * 0.8} height={16 - bad} fill="var(--line2)" />
                {bad > 0 && (
                  <rect
                    x={x}
                    y={16 - bad}
                    width={wide * 0.8}
                    height={bad}
                    fill={share >= 0.05 ? "var(--bad-fill)" : "var(--warn-fill)"}
                  />
                )}
              </>
            )}
          </g>
        );
      })}
    </svg>
  );
}
