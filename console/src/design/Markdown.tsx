import type { Token, Tokens } from "marked";
import { createElement, Fragment, memo, type ReactNode, useMemo } from "react";
import { LongText } from "./LongText";
import classes from "./Markdown.module.css";
import { characters, linkTo, maxDepth, parse, pictureIn } from "./markdown";

/**
 * Text in Markdown as a model or a person wrote it, made of our own elements and so inert: HTML is shown as text, links lead to http, https and mailto alone,
 * and a picture of another host is a link to it, since loading it would tell that host who reads. Text runs in the direction of its own script.
 */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const tokens = useMemo(() => parse(text), [text]);
  return tokens === undefined ? <LongText text={text} /> : <div className={classes.markdown}>{all(tokens, 0)}</div>;
});

type Nested = Token & { tokens?: Token[] };

function all(tokens: readonly Token[], depth: number): ReactNode {
  return createElement(Fragment, null, ...tokens.map((t) => one(t as Nested, depth)));
}

function inner(token: Nested, depth: number): ReactNode {
  return token.tokens === undefined ? characters("text" in token ? token.text : token.raw) : all(token.tokens, depth + 1);
}

function one(token: Nested, depth: number): ReactNode {
  if (depth > maxDepth) return token.raw;
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "hr":
      return <hr />;
    case "br":
      return <br />;
    case "heading":
      // The page has the levels above.
      return createElement(`h${Math.min(6, token.depth + 3)}`, { dir: "auto" }, inner(token, depth));
    case "paragraph":
      return <p dir="auto">{inner(token, depth)}</p>;
    case "code":
      return <pre dir="auto">{token.text}</pre>;
    case "blockquote":
      return <blockquote dir="auto">{inner(token, depth)}</blockquote>;
    case "list":
      return list(token as Tokens.List, depth);
    case "table":
      return table(token as Tokens.Table, depth);
    case "checkbox":
      return token.checked ? "☑ " : "☐ ";
    case "strong":
      return <strong>{inner(token, depth)}</strong>;
    case "em":
      return <em>{inner(token, depth)}</em>;
    case "del":
      return <del>{inner(token, depth)}</del>;
    case "codespan":
      return <code>{token.text}</code>;
    case "link":
      return link(token as Tokens.Link, depth);
    case "image":
      return picture(token as Tokens.Image);
    case "html":
      return token.block ? <p dir="auto">{token.raw.trimEnd()}</p> : token.raw;
    case "escape":
      return token.text;
    case "text":
      return inner(token, depth);
    default:
      return token.raw;
  }
}

function list(token: Tokens.List, depth: number): ReactNode {
  const items = token.items.map((item) => createElement("li", { dir: "auto" }, all(item.tokens, depth + 1)));
  return token.ordered
    ? createElement("ol", token.start === "" ? null : { start: token.start }, ...items)
    : createElement("ul", null, ...items);
}

function table(token: Tokens.Table, depth: number): ReactNode {
  const cells = (tag: "th" | "td", row: readonly Tokens.TableCell[]) =>
    createElement(
      "tr",
      null,
      ...row.map((cell) =>
        createElement(
          tag,
          { dir: "auto", style: cell.align === null ? undefined : { textAlign: cell.align } },
          all(cell.tokens, depth + 1),
        ),
      ),
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section className={classes.scroll} aria-label="Table" tabIndex={0}>
      <table>
        <thead>{cells("th", token.header)}</thead>
        {createElement("tbody", null, ...token.rows.map((row) => cells("td", row)))}
      </table>
    </section>
  );
}

function link(token: Tokens.Link, depth: number): ReactNode {
  const to = linkTo(token.href);
  // As it was written: what leads nowhere must not look as if it did.
  if (to === undefined) return token.raw;
  return (
    <a href={to} target="_blank" rel="noopener noreferrer nofollow" title={to}>
      {all(token.tokens, depth + 1)}
    </a>
  );
}

function picture(token: Tokens.Image): ReactNode {
  const here = pictureIn(token.href);
  if (here !== undefined) return <img src={here} alt={token.text} />;
  const to = linkTo(token.href);
  if (to === undefined) return token.raw;
  return (
    <a href={to} target="_blank" rel="noopener noreferrer nofollow" title={`Not loaded: ${to}`} className={classes.picture}>
      Picture{token.text === "" ? "" : ` “${token.text}”`} at {new URL(to).host}, not loaded
    </a>
  );
}
