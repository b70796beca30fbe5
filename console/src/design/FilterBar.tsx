import { Combobox, useCombobox } from "@mantine/core";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { Headless } from "./Anchor";
import { type ComboOption, ComboOptions, fitting } from "./Combo";
import classes from "./FilterBar.module.css";
import { Icon } from "./Icon";
import overlay from "./Overlay.module.css";
import { isTyping } from "./TimeRange";
import { useEsc } from "./useEsc";

/** Something by which a list is narrowed. */
export type Dimension = {
  /** Its name in the address. */
  id: string;
  name: string;
  /** What it may be. */
  options: readonly ComboOption[];
  /** Other values than the options are possible: what is typed counts. */
  isFree?: boolean;
  /** What stands between its name and the value; left out: is. */
  verb?: string;
};

const verbOf = (d: Dimension) => d.verb ?? "is";

/** The conditions of a list as tokens, `Workspace is Claims ×`. F adds one. At the right, what the list can do. */
export function FilterBar({
  dimensions,
  values,
  onChange,
  children,
}: {
  dimensions: readonly Dimension[];
  values: Readonly<Record<string, string | undefined>>;
  onChange: (id: string, value: string | undefined) => void;
  children?: ReactNode;
}) {
  const set = dimensions.filter((d) => values[d.id] !== undefined);
  const open = dimensions.filter((d) => values[d.id] === undefined);
  return (
    <search className={classes.bar} aria-label="Filters">
      {set.map((d) => {
        const value = values[d.id] as string;
        return (
          <span key={d.id} className={classes.token}>
            <Chooser dimensions={[d]} onChoose={onChange}>
              {(toggle) => (
                <button type="button" onClick={toggle} title={value}>
                  {d.name} {verbOf(d)} <b>{d.options.find((o) => o.value === value)?.label ?? value}</b>
                </button>
              )}
            </Chooser>
            <button type="button" aria-label={`${d.name}: any`} onClick={() => onChange(d.id, undefined)}>
              <Icon name="close" size={12} />
            </button>
          </span>
        );
      })}
      {open.length > 0 && (
        <Chooser dimensions={open} onChoose={onChange} hasKey>
          {(toggle) => (
            <button type="button" className={classes.add} onClick={toggle} title="Add a filter (F)">
              <Icon name="plus" size={12} />
              Filter
            </button>
          )}
        </Chooser>
      )}
      <span className={classes.space} />
      {children}
    </search>
  );
}

/** First what it is about, where that is open, then the value. */
function Chooser({
  dimensions,
  onChoose,
  hasKey = false,
  children,
}: {
  dimensions: readonly Dimension[];
  onChoose: (id: string, value: string) => void;
  hasKey?: boolean;
  children: (toggle: () => void) => ReactNode;
}) {
  const only = dimensions.length === 1 ? dimensions[0] : undefined;
  const [at, setAt] = useState<Dimension>();
  const [text, setText] = useState("");
  const box = useCombobox({
    onDropdownClose: () => {
      box.resetSelectedOption();
      setAt(undefined);
      setText("");
    },
    onDropdownOpen: () => box.focusSearchInput(),
  });
  const dimension = only ?? at;
  const options = useMemo(
    () => fitting(dimension?.options ?? dimensions.map((d) => ({ value: d.id, label: d.name })), text),
    [dimension, dimensions, text],
  );
  // What is drawn first is chosen by Enter.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the options decide
  useEffect(() => {
    if (box.dropdownOpened) box.selectFirstOption();
  }, [options, box.dropdownOpened]);
  const place = useRef<HTMLSpanElement>(null);
  useEsc(box.dropdownOpened, () => {
    box.closeDropdown();
    // The input stays in the page, unseen, and would take the next letters: they are keys of the list again.
    place.current?.querySelector("button")?.focus();
  });
  const { openDropdown } = box;
  useEffect(() => {
    if (!hasKey) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "f" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      openDropdown();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [hasKey, openDropdown]);
  const free = dimension?.isFree === true && text.trim() !== "" && !options.some((o) => o.value === text.trim());
  return (
    <Headless>
      <Combobox
        store={box}
        position="bottom-start"
        width={260}
        offset={4}
        transitionProps={{ duration: 0 }}
        classNames={{ dropdown: overlay.overlay }}
        onOptionSubmit={(value) => {
          if (dimension === undefined) {
            setAt(dimensions.find((d) => d.id === value));
            setText("");
            return;
          }
          onChoose(dimension.id, value);
          box.closeDropdown();
        }}
      >
        <Combobox.Target targetType="button" withAriaAttributes={false}>
          {/* The ref that places the menu needs an element of the page. */}
          <span ref={place}>{children(() => box.toggleDropdown())}</span>
        </Combobox.Target>
        <Combobox.Dropdown>
          <div className={overlay.search}>
            <Icon name="search" size={14} />
            <Combobox.EventsTarget>
              <input
                ref={box.searchRef as never}
                aria-label={dimension === undefined ? "Filter by" : `${dimension.name} ${verbOf(dimension)}`}
                placeholder={dimension === undefined ? "Filter by" : `${dimension.name} ${verbOf(dimension)}`}
                autoComplete="off"
                spellCheck={false}
                value={text}
                onChange={(e) => setText(e.currentTarget.value)}
                onBlur={() => box.closeDropdown()}
                onKeyDown={(e) => {
                  // It takes an option and acts on nothing around the list.
                  if (e.key === "Enter" && !e.nativeEvent.isComposing) e.preventDefault();
                }}
              />
            </Combobox.EventsTarget>
          </div>
          <ComboOptions options={options} typed={free ? text.trim() : undefined} />
        </Combobox.Dropdown>
      </Combobox>
    </Headless>
  );
}
