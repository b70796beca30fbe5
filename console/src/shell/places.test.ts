import { expect, test } from "vitest";
import { mayOpen } from "./places";

test("a page opens for whoever has its permission, and what is below it likewise", () => {
  expect(mayOpen("/calls", ["calls.read"])).toBe(true);
  expect(mayOpen("/calls", ["usage.read"])).toBe(false);
  expect(mayOpen("/routes/edit", ["routes.read"])).toBe(true);
  expect(mayOpen("/routes/edit", [])).toBe(false);
  expect(mayOpen("/settings", [])).toBe(true);
});
