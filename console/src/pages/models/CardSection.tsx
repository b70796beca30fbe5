import { useState } from "react";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Section } from "../../design/Drawer";
import { SourceLink } from "../../design/SourceLink";
import { CardDialog } from "./CardDialog";
import { CardFile } from "./CardFile";
import type { Card } from "./card";
import classes from "./Details.module.css";
import type { HubModel } from "./models";

const origins: Record<string, string> = {
  catalogue: "as it ships with this version",
  entered: "entered by a person",
  none: "nothing is known yet",
};

/** What is known of a model beside how to call it. */
export function CardSection({ model }: { model: HubModel }) {
  const may = useMay();
  const [asked, setAsked] = useState<"edit" | "file">();
  const card = model.card as Card;
  const pairs: [string, string | null][] = [
    ["Takes", card.inputs.join(", ") || null],
    ["Gives", card.outputs.join(", ") || null],
    ["Can", card.capabilities.join(", ").replaceAll("_", " ") || null],
    ["Languages", card.languages.join(", ") || null],
    ["Commercial use", card.licence?.commercial_use == null ? null : card.licence.commercial_use ? "allowed" : "not allowed"],
    ["Made from", card.lineage?.base_models?.join(", ") || null],
    ["Trained on", card.lineage?.data_sets?.join(", ") || null],
    ["Intended for", card.intended_use.join("; ") || null],
    ["Limits", card.limits.join("; ") || null],
    ["Measured", card.evaluations.map((e) => `${e.name} ${e.metric} ${e.value}`).join("; ") || null],
  ];
  const known = pairs.filter(([, value]) => value !== null);
  return (
    <Section title="Card" note={origins[model.card_origin] ?? model.card_origin}>
      {(known.length > 0 || card.source?.url != null || card.licence?.url != null) && (
        <dl className={classes.pairs}>
          {known.map(([name, value]) => (
            <div key={name} style={{ display: "contents" }}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          {card.source?.url != null && (
            <>
              <dt>Page of the maker</dt>
              <dd>
                <SourceLink url={card.source.url} />
              </dd>
            </>
          )}
          {card.licence?.url != null && (
            <>
              <dt>Licence</dt>
              <dd>
                <SourceLink url={card.licence.url} />
              </dd>
            </>
          )}
        </dl>
      )}
      <div className={classes.actions} style={{ paddingTop: 10 }}>
        {may("models.write") && <Button onClick={() => setAsked("edit")}>Edit card</Button>}
        <Button kind="quiet" onClick={() => setAsked("file")}>
          {may("models.write") ? "As a file, in or out" : "As a file"}
        </Button>
      </div>
      {asked === "edit" && <CardDialog model={model} onClose={() => setAsked(undefined)} />}
      {asked === "file" && <CardFile model={model} onClose={() => setAsked(undefined)} />}
    </Section>
  );
}
