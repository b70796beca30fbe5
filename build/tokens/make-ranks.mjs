// Writes the BPE ranks of js-tiktoken in the form that Portico.Core embeds: for every token rank (u32), length (u8), bytes.
import { mkdirSync, writeFileSync, renameSync } from "node:fs";
import o200k from "js-tiktoken/ranks/o200k_base";
import cl100k from "js-tiktoken/ranks/cl100k_base";

mkdirSync(new URL("./out/", import.meta.url), { recursive: true });
for (const [name, encoding] of [["o200k_base", o200k], ["cl100k_base", cl100k]]) {
  const parts = [];
  for (const line of encoding.bpe_ranks.split("\n")) {
    const [, offset, ...tokens] = line.split(" ");
    tokens.forEach((token, i) => {
      const bytes = Buffer.from(token, "base64");
      const head = Buffer.alloc(5);
      head.writeUInt32LE(Number.parseInt(offset, 10) + i, 0);
      head.writeUInt8(bytes.length, 4);
      parts.push(head, bytes);
    });
  }
  const file = new URL(`./out/${name}.ranks`, import.meta.url);
  const draft = new URL(`./out/${name}.ranks.${process.pid}`, import.meta.url);
  writeFileSync(draft, Buffer.concat(parts));
  renameSync(draft, file);
}
