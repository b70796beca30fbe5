import { useEffect, useRef, useState } from "react";
import { Icon } from "./Icon";
import classes from "./SearchBox.module.css";
import { isTyping } from "./TimeRange";

/** Words that a list is searched by; / leads there, Esc takes them away. */
export function SearchBox({
  label,
  value,
  isSent = false,
  onChange,
}: {
  label: string;
  value: string;
  /** It is searched when Enter is pressed, not while one types: a search that costs something. */
  isSent?: boolean;
  onChange: (text: string) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <span className={classes.box}>
      <Icon name="search" size={14} />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        title={`${label} (/)${isSent ? ": Enter searches" : ""}`}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(e) => {
          setText(e.currentTarget.value);
          if (!isSent || e.currentTarget.value === "") onChange(e.currentTarget.value);
        }}
        onKeyDown={(e) => {
          if (isSent && e.key === "Enter") onChange(text.trim());
          if (e.key !== "Escape") return;
          e.preventDefault();
          setText("");
          onChange("");
          e.currentTarget.blur();
        }}
      />
    </span>
  );
}
