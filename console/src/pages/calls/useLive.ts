import { useCallback, useEffect, useRef, useState } from "react";
import type { Schemas } from "../../api/client";
import { type Call, type CallRow, rowOf } from "./calls";

/** Rows that are kept of what came: what is older is in the list when it is read anew. */
export const room = 500;

export type Live = {
  /** Newest first. */
  rows: readonly CallRow[];
  /** Calls that came while one reads. */
  waiting: number;
  /** Calls that were not shown, for there was no room for them. */
  missed: number;
  state: "off" | "opening" | "on" | "lost";
  /** Shows what waits. */
  show: () => void;
};

type Held = { rows: CallRow[]; waiting: CallRow[]; missed: number };

/** Newer rows before older ones, up to the bound; says how many fell out. */
export function joined(newer: readonly CallRow[], older: readonly CallRow[]): { rows: CallRow[]; left: number } {
  const all = [...newer, ...older];
  return { rows: all.slice(0, room), left: Math.max(0, all.length - room) };
}

/** Calls as they end. While one reads, they wait and are counted. */
export function useLive(isOn: boolean, parameters: string, isReading: boolean): Live {
  const [state, setState] = useState<Live["state"]>("off");
  const [held, setHeld] = useState<Held>({ rows: [], waiting: [], missed: 0 });
  const reading = useRef(isReading);
  reading.current = isReading;

  useEffect(() => {
    setHeld({ rows: [], waiting: [], missed: 0 });
    if (!isOn) {
      setState("off");
      return;
    }
    setState("opening");
    // The browser comes again by itself when the stream ends or breaks.
    const source = new EventSource(`/api/calls/live${parameters === "" ? "" : `?${parameters}`}`);
    source.onopen = () => setState("on");
    source.onerror = () => setState("lost");
    source.addEventListener("calls", (event) => {
      const { items, more } = JSON.parse(event.data) as { items: Call[]; more: Schemas["LiveBatch"]["more"] };
      const came = items.map(rowOf).reverse();
      // A page that is not looked at has nothing to draw.
      const waits = reading.current || document.hidden;
      setHeld((now) => {
        if (!waits) {
          const { rows } = joined([...came, ...now.waiting], now.rows);
          return { rows, waiting: [], missed: now.missed + more };
        }
        const { rows, left } = joined(came, now.waiting);
        return { rows: now.rows, waiting: rows, missed: now.missed + more + left };
      });
    });
    return () => source.close();
  }, [isOn, parameters]);

  const show = useCallback(() => {
    setHeld((now) => ({ rows: joined(now.waiting, now.rows).rows, waiting: [], missed: now.missed }));
  }, []);
  return { rows: held.rows, waiting: held.waiting.length, missed: held.missed, state, show };
}
