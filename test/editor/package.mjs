// npm run package: session-handoff-<version>.vsix in the root, with the notices of every package that it is made of.
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError, build, ensureInstalled, frontDoor, progress, root, run } from './setup.mjs';

const isNotice = (/** @type {string} */ name) => /^(licen[cs]e|notice|copying|thirdpartynotices)([.-].*)?$/i.test(name);

/**
 * The production dependency tree, from the lock file, with the licence texts that the packages bring.
 * @returns {{ name: string, version: string, license: string, texts: string[] }[]} by name
 */
export function productionPackages() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages).filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional && existsSync(join(root, path))).map(([path, { version }]) => {
    const folder = join(root, path);
    const { name, license, licenses } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const texts = readdirSync(folder).filter((file) => isNotice(file) && statSync(join(folder, file)).isFile()).sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
    const said = license ?? licenses?.map((/** @type {{ type: string }} */ { type }) => type).join(' OR ');
    return { name, version, license: typeof said === 'object' ? said.type : said ?? 'not stated', texts };
  }).sort((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version));
}

/** The text of the notices file. */
export function notices() {
  const packages = productionPackages();
  const parts = packages.map(({ name, version, license, texts }) => `${'='.repeat(80)}\n${name} ${version} (${license})\n${'='.repeat(80)}\n\n${texts.length > 0 ? texts.join('\n\n') : `The package brings no licence text; its manifest states: ${license}.`}\n`);
  return `THIRD-PARTY NOTICES\n\nSession Handoff is made with the ${packages.length} packages below.\n\n${parts.join('\n')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await frontDoor(async () => {
    ensureInstalled();
    progress('building');
    build();
    writeFileSync(join(root, 'dist/ThirdPartyNotices.txt'), notices());
    const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const file = `${name}-${version}.vsix`;
    progress('packing');
    const code = await run(process.execPath, [join(root, 'node_modules/@vscode/vsce/vsce'), 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', file]);
    if (code !== 0) throw new SetupError('vsce could not pack the extension (see above)');
    console.log(`${file}: ${(statSync(join(root, file)).size / 1024).toFixed(0)} kB`);
    return 0;
  });
}
