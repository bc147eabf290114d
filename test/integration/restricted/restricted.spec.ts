import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { answering, capture, textOf, uriIn } from '../answers.js';

describe('Restricted Mode', () => {
  it('is what this window is in', () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });
  it('captures and writes documents, without git: the note names no branch', async () => {
    await vscode.commands.executeCommand('sessionHandoff.checklist.focus');
    await capture(uriIn('src/auth/auth.service.ts'), 245, 'Bugs and their root causes', 'Written without git');
    await answering({}, () => vscode.commands.executeCommand('sessionHandoff.write'));
    assert.match(await textOf('.claude/docs/TROUBLESHOOTING.md') ?? '', /Written without git/);
    const [note] = (await vscode.workspace.fs.readDirectory(uriIn('.claude/docs/handoffs'))).map(([name]) => name);
    assert.match(note ?? '', /^\d{8}T\d{6}Z-nogit-/);
    assert.match(await textOf(`.claude/docs/handoffs/${note ?? ''}`) ?? '', /\nbranch: ""\n/);
  });

  it('connects no agent, and uses no terminal', async () => {
    const settings = '.claude/settings.local.json';
    const before = await textOf(settings);
    const { asked } = await answering({ message: (_, choices) => choices[0] }, () => vscode.commands.executeCommand('sessionHandoff.connectAgent'));
    assert.match(asked.join('\n'), /Restricted Mode nothing is connected/);
    assert.equal(await textOf(settings), before);
    await vscode.commands.executeCommand('sessionHandoff.pickUp');
    assert.equal(vscode.window.terminals.length, 0);
  });
});
