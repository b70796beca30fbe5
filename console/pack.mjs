// Compresses what vite built, so that the server sends bytes that are ready.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const packed = /\.(html|js|css|svg|json)$/;
let script = 0;
for (const file of walk("dist")) {
  if (!packed.test(file)) continue;
  const bytes = readFileSync(file);
  const gzip = gzipSync(bytes, { level: 9 });
  if (file.endsWith(".js")) script += gzip.length;
  if (gzip.length >= bytes.length) continue;
  writeFileSync(`${file}.gz`, gzip);
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
}
console.log(`script of all pages: ${Math.round(script / 1024)} KB gzip`);

function* walk(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* walk(path);
    else yield path;
  }
}
