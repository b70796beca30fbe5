import type { Share } from "./findings";

const width = 72;

/** A share on a line from 0 to 100 %, with the stretch in which it lies. What it says stands beside it in words. */
export function Interval({ share }: { share: Share | null }) {
  const x = (value: number) => 1 + value * (width - 2);
  return (
    <svg width={width} height="12" aria-hidden="true">
      <rect x="0" y="5.500" width={width} height="1" fill="var(--line2)" />
      {share !== null && (
        <>
          <rect
            x={x(share.low)}
            y="4"
            width={Math.max(2, x(share.high) - x(share.low))}
            height="4"
            rx="2"
            fill="var(--series-1)"
            opacity="0.45"
          />
          <rect x={x(share.value) - 1} y="1" width="2" height="10" fill="var(--text)" />
        </>
      )}
    </svg>
  );
}
