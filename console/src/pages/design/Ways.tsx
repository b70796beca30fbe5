import { useState } from "react";
import { Pick } from "../../design/Pick";
import { Segments } from "../../design/Segments";
import classes from "./DesignPage.module.css";

export function Ways() {
  const [by, setBy] = useState("use_case");
  const [view, setView] = useState<"list" | "pivot">("list");
  return (
    <div className={classes.row}>
      <Pick
        name="Group by"
        label="By"
        options={[
          { value: "use_case", label: "Use case" },
          { value: "model", label: "Model" },
        ]}
        value={by}
        onChange={setBy}
      />
      <Segments
        label="Seen as"
        options={[
          { value: "list", name: "List" },
          { value: "pivot", name: "Pivot" },
        ]}
        value={view}
        onChange={setView}
      />
    </div>
  );
}
