import { describe, expect, test } from "vitest";
import { type Account, actsOf, browserOf, groupsOf, stateOf, tabsFor, textOfGroups, treeOf, whyNot, wordsOf } from "./settings";

const now = new Date("2026-11-19T12:00:00Z");
const account: Account = {
  person_id: "person_1",
  email: "ada@example.com",
  name: "Ada",
  roles: ["analyst"],
  grants: [],
  invited: true,
  disabled: false,
  signed_in_at: null,
  invitation_expires_at: "2026-11-20T12:00:00Z",
  federated: false,
  version: 1,
};

describe("settings", () => {
  test("An account says how its person stands", () => {
    expect(stateOf(account, now).word).toBe("Invited");
    expect(stateOf({ ...account, invitation_expires_at: "2026-11-18T12:00:00Z" }, now).word).toBe("Invitation ran out");
    expect(stateOf({ ...account, invitation_expires_at: null }, now).word).toBe("Invitation ran out");
    // A reset leaves the way in as it is.
    expect(stateOf({ ...account, invited: false }, now).word).toBe("Active");
    expect(stateOf({ ...account, disabled: true }, now).word).toBe("Disabled");
  });

  test("Groups with their roles are read a line each, and a line that is none is told", () => {
    const read = groupsOf(
      "portico-admins = admin\n\n cn=staff,dc=example = analyst \nnothing\n= admin\nx =\nstaff = user @ ws_1",
    );
    expect(read.groups).toEqual([
      { group: "portico-admins", role: "admin" },
      { group: "cn=staff,dc=example", role: "analyst" },
      { group: "staff", role: "user", place: "ws_1" },
    ]);
    expect(read.wrong).toEqual([4, 5, 6]);
    expect(groupsOf(textOfGroups(read.groups))).toEqual({ groups: read.groups, wrong: [] });
    expect(wordsOf(" example.com, example.org\n")).toEqual(["example.com", "example.org"]);
  });

  test("A role that can more than oneself says what", () => {
    const officer = { name: "officer", says: "", permissions: ["models.read", "models.approve"] };
    expect(whyNot(officer, ["models.read", "models.approve", "keys.write"])).toBeUndefined();
    expect(whyNot(officer, ["models.read"])).toContain("models.approve");
  });

  test("What one may not see has no tab", () => {
    expect(tabsFor([]).map((t) => t.id)).toEqual(["roles", "account"]);
    expect(tabsFor(["organisation.read", "access.read"]).length).toBe(6);
  });

  test("Use cases stand below their workspaces below their organisations, each by name", () => {
    const tree = treeOf(
      [
        { id: "o2", name: "Zeta", version: 1, operating_model: "federated" },
        { id: "o1", name: "Alpha", version: 1, operating_model: "federated" },
      ],
      [{ id: "w1", organisation_id: "o1", name: "Claims", responses_state: "default", version: 1 }],
      [
        {
          id: "u2",
          workspace_id: "w1",
          name: "b",
          purpose: null,
          owner: null,
          stage: "draft",
          version: 1,
          risk_class: null,
          risk_set_by: null,
          risk_set_at: null,
          purpose_version: 1,
        },
        {
          id: "u1",
          workspace_id: "w1",
          name: "a",
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
    );
    expect(tree.map((t) => t.id)).toEqual(["o1", "w1", "u1", "u2", "o2"]);
    expect(tree.map((t) => t.holds)).toEqual([1, 2, 0, 0, 0]);
  });

  test("Permissions are shown by area, nothing where a role has none", () => {
    const acts = actsOf([
      { name: "owner", permissions: ["keys.read", "keys.write", "models.approve"] },
      { name: "analyst", permissions: ["keys.read"] },
    ]);
    expect(acts.map((a) => a.area)).toEqual(["keys", "models"]);
    expect(acts[0]?.acts.get("owner")).toBe("read, write");
    expect(acts[1]?.acts.get("analyst")).toBe("");
  });

  test("A browser is named as far as it tells", () => {
    expect(browserOf("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")).toBe("Firefox on Linux");
    expect(browserOf("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0")).toBe(
      "Edge on Windows",
    );
    expect(browserOf("curl/8.5.0")).toBe("curl");
    expect(browserOf(null)).toBe("Unknown browser");
  });
});
