import { expect, test } from "vitest";
import { changesOf } from "../../design/changes";
import { type Card, cardOf, cardSaid, draftOf } from "./card";

const card = {
  source: { name: "Maker", url: "https://a" },
  licence: { id: null, name: "Own licence", url: null, commercial_use: true },
  terms: { trains_on_data: false, retention_days: 0, regions: ["eu"], source: null },
  inputs: ["text"],
  outputs: ["text"],
  capabilities: ["tools"],
  languages: [],
  task: "text-generation",
  library: null,
  lineage: { base_models: ["b"], relation: null, data_sets: ["d"] },
  intended_use: ["one", "two"],
  limits: [],
  evaluations: [{ name: "n", metric: "m", value: "1", source: null }],
  retirement: null,
} as unknown as Card;

test("a card that is entered again as it is says the same, what has no field included", () => {
  expect(cardOf(draftOf(card), card)).toEqual(card);
});

test("what is emptied is not known any more", () => {
  const draft = { ...draftOf(card), trains: "" as const, retentionDays: "", regions: "", maker: "", makerUrl: "" };
  const entered = cardOf(draft, card);
  expect([entered.terms, entered.source]).toEqual([null, null]);
  expect(changesOf(draftOf(card), draft, cardSaid).map((c) => c.name)).toEqual([
    "Maker",
    "Page of the maker",
    "Trains on data",
    "Keeps it for",
    "Processes it in",
  ]);
});

test("a licence of one word is an id of SPDX, another one a name", () => {
  const of = (licence: string) => cardOf({ ...draftOf(card), licence }, card).licence;
  expect(of("Apache-2.0")).toMatchObject({ id: "Apache-2.0", name: null });
  expect(of("Llama Community Licence")).toMatchObject({ id: null, name: "Llama Community Licence" });
  expect(of("Own licence")).toMatchObject({ id: null, name: "Own licence" });
});
