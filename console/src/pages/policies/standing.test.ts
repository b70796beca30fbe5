import { expect, test } from "vitest";
import { riskOf, standOf } from "./standing";

test("A request says how it stands, and an approval that is over does not pass any more", () => {
  expect(standOf({ state: "open", live: false }).word).toBe("Waits");
  expect(standOf({ state: "approved", live: true }).word).toBe("Passes");
  expect(standOf({ state: "approved", live: false }).word).toBe("Passed");
  expect(standOf({ state: "declined", live: false }).word).toBe("Declined");
  expect(standOf({ state: "expired", live: false }).word).toBe("Nobody decided");
});

test("A use case without a class says what it counts as", () => {
  expect(riskOf({ risk_class: null })).toBe("Not said yet, counts as high");
  expect(riskOf({ risk_class: "limited" })).toBe("Limited");
});
