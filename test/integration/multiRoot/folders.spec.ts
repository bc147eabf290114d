import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { answering, capture, textOf, uriIn } from '../answers.js';

const file = 'src/auth/auth.service.ts';
const documents = '.claude/docs/TROUBLESHOOTING.md';

describe('several folders', () => {
  it('have a draft each, and a capture goes to the folder of its file', async () => {
    await capture(uriIn(file, 0), 245, 'Bugs and their root causes', 'In the first folder');
    await capture(uriIn(file, 1), 245, 'Bugs and their root causes', 'In the second folder');
    await vscode.window.showTextDocument(uriIn(file, 0));
    await answering({}, () => vscode.commands.executeCommand('sessionHandoff.write'));
    assert.match(await textOf(documents, 0) ?? '', /In the first folder/);
    assert.doesNotMatch(await textOf(documents, 0) ?? '', /In the second folder/);
    assert.doesNotMatch(await textOf(documents, 1) ?? '', /In the second folder/);
  });
});
