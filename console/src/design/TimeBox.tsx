import { Popover } from "@mantine/core";
import { useEffect, useState } from "react";
import { Anchor, Headless, useShown } from "./Anchor";
import { Field } from "./Field";
import overlay from "./Overlay.module.css";
import { parseRange, presets } from "./range";
import classes from "./TimeRange.module.css";
import type { BoxProps } from "./useBox";
import { useZone } from "./zone";

const help = "3h, yesterday, 6 nov – now, 2026-11-06 14:00 – 15:30";

/** What the time opens: typed or from the list. */
export function TimeBox({
  value,
  onChoose,
  id,
  anchor,
  isOpen,
  onChange,
}: BoxProps & {
  value: string;
  onChoose: (text: string) => void;
}) {
  const [zone, setZone] = useZone();
  const [text, setText] = useState("");
  const [isWrong, setWrong] = useState(false);
  const isShown = useShown(isOpen);
  useEffect(() => {
    if (isShown) {
      setText("");
      setWrong(false);
    }
  }, [isShown]);
  return (
    <Headless>
      <Popover
        id={id}
        opened={isShown}
        onChange={onChange}
        position="bottom-end"
        offset={4}
        trapFocus
        returnFocus
        transitionProps={{ duration: 0 }}
        classNames={{ dropdown: `${overlay.overlay} ${classes.box}` }}
      >
        <Popover.Target>
          <Anchor element={anchor} />
        </Popover.Target>
        <Popover.Dropdown aria-label="Time">
          <form
            className={classes.typed}
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              if (parseRange(text, new Date(), zone) === undefined) setWrong(true);
              else onChoose(text.trim());
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
                onClick={() => onChoose(p.text)}
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
    </Headless>
  );
}
