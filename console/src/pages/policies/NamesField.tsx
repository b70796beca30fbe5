import { useId, useState } from "react";
import { Button } from "../../design/Button";
import { Field } from "../../design/Field";
import classes from "./Form.module.css";

/** Several texts, each with a way to take it off, and one to add. */
export function NamesField({
  label,
  help,
  error,
  items,
  onChange,
  known = [],
  none,
}: {
  label: string;
  help?: string | undefined;
  error?: string | undefined;
  /** Undefined: nothing is said. */
  items: readonly string[] | undefined;
  onChange: (items: readonly string[]) => void;
  /** Offered while one types. */
  known?: readonly string[];
  /** What it means that the list is there and empty. */
  none?: string | undefined;
}) {
  const id = useId();
  const [text, setText] = useState("");
  const said = items ?? [];
  const add = () => {
    const one = text.trim();
    if (one === "") return;
    if (!said.includes(one)) onChange([...said, one]);
    setText("");
  };
  return (
    <div className={classes.names}>
      <div className={classes.add}>
        <Field
          label={label}
          help={help}
          error={error}
          value={text}
          list={known.length > 0 ? id : undefined}
          placeholder={items === undefined ? "Nothing said" : "Add another"}
          autoComplete="off"
          spellCheck={false}
          onChange={(e) => setText(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key !== "Enter" || e.nativeEvent.isComposing) return;
            e.preventDefault();
            add();
          }}
        />
        <Button onClick={add} aria-label={`Add to ${label}`} disabled={text.trim() === ""}>
          Add
        </Button>
      </div>
      {known.length > 0 && (
        <datalist id={id}>
          {known
            .filter((k) => !said.includes(k))
            .map((k) => (
              <option key={k} value={k} />
            ))}
        </datalist>
      )}
      {items !== undefined && (
        <ul className={classes.chips} aria-label={`${label} says`}>
          {said.length === 0 && none !== undefined && <li className={classes.none}>{none}</li>}
          {said.map((i) => (
            <li key={i}>
              <span className="mono">{i}</span>
              <button type="button" aria-label={`Take ${i} off ${label}`} onClick={() => onChange(said.filter((o) => o !== i))}>
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
