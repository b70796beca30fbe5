// Writes tests/Portico.Tests/Core/Tokens/golden.json: the ids that js-tiktoken gives to texts of many kinds.
import { writeFileSync } from "node:fs";
import { Tiktoken } from "js-tiktoken/lite";
import o200k from "js-tiktoken/ranks/o200k_base";
import cl100k from "js-tiktoken/ranks/cl100k_base";

const texts = [
  "", " ", "\n", "a", "Hello, world!", "The policy holder's claim wasn't covered; they'll appeal, I'd say.",
  "Der Versicherungsnehmer meldete einen Wasserschaden in der Küche.", "客户报告厨房漏水。保险是否赔付？", "يطلب العميل تعويضا عن الضرر",
  "日本語のテキストとカタカナ、ひらがな。", "Привет, как дела?", "हिन्दी में लिखा हुआ वाक्य", "👩‍👩‍👧‍👦 family 🏳️‍🌈 flags 🇩🇪", "x = foo(bar[1:23]) // a comment\n\tif (!ok) { return -1; }\r\n",
  "1234567890 12 345 6,789.01", "   leading and   inner   and trailing   ", "\n\n\n  \n\t\t mixed\r\n\r\n", "HTTPServer URLParser iOS McDonald's DON'T don'T",
  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  "https://example.com/path?query=1&other=two#part", "{\"name\":\"value\",\"list\":[1,2,3],\"nested\":{\"a\":null}}", "é vs é, ﬁ ligature, ½ ⅓ Ⅷ ²", "\u00a0nbsp\u2003em space\u3000wide", "tab\tseparated\tvalues\n1\t2\t3\n",
  "!!!??? ... --- *** ### /// \\\\\\ ///\n", "ΑΒΓ αβγ ǅ ʰ ª", "a\u0301\u0302b\u0303", "<|endoftext|> is text here", "'s 't 're 'VE 'm 'LL 'd 'x", "word".repeat(50),
];
const out = {};
for (const [name, ranks] of [["o200k_base", o200k], ["cl100k_base", cl100k]]) {
  const encoding = new Tiktoken(ranks);
  out[name] = texts.map((text) => ({ text, ids: encoding.encode(text, [], []) }));
}
writeFileSync(new URL("../../tests/Portico.Tests/Core/Tokens/golden.json", import.meta.url), JSON.stringify(out, null, 1) + "\n");
