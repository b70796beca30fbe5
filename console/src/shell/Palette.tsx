import { useEffect, useMemo, useRef, useState } from "react";
import { Icon } from "../design/Icon";
import classes from "./Palette.module.css";
import { type Entry, keepRecent, ranked, readRecent } from "./palette";

/** So many are drawn; typing finds the others. */
const shown = 60;

/** Everything that one can reach or do, by typing. Arrows move, Enter goes or acts, Tab lists what can be done with a thing, Esc goes back. */
export function Palette({
  entries,
  typed,
  isLoading,
  onClose,
}: {
  entries: readonly Entry[];
  /** What a text leads to by itself: an id of something that is in no list. */
  typed: (text: string) => Entry | undefined;
  isLoading: boolean;
  onClose: () => void;
}) {
  const box = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [of, setOf] = useState<Entry>();
  const recent = useMemo(readRecent, []);
  useEffect(() => {
    box.current?.showModal();
  }, []);
  const fit = useMemo(() => {
    const direct = of === undefined ? typed(text) : undefined;
    const some = ranked(of?.actions ?? entries, text, recent).slice(0, shown);
    return direct === undefined ? some : [direct, ...some];
  }, [of, entries, typed, text, recent]);
  const groups = useMemo(() => {
    const found: { name: string; entries: Entry[] }[] = [];
    for (const entry of fit) {
      const group = found.find((g) => g.name === entry.group);
      if (group === undefined) found.push({ name: entry.group, entries: [entry] });
      else group.entries.push(entry);
    }
    return found;
  }, [fit]);
  const order = useMemo(() => groups.flatMap((g) => g.entries), [groups]);
  const chosen = order[Math.min(at, order.length - 1)];
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen comes into sight
  useEffect(() => {
    list.current?.querySelector("[aria-selected='true']")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const look = (next: string) => {
    setText(next);
    setAt(0);
  };
  const run = (entry: Entry) => {
    keepRecent(entry.id);
    onClose();
    entry.run();
  };
  const onKey = (event: React.KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "ArrowDown") setAt((i) => Math.min(order.length - 1, i + 1));
    else if (event.key === "ArrowUp") setAt((i) => Math.max(0, i - 1));
    else if (event.key === "Enter" && chosen !== undefined) run(chosen);
    else if (event.key === "Tab" && chosen?.actions !== undefined) {
      setOf(chosen);
      look("");
    } else if (event.key === "Backspace" && text === "" && of !== undefined) setOf(undefined);
    else if (event.key !== "Tab") return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={box}
      className={classes.box}
      aria-label="Go to or do"
      onCancel={(event) => {
        event.preventDefault();
        if (of === undefined) onClose();
        else setOf(undefined);
      }}
      onKeyDown={onKey}
      onClick={(event) => event.target === box.current && onClose()}
    >
      <div className={classes.typed}>
        <Icon name="search" />
        {of !== undefined && <span className={classes.of}>{of.name}</span>}
        <input
          role="combobox"
          aria-label="Go to or do"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={chosen === undefined ? undefined : `palette-${chosen.id}`}
          placeholder={of === undefined ? "Go to a page, a key, a model, a call; or do something" : "Do"}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(e) => look(e.currentTarget.value)}
        />
      </div>
      <div ref={list} id="palette-list" role="listbox" aria-label="What fits" className={classes.list}>
        {order.length === 0 && (
          <p className={classes.none}>{isLoading ? "Looking" : "Nothing fits. Names and ids are looked through."}</p>
        )}
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: options are in groups of a list box
          <div key={group.name} role="group" aria-label={group.name}>
            <div className={classes.group} aria-hidden="true">
              {group.name}
            </div>
            {group.entries.map((entry) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys are at the field
              // biome-ignore lint/a11y/useFocusableInteractive: as above
              <div
                key={entry.id}
                id={`palette-${entry.id}`}
                role="option"
                aria-selected={entry === chosen}
                className={classes.entry}
                onClick={() => run(entry)}
                onMouseMove={() => setAt(order.indexOf(entry))}
              >
                <span>{entry.name}</span>
                <span className={classes.note}>{entry.note}</span>
              </div>
            ))}
          </div>
        ))}
      </div>
      <div className={classes.foot}>
        <span>
          <kbd>↵</kbd>go or do
        </span>
        <span>
          <kbd>Tab</kbd>actions of a thing
        </span>
        <span>
          <kbd>&gt;</kbd>only actions
        </span>
      </div>
    </dialog>
  );
}
