import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, Problem } from "../../api/client";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { Fields, More, Pair } from "../../design/Form";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { TextArea } from "../../design/TextArea";
import classes from "./Details.module.css";
import { type HubModel, useHubChanged } from "./models";
import { bodyOf, columnKeys, draftOf, type Price, type PriceDraft, tokenClasses, unitClasses } from "./price";

const titles = { standard: "Standard", tier: "Above tier", batch: "Batch", flex: "Flex", priority: "Priority" } as const;

/** The path that the API names a cell by. */
const pathOf = (column: string, name: string) =>
  column === "standard"
    ? `usd_per_mtok.${name}`
    : column === "tier"
      ? `tier_usd_per_mtok.${name}`
      : `classes.${column}.usd_per_mtok.${name}`;

/** A new version of a price: what was billed before keeps its own. An empty cell has no price, which is not zero. */
export function PriceDialog({ model, current, onClose }: { model: HubModel; current: Price | undefined; onClose: () => void }) {
  const changed = useHubChanged();
  const [draft, setDraft] = useState<PriceDraft>(() => draftOf(current));
  const save = useMutation({
    mutationFn: () => get(api.POST("/api/prices", { body: bodyOf(model.summary.model_id, draft) })),
    onSuccess: async () => {
      onClose();
      await changed();
    },
  });
  const set = (part: Partial<PriceDraft>) => setDraft({ ...draft, ...part });
  const wrong = save.error instanceof Problem ? save.error.param : undefined;
  const first = tokenClasses.slice(0, 2).concat(tokenClasses.slice(4, 6));
  const rest = tokenClasses.filter((c) => !first.includes(c));
  const matrix = (rows: typeof tokenClasses) => (
    <div className={classes.scroll}>
      <table className={classes.matrix}>
        <thead>
          <tr>
            <th scope="col">$ per million tokens</th>
            {columnKeys.map((key) => (
              <th key={key} scope="col">
                {titles[key]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, title]) => (
            <tr key={name}>
              <th scope="row">{title}</th>
              {columnKeys.map((key) => (
                <td key={key}>
                  <input
                    inputMode="decimal"
                    autoComplete="off"
                    aria-label={`${title}, ${titles[key].toLowerCase()}`}
                    aria-invalid={wrong === pathOf(key, name) || undefined}
                    value={draft.cells[`${key}.${name}`] ?? ""}
                    onChange={(e) => set({ cells: { ...draft.cells, [`${key}.${name}`]: e.currentTarget.value } })}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
  return (
    <Dialog
      wide
      title={
        current === undefined
          ? `Price of ${model.summary.model}`
          : `Version ${current.version + 1} of the price of ${model.summary.model}`
      }
      onClose={onClose}
      onSend={() => save.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="main" type="submit" busy={save.isPending}>
            Enter price
          </Button>
        </>
      }
    >
      <Fields>
        <p className="muted">
          {current === undefined
            ? "An empty field has no price, which is not zero: a call that uses it is unpriced."
            : "It holds from now on, or from the time below. What was billed before keeps its version. An empty field has no price, which is not zero."}
        </p>
        {matrix(first)}
        <More title="Longer caching, audio, images">{matrix(rest)}</More>
        <Pair>
          <Field
            label="The tier holds above"
            unit="input tokens"
            inputMode="numeric"
            value={draft.tierAbove}
            error={fieldError(save.error, "tier_above_input_tokens")}
            onChange={(e) => set({ tierAbove: e.currentTarget.value })}
          />
          <Field
            label="Each request besides"
            unit="USD"
            inputMode="decimal"
            value={draft.perRequest}
            error={fieldError(save.error, "usd_per_request")}
            onChange={(e) => set({ perRequest: e.currentTarget.value })}
          />
        </Pair>
        <More title="What is not counted in tokens">
          <Pair>
            {unitClasses.map(([name, title]) => (
              <Field
                key={name}
                label={title}
                unit="USD"
                inputMode="decimal"
                value={draft.units[name] ?? ""}
                error={fieldError(save.error, `usd_per_unit.${name}`)}
                onChange={(e) => set({ units: { ...draft.units, [name]: e.currentTarget.value } })}
              />
            ))}
          </Pair>
          <TextArea
            label="Images by quality and size"
            isCode
            rows={3}
            placeholder={"hd 1024x1792: 0.12\n*: 0.04"}
            help="One a line; * stands for all others."
            value={draft.images}
            error={wrong?.startsWith("usd_per_unit.image") ? (save.error as Problem).message : undefined}
            onChange={(e) => set({ images: e.currentTarget.value })}
          />
          <Field
            label="The image that is made where none is asked for"
            className="mono"
            value={draft.imageDefault}
            onChange={(e) => set({ imageDefault: e.currentTarget.value })}
          />
        </More>
        <Pair>
          <Field
            label="Where it is from"
            help="Your contract, or the page of the provider."
            value={draft.source}
            error={fieldError(save.error, "source")}
            onChange={(e) => set({ source: e.currentTarget.value })}
          />
          <Field
            label="Holds from (optional)"
            type="datetime-local"
            help="Nothing: from now on."
            value={draft.validFrom}
            error={fieldError(save.error, "valid_from")}
            onChange={(e) => set({ validFrom: e.currentTarget.value })}
          />
        </Pair>
        <ProblemNotice
          problem={save.error}
          fields={[
            "tier_above_input_tokens",
            "usd_per_request",
            "source",
            "valid_from",
            ...unitClasses.map(([n]) => `usd_per_unit.${n}`),
          ]}
        />
      </Fields>
    </Dialog>
  );
}
