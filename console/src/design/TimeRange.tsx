import { useEffect, useState } from "react";
import { Icon } from "./Icon";
import { later } from "./later";
import { rangeName } from "./range";
import classes from "./TimeRange.module.css";
import { useBox } from "./useBox";
import { useEsc } from "./useEsc";
import { useZone } from "./zone";

const part = later(() => import("./boxes").then((boxes) => boxes.TimeBox));

/** The one way to choose a stretch of time: typed or from the menu. T opens it. What was typed is what stands in the address. */
export function TimeRange({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [zone] = useZone();
  const [isOpen, setOpen] = useState(false);
  const { target, box, Box } = useBox(part, "dialog", isOpen, setOpen);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "t" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  useEsc(isOpen, () => setOpen(false));
  const choose = (next: string) => {
    setOpen(false);
    if (next !== value) onChange(next);
  };
  return (
    <>
      <button type="button" {...target} className={classes.button} title="Time (T)" onClick={() => setOpen((open) => !open)}>
        <Icon name="clock" size={14} />
        {rangeName(value, new Date(), zone)}
        <Icon name="down" size={12} />
      </button>
      {Box !== undefined && <Box {...box} value={value} onChoose={choose} />}
    </>
  );
}

/** Letters that are keys of the console are letters where one writes. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest("input, textarea, select, dialog, [role='menu'], [role='listbox']") !== null)
  );
}
