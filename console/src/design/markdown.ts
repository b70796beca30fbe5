import { lexer, type Token } from "marked";

/** What is longer than this is shown as it is written. */
const maxLength = 100_000;

/** Runs of emphasis that one block may have: their pairs are looked for one against all others. */
const maxMarks = 2_000;

/** Quotes in quotes in lists: what lies deeper is shown as it is written. */
export const maxDepth = 16;

/** The parts of a text in Markdown; undefined where it is to be shown as it is written, because taking it apart would hold up the page. */
export function parse(text: string): Token[] | undefined {
  if (text.length > maxLength || !isTame(text)) return undefined;
  try {
    return lexer(text);
  } catch {
    // Nested deeper than the stack.
    return undefined;
  }
}

function isTame(text: string): boolean {
  let marks = 0;
  let isBlank = true;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "\n") {
      if (isBlank) marks = 0;
      isBlank = true;
    } else if (c !== " " && c !== "\t" && c !== "\r") {
      isBlank = false;
      if ((c === "*" || c === "_" || c === "~") && ++marks > maxMarks) return false;
    }
  }
  return true;
}

/** Addresses that a link may lead to, and no others: javascript:, data: and what is relative to this page are text. */
export function linkTo(address: string): string | undefined {
  const url = URL.parse(address);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:" || url.protocol === "mailto:")
    ? url.href
    : undefined;
}

/** Pictures that lie in the text itself: nothing is asked of anybody to show them. SVG is not among them. */
export function pictureIn(address: string): string | undefined {
  return /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/.test(address) ? address : undefined;
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** &amp; is &: what Markdown takes over from HTML for single characters. */
export function characters(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,8}));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
