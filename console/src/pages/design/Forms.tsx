import { useState } from "react";
import { Button } from "../../design/Button";
import { Check } from "../../design/Check";
import { Checks } from "../../design/Checks";
import { Choice } from "../../design/Choice";
import { Combo } from "../../design/Combo";
import { Confirm } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { Menu } from "../../design/Menu";
import { Secret } from "../../design/Secret";
import { Segments } from "../../design/Segments";
import { TextArea } from "../../design/TextArea";
import { TimeRange } from "../../design/TimeRange";
import classes from "./DesignPage.module.css";

const routes = ["contract-review", "crm-chat", "claims-triage", "support-answer"].map((value) => ({
  value,
  label: value,
  note: "route",
}));

export function Forms() {
  const [name, setName] = useState("crm-sync-prod");
  const [route, setRoute] = useState<string>();
  const [range, setRange] = useState("24h");
  const [chosen, setChosen] = useState<string[]>(["analyst"]);
  const [asks, setAsks] = useState(false);
  const [view, setView] = useState<"text" | "json">("text");
  const [keeps, setKeeps] = useState(true);
  return (
    <div className={classes.stack}>
      <div className={classes.form}>
        <Field label="Name" value={name} help="As its users know it." onChange={(e) => setName(e.currentTarget.value)} />
        <Field label="Limit" defaultValue="lots" unit="USD" error="A limit is an amount in USD, such as 500 or 0.25." />
        <Choice
          label="Resets"
          options={[
            { value: "day", label: "every day" },
            { value: "month", label: "every month" },
          ]}
        />
        <Combo
          label="Route"
          options={routes}
          value={route}
          onChange={setRoute}
          placeholder="Any"
          help="One of many, found by typing."
        />
        <TextArea
          label="Purpose"
          defaultValue="Letters of policy holders: what happened, and for how much."
          help="It grows with what is written."
        />
        <Check
          label="Keep prompts and answers"
          help="Encrypted and apart from the records."
          checked={keeps}
          onChange={setKeeps}
        />
        <Checks
          label="Roles"
          chosen={chosen}
          onChange={setChosen}
          options={[
            { value: "analyst", label: "analyst", note: "reads usage, cost, calls and the hub" },
            { value: "owner", label: "owner", note: "everything", why: "Can contents.read, which you cannot." },
          ]}
        />
        <Secret label="secret" text="pk_live_shown_this_once" />
      </div>
      <div className={classes.row}>
        <Segments
          label="Show as"
          options={[
            { value: "text", name: "Text" },
            { value: "json", name: "JSON" },
          ]}
          value={view}
          onChange={setView}
        />
        <TimeRange value={range} onChange={setRange} />
        <Menu
          items={[
            { name: "Rotate", note: "The old secret works 24 h more", onSelect: () => undefined },
            { name: "Copy as curl", icon: "copy", onSelect: () => undefined },
            "rule",
            { name: "Revoke", isDangerous: true, onSelect: () => setAsks(true) },
          ]}
        >
          <Button icon="down">More</Button>
        </Menu>
        <Button kind="danger" onClick={() => setAsks(true)}>
          Revoke
        </Button>
      </div>
      {asks && (
        <Confirm
          title="Revoke key crm-sync-prod?"
          effect="Every node refuses it within 2 seconds. This cannot be undone. Here nothing happens: this page shows parts."
          act="Revoke key"
          keep="Keep it"
          typed={{ label: "Type the name of the key", text: "crm-sync-prod" }}
          busy={false}
          problem={null}
          onAct={() => setAsks(false)}
          onClose={() => setAsks(false)}
        />
      )}
    </div>
  );
}
