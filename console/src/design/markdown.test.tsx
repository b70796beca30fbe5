import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { Markdown } from "./Markdown";
import { linkTo, parse, pictureIn } from "./markdown";

const html = (text: string) => renderToStaticMarkup(<Markdown text={text} />);

describe("Markdown", () => {
  test("Headings, lists, tables, code and emphasis are set", () => {
    const page = html("# A\n\n- one\n- [x] **two**\n\n|a|b|\n|-|-:|\n|1|`2`|\n\n```js\nx < 1 && y\n```\n\nAt &amp; T &#8364;");
    expect(page).toContain('<h4 dir="auto">A</h4>');
    expect(page).toContain('<li dir="auto">☑ <strong>two</strong></li>');
    expect(page).toContain('<td dir="auto" style="text-align:right"><code>2</code></td>');
    expect(page).toContain("x &lt; 1 &amp;&amp; y</pre>");
    expect(page).toContain("At &amp; T €");
  });

  test("HTML and script are shown as text", () => {
    const page = html('<script>alert(1)</script>\n\nHi <b onclick="x()">you</b> <img src=x onerror=alert(1)>');
    expect(page).not.toMatch(/<(script|b|img)\b/);
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
  });

  test("Links lead to http, https and mailto alone", () => {
    for (const bad of [
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "data:text/html,x",
      "/api/session",
      "//a.example/x",
      "vbscript:x",
      "file:///etc",
    ])
      expect(linkTo(bad), bad).toBeUndefined();
    expect(html("[x](javascript:alert\\(1\\))")).not.toContain("<a");
    expect(html("[x](https://a.example/?q=1&r=2)")).toContain('href="https://a.example/?q=1&amp;r=2"');
    expect(html("[x](https://a.example)")).toContain('rel="noopener noreferrer nofollow"');
  });

  test("A picture of another host is a link and is not loaded; one that lies in the text is shown", () => {
    expect(html("![chart](https://evil.example/pixel.png?who=me)")).not.toContain("<img");
    expect(html("![chart](https://evil.example/pixel.png)")).toContain("at evil.example, not loaded");
    expect(html("![here](data:image/png;base64,iVBORw0KGgo=)")).toContain("<img");
    expect(pictureIn("data:image/svg+xml;base64,PHN2Zz4=")).toBeUndefined();
  });

  test("What would hold up the page is shown as it is written", () => {
    for (const bad of ["_a_b ".repeat(20_000), ">".repeat(50_000), "[".repeat(90_000), "x".repeat(500_000)])
      expect(html(bad)).toContain(bad[0] === ">" ? "&gt;" : bad.slice(0, 5));
    expect(parse("_a_b ".repeat(20_000))).toBeUndefined();
  });

  test("Quotes deeper than the bound end as text", () => {
    expect(html(`${"> ".repeat(40)}deep`)).toContain("deep");
  });
});
