import type { Schemas } from "../../api/client";
import type { HubModel } from "./models";

export type PriceRow = HubModel["prices"][number];
export type Price = PriceRow["price"];
export type Rates = Price["rates"];
type RateName = keyof Rates & keyof Schemas["RatesBody"];

/** Classes of tokens, as a bill has them. */
export const tokenClasses: readonly (readonly [RateName, string])[] = [
  ["input", "Input"],
  ["cache_read", "Input, read from cache"],
  ["cache_write", "Input, written to cache"],
  ["cache_write_long", "Input, written for long"],
  ["output", "Output"],
  ["reasoning", "Output, reasoning"],
  ["audio_input", "Audio in"],
  ["audio_output", "Audio out"],
  ["image_input", "Images in"],
  ["image_output", "Images out"],
];

export const unitClasses = [
  ["search", "A search (rerank)"],
  ["million_characters", "A million characters spoken"],
  ["audio_minute", "A minute of audio"],
  ["web_search", "A search of the web"],
  ["file_search", "A search of files"],
  ["container", "A container for code"],
] as const;

/** Columns of a price: standard, above the tier, and the classes of service, each with its tier. */
export type Column = { key: string; title: string; rates: Rates };

export function columnsOf(price: Price): Column[] {
  const columns: Column[] = [{ key: "standard", title: "Standard", rates: price.rates }];
  if (price.tier_rates !== null) columns.push({ key: "tier", title: "Above the tier", rates: price.tier_rates });
  for (const [key, title] of serviceClasses) {
    const of = price.classes?.[key];
    if (of == null) continue;
    columns.push({ key, title, rates: of.rates });
    if (of.tier_rates != null) columns.push({ key: `${key}_tier`, title: `${title}, above`, rates: of.tier_rates });
  }
  return columns;
}

export const serviceClasses = [
  ["batch", "Batch"],
  ["flex", "Flex"],
  ["priority", "Priority"],
] as const;

/** $2.50 of nano-USD for a million tokens; as many decimals as it has, two at least. */
export function rate(nano: number | null): string {
  if (nano === null) return "–";
  const [whole = "0", rest = ""] = decimal(nano).split(".");
  return `$${whole}.${rest.padEnd(2, "0")}`;
}

/** 2.5: decimal USD as the API takes it, without a digit lost. */
export function decimal(nano: number): string {
  const digits = String(nano).padStart(10, "0");
  const text = `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/0+$/, "").replace(/\.$/, "");
  return text;
}

/** What is typed into a price: decimal USD by "column.class". */
export type PriceDraft = {
  cells: Record<string, string>;
  tierAbove: string;
  units: Record<string, string>;
  images: string;
  imageDefault: string;
  perRequest: string;
  source: string;
  validFrom: string;
};

export const columnKeys = ["standard", "tier", "batch", "flex", "priority"] as const;

/** The price in force as the form begins with, or an empty one. */
export function draftOf(price: Price | undefined): PriceDraft {
  const cells: Record<string, string> = {};
  const put = (column: string, rates: Rates | null | undefined) => {
    for (const [name] of tokenClasses) {
      const nano = rates?.[name];
      if (nano != null) cells[`${column}.${name}`] = decimal(nano);
    }
  };
  put("standard", price?.rates);
  put("tier", price?.tier_rates);
  for (const [key] of serviceClasses) {
    put(key, price?.classes?.[key]?.rates);
    put(`${key}_tier`, price?.classes?.[key]?.tier_rates);
  }
  const units: Record<string, string> = {};
  for (const [name] of unitClasses) {
    const nano = price?.units?.[name];
    if (nano != null) units[name] = decimal(nano);
  }
  return {
    cells,
    tierAbove: price?.tier_above_input_tokens == null ? "" : String(price.tier_above_input_tokens),
    units,
    images: Object.entries(price?.units?.image ?? {})
      .map(([name, nano]) => `${name}: ${decimal(nano as number)}`)
      .join("\n"),
    imageDefault: price?.units?.image_default ?? "",
    perRequest: price === undefined || price.per_request_nano_usd === 0 ? "" : decimal(price.per_request_nano_usd),
    source: "",
    validFrom: "",
  };
}

/** The body of a new version: what is empty has no price, which is not zero. */
export function bodyOf(modelId: string, draft: PriceDraft): Schemas["PriceBody"] {
  const ratesOf = (column: string) => {
    const given = tokenClasses
      .map(([name]) => [name, (draft.cells[`${column}.${name}`] ?? "").trim()] as const)
      .filter(([, text]) => text !== "");
    return given.length === 0 ? undefined : (Object.fromEntries(given) as Schemas["RatesBody"]);
  };
  const body: Schemas["PriceBody"] = { model_id: modelId };
  const standard = ratesOf("standard");
  if (standard !== undefined) body.usd_per_mtok = standard;
  const tier = ratesOf("tier");
  if (tier !== undefined) body.tier_usd_per_mtok = tier;
  if (/^\d+$/.test(draft.tierAbove.trim())) body.tier_above_input_tokens = Number(draft.tierAbove.trim());
  const classes: Schemas["ClassesBody"] = {};
  for (const [key] of serviceClasses) {
    const [rates, above] = [ratesOf(key), ratesOf(`${key}_tier`)];
    if (rates === undefined && above === undefined) continue;
    const of: Schemas["ClassBody"] = {};
    if (rates !== undefined) of.usd_per_mtok = rates;
    if (above !== undefined) of.tier_usd_per_mtok = above;
    classes[key] = of;
  }
  if (Object.keys(classes).length > 0) body.classes = classes;
  const units: Schemas["UnitsBody"] = {};
  for (const [name] of unitClasses) {
    const text = (draft.units[name] ?? "").trim();
    if (text !== "") units[name] = text;
  }
  const images = draft.images
    .split("\n")
    .map((line) => line.split(/:(.*)/s).map((part) => part.trim()))
    .filter(([name]) => name !== undefined && name !== "");
  if (images.length > 0) units.image = Object.fromEntries(images.map(([name, value]) => [name ?? "", value ?? ""]));
  if (draft.imageDefault.trim() !== "") units.image_default = draft.imageDefault.trim();
  if (Object.keys(units).length > 0) body.usd_per_unit = units;
  if (draft.perRequest.trim() !== "") body.usd_per_request = draft.perRequest.trim();
  if (draft.source.trim() !== "") body.source = draft.source.trim();
  if (draft.validFrom !== "") body.valid_from = new Date(draft.validFrom).toISOString();
  return body;
}

/** The version that bills at a time: the highest whose span holds it. */
export function inForce(prices: readonly PriceRow[], now: Date): PriceRow | undefined {
  return prices
    .filter((p) => new Date(p.valid_from) <= now && (p.valid_until === null || now < new Date(p.valid_until)))
    .sort((a, b) => b.price.version - a.price.version)[0];
}
