import type { Schemas } from "../../api/client";

export type Service = Schemas["Workload"];
export type Finding = Schemas["WorkloadFinding"];

/** A claim a line, its value behind the first equals sign, as `ref = refs/heads/main`. Lines that are none are told by their number. */
export function claimsOf(text: string): { claims: Schemas["ClaimRule"][]; wrong: number[] } {
  const claims: Schemas["ClaimRule"][] = [];
  const wrong: number[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const cut = line.indexOf("=");
    const claim = line.slice(0, cut).trim();
    const value = line.slice(cut + 1).trim();
    if (cut < 1 || claim === "" || value === "") wrong.push(at + 1);
    else claims.push({ claim, value });
  }
  return { claims, wrong };
}

export function textOfClaims(claims: readonly Schemas["ClaimRule"][]): string {
  return claims.map((c) => `${c.claim} = ${c.value}`).join("\n");
}

/** What was pasted: a whole token, or its claims as JSON; undefined when it is neither. */
export function sampleOf(text: string): Schemas["SampleBody"] | undefined {
  const said = text.trim();
  if (/^ey[\w-]+\.[\w-]+\.[\w-]*$/.test(said)) return { token: said };
  try {
    const claims: unknown = JSON.parse(said);
    return typeof claims === "object" && claims !== null && !Array.isArray(claims) ? { claims } : undefined;
  } catch {
    return undefined;
  }
}
