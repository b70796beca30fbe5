import { useCallback } from "react";
import { keptOf } from "../../api/kept";
import { useMe } from "../../api/session";

/** What is being written at a level: it stays while one looks at what holds or at a replay, and goes with the session. */
export function useWritten(level: string): { written: string | undefined; keep: (text: string | undefined) => void } {
  const { data: me } = useMe();
  const name = keptOf(me?.id ?? "", `policy.${level}`);
  const keep = useCallback(
    (text: string | undefined) => {
      if (text === undefined) localStorage.removeItem(name);
      else localStorage.setItem(name, text);
    },
    [name],
  );
  return { written: localStorage.getItem(name) ?? undefined, keep };
}
