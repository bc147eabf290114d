import * as vscode from 'vscode';

/** What is picked; several where the question lets the person pick many. */
type Answer = (items: readonly vscode.QuickPickItem[]) => vscode.QuickPickItem | readonly vscode.QuickPickItem[] | undefined;

/** Answers the questions that a command asks, as the person would; gives back what was asked. */
export async function answering<T>(answers: { pick?: Answer; input?: (options: vscode.InputBoxOptions | undefined) => string | undefined; message?: (text: string, choices: readonly string[]) => string | undefined; folder?: () => vscode.WorkspaceFolder | undefined }, act: () => Thenable<T>): Promise<{ result: T; asked: string[] }> {
  const asked: string[] = [];
  const window = vscode.window as unknown as Record<string, unknown>;
  const names = ['showQuickPick', 'showInputBox', 'showWorkspaceFolderPick', 'showInformationMessage', 'showWarningMessage', 'showErrorMessage'];
  const before = names.map((name) => [name, window[name]] as const);
  window.showQuickPick = async (items: readonly vscode.QuickPickItem[] | Thenable<readonly vscode.QuickPickItem[]>, options?: vscode.QuickPickOptions) => {
    asked.push(options?.title ?? options?.placeHolder ?? '');
    return answers.pick?.(await items);
  };
  window.showInputBox = (options?: vscode.InputBoxOptions) => {
    asked.push(options?.title ?? '');
    return Promise.resolve(answers.input?.(options));
  };
  window.showWorkspaceFolderPick = () => Promise.resolve(answers.folder?.());
  for (const name of names.slice(3)) window[name] = (text: string, ...rest: unknown[]) => {
    asked.push(text);
    return Promise.resolve(answers.message?.(text, rest.filter((one): one is string => typeof one === 'string')));
  };
  try {
    return { result: await act(), asked };
  } finally {
    for (const [name, value] of before) window[name] = value;
  }
}

/** Captures a line of a file for an item by its title, with this text. */
export async function capture(uri: vscode.Uri, line: number, item: string, text?: string): Promise<string[]> {
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  editor.selection = new vscode.Selection(line - 1, 0, line - 1, 0);
  const { asked } = await answering({ pick: (items) => items.find(({ label }) => label === item), input: (options) => text ?? options?.value }, () => vscode.commands.executeCommand('sessionHandoff.capture'));
  return asked;
}

/** The workspace's first folder, or the one with this index. */
export function folder(index = 0): vscode.WorkspaceFolder {
  const found = vscode.workspace.workspaceFolders?.[index];
  if (!found) throw new Error('no folder is open');
  return found;
}

export const uriIn = (path: string, index = 0): vscode.Uri => vscode.Uri.joinPath(folder(index).uri, path);

export async function textOf(path: string, index = 0): Promise<string | undefined> {
  try {
    return Buffer.from(await vscode.workspace.fs.readFile(uriIn(path, index))).toString();
  } catch {
    return undefined;
  }
}

/** Waits until something holds; what it last was is in the message. */
export async function until<T>(what: string, look: () => T | undefined | false | Thenable<T | undefined | false>, milliseconds = 20_000): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`it never came to this: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
