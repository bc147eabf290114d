import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSmall, promise, root } from './promise.js';

interface Locked { readonly version?: string; readonly license?: string; readonly dev?: boolean; readonly hasInstallScript?: boolean; readonly optional?: boolean; readonly resolved?: string; readonly integrity?: string }

/** Licences that let the package ship inside an MIT extension, with their notice kept. */
const permitted = /^\(?(?:MIT|ISC|Apache-2\.0|0BSD|BSD-2-Clause|BSD-3-Clause|BlueOak-1\.0\.0|CC0-1\.0|CC-BY-4\.0|Unlicense|Python-2\.0)(?: (?:OR|AND) [\w.-]+)*\)?$/;
/** Packages whose package.json is older than its field for the licence; where theirs stands. */
const older = new Map([['format', 'MIT']]); // its Readme.md
const install = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];

promise('dependencies: known, licensed, and nothing runs at install time', (proof) => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };
  const production = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev);
  const licences = new Map<string, number>();
  for (const [path, { version, license, hasInstallScript, resolved, integrity }] of production) {
    const stated = license ?? older.get(path.replace(/^.*node_modules\//, '')) ?? 'none';
    licences.set(stated, (licences.get(stated) ?? 0) + 1);
    proof.holds(permitted.test(stated), `${path}@${version ?? '?'} has the licence ${stated}`);
    proof.holds(hasInstallScript !== true, `${path} runs a script when it is installed`);
    // A lock file without addresses takes them from the registry that is set; one with another address would go round it.
    proof.holds((resolved === undefined || resolved.startsWith('https://registry.npmjs.org/')) && integrity !== undefined, `${path} comes from elsewhere, or without a checksum`);
  }
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string>; dependencies: Record<string, string> };
  for (const name of install) proof.holds(!(name in own.scripts) && !(`vscode:${name}` in own.scripts), `our own package runs ${name}`);
  for (const [name, range] of Object.entries(own.dependencies)) proof.holds(/^\d/.test(range), `${name} is ${range}: not one exact version`);
  const told = `${production.length} packages ship: ${[...licences].sort(([, one], [, other]) => other - one).map(([licence, number]) => `${number} ${licence}`).join(', ')}`;
  // The registry is asked only in the full run: npm test does not depend on it.
  if (isSmall) { proof.note(told); return; }
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' });
  let audit: { metadata?: { vulnerabilities?: { total?: number } }; vulnerabilities?: Record<string, { severity: string }> } = {};
  try { audit = JSON.parse(stdout) as typeof audit; } catch { /* No answer: said in the note. */ }
  const total = audit.metadata?.vulnerabilities?.total;
  if (total === undefined) proof.note(`${told}; npm audit: no answer`);
  else {
    proof.holds(total === 0, `npm audit: ${Object.entries(audit.vulnerabilities ?? {}).map(([name, { severity }]) => `${name} ${severity}`).join(', ')}`);
    proof.note(`${told}; npm audit: ${total} known vulnerabilities`);
  }
});
