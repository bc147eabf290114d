import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { git } from '../../editor/sample/makeSample.mjs';
import { writeNote } from '../../ui/handoffSample.js';
import { answering, folder, uriIn } from '../answers.js';
import { disconnect } from '../connecting.js';
import { handedTo, runHooks } from '../standInAgent.js';

describe('a part of a repository that is opened by itself', () => {
  it('has nothing uncommitted that the person did not write, whatever is connected and handed over', async () => {
    const [part, root] = [folder().uri.fsPath, join(folder().uri.fsPath, '..')];
    const dirty = (): string => git(root, ['status', '--porcelain', '--untracked-files=all']);
    const before = dirty();
    await vscode.commands.executeCommand('sessionHandoff.checklist.focus');
    await answering({ pick: ([nearest]) => nearest, message: (_, choices) => choices.find((choice) => choice === 'Connect') }, () => vscode.commands.executeCommand('sessionHandoff.connectAgent'));
    assert.equal(dirty(), before);
    // The agent looks for its settings where it is started, in no folder above; the documents stay where they were.
    assert.ok(existsSync(join(part, '.claude/settings.local.json')));
    assert.ok(!existsSync(join(root, '.claude/settings.local.json')));
    const note = writeNote(root, { entries: [{ item: 'nextStep', text: 'Carry on in the part', links: [] }] });
    const withNote = dirty();
    assert.notEqual(withNote, before);
    assert.match(await handedTo(part, 's1'), /Carry on in the part/);
    for (const trigger of ['manual', 'auto']) assert.deepEqual((await runHooks(part, { hook_event_name: 'PreCompact', trigger, session_id: 's1' })).map(({ code, output, errors }) => ({ code, output, errors })), [{ code: 0, output: '', errors: '' }]);
    await vscode.commands.executeCommand('sessionHandoff.pickUp');
    assert.equal(dirty(), withNote);
    await vscode.workspace.fs.delete(uriIn(`../.claude/docs/${note}`));
    await disconnect();
    assert.equal(dirty(), before);
  });
});
