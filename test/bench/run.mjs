// npm run bench: runs every test/bench/*.bench.mjs and prints one table each, ours beside its rival.
//   node test/bench/run.mjs [PART-OF-A-NAME…]
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpus } from 'node:os';
import { SetupError, build, ensureInstalled, frontDoor, progress } from '../editor/setup.mjs';

const columns = /** @type {const} */ (['what', 'ours', 'rival', 'note']);

/** @param {Record<(typeof columns)[number], string>[]} rows */
function table(rows) {
  const all = [Object.fromEntries(columns.map((column) => [column, column])), ...rows];
  const widths = columns.map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (/** @type {Record<string, string>} */ row) => `| ${columns.map((column, index) => (row[column] ?? '').padEnd(widths[index] ?? 0)).join(' | ')} |`;
  const [head, ...body] = all.map(line);
  return [head, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body].join('\n');
}

await frontDoor(async () => {
  const asked = process.argv.slice(2);
  const here = dirname(fileURLToPath(import.meta.url));
  const files = readdirSync(here).filter((name) => name.endsWith('.bench.mjs') && (asked.length === 0 || asked.some((part) => name.includes(part)))).sort();
  if (files.length === 0) throw new SetupError(asked.length > 0 ? `no bench is named like ${asked.join(', ')}` : 'there is no bench');
  ensureInstalled();
  progress('building');
  build();
  console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`);
  let failed = 0;
  for (const file of files) {
    const name = file.slice(0, -'.bench.mjs'.length);
    progress(name);
    try {
      const { bench } = await import(new URL(file, import.meta.url).href);
      console.log(`\n## ${name}\n\n${table(await bench())}`);
    } catch (error) {
      failed++;
      console.error(`\n## ${name}\n\nfailed: ${error instanceof Error ? error.stack : error}`);
    }
  }
  return failed > 0 ? 1 : 0;
});
process.exit();
