import { StatusMark } from "../../design/Status";
import { LinkTo } from "../../shell/LinkTo";
import classes from "./RisksPage.module.css";
import { type Control, placeOf, states } from "./risks";

/** A control of an item: how it stands, by what, and where that shows. */
export function ControlLine({ of: control, level }: { of: Control; level: string | undefined }) {
  const place = placeOf(control, level);
  return (
    <li className={classes.control}>
      <StateChip of={control} />
      <p>
        <span className={classes.title}>{control.title}</span> <span className="muted">{control.finding ?? control.says}</span>
        {place !== undefined && (
          <>
            {" "}
            <LinkTo to={place.to} search={place.search}>
              {place.name}
            </LinkTo>
          </>
        )}
      </p>
    </li>
  );
}

/** The state as a mark and a word; nothing where nothing was checked. */
export function StateChip({ of: control }: { of: Control }) {
  if (control.state === null) return null;
  const { state, word } = states[control.state];
  return (
    <span className={`${classes.chip} ${classes[control.state]}`}>
      <StatusMark state={state} size={13} />
      {word}
    </span>
  );
}
