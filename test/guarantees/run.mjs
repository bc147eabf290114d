// npm run guarantees: tries to break what the product promises and prints one table. The unit tests' property tests are run
// again with seeds drawn at random and more cases each, and the suites of the real VS Code that are about promises.
//   node test/guarantees/run.mjs [--small] [PART-OF-A-FILE-NAME…]
//   --small: the counts of `npm test`, without the property tests and the editor, which have their own steps there
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { cpus, release, platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, ensureInstalled, frontDoor, progress, root, run } from '../editor/setup.mjs';

/** @typedef {{ promise: string, cases: number, failures: number, seconds: number, note: string }} Row */

const rowsFolder = join(root, 'out', 'guarantees');
/** The suites in a real VS Code that belong to the promises. */
const suites = ['hostile', 'restricted', 'load'].filter((name) => existsSync(join(root, 'test/integration', name)));

/** @param {Row[]} rows */
export function table(rows) {
  const head = ['promise', 'cases', 'failures', 'seconds', 'measured'];
  const lines = [head, ...rows.map(({ promise, cases, failures, seconds, note }) => [promise, cases.toLocaleString('en'), String(failures), seconds.toFixed(0), note])];
  const widths = head.map((_, column) => (column === 4 ? head[4]?.length ?? 0 : Math.max(...lines.map((line) => line[column]?.length ?? 0))));
  const [first, ...rest] = lines.map((line) => `| ${line.map((cell, column) => (column > 0 && column < 4 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join(' | ')} |`);
  return [first, `|${widths.map((width, column) => (column > 0 && column < 4 ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`, ...rest].join('\n');
}

/** @param {string} config @param {string[]} parts @param {NodeJS.ProcessEnv} env @param {string} report */
async function vitest(config, parts, env, report) {
  rmSync(report, { force: true });
  mkdirSync(join(root, 'out'), { recursive: true });
  await run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', config, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`, ...parts], { env: { ...process.env, ...env } });
  return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
}

/** @param {boolean} small @param {string[]} parts @returns {Promise<Row[]>} */
async function promises(small, parts) {
  rmSync(rowsFolder, { recursive: true, force: true });
  const report = await vitest('vitest.guarantees.config.mts', parts, { SESSION_HANDOFF_GUARANTEES: rowsFolder, ...(small ? { SESSION_HANDOFF_SMALL: '1' } : {}) }, join(root, 'out/guarantees.json'));
  /** @type {Row[]} */
  const rows = existsSync(rowsFolder) ? readdirSync(rowsFolder).map((name) => JSON.parse(readFileSync(join(rowsFolder, name), 'utf8'))) : [];
  // A file that could not be loaded, or a process that died, has left no row of its own.
  const told = rows.filter(({ failures }) => failures > 0).length;
  const lost = report ? report.testResults.filter((/** @type {{ status: string, assertionResults: unknown[] }} */ file) => file.status === 'failed' && file.assertionResults.length === 0).length + Math.max(report.numFailedTests - told, 0) : 1;
  if (lost > 0) rows.push({ promise: 'every promise could be tried', cases: lost, failures: lost, seconds: 0, note: 'see above' });
  return rows;
}

/** The unit tests with properties, with seeds drawn at random and more of each. @returns {Promise<Row>} */
async function properties() {
  const factor = process.env.FAST_CHECK_RUNS ?? '10';
  const began = Date.now();
  const files = readdirSync(join(root, 'test/unit'), { recursive: true }).map(String).filter((name) => name.endsWith('.test.ts') && readFileSync(join(root, 'test/unit', name), 'utf8').includes("from 'fast-check'"));
  const report = await vitest('vitest.config.mts', files.map((name) => join('test/unit', name)), { FAST_CHECK_SEED: process.env.FAST_CHECK_SEED ?? 'random', FAST_CHECK_RUNS: factor }, join(root, 'out/properties.json'));
  return { promise: 'property tests, seeds drawn at random', cases: report?.numTotalTests ?? 0, failures: report ? report.numFailedTests + report.numFailedTestSuites * Number(report.numFailedTests === 0) : 1, seconds: (Date.now() - began) / 1000, note: `${factor} times as many cases of each as in npm test` };
}

/** @returns {Promise<Row[]>} */
async function inEditor() {
  const { runIntegration } = await import('../editor/integration.mjs');
  const rows = [];
  const file = join(root, 'out/measured.txt');
  process.env.SESSION_HANDOFF_FULL = '1';
  process.env.SESSION_HANDOFF_MEASURED = file;
  for (const name of suites) {
    rmSync(file, { force: true });
    const began = Date.now();
    const { passed, failed, editor } = await runIntegration([name]);
    const measured = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    rows.push({ promise: `${name}, in a real VS Code`, cases: passed + failed, failures: failed, seconds: (Date.now() - began) / 1000, note: [editor, ...measured].join('; ') });
  }
  return rows;
}

/**
 * Runs everything and prints the table.
 * @param {{ small?: boolean, parts?: string[] }} [options] parts: only promises whose file name holds one of them
 * @returns {Promise<{ kept: number, broken: number }>} promises kept and broken
 */
export async function runGuarantees({ small = false, parts = [] } = {}) {
  const rows = await promises(small, parts);
  if (!small && parts.length === 0) rows.push(await properties(), ...await inEditor());
  console.log(`\nNode ${process.versions.node}, ${platform()} ${release()}, ${cpus().length} processors${small ? ', small counts' : ''}\n\n${table(rows)}\n`);
  const broken = rows.filter(({ failures, cases }) => failures > 0 || cases === 0).length;
  return { kept: rows.length - broken, broken };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await frontDoor(async () => {
    const asked = process.argv.slice(2);
    ensureInstalled();
    progress('building');
    build();
    const { kept, broken } = await runGuarantees({ small: asked.includes('--small'), parts: asked.filter((one) => !one.startsWith('-')) });
    console.log(`${kept} promises kept, ${broken} broken`);
    return broken > 0 || kept === 0 ? 1 : 0;
  });
}
