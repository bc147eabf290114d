import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { EvidenceView } from '../../../src/vscode/evidenceView.js';
import { folder, until, uriIn } from '../answers.js';

const scheme = 'session-handoff-evidence-test';
let record = 0;

const shown = (): vscode.TextDocument | undefined => vscode.workspace.textDocuments.find(({ uri, isClosed }) => uri.scheme === scheme && uri.query === String(record) && !isClosed);
const activeScheme = (): string | undefined => vscode.window.activeTextEditor?.document.uri.scheme;

/** A reader whose answers come when the test says so. */
class SlowTexts {
  readonly asked: { readonly signal: AbortSignal; answer(text: string | undefined): void }[] = [];
  read(_folder: vscode.WorkspaceFolder, _evidence: unknown, signal: AbortSignal): Promise<string | undefined> {
    return new Promise((answer) => { this.asked.push({ signal, answer }); });
  }
}

describe('evidence that takes long to read', () => {
  let texts: SlowTexts;
  let view: EvidenceView;
  const show = (): Promise<void> => view.show(folder(), { text: 'a moment', record: String(record) });
  beforeEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    texts = new SlowTexts();
    view = new EvidenceView(texts, scheme);
    // Documents outlive their tabs: each test looks at another one.
    record++;
    await show();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    view.dispose();
  });

  it('has its tab at once, and is filled without taking the keyboard from who types elsewhere', async () => {
    assert.equal(activeScheme(), scheme);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriIn('src/auth/auth.service.ts')), { viewColumn: vscode.ViewColumn.Two, preview: false });
    texts.asked[0]?.answer('$ npm test\nall 12 passed');
    await until('the evidence is read', () => shown()?.getText().includes('all 12 passed'));
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), uriIn('src/auth/auth.service.ts').toString());
  });

  it('says where it stood that it is gone', async () => {
    texts.asked[0]?.answer(undefined);
    await until('the document says so', () => shown()?.getText().includes('no longer in the agent’s transcript'));
  });

  it('is read no further once its tab is closed, and anew when it is opened again', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('the reading is given up', () => texts.asked[0]?.signal.aborted);
    await show();
    texts.asked[0]?.answer('late');
    texts.asked[1]?.answer('the second reading');
    await until('the evidence is read', () => shown()?.getText() === 'the second reading');
  });
});
