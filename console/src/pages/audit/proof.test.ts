import { beforeAll, describe, expect, it } from "vitest";
import { type AuditKey, type EntryProof, fromBase64, parseNote, rawSignature, verify } from "./proof";

const { subtle } = globalThis.crypto;
const curve = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

type Bytes = Uint8Array<ArrayBuffer>;
const bytesOf = (text: string): Bytes => new TextEncoder().encode(text);
const joined = (...parts: readonly (Bytes | readonly number[])[]): Bytes => Uint8Array.from(parts.flatMap((p) => [...p]));
const sha = async (...parts: (Bytes | number[])[]) => new Uint8Array(await subtle.digest("SHA-256", joined(...parts)));
const base64 = (bytes: Bytes) => btoa(String.fromCharCode(...bytes));
const hex = (bytes: Bytes) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");

/** The root as RFC 6962, 2.1, says it, and the path as 2.1.1 does. */
async function rootOf(leaves: readonly Bytes[]): Promise<Bytes> {
  if (leaves.length === 1) return leaves[0] as Bytes;
  const split = splitOf(leaves.length);
  return sha([1], await rootOf(leaves.slice(0, split)), await rootOf(leaves.slice(split)));
}
async function pathOf(index: number, leaves: readonly Bytes[]): Promise<Bytes[]> {
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...(await pathOf(index, left)), await rootOf(right)]
    : [...(await pathOf(index - split, right)), await rootOf(left)];
}
const splitOf = (n: number) => 2 ** (Math.ceil(Math.log2(n)) - 1);

/** What WebCrypto signs, as DER. */
function derOf(raw: Bytes): Bytes {
  const number = (digits: Bytes) => {
    const from = digits.findIndex((b) => b !== 0);
    const short = digits.slice(from);
    const value = (short[0] ?? 0) >= 0x80 ? joined([0], short) : short;
    return joined([2, value.length], value);
  };
  const inside = joined(number(raw.slice(0, 32)), number(raw.slice(32)));
  return joined([0x30, inside.length], inside);
}

async function keyOf(pair: CryptoKeyPair): Promise<{ key: AuditKey; fingerprint: Bytes }> {
  const der = new Uint8Array(await subtle.exportKey("spki", pair.publicKey));
  const lines = base64(der).match(/.{1,64}/g) ?? [];
  return {
    key: { pem: `-----BEGIN PUBLIC KEY-----\n${lines.join("\n")}\n-----END PUBLIC KEY-----` },
    fingerprint: await sha(der),
  };
}

let pair: CryptoKeyPair;
let key: AuditKey;
let fingerprint: Bytes;
let other: AuditKey;
beforeAll(async () => {
  pair = await subtle.generateKey(curve, true, ["sign", "verify"]);
  ({ key, fingerprint } = await keyOf(pair));
  other = (await keyOf(await subtle.generateKey(curve, true, ["sign", "verify"]))).key;
});

async function proofOf(index: number, size: number, log = "log_1"): Promise<EntryProof> {
  const lines = Array.from({ length: size }, (_, i) => `{"at":1795000000000000,"kind":"act.intent","act":"act_${i}","by":"ü"}`);
  const leaves = await Promise.all(lines.map((l) => sha([0], bytesOf(l))));
  const text = `portico/${log}\n${size}\n${base64(await rootOf(leaves))}\ntime-us 1795000000000001\n`;
  const signature = derOf(new Uint8Array(await subtle.sign(curve, pair.privateKey, bytesOf(text))));
  return {
    log,
    index,
    line: lines[index] as string,
    checkpoint: `${text}\n— portico/${log} ${base64(joined(fingerprint.slice(0, 4), signature))}\n`,
    path: (await pathOf(index, leaves)).map(base64),
  };
}

const fits = async (proof: EntryProof, keys: readonly AuditKey[] = [key]) =>
  (await verify(subtle, proof, keys)).findings.every((f) => f.fits);

/** The text with one bit of one of its characters turned. */
const turned = (text: string, at: number) =>
  text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);

describe("the proof of an entry", () => {
  it("fits for every entry of logs of every size", async () => {
    for (let size = 1; size <= 17; size++)
      for (let index = 0; index < size; index++) expect(await fits(await proofOf(index, size)), `${index} of ${size}`).toBe(true);
  });

  it("says what is signed, and by which key", async () => {
    const verdict = await verify(subtle, await proofOf(4, 7), [key]);
    expect(verdict.checkpoint).toMatchObject({ origin: "portico/log_1", size: 7, atUs: 1795000000000001 });
    expect(verdict.fingerprint).toBe(hex(fingerprint));
    expect(verdict.findings.map((f) => f.fits)).toEqual([true, true]);
  });

  it("fails for every byte that is another", async () => {
    const proof = await proofOf(5, 11);
    for (let at = 0; at < proof.line.length; at++) expect(await fits({ ...proof, line: turned(proof.line, at) })).toBe(false);
    for (let at = 0; at < proof.checkpoint.length; at++)
      expect(await fits({ ...proof, checkpoint: turned(proof.checkpoint, at) }), `checkpoint at ${at}`).toBe(false);
    for (const [hop, hash] of proof.path.entries())
      for (let at = 0; at < hash.length; at++)
        expect(await fits({ ...proof, path: proof.path.with(hop, turned(hash, at)) }), `hash ${hop} at ${at}`).toBe(false);
    for (let at = 0; at < key.pem.length; at++)
      expect(await fits(proof, [{ pem: turned(key.pem, at) }]), `key at ${at}`).toBe(false);
  });

  it("fails at another place, with a hop more or less, of another log, and under another key", async () => {
    const proof = await proofOf(5, 11);
    for (const index of [-1, 0, 4, 6, 10, 11, 5.5]) expect(await fits({ ...proof, index })).toBe(false);
    expect(await fits({ ...proof, path: proof.path.slice(1) })).toBe(false);
    expect(await fits({ ...proof, path: [...proof.path, proof.path[0] as string] })).toBe(false);
    expect(await fits({ ...proof, log: "log_2" })).toBe(false);
    expect(await fits(proof, [other])).toBe(false);
    expect(await fits(proof, [])).toBe(false);
    expect(await fits(proof, [other, key])).toBe(true);
  });
});

describe("what is read of a proof", () => {
  it("has one way to be written", async () => {
    const { checkpoint } = await proofOf(0, 3);
    expect(parseNote(checkpoint)?.checkpoint.size).toBe(3);
    for (const wrong of [
      checkpoint.replace("\n3\n", "\n03\n"),
      `${checkpoint}\n`,
      checkpoint.trimEnd(),
      checkpoint.replace("time-us", "time"),
    ])
      expect(parseNote(wrong)).toBeUndefined();
    expect(fromBase64("AAA=")).toHaveLength(2);
    expect(fromBase64("AAB=")).toBeUndefined();
    expect(fromBase64(" AAA=")).toBeUndefined();
  });

  it("turns signatures into two numbers of 32 bytes, short ones with zeros before them", () => {
    const of = (...bytes: number[]) => rawSignature(Uint8Array.from(bytes));
    const raw = of(0x30, 7, 2, 1, 5, 2, 2, 0, 0x80);
    expect(raw).toHaveLength(64);
    expect([raw?.[31], raw?.[63], raw?.filter((b) => b !== 0).length]).toEqual([5, 0x80, 2]);
    expect(of(0x30, 6, 2, 1, 0x85, 2, 1, 1)).toBeUndefined();
    expect(of(0x30, 7, 2, 2, 0, 5, 2, 1, 1)).toBeUndefined();
    expect(of(0x30, 6, 2, 1, 5, 2, 9, 1)).toBeUndefined();
    expect(of(0x30, 7, 2, 1, 5, 2, 1, 1, 0)).toBeUndefined();
    expect(of()).toBeUndefined();
  });
});
