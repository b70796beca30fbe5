import { type ComponentType, type Ref, useId, useState } from "react";
import { type Part, useLater } from "./later";

/** What every box that opens under a button is told. */
export type BoxProps = {
  /** Of the button; what opens is named by it. */
  id: string;
  /** The button, under which it stands. */
  anchor: HTMLElement | null;
  isOpen: boolean;
  onChange: (isOpen: boolean) => void;
};

type Target = {
  id: string;
  ref: Ref<HTMLButtonElement>;
  "aria-haspopup": "menu" | "dialog";
  "aria-expanded": boolean;
  "aria-controls": string | undefined;
};

/** A button and the box that it opens, which is fetched when somebody may need it. */
export function useBox<Props extends BoxProps>(
  part: Part<Props>,
  kind: "menu" | "dialog",
  isOpen: boolean,
  setOpen: (isOpen: boolean) => void,
): { target: Target; box: BoxProps; Box: ComponentType<Props> | undefined } {
  const id = useId();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const Box = useLater(part, isOpen);
  return {
    target: {
      id,
      ref: setAnchor,
      "aria-haspopup": kind,
      "aria-expanded": isOpen,
      "aria-controls": isOpen && Box !== undefined ? `${id}-dropdown` : undefined,
    },
    box: { id, anchor, isOpen, onChange: setOpen },
    Box,
  };
}
