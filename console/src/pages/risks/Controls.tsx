import { LinkTo } from "../../shell/LinkTo";
import { StateChip } from "./ControlLine";
import { Sums } from "./Items";
import classes from "./RisksPage.module.css";
import { type Control, placeOf } from "./risks";

/** All controls by themselves: what each does, how it stands, where that shows, and which tests show that it works. */
export function Controls({ controls, level }: { controls: readonly Control[]; level: string | undefined }) {
  return (
    <>
      <header className={classes.about}>
        <h2>Controls</h2>
        <p className="muted">
          What Portico does, whichever list asks for it. Each is checked by what is in force; the tests stand in its repository.
        </p>
        <Sums controls={controls} none={0} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the page is scrolled with the keys */}
      <section className={classes.scroller} aria-label="Controls" tabIndex={0}>
        <table className={`${classes.table} ${classes.wide}`} aria-label="Controls">
          <thead>
            <tr>
              <th scope="col">Control</th>
              <th scope="col">How it stands</th>
              <th scope="col">Evidence</th>
            </tr>
          </thead>
          <tbody>
            {controls.map((c) => (
              <Row key={c.id} of={c} level={level} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function Row({ of: control, level }: { of: Control; level: string | undefined }) {
  const place = placeOf(control, level);
  return (
    <tr>
      <th scope="row">
        <span className={classes.item}>{control.title}</span>
        <span className="muted">{control.says}</span>
      </th>
      <td data-head="How it stands">
        <div className={classes.control}>
          <StateChip of={control} />
          <p className="muted">{control.finding ?? "Choose a level to have it checked."}</p>
        </div>
      </td>
      <td data-head="Evidence">
        <ul className={classes.evidence}>
          {place !== undefined && (
            <li>
              <LinkTo to={place.to} search={place.search}>
                {place.name}
              </LinkTo>
            </li>
          )}
          <li className="mono muted">{control.endpoint}</li>
          <li className="mono muted">{control.guide}</li>
          <li className="mono muted">{control.tests.join(" ")}</li>
        </ul>
      </td>
    </tr>
  );
}
