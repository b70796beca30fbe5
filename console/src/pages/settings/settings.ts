import type { Schemas } from "../../api/client";
import type { State } from "../../design/Status";

export type Account = Schemas["Account"];
export type Token = Schemas["AdminToken"];
export type Role = Schemas["RoleAnswer"];
export type OwnSession = Schemas["OwnSession"];
export type Provider = Schemas["IdentityProvider"];
export type ScimToken = Schemas["ScimToken"];

export type SettingsSearch = {
  tab?: string | undefined;
  open?: string | undefined;
  new?: string | undefined;
  sort?: string | undefined;
};

export type Tab = { id: string; name: string; needs?: string };

/** The parts of the page; what one may not see is not there. */
export const allTabs: readonly Tab[] = [
  { id: "organisation", name: "Organisation", needs: "organisation.read" },
  { id: "people", name: "People and accounts", needs: "access.read" },
  { id: "sign-in", name: "Sign-in", needs: "access.read" },
  { id: "services", name: "Services", needs: "keys.read" },
  { id: "tokens", name: "Admin tokens", needs: "access.read" },
  { id: "roles", name: "Roles" },
  { id: "account", name: "My account" },
];

export function tabsFor(permissions: readonly string[]): readonly Tab[] {
  return allTabs.filter((t) => t.needs === undefined || permissions.includes(t.needs));
}

/** An account by how its person stands. */
export function stateOf(account: Account, now: Date): { state: State; word: string } {
  if (account.disabled) return { state: "failed", word: "Disabled" };
  if (!account.invited) return { state: "good", word: "Active" };
  const end = account.invitation_expires_at;
  return end != null && new Date(end) > now
    ? { state: "running", word: "Invited" }
    : { state: "risk", word: "Invitation ran out" };
}

/** Why somebody may not give a role: it can what they cannot. */
export function whyNot(role: Pick<Role, "permissions">, mine: readonly string[]): string | undefined {
  const more = role.permissions.filter((p) => !mine.includes(p));
  return more.length === 0 ? undefined : `Can ${more.join(", ")}, which you cannot: nobody gives what they do not have.`;
}

export type Thing =
  | { kind: "organisation"; id: string; name: string; depth: 0; holds: number; of: Schemas["Organisation"] }
  | { kind: "workspace"; id: string; name: string; depth: 1; holds: number; of: Schemas["Workspace"] }
  | { kind: "use case"; id: string; name: string; depth: 2; holds: 0; of: Schemas["UseCase"] };

/** Organisations with their workspaces with their use cases, each level by name. */
export function treeOf(
  organisations: readonly Schemas["Organisation"][],
  workspaces: readonly Schemas["Workspace"][],
  useCases: readonly Schemas["UseCase"][],
): Thing[] {
  const byName = <T extends { name: string }>(all: T[]) => all.sort((a, b) => a.name.localeCompare(b.name, "en"));
  const things: Thing[] = [];
  for (const organisation of byName([...organisations])) {
    const below = byName(workspaces.filter((w) => w.organisation_id === organisation.id));
    things.push({
      kind: "organisation",
      id: organisation.id,
      name: organisation.name,
      depth: 0,
      holds: below.length,
      of: organisation,
    });
    for (const workspace of below) {
      const cases = byName(useCases.filter((u) => u.workspace_id === workspace.id));
      things.push({ kind: "workspace", id: workspace.id, name: workspace.name, depth: 1, holds: cases.length, of: workspace });
      for (const useCase of cases)
        things.push({ kind: "use case", id: useCase.id, name: useCase.name, depth: 2, holds: 0, of: useCase });
    }
  }
  return things;
}

/** A group a line, its role behind the last equals sign, as `portico-admins = admin`, with a place behind an @ where it does not hold everywhere. Lines that are none are told by their number. */
export function groupsOf(text: string): { groups: Schemas["GroupRole"][]; wrong: number[] } {
  const groups: Schemas["GroupRole"][] = [];
  const wrong: number[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const cut = line.lastIndexOf("=");
    const group = line.slice(0, cut).trim();
    const [role = "", place, more] = line
      .slice(cut + 1)
      .split("@")
      .map((part) => part.trim());
    if (cut < 1 || group === "" || role === "" || place === "" || more !== undefined) wrong.push(at + 1);
    else groups.push(place === undefined ? { group, role } : { group, role, place });
  }
  return { groups, wrong };
}

export function textOfGroups(groups: readonly Schemas["GroupRole"][]): string {
  return groups.map((g) => `${g.group} = ${g.role}${g.place == null ? "" : ` @ ${g.place}`}`).join("\n");
}

/** Words with blanks or commas between them. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((w) => w !== "");
}

/** What each role may do in an area: the acts, by the names of permissions. */
export function actsOf(
  roles: readonly Pick<Role, "name" | "permissions">[],
): { area: string; acts: ReadonlyMap<string, string> }[] {
  const areas = [...new Set(roles.flatMap((r) => r.permissions.map((p) => p.split(".")[0] ?? "")))];
  return areas.map((area) => ({
    area,
    acts: new Map(
      roles.map((r) => [
        r.name,
        r.permissions
          .filter((p) => p.startsWith(`${area}.`))
          .map((p) => p.slice(area.length + 1))
          .join(", "),
      ]),
    ),
  }));
}

/** Firefox on Linux: as far as a browser tells. */
export function browserOf(agent: string | null | undefined): string {
  if (agent == null || agent === "") return "Unknown browser";
  const name = /Edg\//.test(agent)
    ? "Edge"
    : /Firefox\//.test(agent)
      ? "Firefox"
      : /Chrome\//.test(agent)
        ? "Chrome"
        : /Safari\//.test(agent)
          ? "Safari"
          : agent.split(/[\s/]/)[0];
  const system = /Windows/.test(agent)
    ? "Windows"
    : /Android/.test(agent)
      ? "Android"
      : /iPhone|iPad/.test(agent)
        ? "iOS"
        : /Mac OS X/.test(agent)
          ? "macOS"
          : /Linux/.test(agent)
            ? "Linux"
            : undefined;
  return system === undefined ? `${name}` : `${name} on ${system}`;
}
