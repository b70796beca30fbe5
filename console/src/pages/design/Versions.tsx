import { useState } from "react";
import { Button } from "../../design/Button";
import { Changes, Conflict } from "../../design/Changes";
import { type Cell, Strip } from "../../design/Strip";
import { Toast } from "../../design/Toast";
import classes from "./DesignPage.module.css";

const changes = [
  { name: "Retries", before: "2", after: "0" },
  { name: "Leads to", before: "1. gpt-5", after: "1. gpt-5-mini  2. gpt-5" },
];

/** Made up, and the same every time: 24 hours with one bad one, and one in which nobody called. */
const cells: Cell[] = Array.from({ length: 24 }, (_, hour) => {
  const attempts = hour === 5 ? 0 : 40 + ((hour * 37) % 60);
  const failed = hour === 14 ? 30 : hour % 9 === 0 ? 1 : 0;
  return { key: String(hour), says: `${hour}:00: ${attempts} attempts, ${failed} failed`, attempts, failed };
});

export function Versions() {
  const [saved, setSaved] = useState(false);
  return (
    <div className={classes.stack}>
      <div className={classes.form}>
        <Strip cells={cells} label="An example of a day" />
      </div>
      <Changes changes={changes} />
      <Conflict what="Route claims-chat" theirs={changes} onTake={() => undefined} onKeep={() => undefined} />
      <div className={classes.row}>
        <Button onClick={() => setSaved(true)}>Save, as an example</Button>
      </div>
      {saved && <Toast text="claims-chat is saved as version 9" undo={() => setSaved(false)} onClose={() => setSaved(false)} />}
    </div>
  );
}
