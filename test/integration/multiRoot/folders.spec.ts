import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { answering, capture, textOf, until, uriIn } from '../answers.js';

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

/** A folder that is on no disk, as those of remote repositories are. */
class InMemory implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  readonly written: string[] = [];
  private readonly files = new Map([['/app/main.ts', 'one();\ntwo();\nthree();\n']]);

  stat({ path }: vscode.Uri): vscode.FileStat {
    const text = this.files.get(path);
    if (text === undefined && ![...this.files.keys()].some((file) => file.startsWith(path === '/' ? path : `${path}/`))) throw vscode.FileSystemError.FileNotFound(path);
    return { type: text === undefined ? vscode.FileType.Directory : vscode.FileType.File, ctime: 0, mtime: 0, size: text?.length ?? 0 };
  }
  readDirectory({ path }: vscode.Uri): [string, vscode.FileType][] {
    return path === '/app' ? [['main.ts', vscode.FileType.File]] : [];
  }
  readFile({ path }: vscode.Uri): Uint8Array {
    const text = this.files.get(path);
    if (text === undefined) throw vscode.FileSystemError.FileNotFound(path);
    return Buffer.from(text);
  }
  writeFile({ path }: vscode.Uri): void { this.written.push(path); }
  createDirectory({ path }: vscode.Uri): void { this.written.push(path); }
  delete({ path }: vscode.Uri): void { this.written.push(path); }
  rename({ path }: vscode.Uri): void { this.written.push(path); }
  watch(): vscode.Disposable { return new vscode.Disposable(() => undefined); }
}

describe('a folder that is on no disk', () => {
  const files = new InMemory();
  let provider: vscode.Disposable;
  const uri = vscode.Uri.parse('in-memory:/app');
  before(async () => {
    provider = vscode.workspace.registerFileSystemProvider('in-memory', files);
    vscode.workspace.updateWorkspaceFolders(2, 0, { uri, name: 'virtual' });
    await until('the folder is there', () => vscode.workspace.workspaceFolders?.length === 3);
  });
  // The folder stays: the suite's window ends with this test.
  after(() => { provider.dispose(); });

  it('has a draft that takes captures; Write says why it cannot, loses nothing and writes nothing', async () => {
    await capture(vscode.Uri.joinPath(uri, 'main.ts'), 2, 'Bugs and their root causes', 'In a folder on no disk');
    await answering({ folder: () => vscode.workspace.getWorkspaceFolder(uri) }, () => vscode.commands.executeCommand('sessionHandoff.chooseFolder'));
    // The second time as the first: the entry is still there.
    for (const command of ['write', 'preview', 'write']) {
      const { asked } = await answering({}, () => vscode.commands.executeCommand(`sessionHandoff.${command}`));
      assert.match(asked.join('\n'), /“virtual” is not on a disk, so no documents can be written there\. Your entries stay in the checklist\./, command);
    }
    assert.deepEqual(files.written, []);
  });

  it('has no handoffs to hand over, connects no agent and says so, and uses no terminal', async () => {
    for (const command of ['connectAgent', 'disconnectAgent', 'agentExtras']) {
      const { asked } = await answering({ message: (_, choices) => choices[0], pick: (items) => items }, () => vscode.commands.executeCommand(`sessionHandoff.${command}`));
      assert.match(asked.join('\n'), /“virtual” is not on a disk/, command);
    }
    await vscode.commands.executeCommand('sessionHandoff.pickUp');
    assert.equal(vscode.window.terminals.length, 0);
    assert.deepEqual(files.written, []);
  });
});
