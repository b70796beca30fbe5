import classes from "./Pick.module.css";

/** One of a few, in a bar: its name and its value in one line. */
export function Pick({
  name,
  label,
  options,
  value,
  onChange,
  large = false,
}: {
  /** What is chosen, for those who hear the page alone. */
  name: string;
  label: string;
  options: readonly { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
  large?: boolean;
}) {
  return (
    <label className={large ? `${classes.pick} ${classes.large}` : classes.pick}>
      <span aria-hidden="true">{label}</span>
      <select aria-label={name} value={value} onChange={(e) => onChange(e.currentTarget.value)}>
        {options.map((o) => (
          <option key={o.value} value={o.value}>
            {o.label}
          </option>
        ))}
      </select>
    </label>
  );
}
