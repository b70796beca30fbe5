// The guides are executed: a block fenced as `bash run` is run, and every line of the `text expect` block after it is found in its output.
// A page's blocks share one shell, so that what one block sets the next one has. PORTICO_HOWTO names another folder of pages.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.env.PORTICO_HOWTO ?? fileURLToPath(new URL('../../docs/how-to', import.meta.url));
const BLOCK_MS = 60_000;
const fence = /^```(\w+) (run|expect)\n([\s\S]*?)^```$/gm;

/** The executed blocks of a page in their order: { line, code, expected: lines }. */
export function blocksOf(text) {
  const blocks = [];
  let title = '';
  for (const found of text.matchAll(fence)) {
    const [, language, does, body] = found;
    const line = text.slice(0, found.index).split('\n').length;
    title = text.slice(0, found.index).match(/^#+ (.+)$/gm)?.at(-1)?.replace(/^#+ /, '') ?? title;
    if (language === 'bash' && does === 'run') blocks.push({ line, title, code: body, expected: [] });
    else if (language === 'text' && does === 'expect' && blocks.length) blocks.at(-1).expected.push(...body.split('\n').filter((l) => l.trim()));
    else throw new Error(`Line ${line}: a fence of ${language} ${does} has nothing to do here.`);
  }
  return blocks;
}

/** One shell for one page. `run` gives what a block printed, on both outputs. */
class Shell {
  #process = spawn('bash', ['--noprofile', '--norc'], { stdio: ['pipe', 'pipe', 'pipe'] });
  #output = '';
  #heard = () => {};

  constructor() {
    for (const from of [this.#process.stdout, this.#process.stderr])
      from.setEncoding('utf8').on('data', (text) => {
        this.#output += text;
        this.#heard();
      });
    this.#process.on('exit', () => this.#heard());
  }

  async run(code) {
    const end = `end-of-block-${Math.random().toString(36).slice(2)}`;
    this.#output = '';
    this.#process.stdin.write(`${code}\nprintf '\\n%s\\n' ${end}\n`);
    const late = AbortSignal.timeout(BLOCK_MS);
    while (!this.#output.includes(`\n${end}\n`)) {
      if (this.#process.exitCode !== null) throw new Error(`The shell ended. It printed:\n${this.#output}`);
      await new Promise((heard, gaveUp) => {
        this.#heard = heard;
        late.addEventListener('abort', () => gaveUp(new Error(`No end after ${BLOCK_MS} ms. It printed:\n${this.#output}`)), { once: true });
      });
    }
    return this.#output.slice(0, this.#output.indexOf(`\n${end}\n`));
  }

  end() {
    this.#process.stdin.end();
    this.#process.kill();
  }
}

const pages = readdirSync(folder).filter((name) => name.endsWith('.md')).sort();
test('There are guides', () => assert.ok(pages.length > 0, `${folder} has none`));

for (const page of pages)
  describe(`guide ${basename(page, '.md')}`, async () => {
    const blocks = blocksOf(readFileSync(join(folder, page), 'utf8'));
    test('has blocks that run', () => assert.ok(blocks.length > 0, `${page} has no block fenced as \`bash run\`: a guide is executed, so give it one.`));
    // A shell that nobody ends would keep this process alive for ever.
    if (blocks.length === 0) return;
    const shell = new Shell();
    let last = Promise.resolve();
    for (const [i, { line, title, code, expected }] of blocks.entries()) {
      const name = `${title} (line ${line})`;
      test(name, { timeout: BLOCK_MS + 5_000 }, async () => {
        await last;
        const printed = await (last = shell.run(code));
        for (const wanted of expected)
          assert.ok(printed.includes(wanted), `${page}:${line} did not print\n  ${wanted}\nIt printed:\n${printed}`);
        if (i === blocks.length - 1) shell.end();
      });
    }
  });
