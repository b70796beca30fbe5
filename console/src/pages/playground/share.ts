import { type Draft, readDraft } from "./draft";

/** A draft in the part of an address behind #, which browsers keep to themselves: deflated, in base64url. No server sees or keeps it. */

const mark = "draft=";

/** What a link may unfold to: a short one could otherwise fill the memory. */
const maxChars = 8 * 1024 * 1024;

/** Links that are longer are cut by chats and mail programs. */
export const maxLink = 60_000;

export async function linkOf(draft: Draft, page: string): Promise<string> {
  const bytes = await through(new TextEncoder().encode(JSON.stringify(draft)), new CompressionStream("deflate-raw"));
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8_192) binary += String.fromCharCode(...bytes.subarray(i, i + 8_192));
  return `${page}#${mark}${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** The draft of such a link; null when there is none in it, undefined when it cannot be read. */
export async function draftIn(hash: string): Promise<Draft | null | undefined> {
  if (!hash.startsWith(`#${mark}`)) return null;
  try {
    const binary = atob(
      hash
        .slice(mark.length + 1)
        .replaceAll("-", "+")
        .replaceAll("_", "/"),
    );
    const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
    const json = await through(bytes, new DecompressionStream("deflate-raw"));
    return readDraft(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json)));
  } catch {
    return undefined;
  }
}

async function through(bytes: Uint8Array<ArrayBuffer>, by: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(by).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maxChars) {
      await reader.cancel();
      throw new Error("It unfolds to more than a draft has.");
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
