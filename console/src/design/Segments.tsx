import classes from "./Segments.module.css";

/** One of a few views of the same thing. */
export function Segments<Value extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: readonly { value: Value; name: string; why?: string | undefined }[];
  value: Value;
  onChange: (value: Value) => void;
}) {
  return (
    <fieldset className={classes.segments}>
      <legend className="unseen">{label}</legend>
      {options.map((o) => (
        <button
          key={o.value}
          type="button"
          aria-pressed={o.value === value}
          disabled={o.why !== undefined}
          title={o.why}
          onClick={() => onChange(o.value)}
        >
          {o.name}
        </button>
      ))}
    </fieldset>
  );
}
