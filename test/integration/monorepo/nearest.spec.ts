import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { answering, capture, textOf, uriIn } from '../answers.js';

describe('a folder below the one that holds .claude', () => {
  it('asks once where the documents belong, and links lead from there to the file', async () => {
    await capture(uriIn('auth/auth.service.ts'), 245, 'Bugs and their root causes', 'From below');
    const first = await answering({ pick: ([nearest]) => nearest }, () => vscode.commands.executeCommand('sessionHandoff.write'));
    assert.ok(first.asked.some((text) => text.includes('documents belong')), first.asked.join(' | '));
    assert.match(await textOf('../.claude/docs/TROUBLESHOOTING.md') ?? '', /From below \(\[src\/auth\/auth\.service\.ts:245\]\(\.\.\/\.\.\/src\/auth\/auth\.service\.ts#L245 /);
    assert.equal(await textOf('.claude/docs/TROUBLESHOOTING.md'), undefined);
    await capture(uriIn('auth/auth.service.ts'), 240, 'Bugs and their root causes', 'From below again');
    const second = await answering({}, () => vscode.commands.executeCommand('sessionHandoff.write'));
    assert.ok(!second.asked.some((text) => text.includes('documents belong')));
    assert.match(await textOf('../.claude/docs/TROUBLESHOOTING.md') ?? '', /From below again/);
  });
});
