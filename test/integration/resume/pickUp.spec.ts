import { strict as assert } from 'node:assert';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { writeNote } from '../../ui/handoffSample.js';
import { answering, folder, textOf, until, uriIn } from '../answers.js';

const docs = '.claude/docs';
const at = (file: string): string => join(folder().uri.fsPath, docs, file);
/** A row of the view, as a click on its menu hands it over. */
const row = (file: string) => ({ kind: 'note', folder: folder(), listed: { note: { file } } });
const steps = [{ item: 'nextStep', text: 'Carry on', links: [] }] as const;

describe('a handoff note', () => {
  it('is marked done and opened again by nothing but its status line', async () => {
    const note = writeNote(folder().uri.fsPath, { entries: steps });
    const before = readFileSync(at(note), 'utf8');
    await vscode.commands.executeCommand('sessionHandoff.pickUp');
    await vscode.commands.executeCommand('sessionHandoff.markHandoffDone', row(note));
    assert.equal(readFileSync(at(note), 'utf8'), before.replace('status: "open"', 'status: "done"'));
    await vscode.commands.executeCommand('sessionHandoff.reopenHandoff', row(note));
    assert.equal(readFileSync(at(note), 'utf8'), before);
  });

  it('goes to the trash only after a question, and only where there is one without another', async () => {
    const note = writeNote(folder().uri.fsPath, { id: 'b1b2c3d4', entries: steps });
    await vscode.commands.executeCommand('sessionHandoff.pickUp');
    const kept = await answering({ message: () => undefined }, () => vscode.commands.executeCommand('sessionHandoff.deleteHandoff', row(note)));
    assert.equal(kept.asked.filter((text) => text.includes('Delete')).length, 1);
    assert.ok(existsSync(at(note)));
    await answering({ message: (_, choices) => choices.find((choice) => choice === 'Move to Trash' || choice === 'Delete Permanently') }, () => vscode.commands.executeCommand('sessionHandoff.deleteHandoff', row(note)));
    await until('the note is gone', () => !existsSync(at(note)));
  });

  it('that was broken by hand is explained, not thrown, and its file can be opened', async () => {
    const note = writeNote(folder().uri.fsPath, { id: 'c1b2c3d4', entries: steps });
    writeFileSync(at(note), 'no front matter\n');
    const { asked } = await answering({}, () => vscode.commands.executeCommand('sessionHandoff.openHandoff', row(note)));
    assert.ok(asked.some((text) => text.includes('front matter')), asked.join(' | '));
    await vscode.commands.executeCommand('sessionHandoff.openHandoffFile', row(note));
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, uriIn(`${docs}/${note}`).fsPath);
    assert.equal(await textOf(`${docs}/${note}`), 'no front matter\n');
    await vscode.workspace.fs.delete(uriIn(`${docs}/${note}`));
  });
});
