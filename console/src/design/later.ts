import { type ComponentType, useEffect, useState } from "react";

export type Part<Props> = {
  /** Fetches it, once; again when it did not come. Never fails: what came is in `got`. */
  ask: () => Promise<void>;
  got: ComponentType<Props> | undefined;
};

const parts: Pick<Part<never>, "ask">[] = [];

/** Something that is no part of the first page that is shown: what opens over it, another page, what draws. */
export function later<Props>(load: () => Promise<ComponentType<Props>>): Part<Props> {
  let asked: Promise<void> | undefined;
  const part: Part<Props> = {
    got: undefined,
    ask: () => {
      asked ??= load().then(
        (got) => {
          part.got = got;
        },
        // The server is away. Who needs it tells, and asks anew.
        () => {
          asked = undefined;
        },
      );
      return asked;
    },
  };
  parts.push(part);
  return part;
}

/** How long one waits before a part that did not come is asked for again. */
export const againMs = 5_000;

/** Time that the page does not need; some browsers do not tell of it. */
const idle = () =>
  new Promise<unknown>((done) => ("requestIdleCallback" in window ? requestIdleCallback(done) : setTimeout(done, 200)));

/** From the first sign of somebody on, all parts are fetched one after another: they are there when they are wanted, and while the server is away. */
export function fetchWhenUsed(): () => void {
  const signs = ["pointermove", "pointerdown", "keydown"];
  const stop = () => {
    for (const sign of signs) removeEventListener(sign, fetchAll, { capture: true });
  };
  const fetchAll = async () => {
    stop();
    for (const part of parts) {
      await idle();
      await part.ask();
    }
  };
  for (const sign of signs) addEventListener(sign, fetchAll, { capture: true, passive: true });
  return stop;
}

/** The part, from when it was first needed on. */
export function useLater<Props>(part: Part<Props>, isNeeded: boolean): ComponentType<Props> | undefined {
  const [wasNeeded, setNeeded] = useState(isNeeded && part.got !== undefined);
  useEffect(() => {
    if (!isNeeded || wasNeeded) return;
    let isAwaited = true;
    let timer: number | undefined;
    const ask = async () => {
      await part.ask();
      if (!isAwaited) return;
      if (part.got === undefined) timer = window.setTimeout(ask, againMs);
      else setNeeded(true);
    };
    void ask();
    return () => {
      isAwaited = false;
      clearTimeout(timer);
    };
  }, [part, isNeeded, wasNeeded]);
  return wasNeeded ? part.got : undefined;
}
