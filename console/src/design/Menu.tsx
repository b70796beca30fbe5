import { cloneElement, type MouseEvent, type ReactElement, useState } from "react";
import type { IconName } from "./Icon";
import { later } from "./later";
import { useBox } from "./useBox";
import { useEsc } from "./useEsc";

export type MenuItem =
  | {
      name: string;
      icon?: IconName;
      note?: string;
      isDangerous?: boolean;
      why?: string | undefined;
      /** It is on or off, and choosing it turns that. */
      isOn?: boolean;
      /** One of some of which at most one is shown now: the mark has its room beside all of them. */
      isShown?: boolean;
      /** A second thing to do with it, beside it. */
      aside?: { name: string; icon: IconName; onSelect: () => void };
      onSelect: () => void;
    }
  | "rule"
  | { group: string };

const part = later(() => import("./boxes").then((boxes) => boxes.MenuBox));

/** More actions than there is room for, behind the button that is given. Arrows move, Enter acts, Esc closes. What may not be done says why. */
export function Menu({
  items,
  stays = false,
  children,
}: {
  items: readonly MenuItem[];
  /** It stays open when something was chosen, since one chooses several. */
  stays?: boolean;
  children: ReactElement<{ onClick?: (event: MouseEvent) => void }>;
}) {
  const [isOpen, setOpen] = useState(false);
  const { target, box, Box } = useBox(part, "menu", isOpen, setOpen);
  useEsc(isOpen, () => setOpen(false));
  const press = (event: MouseEvent) => {
    children.props.onClick?.(event);
    setOpen((open) => !open);
  };
  return (
    <>
      {cloneElement(children, { ...target, onClick: press })}
      {Box !== undefined && <Box {...box} items={items} stays={stays} />}
    </>
  );
}
