// npm start: the sample, opened in a real VS Code with the extension as it stands in this checkout.
// The desktop build if one is installed; else VS Code's server build, whose address is printed.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, cacheFolder, ensureInstalled, frontDoor, progress, root } from './setup.mjs';

/** Whether a process lives. @param {number} pid */
const lives = (pid) => { try { process.kill(pid, 0); return true; } catch (error) { return error instanceof Error && 'code' in error && error.code === 'EPERM'; } };

/** A folder of the cache that no other running `npm start` uses. */
function ownFolder() {
  for (let number = 1; ; number++) {
    const folder = join(cacheFolder(), number === 1 ? 'start' : `start-${number}`);
    mkdirSync(folder, { recursive: true });
    const lock = join(folder, 'pid');
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
    } catch {
      let owner = 0;
      try { owner = Number(readFileSync(lock, 'utf8')); } catch { /* its owner ended just now */ }
      if (owner > 0 && lives(owner)) continue;
      writeFileSync(lock, String(process.pid));
    }
    process.on('exit', () => { rmSync(lock, { force: true }); });
    return folder;
  }
}

await frontDoor(async () => {
  ensureInstalled();
  const [{ installedDesktop }, { editorSettings, ensureServer, startServer, workbenchUrl }, { makeSample }] = await Promise.all([import('./desktop.mjs'), import('./server.mjs'), import('./sample/makeSample.mjs')]);
  progress('building');
  build();
  const folder = ownFolder();
  const sample = makeSample(join(folder, 'sample'));
  progress(`sample: ${sample.folder}`);
  const stopped = new Promise((/** @type {(nothing: void) => void} */ done) => {
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => done());
  });

  const desktop = process.env.SESSION_HANDOFF_EDITOR === 'server' ? null : installedDesktop();
  if (desktop) {
    const { spawn } = await import('node:child_process');
    const userData = join(folder, 'user');
    mkdirSync(join(userData, 'User'), { recursive: true });
    writeFileSync(join(userData, 'User/settings.json'), JSON.stringify(editorSettings(), null, 2));
    const child = spawn(desktop.program, [sample.folder, `--extensionDevelopmentPath=${root}`, `--user-data-dir=${userData}`, `--extensions-dir=${join(folder, 'extensions')}`,
      '--new-window', '--skip-welcome', '--skip-release-notes', '--disable-updates', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])], { stdio: 'ignore', env: { ...process.env, ...sample.env } });
    const ended = new Promise((/** @type {(code: number) => void} */ done) => { child.on('error', () => done(1)); child.on('exit', (code) => done(code ?? 0)); });
    console.log(`VS Code ${desktop.version} opens the sample with Session Handoff. Ctrl+C closes it.`);
    const code = await Promise.race([ended, stopped.then(() => { child.kill(); return 0; })]);
    return code;
  }

  const editor = await ensureServer();
  const server = await startServer(editor, { settings: editorSettings(), env: sample.env, token: true, data: join(folder, 'server') });
  console.log(`VS Code ${editor.vscode} (server build) has the sample open with Session Handoff:\n\n  ${workbenchUrl(server, { workspace: sample.folder, extension: root })}\n\nOpen the address in a browser. Ctrl+C stops it.`);
  const code = await Promise.race([server.ended, stopped.then(() => 0)]);
  await server.stop();
  return code;
});
process.exit();
