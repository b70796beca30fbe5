import { type ComponentType, useEffect, useState } from "react";

type Part<Props> = {
  /** Fetches it, once; tried again when it did not come. */
  ask: () => Promise<void>;
  got: ComponentType<Props> | undefined;
};

const parts: Pick<Part<never>, "ask">[] = [];

/** Something that opens over a page and is no part of the first one that is shown. */
export function later<Props>(load: () => Promise<ComponentType<Props>>): Part<Props> {
  let asked: Promise<void> | undefined;
  const part: Part<Props> = {
    got: undefined,
    ask: () => {
      asked ??= load().then(
        (got) => {
          part.got = got;
        },
        // The server is away, which the page tells; whoever opens it asks anew.
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

/** At the first sign of a person, all that can open is fetched, so that it is there when it is opened. */
export function fetchWhenUsed(): () => void {
  const signs = ["pointermove", "pointerdown", "keydown"];
  const stop = () => {
    for (const sign of signs) removeEventListener(sign, fetchAll, { capture: true });
  };
  const fetchAll = () => {
    stop();
    for (const part of parts) void part.ask();
  };
  for (const sign of signs) addEventListener(sign, fetchAll, { capture: true, passive: true });
  return stop;
}

/** The part from its first opening on. */
export function useLater<Props>(part: Part<Props>, isOpen: boolean): ComponentType<Props> | undefined {
  const [wasOpened, setOpened] = useState(false);
  useEffect(() => {
    if (!isOpen || wasOpened) return;
    let isAwaited = true;
    void part.ask().then(() => isAwaited && setOpened(part.got !== undefined));
    return () => {
      isAwaited = false;
    };
  }, [part, isOpen, wasOpened]);
  return wasOpened ? part.got : undefined;
}
