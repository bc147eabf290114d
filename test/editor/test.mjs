// npm test: everything that has to hold, with what it needs installed first. The last line is "N passed, N failed".
//   node test/editor/test.mjs [STEP…]    only the named steps: types, lint, unit, guarantees, integration, ui
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, build, ensureInstalled, frontDoor, npmRun, progress, root, run } from './setup.mjs';

/** @typedef {{ passed: number, failed: number, note?: string }} Outcome */

/** @param {string} script @returns {Promise<Outcome>} */
const whole = async (script) => ((await npmRun(script)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

/**
 * Runs vitest and counts by its own report; a file that could not be loaded counts as one failure.
 * @param {string} name @param {string} config @returns {Promise<Outcome>}
 */
async function vitest(name, config) {
  const report = join(root, 'out', `${name}.json`);
  mkdirSync(join(root, 'out'), { recursive: true });
  rmSync(report, { force: true });
  const code = await run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', config, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`], { env: { ...process.env, SESSION_HANDOFF_BUILT: '1', ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }) } });
  if (!existsSync(report)) return { passed: 0, failed: 1, note: 'vitest wrote no report' };
  const { numPassedTests: passed, numFailedTests: failed, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const broken = testResults.filter((/** @type {{ status: string, assertionResults: { status: string }[] }} */ file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed')).length;
  return { passed, failed: failed + broken || (code === 0 ? 0 : 1), ...(broken ? { note: `${broken} files could not be run` } : {}) };
}

/** @type {Record<string, () => Promise<Outcome>>} */
const steps = {
  types: () => whole('check-types'),
  lint: () => whole('lint'),
  unit: () => vitest('unit', 'vitest.config.mts'),
  guarantees: async () => {
    const { runGuarantees } = await import('../guarantees/run.mjs');
    const { kept, broken } = await runGuarantees({ small: true });
    return { passed: kept, failed: broken, note: 'promises, small counts; npm run guarantees tries more' };
  },
  integration: async () => {
    const { runIntegration } = await import('./integration.mjs');
    const { passed, failed, editor } = await runIntegration();
    return { passed, failed, note: editor };
  },
  ui: async () => {
    const [{ ensureChromium }, { ensureServer }] = await Promise.all([import('./chromium.mjs'), import('./server.mjs')]);
    ensureChromium();
    const { vscode } = await ensureServer();
    return { ...await vitest('ui', 'vitest.ui.config.mts'), note: `VS Code ${vscode} (server build)` };
  },
};

await frontDoor(async () => {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !(name in steps));
  if (unknown.length > 0) throw new SetupError(`no such step: ${unknown.join(', ')}; there are ${Object.keys(steps).join(', ')}`);
  ensureInstalled();
  progress('building');
  build();
  let [passed, failed] = [0, 0];
  /** @type {string[]} */
  const told = [];
  for (const [name, step] of Object.entries(steps)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    progress(name);
    const start = Date.now();
    /** @type {Outcome} */
    let outcome;
    try { outcome = await step(); } catch (error) {
      outcome = { passed: 0, failed: 1, note: error instanceof SetupError ? error.message : error instanceof Error ? error.stack ?? error.message : String(error) };
    }
    passed += outcome.passed;
    failed += outcome.failed;
    told.push(`${outcome.failed === 0 ? '✓' : '✗'} ${name.padEnd(11)} ${String(outcome.passed).padStart(5)} passed ${String(outcome.failed).padStart(4)} failed ${((Date.now() - start) / 1000).toFixed(0).padStart(4)} s${outcome.note ? `  ${outcome.note}` : ''}`);
    progress(told.at(-1) ?? '');
  }
  console.log(`\n${told.join('\n')}\n\n${passed} passed, ${failed} failed`);
  return failed > 0 || passed === 0 ? 1 : 0;
});
