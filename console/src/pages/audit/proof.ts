import type { Schemas } from "../../api/client";

/** What the server says of an entry is not believed: everything is made anew from bytes, as RFC 6962 (2.1) and C2SP's signed notes have it. */

type Bytes = Uint8Array<ArrayBuffer>;

export type AuditKey = Pick<Schemas["KeyView"], "pem">;
export type EntryProof = Schemas["ProofView"];

/** Something that was looked at, and whether it is as it must be. */
export type Finding = { fits: boolean; says: string };

export type Verdict = {
  findings: readonly Finding[];
  /** What the signed checkpoint says; undefined where it cannot be read. */
  checkpoint: Checkpoint | undefined;
  /** SHA-256 of the public key that signed, in hexadecimal. */
  fingerprint: string | undefined;
};

export type Checkpoint = { origin: string; size: number; root: string; atUs: number };

type Signed = { text: string; checkpoint: Checkpoint; rootBytes: Bytes; name: string; keyId: string; signature: Bytes };

const hashBytes = 32;
const keyIdBytes = 4;

/** Undefined over plain http, where a browser gives pages nothing to check with. */
export const browserCrypto = (): SubtleCrypto | undefined => globalThis.crypto?.subtle;

export async function verify(subtle: SubtleCrypto, proof: EntryProof, keys: readonly AuditKey[]): Promise<Verdict> {
  const signed = parseNote(proof.checkpoint);
  if (signed === undefined)
    return {
      findings: [{ fits: false, says: "The checkpoint cannot be read: it is no signed note." }],
      checkpoint: undefined,
      fingerprint: undefined,
    };
  const { checkpoint } = signed;
  const path = proof.path.map(fromBase64);
  const stands =
    path.every((hash) => hash !== undefined) &&
    (await includes(subtle, new TextEncoder().encode(proof.line), proof.index, checkpoint.size, path, signed.rootBytes));
  const signer = await signerOf(subtle, signed, keys);
  const findings = [
    stands
      ? { fits: true, says: "Its bytes lead to the signed root." }
      : {
          fits: false,
          says: "Its bytes do not lead to the signed root: the entry, its place or the way to the root was changed.",
        },
    signer === undefined
      ? { fits: false, says: "The root was not signed by any of the public keys." }
      : { fits: true, says: "The root is signed by the audit key." },
  ];
  if (signed.name !== checkpoint.origin || checkpoint.origin !== `portico/${proof.log}`)
    findings.push({ fits: false, says: `The checkpoint is of another log: ${checkpoint.origin}.` });
  return { findings, checkpoint, fingerprint: signer };
}

/** The fingerprint of the key that signed, or undefined. */
async function signerOf(subtle: SubtleCrypto, signed: Signed, keys: readonly AuditKey[]): Promise<string | undefined> {
  const raw = rawSignature(signed.signature);
  if (raw === undefined) return undefined;
  for (const { pem } of keys) {
    const der = derOf(pem);
    if (der === undefined) continue;
    const fingerprint = hex(new Uint8Array(await subtle.digest("SHA-256", der)));
    if (!fingerprint.startsWith(signed.keyId)) continue;
    const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const key = await subtle.importKey("spki", der, algorithm, false, ["verify"]).catch(() => undefined);
    if (key !== undefined && (await subtle.verify(algorithm, key, raw, new TextEncoder().encode(signed.text))))
      return fingerprint;
  }
  return undefined;
}

/** Whether a line stands at an index of the tree of that size with this root. */
export async function includes(
  subtle: SubtleCrypto,
  line: Bytes,
  index: number,
  size: number,
  path: readonly (Bytes | undefined)[],
  root: Bytes,
): Promise<boolean> {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  // The split nearest to the leaf is the last one on the way down.
  const turns: boolean[] = [];
  for (let from = 0, to = size; to - from > 1; ) {
    const split = from + largestBelow(to - from);
    turns.push(index < split);
    if (index < split) to = split;
    else from = split;
  }
  if (turns.length !== path.length) return false;
  let hash = await digest(subtle, 0, line);
  for (const beside of path) {
    if (beside?.length !== hashBytes) return false;
    hash = turns.pop() === true ? await digest(subtle, 1, hash, beside) : await digest(subtle, 1, beside, hash);
  }
  return hash.every((b, i) => b === root[i]);
}

/** The largest power of two below a number of two or more; counts are larger than what JavaScript shifts. */
function largestBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

async function digest(subtle: SubtleCrypto, mark: 0 | 1, ...parts: readonly Bytes[]): Promise<Bytes> {
  const all = new Uint8Array(1 + parts.reduce((sum, p) => sum + p.length, 0));
  all[0] = mark;
  let at = 1;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await subtle.digest("SHA-256", all));
}

/** A checkpoint has one way to be written: what only reads the same is none. */
export function parseNote(note: string): Signed | undefined {
  const found =
    /^((?<origin>[^\n]+)\n(?<size>0|[1-9]\d{0,15})\n(?<root>[^\n]+)\ntime-us (?<at>\d{1,16})\n)\n— (?<name>[^ \n]+) (?<box>[^ \n]+)\n$/u.exec(
      note,
    );
  const { origin = "", size, root = "", at, name = "", box = "" } = found?.groups ?? {};
  const rootBytes = fromBase64(root);
  const boxed = fromBase64(box);
  if (found === null || rootBytes?.length !== hashBytes || boxed === undefined || boxed.length <= keyIdBytes) return undefined;
  return {
    text: found[1] as string,
    checkpoint: { origin, size: Number(size), root, atUs: Number(at) },
    rootBytes,
    name,
    keyId: hex(boxed.slice(0, keyIdBytes)),
    signature: boxed.slice(keyIdBytes),
  };
}

/** A signature as WebCrypto takes it, r and s of 32 bytes each, from DER: SEQUENCE of two INTEGERs. Undefined where it is none. */
export function rawSignature(der: Bytes): Bytes | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const raw = new Uint8Array(2 * hashBytes);
  let at = 2;
  for (const end of [hashBytes, 2 * hashBytes]) {
    const length = der[at + 1] ?? 0;
    const number = der.slice(at + 2, at + 2 + length);
    if (der[at] !== 0x02 || length === 0 || number.length !== length) return undefined;
    const [first = 0, second = 0] = number;
    // Negative, or longer than it must be.
    if (first >= 0x80 || (first === 0 && length > 1 && second < 0x80)) return undefined;
    const digits = first === 0 ? number.slice(1) : number;
    if (digits.length > hashBytes) return undefined;
    raw.set(digits, end - digits.length);
    at += 2 + length;
  }
  return at === der.length ? raw : undefined;
}

function derOf(pem: string): Bytes | undefined {
  const inside = /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=\n]+)\n-----END PUBLIC KEY-----\n?$/.exec(pem)?.[1];
  return inside === undefined ? undefined : fromBase64(inside.replaceAll("\n", ""));
}

/** Undefined for what is not the one way to write these bytes. */
export function fromBase64(text: string): Bytes | undefined {
  try {
    const binary = atob(text);
    return btoa(binary) === text ? Uint8Array.from(binary, (c) => c.charCodeAt(0)) : undefined;
  } catch {
    return undefined;
  }
}

function hex(bytes: Bytes): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}
