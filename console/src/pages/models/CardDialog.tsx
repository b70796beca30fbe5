import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, get, Problem, tagOf } from "../../api/client";
import { Button } from "../../design/Button";
import { Changes, Conflict } from "../../design/Changes";
import { Choice } from "../../design/Choice";
import { changesOf, over } from "../../design/changes";
import { Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { Fields, Group, Pair } from "../../design/Form";
import { fieldError, ProblemNotice } from "../../design/Notice";
import { TextArea } from "../../design/TextArea";
import { type Card, type CardDraft, type CardView, cardOf, cardSaid, draftOf } from "./card";
import { type HubModel, useHubChanged } from "./models";

const known = [
  { value: "", label: "Not known" },
  { value: "yes", label: "Yes" },
  { value: "no", label: "No" },
];

/** Fields of a card and the member of the API that each is. */
const params = ["source", "licence", "terms", "inputs", "outputs", "capabilities", "languages", "retirement"];

/** Enters a card over the one that was read; what has no field here stays. */
export function CardDialog({ model, onClose }: { model: HubModel; onClose: () => void }) {
  const changed = useHubChanged();
  const path = { path: { id: model.summary.model_id } };
  const read = useQuery({
    queryKey: ["hub", model.summary.model_id, "card"],
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => await get(api.GET("/api/models/{id}/card", { params: path, signal })),
  });
  const [moved, setMoved] = useState<CardView>();
  const [base, setBase] = useState<CardView>();
  const [draft, setDraft] = useState<CardDraft>();
  const from = base ?? read.data;
  const save = useMutation({
    mutationFn: async () => {
      if (from === undefined || draft === undefined) return;
      await get(
        api.PUT("/api/models/{id}/card", {
          params: { ...path, header: { "If-Match": tagOf(from.version) } },
          body: cardOf(draft, from.card as Card),
        }),
      );
    },
    onError: async (problem) => {
      if (problem instanceof Problem && problem.status === 412)
        setMoved(await get(api.GET("/api/models/{id}/card", { params: path })));
    },
    onSuccess: async () => {
      onClose();
      await changed();
    },
  });
  if (from === undefined)
    return (
      <Dialog title={`Card of ${model.summary.model}`} onClose={onClose} actions={<Button onClick={onClose}>Cancel</Button>}>
        <ProblemNotice problem={read.error} />
      </Dialog>
    );
  const before = draftOf(from.card as Card);
  const now = draft ?? before;
  const changes = changesOf(before, now, cardSaid);
  const set = (part: Partial<CardDraft>) => {
    setDraft({ ...now, ...part });
    if (moved === undefined) save.reset();
  };
  const wrong = save.error instanceof Problem ? (save.error.param ?? "") : "";
  const at = (...names: string[]) =>
    names.some((n) => wrong === n || wrong.startsWith(`${n}.`)) ? (save.error as Problem).message : undefined;
  const field = (
    name: keyof CardDraft,
    label: string,
    more: { help?: string; error?: string | undefined; mono?: boolean } = {},
  ) => (
    <Field
      label={label}
      autoComplete="off"
      className={more.mono ? "mono" : undefined}
      help={more.help}
      error={more.error}
      value={now[name]}
      onChange={(e) => set({ [name]: e.currentTarget.value })}
    />
  );
  return (
    <Dialog
      wide
      title={`Card of ${model.summary.model}`}
      onClose={onClose}
      onSend={() => changes.length > 0 && moved === undefined && save.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="main"
            type="submit"
            busy={save.isPending}
            why={
              moved !== undefined ? "Choose whose version counts first" : changes.length === 0 ? "Nothing is changed" : undefined
            }
          >
            {changes.length < 2 ? "Enter card" : `Enter ${changes.length} changes`}
          </Button>
        </>
      }
    >
      <Fields>
        {moved !== undefined && (
          <Conflict
            what={`The card of ${model.summary.model}`}
            theirs={changesOf(before, draftOf(moved.card as Card), cardSaid)}
            note={moved.updated_by === null ? undefined : <p>By {moved.updated_by}.</p>}
            onTake={() => {
              setBase(moved);
              setDraft(undefined);
              setMoved(undefined);
              save.reset();
            }}
            onKeep={() => {
              setBase(moved);
              setDraft(over(before, now, draftOf(moved.card as Card)));
              setMoved(undefined);
              save.reset();
            }}
          />
        )}
        <Group title="Use of data">
          <Pair>
            <Choice
              label="Trains on what is sent"
              options={known}
              value={now.trains}
              error={at("terms.trains_on_data")}
              onChange={(e) => set({ trains: e.currentTarget.value as CardDraft["trains"] })}
            />
            {field("retentionDays", "Keeps it for, days", { error: at("terms.retention_days"), help: "0: not at all" })}
          </Pair>
          <Pair>
            {field("regions", "Processes it in", { error: at("terms.regions"), help: "eu, us, ch …", mono: true })}
            {field("termsSource", "The page that says so", { error: at("terms.source", "terms") })}
          </Pair>
        </Group>
        <Group title="Origin">
          <Pair>
            {field("maker", "Maker", { error: at("source.name", "source") })}
            {field("makerUrl", "Its page", { error: at("source.url") })}
          </Pair>
          <Pair>
            {field("licence", "Licence", {
              error: at("licence.id", "licence.name", "licence"),
              help: "Its SPDX id, or its own name.",
            })}
            {field("licenceUrl", "Its text", { error: at("licence.url") })}
          </Pair>
          <Choice
            label="Allows commercial use"
            options={known}
            value={now.commercial}
            onChange={(e) => set({ commercial: e.currentTarget.value as CardDraft["commercial"] })}
          />
        </Group>
        <Group title="What it does">
          <Pair>
            {field("inputs", "Takes", { error: at("inputs"), help: "text, image, audio …" })}
            {field("outputs", "Gives", { error: at("outputs") })}
          </Pair>
          <Pair>
            {field("capabilities", "Can", { error: at("capabilities"), help: "tools, structured_output, reasoning …" })}
            {field("languages", "Languages", { error: at("languages"), help: "en, de, zh-Hans …" })}
          </Pair>
          <Pair>
            <TextArea
              label="Intended for"
              rows={2}
              help="One a line."
              value={now.intended}
              onChange={(e) => set({ intended: e.currentTarget.value })}
            />
            <TextArea
              label="Limits"
              rows={2}
              help="One a line."
              value={now.limits}
              onChange={(e) => set({ limits: e.currentTarget.value })}
            />
          </Pair>
        </Group>
        <Group title="End">
          <Pair>
            <Field
              label="Retires on"
              type="date"
              value={now.retires}
              error={at("retirement.date", "retirement")}
              onChange={(e) => set({ retires: e.currentTarget.value })}
            />
            {field("replacement", "Suggested instead")}
          </Pair>
          {field("retiresSource", "The page that says so", { error: at("retirement.source") })}
        </Group>
        {changes.length > 0 && (
          <Group title="What changes">
            <Changes changes={changes} />
          </Group>
        )}
        {moved === undefined &&
          fieldError(save.error, "") === undefined &&
          !params.some((p) => wrong === p || wrong.startsWith(`${p}.`)) && <ProblemNotice problem={save.error} />}
      </Fields>
    </Dialog>
  );
}
