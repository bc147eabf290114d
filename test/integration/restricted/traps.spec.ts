import { strict as assert } from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import * as vscode from 'vscode';
import { writeNote } from '../../ui/handoffSample.js';
import { answering, capture, folder, textOf, until, uriIn } from '../answers.js';

const docs = '.claude/docs';
const at = (path: string): string => join(folder().uri.fsPath, path);

describe('Restricted Mode in a repository that names programs wherever git and agents look for one', () => {
  /** Whatever runs leaves its name here. */
  const traces = mkdtempSync(join(tmpdir(), 'restricted-'));
  const ran = (): string[] => readdirSync(traces).filter((name) => name.startsWith('ran-'));
  const path = process.env['PATH'];
  const trap = (name: string, place = join(traces, 'programs')): string => {
    mkdirSync(place, { recursive: true });
    const program = join(place, name);
    writeFileSync(program, `#!/bin/sh\n: > '${join(traces, `ran-${name}`)}'\nexit 1\n`);
    chmodSync(program, 0o755);
    return program;
  };
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: folder().uri.fsPath, encoding: 'utf8', env: { ...process.env, PATH: path } });

  before(() => {
    for (const [key, name] of Object.entries({ 'core.fsmonitor': 'fsmonitor', 'diff.external': 'external', 'diff.trap.textconv': 'textconv', 'diff.trap.command': 'command', 'filter.trap.clean': 'clean', 'filter.trap.smudge': 'smudge', 'filter.trap.process': 'process', 'core.sshCommand': 'ssh', 'core.pager': 'pager', 'core.editor': 'editor', 'gpg.program': 'gpg', 'core.alternateRefsCommand': 'alternate' })) git('config', key, trap(name));
    const hooks = at('.git/trapped');
    for (const name of ['post-index-change', 'pre-commit', 'post-checkout', 'reference-transaction', 'fsmonitor-watchman']) trap(name, hooks);
    git('config', 'core.hooksPath', hooks);
    mkdirSync(at('.git/info'), { recursive: true });
    appendFileSync(at('.git/info/attributes'), '* diff=trap filter=trap\n');
    // Programs of the names that we look for, in the folder itself and where a shell would find them first.
    for (const name of ['git', 'claude', 'codex', 'node', 'code']) trap(name, folder().uri.fsPath);
    process.env['PATH'] = [folder().uri.fsPath, trap('git').replace(/[\\/]git$/, ''), path].join(delimiter);
    mkdirSync(at('.vscode'), { recursive: true });
    writeFileSync(at('.vscode/settings.json'), JSON.stringify({ 'git.path': trap('git-of-the-settings'), 'sessionHandoff.documents.folder': 'elsewhere/docs', 'sessionHandoff.documents.mapping': { bug: 'PROJECT_API.md' }, 'terminal.integrated.automationProfile.linux': { path: trap('shell') }, 'terminal.integrated.profiles.linux': { x: { path: trap('shell') } } }));
    writeFileSync(at('.claude/settings.local.json'), JSON.stringify({ hooks: { SessionStart: [{ hooks: [{ type: 'command', command: trap('hook') }] }] } }));
  });
  after(() => {
    process.env['PATH'] = path;
    rmSync(traces, { recursive: true, force: true });
  });

  it('runs none of them, whatever is asked for, opens no terminal, and takes no folder from the workspace', async () => {
    const terminals = vscode.window.terminals.length;
    const note = writeNote(folder().uri.fsPath, { entries: [{ item: 'restartCommand', text: trap('restart'), links: [] }, { item: 'inProgress', text: '', links: [{ path: 'src/auth/auth.service.ts', line: 245 }] }] });
    appendFileSync(at('src/auth/auth.service.ts'), '// changed, so that there is something to compare\n');
    await vscode.commands.executeCommand('sessionHandoff.open');
    await capture(uriIn('src/auth/auth.service.ts'), 245, 'Bugs and their root causes', 'With a trap in every corner');
    const every = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith('sessionHandoff.') && !/\.(?:focus|resetViewLocation|removeView|open|toggleVisibility)$/.test(id));
    assert.ok(every.length > 15, every.join());
    // Each command of ours, every question answered with its first choice; what cannot be done here may say so.
    for (const id of every) {
      await answering({ pick: ([first]) => first, input: () => 'typed', message: (_, [first]) => first, folder: () => folder() },
        () => Promise.race([vscode.commands.executeCommand(id).then(undefined, () => undefined), new Promise((done) => setTimeout(done, 5_000))]));
    }
    await capture(uriIn('src/auth/auth.service.ts'), 245, 'Bugs and their root causes', 'Written among traps');
    await answering({ message: (_, [first]) => first }, () => vscode.commands.executeCommand('sessionHandoff.write'));
    await until('it is written where the user’s own settings say', async () => (await textOf(`${docs}/TROUBLESHOOTING.md`))?.includes('Written among traps'));
    await vscode.commands.executeCommand('sessionHandoff.pickUp');
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriIn(`${docs}/${note}`)));
    await vscode.commands.executeCommand('sessionHandoff.refresh');
    await answering({ pick: () => undefined }, () => vscode.commands.executeCommand('sessionHandoff.checkLinks'));

    assert.deepEqual(ran(), []);
    assert.equal(vscode.window.terminals.length, terminals);
    assert.ok(!existsSync(at('elsewhere')));
  });

  it('where git itself, once it is run, does fall into the traps', () => {
    spawnSync('git', ['status'], { cwd: folder().uri.fsPath, env: { ...process.env, PATH: path } });
    assert.ok(ran().includes('ran-fsmonitor'), ran().join());
  });
});
