import { percent } from "./format";
import classes from "./MeterBar.module.css";

type Tone = "good" | "risk" | "failed" | "off";

type Props = {
  spent: number;
  held: number;
  limit: number;
  /** How much of the window is over, from 0 to 1; left out where it never ends. */
  gone?: number | undefined;
  tone?: Tone;
  large?: boolean;
};

/** Solid = spent, hatched = held, empty = left, tick = time gone. */
export function MeterBar({ spent, held, limit, gone, tone = "good", large = false }: Props) {
  const share = (amount: number) => (limit <= 0 ? 1 : Math.min(1, Math.max(0, amount / limit)));
  const solid = share(spent);
  // What is held is seen, however little it is beside the limit.
  const hatched = held <= 0 ? 0 : Math.min(1 - solid, Math.max(0.014, share(held)));
  const words = `${percent(share(spent), 0)} spent, ${percent(share(held), 0)} held${gone === undefined ? "" : `, ${percent(gone, 0)} of the time gone`}`;
  return (
    <span className={large ? `${classes.bar} ${classes.large}` : classes.bar} role="img" aria-label={words} title={words}>
      <span className={`${classes.track} ${classes[tone] ?? ""}`}>
        <i className={classes.spent} style={{ width: `${solid * 100}%` }} />
        <i className={classes.held} style={{ width: `${hatched * 100}%` }} />
      </span>
      {gone !== undefined && <i className={classes.gone} style={{ left: `${gone * 100}%` }} />}
    </span>
  );
}

/** What the marks of bars mean. */
export function MeterKey() {
  return (
    <p className={classes.key}>
      <i className={classes.spent} /> spent
      <i className={classes.held} /> held
      <i className={classes.left} /> left
      <i className={classes.tick} /> time gone
    </p>
  );
}
