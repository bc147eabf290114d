// Planning a Write, beside the way that re-serialises: remark parsing a document and printing it again.
import { build } from 'esbuild';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const names = ['BEST_PRACTICES.md', 'PROJECT_KNOWLEDGE.md', 'TROUBLESHOOTING.md', 'PROJECT_API.md', 'PROJECT_DATABASE.md'];
const items = ['pattern', 'decision', 'bug', 'endpoint', 'schema'];

/** A document as teams keep them, of at least so many bytes: prose with links and code, lists, tables, fences, our sections. */
function markdown(bytes) {
  const parts = ['# Troubleshooting\n'];
  for (let n = 0, size = 0; size < bytes; n++) {
    const part = `## Topic ${n}\n\nThe \`service${n}\` keeps *its* state in [the table](../db/t${n}.sql "t"), see https://example.org/${n} and **do not** rely on order_${n}.\n`
      + `Second line of the paragraph with a footnote and \`inline code\`.\n\n- one item with \`code\`\n- another [link][ref${n}]\n  - nested\n\n[ref${n}]: https://example.org/ref/${n}\n\n`
      + `| column | type | note |\n|---|:-:|---|\n| id_${n} | \`uuid\` | primary |\n| name | text | **unique** |\n\n\`\`\`ts\nexport const value${n} = (input: string) => input.length;\n\`\`\`\n\n`
      + (n % 7 === 0 ? `## Session: 2025-${String(1 + (n % 12)).padStart(2, '0')}-${String(1 + (n % 28)).padStart(2, '0')}\n\n### Fixed\n\n- Resolved case ${n} ([src/a${n}.ts:${n}](../../src/a${n}.ts#L${n} "await run(${n});"))\n  Root cause: the path skipped the hook.\n\n` : '');
    parts.push(part);
    size += part.length;
  }
  return parts.join('\n');
}

const request = (texts, entries) => ({
  draft: { session: { id: 'a1b2c3d4', created: '2026-11-22T14:02:33+01:00' }, focus: '', entries, ticks: [], dismissed: [], written: [] },
  mapping: {}, date: '2026-11-22', workspacePath: '', documentsFolder: '.claude/docs', texts, note: { file: 'handoffs/n.md', author: 'a' },
});
const entry = (item, n) => ({ id: `e${n}`, item, text: `Learned \`thing\` number ${n}`, detail: 'Root cause: none', links: [{ path: 'src/a.ts', line: 3, text: 'let a' }], created: '2026-11-22T13:00:00Z' });

function median(run, times) {
  const taken = [];
  for (let n = 0; n < times; n++) {
    const start = performance.now();
    run();
    taken.push(performance.now() - start);
  }
  return taken.sort((a, b) => a - b)[Math.floor(times / 2)];
}

/** Milliseconds from a worker's start to its first answer. */
function coldWorker(file, question) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const worker = new Worker(file);
    worker.once('error', reject);
    worker.once('message', (answer) => {
      const taken = performance.now() - start;
      void worker.terminate();
      if (answer.error) reject(new Error(answer.error));
      else resolve(taken);
    });
    worker.postMessage(question);
  });
}

const ms = (value) => (value < 10 ? `${value.toFixed(2)} ms` : `${value.toFixed(0)} ms`);

export async function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'documents-bench-'));
  const shared = { bundle: true, platform: 'node', target: 'node20', logLevel: 'error', absWorkingDir: root, define: { 'import.meta.url': 'importMetaUrl' }, banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" } };
  try {
    const rival = 'import { remark } from "remark"; import gfm from "remark-gfm"; import frontmatter from "remark-frontmatter"; const processor = remark().use(gfm).use(frontmatter).freeze(); export const roundTrip = (text) => String(processor.processSync(text));';
    const stdin = (contents) => ({ resolveDir: root, loader: 'ts', contents });
    await build({ ...shared, format: 'cjs', entryPoints: [join(root, 'src/node/documents.worker.ts')], outfile: join(folder, 'ours.worker.cjs') });
    await build({ ...shared, format: 'cjs', stdin: stdin(`import { parentPort } from 'node:worker_threads'; ${rival} parentPort.on('message', (texts) => parentPort.postMessage({ length: texts.map(roundTrip).join('').length }));`), outfile: join(folder, 'rival.worker.cjs') });
    await build({ ...shared, format: 'cjs', stdin: stdin(`${rival} export { planWrite } from './src/core/documents/planWrite.js'; export { outlineOf } from './src/core/documents/documentOutline.js'; export { spliceDocument } from './src/core/documents/spliceDocument.js';`), outfile: join(folder, 'both.cjs') });
    writeFileSync(join(folder, 'package.json'), '{}');
    const { default: loaded, ...named } = await import(pathToFileURL(join(folder, 'both.cjs')).href);
    const { planWrite, outlineOf, spliceDocument, roundTrip } = loaded ?? named;

    const fifty = markdown(50_000);
    const five = Object.fromEntries(names.map((name) => [name, fifty]));
    const cold = await coldWorker(join(folder, 'ours.worker.cjs'), { id: 0, request: request(five, items.map(entry)) });
    const coldRival = await coldWorker(join(folder, 'rival.worker.cjs'), names.map(() => fifty));
    const outline = outlineOf(fifty);
    const place = { id: 'e', category: 'fixed', lines: ['Learned `thing`'] };
    const splicing = median(() => names.map(() => spliceDocument(fifty, outline, '2026-11-22', [place])), 21);
    const rows = [
      { what: 'plan of five documents of 50 kB, cold worker', ours: ms(cold), rival: ms(coldRival), note: 'aim: Write under 1 s' },
      { what: 'of it splicing, five documents', ours: ms(splicing), rival: '–', note: 'aim: under 5 ms' },
    ];
    for (const [label, size, times] of [['10 kB', 10_000, 15], ['100 kB', 100_000, 5], ['1 MB', 1_000_000, 1]]) {
      const text = markdown(size);
      const one = request({ 'TROUBLESHOOTING.md': text }, [entry('bug', 1)]);
      const ours = median(() => planWrite(one), Math.max(3, times));
      let printed = '';
      const theirs = median(() => {
        printed = roundTrip(text);
      }, times);
      rows.push({ what: `one entry into ${label}`, ours: ms(ours), rival: ms(theirs), note: `${((100 * ours) / theirs).toFixed(1)} % of it; bytes changed: outside what we insert none, by the rival ${text === printed ? 'none' : 'some'}` });
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
