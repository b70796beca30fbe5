import { describe, expect, test } from "vitest";
import { above, checksAt, grantsOf, heldAt, optionsOf, placesOf, sayGrants, setsOf } from "./grants";
import { treeOf } from "./settings";

const places = placesOf(
  treeOf(
    [{ id: "o1", name: "Bank", version: 1, operating_model: "federated" }],
    [
      { id: "w1", organisation_id: "o1", name: "Retail", responses_state: "default", version: 1 },
      { id: "w2", organisation_id: "o1", name: "Trade", responses_state: "default", version: 1 },
    ],
    [
      {
        id: "u1",
        workspace_id: "w2",
        name: "Quotes",
        purpose: null,
        owner: null,
        stage: "draft",
        version: 1,
        risk_class: null,
        risk_set_by: null,
        risk_set_at: null,
        purpose_version: 1,
      },
    ],
  ),
);
const trade = { places: [{ place: "w2", permissions: ["access.write", "keys.read"] }] };
const role = (name: string, ...permissions: string[]) => ({ name, says: "", permissions, built_in: true, version: null });

describe("grants", () => {
  test("Grants by hand stand place by place and come back as they were", () => {
    const grants = [
      { role: "analyst", place: null, origin: null },
      { role: "engineer", place: "w1", origin: null },
      { role: "officer", place: "w1", origin: null },
      { role: "user", place: "w1", origin: "oidc:staff" },
    ];
    expect(setsOf(grants)).toEqual([
      { place: "", roles: ["analyst"] },
      { place: "w1", roles: ["engineer", "officer"] },
    ]);
    expect(grantsOf(setsOf(grants))).toEqual([
      { role: "analyst" },
      { role: "engineer", place: "w1" },
      { role: "officer", place: "w1" },
    ]);
    expect(sayGrants(grants, places)).toBe("analyst, engineer in Retail, officer in Retail, user in Retail (oidc:staff)");
  });

  test("What is held at a place holds below it and not beside it", () => {
    expect(heldAt(trade, "u1", places)).toEqual(["access.write", "keys.read"]);
    expect(heldAt(trade, "w1", places)).toEqual([]);
    expect(heldAt(trade, "", places)).toEqual([]);
    expect(heldAt({ places: [{ place: null, permissions: ["keys.read"] }] }, "u1", places)).toEqual(["keys.read"]);
  });

  test("One gives at and below one's own places alone", () => {
    expect(optionsOf(trade, places).map((o) => o.value)).toEqual(["w2", "u1"]);
    expect(optionsOf(trade, places)[1]?.note).toBe("use case in Trade");
    expect(optionsOf({ places: [{ place: null, permissions: ["access.write"] }] }, places)).toHaveLength(5);
  });

  test("A role that can more than oneself at that place says what, and who has it is above", () => {
    const roles = [role("reader", "keys.read"), role("keeper", "keys.read", "keys.write")];
    const me = { ...trade } as Parameters<typeof checksAt>[1];
    expect(checksAt(roles, me, "w2", places).map((c) => c.why)).toEqual([undefined, expect.stringContaining("keys.write")]);
    expect(checksAt(roles, me, "w1", places)[0]?.why).toContain("keys.read");
    expect(above([{ role: "reader", place: "w2" }], roles, me, places)).toEqual([]);
    expect(
      above(
        [
          { role: "reader", place: "w1" },
          { role: "keeper", place: "w2" },
        ],
        roles,
        me,
        places,
      ),
    ).toEqual(["reader", "keeper"]);
  });
});
