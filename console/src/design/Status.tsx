import type { ReactNode } from "react";

/** The state of a thing by shape, then word, then colour. */
export type State =
  | "answered"
  | "good"
  | "running"
  | "partial"
  | "held"
  | "risk"
  | "failed"
  | "refused"
  | "left"
  | "idle"
  | "fork";

const looks: Record<State, { tone: string; shape: ReactNode }> = {
  answered: { tone: "var(--muted)", shape: <path d="m3.500 8.500 3 3 6-7" /> },
  good: {
    tone: "var(--ok)",
    shape: (
      <>
        <circle cx="8" cy="8" r="5.500" />
        <path d="m5.500 8.200 1.800 1.800 3.200-3.800" />
      </>
    ),
  },
  running: { tone: "var(--accent)", shape: <path d="M8 2.500A5.500 5.500 0 1 1 2.500 8" /> },
  partial: {
    tone: "var(--accent)",
    shape: (
      <>
        <circle cx="8" cy="8" r="5.500" />
        <path d="M8 2.500a5.500 5.500 0 0 1 0 11z" fill="currentColor" />
      </>
    ),
  },
  held: {
    tone: "var(--muted)",
    shape: (
      <>
        <rect x="2.750" y="2.750" width="10.500" height="10.500" rx="2" />
        <path d="m3.500 9.500 6-6m-5.500 9.500 9-9m-5 9 5-5" strokeWidth="1.100" />
      </>
    ),
  },
  risk: { tone: "var(--warn)", shape: <path d="M8 2.500 14 13H2zM8 6.500v3m0 1.700v.1" /> },
  failed: {
    tone: "var(--bad)",
    shape: (
      <>
        <path d="M5.500 2h5L14 5.500v5L10.500 14h-5L2 10.500v-5z" fill="currentColor" />
        <path d="m6 6 4 4m0-4-4 4" stroke="var(--surface)" />
      </>
    ),
  },
  refused: {
    tone: "var(--refuse)",
    shape: (
      <>
        <circle cx="8" cy="8" r="5.500" />
        <path d="m4.200 4.200 7.600 7.600" />
      </>
    ),
  },
  left: { tone: "var(--muted)", shape: <circle cx="8" cy="8" r="5.500" strokeDasharray="2 2.300" /> },
  idle: { tone: "var(--edge)", shape: <circle cx="8" cy="8" r="5.500" /> },
  fork: { tone: "var(--warn)", shape: <path d="M4 14V2.500M4 9.500c0-3 6-2 6-6M10 3.500 8 5.500m2-2 2 2" /> },
};

/** The mark alone: give it a label where no word stands beside it. */
export function StatusMark({ state, label, size = 14 }: { state: State; label?: string; size?: number }) {
  const look = looks[state];
  const drawn = (
    <g fill="none" stroke="currentColor" strokeWidth="1.500" strokeLinecap="round" strokeLinejoin="round">
      {look.shape}
    </g>
  );
  return label === undefined ? (
    <svg width={size} height={size} viewBox="0 0 16 16" style={{ color: look.tone }} aria-hidden="true">
      {drawn}
    </svg>
  ) : (
    <svg width={size} height={size} viewBox="0 0 16 16" style={{ color: look.tone }} role="img" aria-label={label}>
      <title>{label}</title>
      {drawn}
    </svg>
  );
}
