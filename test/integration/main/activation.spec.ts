import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

const extension = () => {
  const found = vscode.extensions.getExtension('session-handoff.session-handoff');
  assert.ok(found, 'the extension under development is not installed');
  return found;
};

describe('the extension', () => {
  it('is under development from this checkout, and activates', async () => {
    await extension().activate();
    assert.ok(extension().isActive);
  });

  it('runs where the workspace is', () => {
    assert.equal(extension().extensionKind, vscode.ExtensionKind.Workspace);
  });

  it('has every command of its manifest registered', async () => {
    await extension().activate();
    const manifest = extension().packageJSON as { contributes?: { commands?: { command: string }[] } };
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = (manifest.contributes?.commands ?? []).map(({ command }) => command).filter((command) => !registered.has(command));
    assert.deepEqual(missing, []);
  });

  it('has the sample open, with the agent and the drafts of its home', () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    assert.ok(existsSync(join(folder.uri.fsPath, 'src/auth/auth.service.ts')));
    const { CLAUDE_CONFIG_DIR, SESSION_HANDOFF_HOME } = process.env;
    assert.ok(CLAUDE_CONFIG_DIR && existsSync(join(CLAUDE_CONFIG_DIR, 'projects')));
    assert.ok(SESSION_HANDOFF_HOME);
    assert.equal(vscode.workspace.isTrusted, true);
  });
});
