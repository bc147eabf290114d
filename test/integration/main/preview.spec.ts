import { strict as assert } from 'node:assert';
import { appendFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { answering, capture, folder, until, uriIn } from '../answers.js';

const troubles = () => join(folder().uri.fsPath, '.claude/docs/TROUBLESHOOTING.md');
const notes = () => join(folder().uri.fsPath, '.claude/docs/handoffs');
const write = (): Promise<unknown> => answering({}, () => vscode.commands.executeCommand('sessionHandoff.write'));
const learned = 'Learned before the document changed';

/** The texts of the open preview: what would be written. */
const previewed = (): string[] => vscode.workspace.textDocuments.filter(({ uri, isClosed }) => uri.scheme === 'session-handoff-preview' && !isClosed).map((document) => document.getText());

async function openPreview(): Promise<void> {
  await capture(uriIn('src/auth/auth.service.ts'), 245, 'Bugs and their root causes', learned);
  await answering({}, () => vscode.commands.executeCommand('sessionHandoff.preview'));
  await until('the preview shows the entry', () => previewed().some((text) => text.includes(learned)));
}

describe('a document under an open preview', () => {
  let before: Buffer;
  beforeEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('sessionHandoff.newSession');
    before = readFileSync(troubles());
  });
  // An undone Write would leave its entry to the sessions of other tests.
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    writeFileSync(troubles(), before);
    for (const note of readdirSync(notes())) rmSync(join(notes(), note));
  });

  it('that somebody changes on disk is computed again, and Write keeps what they wrote', async () => {
    await openPreview();
    appendFileSync(troubles(), '\n## Of another program\n\nA line that must stay.\n');
    await until('the preview shows both', () => previewed().some((text) => text.includes('A line that must stay.') && text.includes(learned)));
    await write();
    const text = readFileSync(troubles(), 'utf8');
    assert.ok(text.startsWith(`${before.toString()}\n## Of another program\n\nA line that must stay.\n`));
    assert.ok(text.includes(`- ${learned}`));
  });

  it('that somebody deletes is computed again, and Write makes it anew', async () => {
    await openPreview();
    rmSync(troubles());
    await until('the preview shows a new document', () => previewed().some((text) => text.includes(learned) && !text.includes(before.toString().trim().split('\n').at(-1) ?? '')));
    await write();
    const text = readFileSync(troubles(), 'utf8');
    assert.match(text, /^# .+\n\n.+\n\n## Session: \d{4}-\d{2}-\d{2}\n\n### Fixed\n\n- Learned before/);
  });
});
