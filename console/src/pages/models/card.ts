import type { Schemas } from "../../api/client";
import { type Said, yesNo } from "../../design/changes";

/** The API writes every member of a card. */
export type Card = Required<Schemas["ModelCard"]>;
export type CardView = Schemas["CardView"];

/** What is typed into a card; what has no field here (evaluations, data sets) stays as it is. */
export type CardDraft = {
  maker: string;
  makerUrl: string;
  licence: string;
  licenceUrl: string;
  commercial: "" | "yes" | "no";
  trains: "" | "yes" | "no";
  retentionDays: string;
  regions: string;
  termsSource: string;
  inputs: string;
  outputs: string;
  capabilities: string;
  languages: string;
  intended: string;
  limits: string;
  retires: string;
  retiresSource: string;
  replacement: string;
};

const truth = (value: boolean | null | undefined) => (value == null ? "" : value ? "yes" : "no");

export function draftOf(card: Card): CardDraft {
  return {
    maker: card.source?.name ?? "",
    makerUrl: card.source?.url ?? "",
    licence: card.licence?.id ?? card.licence?.name ?? "",
    licenceUrl: card.licence?.url ?? "",
    commercial: truth(card.licence?.commercial_use),
    trains: truth(card.terms?.trains_on_data),
    retentionDays: card.terms?.retention_days == null ? "" : String(card.terms.retention_days),
    regions: (card.terms?.regions ?? []).join(", "),
    termsSource: card.terms?.source ?? "",
    inputs: card.inputs.join(", "),
    outputs: card.outputs.join(", "),
    capabilities: card.capabilities.join(", "),
    languages: card.languages.join(", "),
    intended: card.intended_use.join("\n"),
    limits: card.limits.join("\n"),
    retires: card.retirement?.date ?? "",
    retiresSource: card.retirement?.source ?? "",
    replacement: card.retirement?.replacement ?? "",
  };
}

const words = (text: string) =>
  text
    .split(/[,\s]+/)
    .map((w) => w.trim())
    .filter((w) => w !== "");
const lines = (text: string) =>
  text
    .split("\n")
    .map((l) => l.trim())
    .filter((l) => l !== "");
const given = (text: string) => (text.trim() === "" ? null : text.trim());
const asTruth = (text: CardDraft["trains"]) => (text === "" ? null : text === "yes");
const none = <T extends object>(of: T) => (Object.values(of).every((v) => v === null) ? null : of);

/** The card as it is entered: what was typed over the card as it was. */
export function cardOf(draft: CardDraft, card: Card): Schemas["ModelCard"] {
  const licence = given(draft.licence);
  const days = draft.retentionDays.trim();
  // SPDX has no blanks in its ids; a name of one's own may have.
  const isId =
    licence !== null && (licence === card.licence?.id || (licence !== card.licence?.name && /^[\w.+-]+$/.test(licence)));
  return {
    ...card,
    source: none({ name: given(draft.maker), url: given(draft.makerUrl) }),
    licence: none({
      id: isId ? licence : null,
      name: isId ? null : licence,
      url: given(draft.licenceUrl),
      commercial_use: asTruth(draft.commercial),
    }),
    terms: none({
      trains_on_data: asTruth(draft.trains),
      retention_days: /^\d+$/.test(days) ? Number(days) : null,
      regions: words(draft.regions).length === 0 ? null : words(draft.regions),
      source: given(draft.termsSource),
    }),
    inputs: words(draft.inputs),
    outputs: words(draft.outputs),
    capabilities: words(draft.capabilities),
    languages: words(draft.languages),
    intended_use: lines(draft.intended),
    limits: lines(draft.limits),
    retirement:
      draft.retires === ""
        ? null
        : { date: draft.retires, source: given(draft.retiresSource), replacement: given(draft.replacement) },
  } as Schemas["ModelCard"];
}

const orNone = (text: string) => (text === "" ? "not known" : text.replaceAll("\n", "; "));

export const cardSaid: Said<CardDraft>[] = [
  ["Maker", (d) => orNone(d.maker)],
  ["Page of the maker", (d) => orNone(d.makerUrl)],
  ["Licence", (d) => orNone(d.licence)],
  ["Text of the licence", (d) => orNone(d.licenceUrl)],
  ["Commercial use", (d) => yesNo(asTruth(d.commercial))],
  ["Trains on data", (d) => yesNo(asTruth(d.trains))],
  ["Keeps it for", (d) => (d.retentionDays === "" ? "not known" : `${d.retentionDays} days`)],
  ["Processes it in", (d) => orNone(d.regions)],
  ["Source of the terms", (d) => orNone(d.termsSource)],
  ["Takes", (d) => orNone(d.inputs)],
  ["Gives", (d) => orNone(d.outputs)],
  ["Can", (d) => orNone(d.capabilities)],
  ["Languages", (d) => orNone(d.languages)],
  ["Intended for", (d) => orNone(d.intended)],
  ["Limits", (d) => orNone(d.limits)],
  ["Retires", (d) => orNone(d.retires)],
  ["Says so", (d) => orNone(d.retiresSource)],
  ["Replacement", (d) => orNone(d.replacement)],
];
