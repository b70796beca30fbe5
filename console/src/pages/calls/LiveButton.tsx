import { Button } from "../../design/Button";
import { count } from "../../design/format";
import type { Live } from "./useLive";

const past = "The time ends in the past, and what ends now is not in it";

/** Live or not, and how it stands: L does the same. */
export function LiveButton({
  live,
  isOn,
  isReading,
  endsInThePast,
  onToggle,
}: {
  live: Live;
  isOn: boolean;
  isReading: boolean;
  endsInThePast: boolean;
  onToggle: () => void;
}) {
  if (!isOn)
    return (
      <Button icon="play" onClick={onToggle} why={endsInThePast ? past : undefined} title="Show calls as they end (L)">
        Live
      </Button>
    );
  const note =
    live.state === "lost"
      ? "not connected, trying again"
      : live.state === "opening"
        ? "connecting"
        : isReading
          ? `paused while you read${live.waiting > 0 ? `, ${count(live.waiting)} new` : ""}`
          : "";
  return (
    <Button icon="pause" aria-pressed={true} onClick={onToggle} title="Calls as they end on the node that answers. Stop (L)">
      Live {note !== "" && <span className="muted num">{note}</span>}
    </Button>
  );
}
