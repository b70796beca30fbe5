import { Link } from "@tanstack/react-router";
import type { Meter } from "./meter";

/** The way to the calls that a budget counts. */
export function callsOf(meter: Meter, of: string) {
  if (of === "*") return null;
  return (
    <Link to="/calls" search={{ [meter.scope]: of }}>
      Calls
    </Link>
  );
}
