import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import classes from "./Palette.module.css";
import { tasks } from "./places";
import { keyNames } from "./useKeys";

/** All keys of the keyboard. */
export function KeysHelp({ onClose }: { onClose: () => void }) {
  const places = tasks.flatMap((t) => t.places).filter((p) => p.letter !== undefined);
  return (
    <Dialog
      title="Keys of the keyboard"
      wide
      onClose={onClose}
      onSend={onClose}
      actions={
        <Button type="submit" kind="main">
          Close
        </Button>
      }
    >
      <div className={classes.keys}>
        {[...keyNames, ...places.map((p) => [`G then ${p.letter?.toUpperCase()}`, p.name] as const)].map(([key, name]) => (
          <div key={key}>
            <span>{name}</span>
            <span>
              {key.split(" ").map((part) =>
                part === "then" ? (
                  <span key={part} className="muted">
                    then{" "}
                  </span>
                ) : (
                  part !== "" && <kbd key={part}>{part}</kbd>
                ),
              )}
            </span>
          </div>
        ))}
      </div>
    </Dialog>
  );
}
