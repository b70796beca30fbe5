import { expect, test } from "vitest";
import { bodyOf, columnsOf, decimal, draftOf, inForce, type Price, type PriceRow, rate } from "./price";

const none = {
  input: null,
  cache_read: null,
  cache_write: null,
  cache_write_long: null,
  output: null,
  reasoning: null,
  audio_input: null,
  audio_output: null,
  image_input: null,
  image_output: null,
};
const price = {
  id: "price_1",
  version: 3,
  rates: { ...none, input: 2_500_000_000, output: 10_000_000_000, cache_read: 0 },
  tier_above_input_tokens: 200_000,
  tier_rates: { ...none, input: 5_000_000_000 },
  classes: {
    batch: { rates: { ...none, input: 1_250_000_000 }, tier_rates: { ...none, input: 2_500_000_000 } },
    flex: null,
    priority: null,
  },
  units: { web_search: 10_000_000, image: { "*": 40_000_000 }, image_default: null },
  per_request_nano_usd: 1,
  source: null,
} as unknown as Price;

test("no digit is lost between nano-USD and text", () => {
  expect([2_500_000_000, 1, 0, 120_000_000_000, 999_999_999].map(decimal)).toEqual([
    "2.5",
    "0.000000001",
    "0",
    "120",
    "0.999999999",
  ]);
  expect([rate(2_500_000_000), rate(75_000_000), rate(0), rate(null)]).toEqual(["$2.50", "$0.075", "$0.00", "–"]);
});

test("a price that is entered again as it is says the same", () => {
  expect(bodyOf("model_1", draftOf(price))).toEqual({
    model_id: "model_1",
    usd_per_mtok: { input: "2.5", cache_read: "0", output: "10" },
    tier_usd_per_mtok: { input: "5" },
    tier_above_input_tokens: 200_000,
    classes: { batch: { usd_per_mtok: { input: "1.25" }, tier_usd_per_mtok: { input: "2.5" } } },
    usd_per_unit: { web_search: "0.01", image: { "*": "0.04" } },
    usd_per_request: "0.000000001",
  });
});

test("an empty field has no price, which is not zero", () => {
  const draft = draftOf(undefined);
  expect(bodyOf("m", draft)).toEqual({ model_id: "m" });
  draft.cells["standard.input"] = "0";
  draft.cells["standard.output"] = "  ";
  expect(bodyOf("m", draft).usd_per_mtok).toEqual({ input: "0" });
});

test("every class that is priced has a column", () => {
  expect(columnsOf(price).map((c) => c.key)).toEqual(["standard", "tier", "batch", "batch_tier"]);
});

test("the highest version whose span holds the moment is in force", () => {
  const row = (version: number, from: string, until: string | null) =>
    ({ price: { version }, valid_from: from, valid_until: until }) as unknown as PriceRow;
  const rows = [
    row(1, "2026-01-01T00:00:00Z", null),
    row(2, "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z"),
    row(3, "2027-01-01T00:00:00Z", null),
  ];
  expect(inForce(rows, new Date("2026-06-15T00:00:00Z"))?.price.version).toBe(2);
  expect(inForce(rows, new Date("2026-08-01T00:00:00Z"))?.price.version).toBe(1);
  expect(inForce(rows, new Date("2025-08-01T00:00:00Z"))).toBeUndefined();
});
