import type { Schemas } from "../../api/client";

export type Verdict = Schemas["GuardrailVerdict"];
export type Finding = Schemas["GuardrailFinding"];

export type Piece = { start: number; text: string; finding?: Finding };

/** A text cut where findings begin and end; of two over each other the first is marked, and of those that begin together the longer. */
export function piecesOf(text: string, findings: readonly Finding[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const finding of [...findings].sort((a, b) => a.start - b.start || b.length - a.length)) {
    if (finding.start < at) continue;
    if (finding.start > at) pieces.push({ start: at, text: text.slice(at, finding.start) });
    at = finding.start + finding.length;
    pieces.push({ start: finding.start, text: text.slice(finding.start, at), finding });
  }
  if (at < text.length) pieces.push({ start: at, text: text.slice(at) });
  return pieces;
}
