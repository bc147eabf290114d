// Runs inside the extension host of the editor under test, once per suite: mocha over the suite's bundled spec files.
import Mocha from 'mocha';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a suite's run leaves in the file that SESSION_HANDOFF_RESULTS names. */
export interface SuiteResults {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly title: string; readonly error: string }[];
  readonly skipped: readonly string[];
}

/** The entry that @vscode/test-electron calls. @throws when a test failed */
export function run(): Promise<void> {
  // Mocha's own reporters write to a terminal, which an extension host does not have: the listeners below tell instead.
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: class extends Mocha.reporters.Base { override epilogue(): void {} } });
  for (const file of readdirSync(__dirname).filter((name) => name.endsWith('.spec.js')).sort()) mocha.addFile(join(__dirname, file));
  const passed: string[] = [];
  const failed: { title: string; error: string }[] = [];
  const skipped: string[] = [];
  return new Promise((done, reject) => {
    const runner = mocha.run((failures) => {
      const results: SuiteResults = { passed, failed, skipped };
      const file = process.env.SESSION_HANDOFF_RESULTS;
      if (file) writeFileSync(file, JSON.stringify(results));
      if (failures > 0) reject(new Error(`${failures} failed`));
      else done();
    });
    runner.on('pass', (test) => { passed.push(test.fullTitle()); console.log(`  ✓ ${test.fullTitle()} (${test.duration ?? 0} ms)`); });
    runner.on('fail', (test, error: Error) => { failed.push({ title: test.fullTitle(), error: error.stack ?? error.message }); console.error(`  ✗ ${test.fullTitle()}\n${error.stack ?? error.message}`); });
    runner.on('pending', (test) => { skipped.push(test.fullTitle()); console.log(`  - ${test.fullTitle()}`); });
  });
}
