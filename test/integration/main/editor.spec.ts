import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../answers.js';

// What the extension relies on in the editor under test, so that a suite that fails for want of it says so.
describe('the editor', () => {
  it('tells of files that others write in the workspace', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, 'told.txt'));
    try {
      const told = new Promise<vscode.Uri>((done) => watcher.onDidCreate(done));
      writeFileSync(join(folder.uri.fsPath, 'told.txt'), 'x');
      assert.equal((await told).path.split('/').pop(), 'told.txt');
      await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder.uri, 'told.txt'));
    } finally {
      watcher.dispose();
    }
  });

  it('tells of files that others write outside it', async () => {
    const home = process.env.CLAUDE_CONFIG_DIR ?? '';
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(home), '*.jsonl'));
    try {
      const told = new Promise<vscode.Uri>((done) => watcher.onDidCreate(done));
      // The watcher outside the workspace starts when the editor gets to it.
      const writing = setInterval(() => { writeFileSync(join(home, `told-${Date.now()}.jsonl`), '{}\n'); }, 500);
      try { assert.match((await told).path, /told-\d+\.jsonl$/); } finally { clearInterval(writing); }
    } finally {
      watcher.dispose();
    }
  });

  it('has git, with the sample as a repository', async () => {
    const git = vscode.extensions.getExtension<{ getAPI(version: 1): { repositories: { state: { HEAD?: { name?: string } } }[]; onDidOpenRepository: vscode.Event<unknown> } }>('vscode.git');
    assert.ok(git);
    const api = (await git.activate()).getAPI(1);
    if (api.repositories.length === 0) await new Promise((done) => { api.onDidOpenRepository(done); });
    // Specs before this one switch branches and back; it looks again when it gets to it.
    await until('it is on its branch', () => api.repositories[0]?.state.HEAD?.name === 'feature/auth');
  });
});
