import { Combobox, useCombobox } from "@mantine/core";
import { type ReactNode, useEffect, useId, useMemo, useState } from "react";
import { Headless } from "./Anchor";
import fieldClasses from "./Field.module.css";
import { Icon } from "./Icon";
import classes from "./Overlay.module.css";
import { StatusMark } from "./Status";
import { useEsc } from "./useEsc";

export type ComboOption = { value: string; label: string; note?: string | undefined };

/** Those that a text fits, the ones that begin with it first. */
export function fitting(options: readonly ComboOption[], text: string): readonly ComboOption[] {
  const said = text.trim().toLowerCase();
  if (said === "") return options;
  const rank = (o: ComboOption) => {
    const name = o.label.toLowerCase();
    return name.startsWith(said) ? 0 : name.includes(said) || o.value.toLowerCase().includes(said) ? 1 : 2;
  };
  return options
    .map((o) => [rank(o), o] as const)
    .filter(([r]) => r < 2)
    .sort((a, b) => a[0] - b[0])
    .map(([, o]) => o);
}

/** At most so many are drawn; typing finds the others. */
const shown = 100;

/** What fits, to choose from: for a dropdown of a Combobox. */
export function ComboOptions({
  options,
  none = "Nothing fits",
  active,
  typed,
}: {
  options: readonly ComboOption[];
  none?: string;
  active?: string | undefined;
  /** What is typed counts too, after what fits it: Enter takes the thing of that name. */
  typed?: string | undefined;
}) {
  return (
    <Combobox.Options className={classes.list} aria-label="Choices">
      {options.length === 0 && typed === undefined && <Combobox.Empty className={classes.none}>{none}</Combobox.Empty>}
      {options.slice(0, shown).map((o) => (
        <Combobox.Option key={o.value} value={o.value} active={o.value === active} className={classes.item}>
          <span>{o.label}</span>
          {o.note !== undefined && <span className={classes.note}>{o.note}</span>}
        </Combobox.Option>
      ))}
      {options.length > shown && <div className={classes.none}>and {options.length - shown} more: type to find them</div>}
      {typed !== undefined && (
        <Combobox.Option value={typed} className={classes.item}>
          <span>{typed}</span>
          <span className={classes.note}>as typed</span>
        </Combobox.Option>
      )}
    </Combobox.Options>
  );
}

/** One of many, found by typing. */
export function Combo({
  label,
  help,
  error,
  options,
  value,
  onChange,
  placeholder,
  disabled,
}: {
  label: string;
  help?: ReactNode;
  error?: ReactNode;
  options: readonly ComboOption[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  placeholder?: string;
  disabled?: boolean;
}) {
  const id = useId();
  const [text, setText] = useState<string>();
  const box = useCombobox({
    onDropdownClose: () => {
      box.resetSelectedOption();
      setText(undefined);
    },
  });
  // The list is known by its id only when it is there: drawn again, the field says what it controls.
  const [, drawAgain] = useState(0);
  useEffect(() => {
    if (box.dropdownOpened) drawAgain((times) => times + 1);
  }, [box.dropdownOpened]);
  const chosen = options.find((o) => o.value === value);
  const fit = useMemo(() => fitting(options, text ?? ""), [options, text]);
  const isTyped = text !== undefined && text.trim() !== "";
  const drawn = fit
    .slice(0, shown)
    .map((o) => o.value)
    .join("\n");
  // What Enter takes: the first that fits what is typed, else what is chosen already.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn decides
  useEffect(() => {
    if (!box.dropdownOpened) return;
    if (isTyped) box.selectFirstOption();
    else if (chosen !== undefined) box.selectActiveOption();
    else box.resetSelectedOption();
  }, [drawn, text, value, box.dropdownOpened]);
  useEsc(box.dropdownOpened, () => box.closeDropdown());
  const hasError = error !== undefined && error !== null && error !== "";
  const note = hasError ? error : help;
  return (
    <div className={fieldClasses.field}>
      <label htmlFor={id}>{label}</label>
      <Headless>
        <Combobox
          store={box}
          offset={2}
          // Where the field is: a dialog lies above everything that is elsewhere in the page.
          withinPortal={false}
          floatingStrategy="fixed"
          transitionProps={{ duration: 0 }}
          classNames={{ dropdown: classes.overlay }}
          onOptionSubmit={(next) => {
            onChange(next);
            box.closeDropdown();
          }}
        >
          <Combobox.Target>
            <div className={hasError ? `${fieldClasses.box} ${fieldClasses.wrong}` : fieldClasses.box}>
              <Combobox.EventsTarget withExpandedAttribute>
                <input
                  id={id}
                  aria-autocomplete="list"
                  disabled={disabled}
                  autoComplete="off"
                  spellCheck={false}
                  placeholder={placeholder}
                  aria-invalid={hasError || undefined}
                  aria-describedby={note ? `${id}-note` : undefined}
                  value={text ?? chosen?.label ?? value ?? ""}
                  onFocus={() => box.openDropdown()}
                  onClick={() => box.openDropdown()}
                  onBlur={() => box.closeDropdown()}
                  onChange={(e) => {
                    setText(e.currentTarget.value);
                    if (e.currentTarget.value === "") onChange(undefined);
                    box.openDropdown();
                  }}
                  onKeyDown={(e) => {
                    if (e.key !== "Enter" || e.nativeEvent.isComposing || !box.dropdownOpened) return;
                    // It takes an option, or closes the list; it does not send the form around it.
                    e.preventDefault();
                    if (box.getSelectedOptionIndex() === -1 && !isTyped) box.closeDropdown();
                  }}
                />
              </Combobox.EventsTarget>
              <Icon name="updown" size={14} />
            </div>
          </Combobox.Target>
          <Combobox.Dropdown>
            <ComboOptions options={fit} active={value} />
          </Combobox.Dropdown>
        </Combobox>
      </Headless>
      {note ? (
        <p id={`${id}-note`} className={hasError ? fieldClasses.error : fieldClasses.help} role={hasError ? "alert" : undefined}>
          {hasError && <StatusMark state="failed" size={13} />}
          <span>{note}</span>
        </p>
      ) : null}
    </div>
  );
}
