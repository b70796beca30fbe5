import type { ReactNode } from "react";

/** Drawn on 16 × 16 with lines of 1.5. */
const shapes = {
  search: (
    <>
      <circle cx="7" cy="7" r="4.25" />
      <path d="m10.3 10.3 3.2 3.2" />
    </>
  ),
  updown: <path d="m5 6 3-3 3 3M5 10l3 3 3-3" />,
  down: <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />,
  up: <path d="m4.5 9.5 3.5-3.5 3.5 3.5" />,
  right: <path d="m6 3.5 4.5 4.5L6 12.5" />,
  sortup: <path d="M8 13.500v-11M3.500 7 8 2.500 12.500 7" />,
  sortdown: <path d="M8 2.500v11M3.500 9l4.500 4.500L12.500 9" />,
  close: <path d="m4 4 8 8m0-8-8 8" />,
  plus: <path d="M8 3v10M3 8h10" />,
  check: <path d="m3.5 8.5 3 3 6-7" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="7.5" height="7.5" rx="1.5" />
      <path d="M3.5 10.5A1 1 0 0 1 2.5 9.500V4A1.500 1.500 0 0 1 4 2.500h5.500a1 1 0 0 1 1 1" />
    </>
  ),
  half: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 2.500a5.500 5.500 0 0 1 0 11z" fill="currentColor" stroke="none" />
    </>
  ),
  leave: <path d="M6.500 3H4a1 1 0 0 0-1 1v8a1 1 0 0 0 1 1h2.500M10 5l3 3-3 3M13 8H6.500" />,
  key: (
    <>
      <circle cx="5.5" cy="10.5" r="2.750" />
      <path d="m7.500 8.500 5-5m-2 2 1.750 1.750" />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 4.750V8l2.250 1.500" />
    </>
  ),
  menu: <path d="M2.500 4.500h11m-11 3.500h11m-11 3.500h11" />,
  bookmark: <path d="M4.500 2.500h7v11L8 10.750 4.500 13.500z" />,
  export: <path d="M8 2.500v7m-2.750-2.750L8 9.500l2.750-2.750M3 12.500h10" />,
  play: <path d="M5 3.500 12 8l-7 4.500z" />,
  pause: <path d="M5.500 3.500v9m5-9v9" />,
  columns: (
    <>
      <rect x="2.5" y="3" width="11" height="10" rx="1.5" />
      <path d="M6.200 3v10m3.600-10v10" />
    </>
  ),
  path: <path d="M2.500 4.500h3l5 7h3m-3-7h3m-8 7h-3m9.500-9 1.500 2-1.500 2m0 3 1.500 2-1.500 2" />,
  code: <path d="m5.500 4.500-3.500 3.500 3.500 3.500m5-7L14 8l-3.500 3.500" />,
  eye: (
    <>
      <path d="M1.750 8S4 3.750 8 3.750 14.250 8 14.250 8 12 12.250 8 12.250 1.750 8 1.750 8z" />
      <circle cx="8" cy="8" r="1.750" />
    </>
  ),
  link: (
    <path d="M7 9.500a2.500 2.500 0 0 0 3.500 0l2-2A2.500 2.500 0 0 0 9 4M9 6.500a2.500 2.500 0 0 0-3.500 0l-2 2A2.500 2.500 0 0 0 7 12" />
  ),
  stop: <rect x="4.250" y="4.250" width="7.500" height="7.500" rx="1" />,
  dots: <path d="M3.500 8h.010M8 8h.010M12.500 8h.010" strokeWidth="2" />,
  picture: (
    <>
      <rect x="2.500" y="3.500" width="11" height="9" rx="1.500" />
      <path d="m3 11 3-3 2.500 2.500L10.500 8.500l2.500 2.500" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

/** Beside words, so it says nothing itself. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shapes[name]}
    </svg>
  );
}

/** The gate of the product. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 22 22" aria-hidden="true">
      <path d="M3 20V10.500a8 8 0 0 1 16 0V20" fill="none" stroke="var(--text)" strokeWidth="2" />
      <path d="M7.500 20v-9a3.500 3.500 0 0 1 7 0v9z" fill="var(--accent)" />
    </svg>
  );
}
