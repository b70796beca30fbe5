import { Popover } from "@mantine/core";
import { useEffect, useState } from "react";
import { Field } from "./Field";
import { Icon } from "./Icon";
import overlay from "./Overlay.module.css";
import { parseRange, presets, rangeName } from "./range";
import classes from "./TimeRange.module.css";
import { useEsc } from "./useEsc";
import { useZone } from "./zone";

const help = "3h, yesterday, 6 nov – now, 2026-11-06 14:00 – 15:30";

/** The one way to choose a stretch of time: typed or from the menu. T opens it. What was typed is what stands in the address. */
export function TimeRange({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [zone, setZone] = useZone();
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [isWrong, setWrong] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "t" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  useEffect(() => {
    if (isOpen) {
      setText("");
      setWrong(false);
    }
  }, [isOpen]);
  useEsc(isOpen, () => setOpen(false));
  const choose = (next: string) => {
    setOpen(false);
    if (next !== value) onChange(next);
  };
  const now = new Date();
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-end"
      offset={4}
      trapFocus
      returnFocus
      transitionProps={{ duration: 0 }}
      classNames={{ dropdown: `${overlay.overlay} ${classes.box}` }}
    >
      <Popover.Target>
        <button type="button" className={classes.button} title="Time (T)" onClick={() => setOpen((open) => !open)}>
          <Icon name="clock" size={14} />
          {rangeName(value, now, zone)}
          <Icon name="down" size={12} />
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Time">
        <form
          className={classes.typed}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (parseRange(text, new Date(), zone) === undefined) setWrong(true);
            else choose(text.trim());
          }}
        >
          <Field
            label="Time"
            value={text}
            data-autofocus
            autoComplete="off"
            spellCheck={false}
            placeholder={value}
            help={help}
            error={isWrong ? `That is no stretch of time. Try ${help}.` : undefined}
            onChange={(e) => {
              setText(e.currentTarget.value);
              setWrong(false);
            }}
          />
        </form>
        <div className={classes.presets}>
          {presets.map((p) => (
            <button
              key={p.text}
              type="button"
              className={overlay.item}
              aria-pressed={p.text === value}
              onClick={() => choose(p.text)}
            >
              <span>{p.name}</span>
              {p.text !== p.name.toLowerCase() && <span className={overlay.note}>{p.text}</span>}
            </button>
          ))}
        </div>
        <div className={classes.foot}>
          {zone === "utc" ? "Times are in UTC" : `Times are in ${Intl.DateTimeFormat().resolvedOptions().timeZone}`}
          <button type="button" onClick={() => setZone(zone === "utc" ? "local" : "utc")}>
            {zone === "utc" ? "Show my time" : "Show UTC"}
          </button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Letters that are keys of the console are letters where one writes. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest("input, textarea, select, dialog, [role='menu'], [role='listbox']") !== null)
  );
}
