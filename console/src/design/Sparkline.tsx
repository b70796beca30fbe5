/** A line so small that it has no axis: its shape says whether it goes up or down, the figure beside it how much. */
export function Sparkline({
  values,
  width = 64,
  height = 22,
}: {
  values: readonly (number | null)[];
  width?: number;
  height?: number;
}) {
  const known = values.flatMap((v, i) => (v === null ? [] : [{ i, v }]));
  if (known.length < 2) return <svg width={width} height={height} aria-hidden="true" />;
  const low = Math.min(...known.map((k) => k.v));
  const high = Math.max(...known.map((k) => k.v));
  const x = (i: number) => 1 + (i / Math.max(1, values.length - 1)) * (width - 4);
  const y = (v: number) => height - 3 - ((v - low) / (high - low || 1)) * (height - 6);
  const last = known.at(-1);
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <polyline
        points={known.map((k) => `${x(k.i).toFixed(1)},${y(k.v).toFixed(1)}`).join(" ")}
        fill="none"
        stroke="var(--muted)"
        strokeWidth="1.1"
        strokeLinejoin="round"
      />
      {last !== undefined && <circle cx={x(last.i)} cy={y(last.v)} r="2" fill="var(--text)" />}
    </svg>
  );
}
