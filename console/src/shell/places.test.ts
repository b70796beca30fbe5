import { expect, test } from "vitest";
import { foot, mayOpen, tasks } from "./places";

test("a page opens for whoever has its permission, and what is below it likewise", () => {
  expect(mayOpen("/calls", ["calls.read"])).toBe(true);
  expect(mayOpen("/calls", ["usage.read"])).toBe(false);
  expect(mayOpen("/routes/edit", ["routes.read"])).toBe(true);
  expect(mayOpen("/routes/edit", [])).toBe(false);
  expect(mayOpen("/settings", [])).toBe(true);
});

test("no letter leads to two pages", () => {
  const letters = [...tasks.flatMap((t) => t.places), ...foot].flatMap((p) => (p.letter === undefined ? [] : [p.letter]));
  expect(letters.length).toBeGreaterThan(10);
  expect(new Set(letters).size).toBe(letters.length);
});
