import { HeadlessMantineProvider } from "@mantine/core";
import { type ReactNode, type Ref, useLayoutEffect, useState } from "react";

/** Stands in the place of a button that is elsewhere in the page: what opens is placed by that one. */
export function Anchor({ element, ref }: { element: HTMLElement | null; ref?: Ref<HTMLElement> }) {
  useLayoutEffect(() => {
    if (typeof ref === "function") ref(element);
    else if (ref) ref.current = element;
  }, [element, ref]);
  return null;
}

/** Opens after it was put into the page, not with it: what had the focus before is known only so. */
export function useShown(isOpen: boolean): boolean {
  const [isShown, setShown] = useState(false);
  useLayoutEffect(() => setShown(isOpen), [isOpen]);
  return isShown;
}

/** Mantine's behaviour without its looks: those are ours, and it would put styles into the page. */
export function Headless({ children }: { children: ReactNode }) {
  return <HeadlessMantineProvider>{children}</HeadlessMantineProvider>;
}
