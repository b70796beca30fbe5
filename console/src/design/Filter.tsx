import { useEffect, useState } from "react";
import classes from "./Filter.module.css";
import { Icon } from "./Icon";

/** One condition of a list: what it is about, and a value that can be taken away. */
export function Filter({
  name,
  value,
  options,
  onChange,
}: {
  name: string;
  value: string | undefined;
  options?: readonly string[];
  onChange: (value: string | undefined) => void;
}) {
  const [text, setText] = useState(value ?? "");
  useEffect(() => setText(value ?? ""), [value]);
  const send = (next: string) => onChange(next.trim() === "" ? undefined : next.trim());
  return (
    <div className={value === undefined ? classes.filter : `${classes.filter} ${classes.set}`}>
      <span className={classes.name}>{name}</span>
      {options === undefined ? (
        <input
          aria-label={`${name} is`}
          value={text}
          size={Math.max(6, text.length)}
          placeholder="any"
          onChange={(e) => setText(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key === "Enter") send(text);
          }}
          onBlur={() => send(text)}
        />
      ) : (
        <select aria-label={`${name} is`} value={value ?? ""} onChange={(e) => send(e.currentTarget.value)}>
          <option value="">any</option>
          {options.map((o) => (
            <option key={o} value={o}>
              {o}
            </option>
          ))}
        </select>
      )}
      {value !== undefined && (
        <button type="button" aria-label={`${name}: any`} onClick={() => onChange(undefined)}>
          <Icon name="close" size={12} />
        </button>
      )}
    </div>
  );
}
