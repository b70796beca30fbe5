const prefix = "portico.kept.";

/** The name under which this browser keeps what a person wrote and no server has. */
export const keptOf = (person: string, name: string) => `${prefix}${person}.${name}`;

/** Whoever uses this browser next finds nothing of what was written in it. */
export function forgetKept(): void {
  for (const name of Object.keys(localStorage).filter((n) => n.startsWith(prefix))) localStorage.removeItem(name);
}
