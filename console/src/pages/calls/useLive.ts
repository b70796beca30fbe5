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

type Batch = { items: Call[]; more: Schemas["LiveBatch"]["more"] };
type Held = { rows: CallRow[]; waiting: CallRow[]; missed: number };

const nothing: Held = { rows: [], waiting: [], missed: 0 };

/** Newer rows before older ones, up to the bound; says how many fell out. */
export function joined(newer: readonly CallRow[], older: readonly CallRow[]): { rows: CallRow[]; left: number } {
  const all = [...newer, ...older];
  return { rows: all.slice(0, room), left: Math.max(0, all.length - room) };
}

/** How long until one asks again a node that refused. */
const againMs = 5_000;

/** Calls as they end. While one reads, they wait and are counted. `onGap` is told when the stream was cut meanwhile: what ended then is in the list alone. */
export function useLive(isOn: boolean, parameters: string, isReading: boolean, onGap: () => void): Live {
  const [state, setState] = useState<Live["state"]>("off");
  const [held, setHeld] = useState<Held>(nothing);
  const latest = useRef({ isReading, onGap });
  latest.current = { isReading, onGap };

  useEffect(() => {
    setHeld(nothing);
    if (!isOn) {
      setState("off");
      return;
    }
    setState("opening");
    let source: EventSource;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wasOpen = false;
    const onCalls = (event: MessageEvent<string>) => {
      const { items, more } = JSON.parse(event.data) as Batch;
      const came = items.map(rowOf).reverse();
      // A page that is not looked at has nothing to draw.
      const waits = latest.current.isReading || document.hidden;
      setHeld((now) => {
        if (!waits) {
          const { rows } = joined([...came, ...now.waiting], now.rows);
          return { rows, waiting: [], missed: now.missed + more };
        }
        const { rows, left } = joined(came, now.waiting);
        return { rows: now.rows, waiting: rows, missed: now.missed + more + left };
      });
    };
    const open = () => {
      source = new EventSource(`/api/calls/live${parameters === "" ? "" : `?${parameters}`}`);
      source.onopen = () => {
        setState("on");
        if (wasOpen && !latest.current.isReading) {
          setHeld(nothing);
          latest.current.onGap();
        }
        wasOpen = true;
      };
      source.onerror = () => {
        setState("lost");
        // The browser comes again by itself when a stream ends, not when it was refused.
        if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, againMs);
      };
      source.addEventListener("calls", onCalls);
    };
    open();
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [isOn, parameters]);

  const show = useCallback(() => {
    setHeld((now) => ({ rows: joined(now.waiting, now.rows).rows, waiting: [], missed: now.missed }));
  }, []);
  return { rows: held.rows, waiting: held.waiting.length, missed: held.missed, state, show };
}
