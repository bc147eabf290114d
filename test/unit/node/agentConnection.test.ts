import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { hookCommand, windowsHookCommand } from '../../../src/core/agentHooks.js';
import { renderNote } from '../../../src/core/handoffNote.js';
import { addIgnoreRule, connectAgent, disconnectAgent, readConnection, readIgnoreState, removeIgnoreRule, settingsFile } from '../../../src/node/agentConnection.js';
import { addFindingsCommand, addMemoryLine, removeFindingsCommand, removeMemoryLine } from '../../../src/node/agentFiles.js';
import { batchLauncher, installLauncher, launcherPath, shellLauncher } from '../../../src/node/launcher.js';
import { readReceipts } from '../../../src/node/receipts.js';
import { entry } from '../documents/writing.js';
import { buildCommandLine } from './commandLine.js';
import { Repository } from './repository.js';
import { temporaryFolder } from './temporaryFolder.js';

vi.setConfig({ testTimeout: 240_000 });

const settingsOf = (base: string): string => join(base, ...settingsFile.split('/'));
function putSettings(base: string, text: string): void {
  mkdirSync(dirname(settingsOf(base)), { recursive: true });
  writeFileSync(settingsOf(base), text);
}

describe('connecting a folder with the agent', () => {
  it('and disconnecting it leaves the settings to the byte as they were', async () => {
    for (const text of ['{}', '\ufeff{\r\n\t"permissions": {}, // mine\r\n}', '', '{"hooks":{"SessionStart":[]}}']) {
      const [base, home] = [temporaryFolder(), temporaryFolder()];
      putSettings(base, text);
      expect(await readConnection(base, home)).toEqual({ kind: 'disconnected' });
      expect(await connectAgent(base, home)).toEqual({ kind: 'changed' });
      expect(await readConnection(base, home)).toEqual({ kind: 'connected' });
      expect(await connectAgent(base, home)).toEqual({ kind: 'unchanged' });
      expect(await disconnectAgent(base, home)).toEqual({ kind: 'changed' });
      expect(readFileSync(settingsOf(base), 'utf8')).toBe(text);
      expect(await disconnectAgent(base, home)).toEqual({ kind: 'unchanged' });
      expect(readdirSync(join(base, '.claude'))).toEqual(['settings.local.json']);
    }
  });

  it('makes a missing file, and takes it away again', async () => {
    const [base, home] = [temporaryFolder(), temporaryFolder()];
    await connectAgent(base, home);
    expect(readFileSync(settingsOf(base), 'utf8')).toContain('SessionStart');
    await disconnectAgent(base, home);
    expect(readdirSync(base)).toEqual([]);
  });

  it('takes away no folder that was there before, or that holds something', async () => {
    const [base, home] = [temporaryFolder(), temporaryFolder()];
    mkdirSync(join(base, '.claude'));
    await connectAgent(base, home);
    await disconnectAgent(base, home);
    expect(readdirSync(base)).toEqual(['.claude']);
    const [other, part] = [temporaryFolder(), temporaryFolder()];
    await connectAgent(other, home);
    mkdirSync(join(other, '.claude/docs'));
    await disconnectAgent(other, home);
    expect(readdirSync(join(other, '.claude'))).toEqual(['docs']);
    // Connected anew by another installation meanwhile.
    await connectAgent(part, home);
    await connectAgent(part, temporaryFolder('other-home'));
    await connectAgent(part, home);
    await disconnectAgent(part, home);
    expect(readdirSync(part)).toEqual([]);
  });

  it('leaves a broken file, one that is no text, and one behind a link that leads out alone', async () => {
    const [base, home] = [temporaryFolder(), temporaryFolder()];
    putSettings(base, '{"hooks": ');
    expect(await connectAgent(base, home)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('line 1') as string });
    expect(readFileSync(settingsOf(base), 'utf8')).toBe('{"hooks": ');
    writeFileSync(settingsOf(base), Buffer.from([0xff, 0xfe, 0x7b, 0]));
    await expect(connectAgent(base, home)).rejects.toMatchObject({ reason: 'encoding' });
    expect(await readConnection(base, home)).toMatchObject({ kind: 'unreadable' });
    const outside = join(temporaryFolder(), 'settings.json');
    writeFileSync(outside, '{}');
    rmSync(settingsOf(base));
    symlinkSync(outside, settingsOf(base));
    await expect(connectAgent(base, home)).rejects.toMatchObject({ reason: 'outside' });
    expect(readFileSync(outside, 'utf8')).toBe('{}');
  });

  it('knows hooks of another per-user folder as ours, and takes their place', async () => {
    const [base, home] = [temporaryFolder(), temporaryFolder()];
    await connectAgent(base, temporaryFolder('other-home'));
    expect(await readConnection(base, home)).toEqual({ kind: 'other' });
    await connectAgent(base, home);
    expect(await readConnection(base, home)).toEqual({ kind: 'connected' });
    expect(readFileSync(settingsOf(base), 'utf8').match(/"command"/g)).toHaveLength(4);
  });
});

describe('the ignore rule of the settings', () => {
  it('is missing in a repository that has none, hides exactly that file for this person alone, and goes again', async () => {
    const repository = Repository.make();
    repository.commit('one', { 'backend [x]/a.ts': 'let a;\n' });
    const base = join(repository.folder, 'backend [x]');
    putSettings(base, '{}');
    const exclude = join(repository.folder, '.git/info/exclude');
    writeFileSync(exclude, '# theirs\r\n*.log');
    const state = await readIgnoreState(base);
    expect(state).toMatchObject({ kind: 'missing', line: '/backend \\[x\\]/.claude/settings.local.json' });
    if (state.kind === 'missing') await addIgnoreRule(state);
    expect(await readIgnoreState(base)).toEqual({ kind: 'ignored' });
    expect(repository.git('status', '--porcelain', '--untracked-files=all')).toBe('');
    expect(await removeIgnoreRule(base)).toBe(true);
    expect(await removeIgnoreRule(base)).toBe(false);
    expect(readFileSync(exclude, 'utf8')).toBe('# theirs\r\n*.log\r\n');
  });

  it('is there already where the repository has one, means nothing outside of one, and does not help a file that is in it', async () => {
    const repository = Repository.make();
    repository.commit('one', { '.gitignore': 'settings.local.json\n' });
    expect(await readIgnoreState(repository.folder)).toEqual({ kind: 'ignored' });
    expect(await readIgnoreState(temporaryFolder())).toEqual({ kind: 'noRepository' });
    const other = Repository.make();
    other.commit('one', { '.claude/settings.local.json': '{}' });
    expect(await readIgnoreState(other.folder)).toEqual({ kind: 'tracked' });
  });

  it('of a worktree holds in every worktree', async () => {
    const repository = Repository.make();
    repository.commit('one');
    const worktree = join(temporaryFolder('worktrees'), 'one');
    repository.git('worktree', 'add', '-q', worktree);
    const state = await readIgnoreState(worktree);
    if (state.kind === 'missing') await addIgnoreRule(state);
    expect(await readIgnoreState(worktree)).toEqual({ kind: 'ignored' });
    expect(await readIgnoreState(repository.folder)).toEqual({ kind: 'ignored' });
  });
});

describe('the launcher', () => {
  const dist = dirname(buildCommandLine(['hook', 'resume'], ['evidence']));

  function project(): string {
    const repository = Repository.make();
    mkdirSync(join(repository.folder, '.claude/docs/handoffs'), { recursive: true });
    writeFileSync(join(repository.folder, '.claude/docs/handoffs/20261122T130233Z-main-a1b2c3d4.md'), renderNote({ id: 'a1b2c3d4', author: 'Ada Lovelace <ada@example.com>', created: new Date(Date.now() - 3_600_000).toISOString(), branch: 'main', commit: '', focus: '', agent: '', previous: '', status: 'open' }, '2026-11-22', [entry('nextStep', 'Implement verify-email')], { folder: '.claude/docs/handoffs', workspacePath: '' }).text);
    return repository.folder;
  }

  /** Runs a configured hook as the agent does: its command in a shell, the event on standard input. */
  function runAsAgent(command: string, folder: string, environment: NodeJS.ProcessEnv = {}) {
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command], { cwd: folder, encoding: 'utf8', input: JSON.stringify({ session_id: 's1', transcript_path: '', cwd: folder, hook_event_name: 'SessionStart', source: 'startup' }), env: { PATH: process.env['PATH'], HOME: folder, CLAUDECODE: '1', NODE_OPTIONS: '--require /does/not/exist', ...environment } });
    return { status, stdout, stderr };
  }

  /** A machine under load may not give the hook the time it needs: it is run until it says something. */
  function runUntilHanded(command: string, folder: string, environment?: NodeJS.ProcessEnv) {
    for (let attempt = 1; ; attempt++) {
      const answer = runAsAgent(command, folder, environment);
      if (answer.stdout !== '' || answer.status !== 0 || attempt === 40) return answer;
    }
  }

  it('runs the hook that the settings name, with the extension gone, in a folder with any name', async () => {
    const [folder, home] = [project(), join(temporaryFolder(), "o'neil $(touch x) %PATH%")];
    const built = temporaryFolder('dist');
    renameSync(built, `${built}-gone`);
    spawnSync('cp', ['-r', dist, built]);
    await installLauncher({ dist: built, runtime: process.execPath, home });
    rmSync(built, { recursive: true });
    await connectAgent(folder, home);
    const { hooks } = JSON.parse(readFileSync(settingsOf(folder), 'utf8')) as { hooks: { SessionStart: { hooks: { command: string }[] }[] } };
    const command = hooks.SessionStart[0]?.hooks[0]?.command ?? '';
    expect(command).toBe(hookCommand(launcherPath(home)));
    expect(runUntilHanded(command, folder)).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('Implement verify-email') as string });
    expect((await readReceipts(folder, home)).receipts.length).toBeGreaterThan(0);
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });

  it('falls back to node where the editor is gone, and is silent where neither, the copy or the launcher is there', async () => {
    const [folder, home] = [project(), temporaryFolder('home')];
    await installLauncher({ dist, runtime: '/gone/code', home });
    const command = hookCommand(launcherPath(home));
    const bin = temporaryFolder('bin');
    symlinkSync(process.execPath, join(bin, 'node'));
    symlinkSync('/bin/sh', join(bin, 'sh'));
    expect(runUntilHanded(command, folder, { PATH: bin })).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('Implement verify-email') as string });
    const silent = { status: 0, stdout: '', stderr: '' };
    rmSync(join(bin, 'node'));
    expect(runAsAgent(command, folder, { PATH: bin })).toEqual(silent);
    writeFileSync(join(bin, 'node'), '#!/bin/sh\necho broken; echo broken >&2; exit 2\n', { mode: 0o644 });
    expect(runAsAgent(command, folder, { PATH: bin })).toEqual(silent);
    rmSync(join(home, 'command-line'), { recursive: true });
    expect(runAsAgent(command, folder)).toEqual(silent);
    rmSync(launcherPath(home));
    expect(runAsAgent(command, folder)).toEqual(silent);
  });

  it('is found by the command for Windows in every shell that may read it, which is silent where the launcher is missing', async () => {
    const [folder, home] = [project(), join(temporaryFolder(), "o'neil & co")];
    await installLauncher({ dist, runtime: process.execPath, home });
    const command = windowsHookCommand(launcherPath(home));
    expect(runUntilHanded(command, folder)).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^Handoff notes[^]*Implement verify-email/) as string });
    // Git Bash, as Claude Code starts it.
    const bash = spawnSync('bash', ['--norc', '--noprofile', '-i', '-c', command], { cwd: folder, encoding: 'utf8', input: '{}', env: { PATH: process.env['PATH'], HOME: folder } });
    expect([bash.status, bash.stdout]).toEqual([0, '']);
    rmSync(launcherPath(home));
    expect(runAsAgent(command, folder)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readdirSync(folder).sort()).toEqual(['.claude', '.git']);
  });

  it('is refreshed with each build, once, and by several windows at a time', async () => {
    const home = temporaryFolder('home');
    await Promise.all(Array.from({ length: 6 }, () => installLauncher({ dist, runtime: process.execPath, home })));
    const copies = readdirSync(join(home, 'command-line'));
    expect(copies).toHaveLength(1);
    const before = statSync(launcherPath(home)).mtimeMs;
    await installLauncher({ dist, runtime: process.execPath, home });
    expect(statSync(launcherPath(home)).mtimeMs).toBe(before);
    const newer = temporaryFolder('dist');
    spawnSync('cp', ['-r', `${dist}/.`, newer]);
    writeFileSync(join(newer, 'cli.js'), '// newer\n', { flag: 'a' });
    await installLauncher({ dist: newer, runtime: process.execPath, home });
    expect(readFileSync(launcherPath(home), 'utf8')).not.toContain(copies[0]);
    expect(readdirSync(join(home, 'command-line'))).toHaveLength(2);
    if (process.platform !== 'win32') expect(statSync(launcherPath(home)).mode & 0o777).toBe(0o700);
  });

  it('holds paths as they are, whatever they are called', () => {
    expect(shellLauncher("/a'b/cli.js", '/c', '/d')).toContain("cli='/a'\\''b/cli.js'\n");
    expect(batchLauncher('C:\\50% off\\cli.js', 'C:\\Code.exe', 'C:\\h')).toContain('set "cli=C:\\50%% off\\cli.js"\r\n');
    expect(batchLauncher('a', 'b', 'c').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    // Every path stands in quotes, so that `&`, `(` and spaces are letters; Windows allows no quote in a path.
    const lines = batchLauncher('C:\\R&D (x)\\cli.js', 'C:\\Program Files\\Code.exe', 'C:\\R&D (x)').split('\r\n');
    expect(lines.filter((line) => line.startsWith('set '))).toEqual(['set "cli=C:\\R&D (x)\\cli.js"', 'set "runtime=C:\\Program Files\\Code.exe"', 'set "SESSION_HANDOFF_HOME=C:\\R&D (x)"', 'set "NODE_OPTIONS="', 'set "ELECTRON_RUN_AS_NODE=1"']);
    expect(lines.slice(-4)).toEqual(['if not exist "%cli%" exit /b 0', 'if exist "%runtime%" ("%runtime%" "%cli%" hook 2>nul) else (node "%cli%" hook 2>nul)', 'exit /b 0', '']);
  });
});

describe('files beside the settings', () => {
  it('the command is put there, never over another, and goes again unless somebody changed it', async () => {
    const base = temporaryFolder();
    const path = join(base, '.claude/commands/handoff-findings.md');
    expect([await addFindingsCommand(base), await addFindingsCommand(base)]).toEqual(['added', 'there']);
    expect(readFileSync(path, 'utf8')).toContain('```session-handoff');
    writeFileSync(path, 'mine\n');
    expect(await addFindingsCommand(base)).toBe('exists');
    expect(await removeFindingsCommand(base)).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('mine\n');
    rmSync(path);
    await addFindingsCommand(base);
    expect(await removeFindingsCommand(base)).toBe(true);
    expect(existsSync(path)).toBe(false);
  });

  it('the line of CLAUDE.local.md comes and goes, and a file that was made for it with it', async () => {
    const base = temporaryFolder();
    const path = join(base, 'CLAUDE.local.md');
    expect([await addMemoryLine(base, '.claude/docs'), await addMemoryLine(base, '.claude/docs')]).toEqual([true, false]);
    expect([await removeMemoryLine(base), await removeMemoryLine(base)]).toEqual([true, false]);
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, '\ufeff# Mine\r\nno end');
    await addMemoryLine(base, '.claude/docs');
    expect(readFileSync(path, 'utf8')).toContain('.claude/docs/');
    await removeMemoryLine(base);
    expect(readFileSync(path, 'utf8')).toBe('\ufeff# Mine\r\nno end');
  });
});
