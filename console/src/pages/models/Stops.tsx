import classes from "./Details.module.css";
import type { Stop } from "./stops";

/** Names what stops working, and what goes on by another way. */
export function Stops({ stops, goesOn }: { stops: readonly Stop[]; goesOn: readonly string[] }) {
  return (
    <>
      {stops.length === 0 ? (
        <p>{goesOn.length === 0 ? "Nothing is called over it now." : "Nothing stops working."}</p>
      ) : (
        <>
          <p>Callers of these get an error from then on:</p>
          <ul className={classes.stops}>
            {stops.map((s) => (
              <li key={`${s.kind} ${s.name}`}>
                <span className="mono">{s.name}</span> <span className="faint">{s.kind}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {goesOn.length > 0 && (
        <p>
          Served elsewhere too, and going on there: <span className="mono">{goesOn.join(", ")}</span>.
        </p>
      )}
    </>
  );
}
