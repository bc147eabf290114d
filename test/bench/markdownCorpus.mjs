// Writes entries into every Markdown file of the newest commit of some git repositories, in memory, and checks with remark
// that no byte and no node of the old text changed, that the section is real headings with our items in tight lists, that
// entries joining it change nothing else, that a second Write changes nothing, and that the line scanner agrees with remark.
//   node test/bench/markdownCorpus.mjs GITDIR...
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const folder = mkdtempSync(join(tmpdir(), 'markdown-corpus-'));
const outfile = join(folder, 'checks.mjs');

async function loadChecks() {
  await build({
    stdin: {
      resolveDir: root, loader: 'ts', contents: `
      export { checkNewSection, checkJoining } from './test/unit/documents/writingChecks.js';
      export { scanBlocks } from './src/core/documents/blockScanner.js';
      export { remarkOutline } from './src/core/documents/remarkOutline.js';` },
    bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}

/** The Markdown files of a repository's newest commit: name and bytes. */
function* markdownFiles(gitDir) {
  const git = (args, input) => spawnSync('git', ['--git-dir', gitDir, ...args], { input, maxBuffer: 1 << 30 }).stdout;
  const rows = git(['ls-tree', '-r', '-z', 'HEAD']).toString('utf8').split('\0').flatMap((row) => {
    const [meta, name] = row.split('\t');
    const [mode, , id] = (meta ?? '').split(' ');
    return name && mode !== '120000' && mode !== '160000' && /\.(?:md|mdc|markdown)$/i.test(name) ? [{ name, id }] : [];
  });
  const answers = git(['cat-file', '--batch'], rows.map(({ id }) => `${id}\n`).join(''));
  let at = 0;
  for (const { name } of rows) {
    const end = answers.indexOf(10, at);
    const [, kind, size] = answers.subarray(at, end).toString('latin1').split(' ');
    if (kind !== 'blob') {
      at = end + 1;
      continue;
    }
    yield { name, bytes: answers.subarray(end + 1, end + 1 + Number(size)) };
    at = end + 2 + Number(size);
  }
}

const { checkNewSection, checkJoining, scanBlocks, remarkOutline } = await loadChecks();
const failures = [];
const totals = [];
for (const gitDir of process.argv.slice(2)) {
  const total = { repository: basename(dirname(gitDir)), files: 0, notUtf8: 0, megabytes: 0, failures: 0, unsure: 0 };
  for (const { name, bytes } of markdownFiles(gitDir)) {
    let text;
    try {
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      total.notUtf8++;
      continue;
    }
    total.files++;
    total.megabytes += bytes.length / 1e6;
    const check = (what, run) => {
      try {
        run();
      } catch (error) {
        total.failures++;
        failures.push(`${total.repository} ${name}: ${what}: ${String(error.message).slice(0, 300)}`);
      }
    };
    // As it is; each fifth also with CRLF, and cut off somewhere, which leaves fences, tables and lists open.
    const variants = [['as it is', text]];
    if (total.files % 5 === 0) variants.push(['CRLF', text.replace(/\r?\n/g, '\r\n')], ['cut', text.slice(0, Math.floor(text.length * 0.7))]);
    for (const [variant, before] of variants) {
      check(`${variant}, new section`, () => checkNewSection(before));
      check(`${variant}, joining`, () => checkJoining(before));
    }
    check('scanner', () => {
      const body = text.replace(/^\ufeff/, '');
      const scan = scanBlocks(body);
      if (!scan) total.unsure++;
      else if (JSON.stringify(scan.headings) !== JSON.stringify(remarkOutline(body).headings)) throw new Error('headings differ from remark\'s');
    });
  }
  totals.push({ ...total, megabytes: Number(total.megabytes.toFixed(2)) });
}
rmSync(folder, { recursive: true, force: true });
console.table(totals);
for (const failure of failures.slice(0, 20)) console.log(failure);
const sum = (key) => totals.reduce((before, total) => before + total[key], 0);
console.log(`${sum('files')} files, ${sum('failures')} failures, ${sum('unsure')} left to remark by the scanner`);
process.exitCode = failures.length > 0 ? 1 : 0;
