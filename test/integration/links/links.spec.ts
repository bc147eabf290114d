import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { formatCodeLink } from '../../../src/core/links/codeLink.js';
import { answering, folder, until, uriIn } from '../answers.js';

const code = ['import { sum } from "./sum";', '', 'export function priceOf(basket: Basket): number {', '  const total = sum(basket.items.map(({ price }) => price));', '  return applyDiscount(total, basket.customer);', '}', '', 'export function taxOf(basket: Basket): number {', '  const rate = rateFor(basket.customer.country);', '  return Math.round(priceOf(basket) * rate);', '}', ''];
const source = 'src/shop/price.ts';
const document = '.claude/docs/BEST_PRACTICES.md';
const at = (path: string): string => join(folder().uri.fsPath, path);
const put = (path: string, content: string): void => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
};
const git = (...args: string[]): string => execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], { cwd: folder().uri.fsPath, encoding: 'utf8' }).trim();
const commit = (message: string): void => {
  git('add', '-A');
  git('commit', '-qm', message);
};
const link = (line: number): string => formatCodeLink({ path: source, line, text: code[line - 1] ?? '' }, { folder: '.claude/docs', workspacePath: '' });
const written = `# Best practices\r\n\r\n- Prices are rounded once (${link(10)})\r\n- Discounts come last (${link(5)})  \r\n* plain [here](../../${source}#L9) and \`${source}:4\`\r\n`;

const ours = (uri: vscode.Uri): vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri).filter((one) => one.source === 'Session Handoff');
const marks = async (): Promise<string[]> => {
  const uri = uriIn(document);
  const text = (await vscode.workspace.openTextDocument(uri)).getText();
  return ours(uri).map(({ severity, message, range }) => `${vscode.DiagnosticSeverity[severity]} ${range.start.line + 1} ${message} ${text.length > 0 ? '' : 'empty'}`.trim());
};
const untilMarks = (what: string, wanted: (marks: string[]) => boolean): Promise<string[]> => {
  let last: string[] = [];
  return until(what, async () => {
    last = await marks();
    return wanted(last) && last;
  }).catch((error: unknown) => { throw new Error(`${String(error)}: ${last.join(' | ')}`); });
};
const open = async (path = document): Promise<vscode.TextEditor> => vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriIn(path)));

async function actionsAt(editor: vscode.TextEditor, needle: string): Promise<vscode.CodeAction[]> {
  const position = editor.document.positionAt(editor.document.getText().indexOf(needle) + 1);
  return vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', editor.document.uri, new vscode.Range(position, position), vscode.CodeActionKind.QuickFix.value);
}
async function fix(editor: vscode.TextEditor, needle: string, title: string): Promise<void> {
  const actions = await actionsAt(editor, needle);
  const action = actions.find((one) => one.title === title);
  assert.ok(action?.edit, `no "${title}" in ${actions.map((one) => one.title).join(', ')}`);
  assert.ok(await vscode.workspace.applyEdit(action.edit));
}
async function hoverAt(editor: vscode.TextEditor, needle: string): Promise<string> {
  const position = editor.document.positionAt(editor.document.getText().indexOf(needle) + 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', editor.document.uri, position);
  return hovers.flatMap(({ contents }) => contents.map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))).join('\n').replaceAll('&nbsp;', ' ');
}
const edit = async (path: string, change: (edit: vscode.WorkspaceEdit, uri: vscode.Uri) => void): Promise<void> => {
  const one = new vscode.WorkspaceEdit();
  await vscode.workspace.openTextDocument(uriIn(path));
  change(one, uriIn(path));
  await vscode.workspace.applyEdit(one);
};

describe('links in documents', () => {
  let start = '';
  before(async () => {
    git('stash', '-q', '-u');
    put(source, code.join('\n'));
    put(document, written);
    commit('Price a basket');
    start = git('rev-parse', 'HEAD');
    await vscode.workspace.getConfiguration('sessionHandoff').update('links.update', 'never', vscode.ConfigurationTarget.Global);
  });
  beforeEach(async () => {
    for (const one of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
      await vscode.window.showTextDocument(one);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    git('reset', '-q', '--hard', start);
    git('clean', '-qfd', 'src');
    for (const [path, content] of [[source, code.join('\n')], [document, written]] as const) {
      const editor = await open(path);
      await vscode.commands.executeCommand('workbench.action.files.revert');
      await until('the editor shows what git has', () => editor.document.getText() === content && !editor.document.isDirty);
    }
    await untilMarks('every link opens the right line', (all) => all.length === 0);
  });

  it('hint at lines that moved by unsaved edits above them, and take the hint back with undo', async () => {
    await open(source);
    await edit(source, (one, uri) => { one.insert(uri, new vscode.Position(0, 0), '// one\n// two\n'); });
    const editor = await open();
    assert.deepEqual(await untilMarks('both are hints', (all) => all.length === 2), ['Hint 3 The line has moved: now line 12.', 'Hint 4 The line has moved: now line 7.']);
    assert.match(await hoverAt(editor, `${source}:10`), /As it was, at line 10:[\s\S]*```ts\nreturn Math\.round\(priceOf\(basket\) \* rate\);\n```[\s\S]*As it is, at line 12:/);
    await open(source);
    await vscode.commands.executeCommand('undo');
    await open();
    await untilMarks('no hint is left', (all) => all.length === 0);
  });

  it('update one link, or all with one undo, and leave every other byte', async () => {
    put(source, `// one\n${code.join('\n')}`);
    const editor = await open();
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await edit(document, (one, uri) => { one.insert(uri, new vscode.Position(0, 0), 'typed\r\n'); });
    await untilMarks('both are hints', (all) => all.length === 2);
    await fix(editor, `${source}:10`, 'Update this link');
    assert.equal(editor.document.getText(), `typed\r\n${written.replace(`${source}:10]`, `${source}:11]`).replace('price.ts#L10', 'price.ts#L11')}`);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), `typed\r\n${written}`);
    await untilMarks('both are hints again', (all) => all.length === 2);
    await fix(editor, `${source}:5`, 'Update all moved links');
    const updated = `typed\r\n${written.replaceAll(`${source}:10]`, `${source}:11]`).replace('price.ts#L10', 'price.ts#L11').replace(`${source}:5]`, `${source}:6]`).replace('price.ts#L5', 'price.ts#L6')}`;
    assert.equal(editor.document.getText(), updated);
    await untilMarks('no hint is left', (all) => all.length === 0);
    await editor.document.save();
    assert.equal(readFileSync(at(document), 'utf8'), updated);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), `typed\r\n${written}`);
  });

  it('follow a function to another file, and a renamed file', async () => {
    put(source, code.slice(0, 7).join('\n'));
    put('src/shop/tax.ts', ['import { priceOf } from "./price";', '', ...code.slice(7)].join('\n'));
    commit('Tax is on its own');
    await open();
    // The plain link, which states only a number, is beyond the end of what is left.
    await untilMarks('one has moved', (all) => all.join() === 'Hint 3 The line has moved: now src/shop/tax.ts:5.,Information 5 The file has fewer lines.');
    renameSync(at('src/shop/tax.ts'), at('src/shop/taxes.ts'));
    commit('Rename');
    await untilMarks('it is in the renamed file', (all) => all[0] === 'Hint 3 The line has moved: now src/shop/taxes.ts:5.');
    const editor = await open();
    await fix(editor, `${source}:10`, 'Update this link');
    assert.ok(editor.document.getText().includes('[src/shop/taxes.ts:5](../../src/shop/taxes.ts#L5 "return Math.round(priceOf(basket) * rate);")'));
  });

  it('say that a deleted line is gone, and take the link away while its text stays', async () => {
    put(source, code.filter((_, index) => index !== 4).join('\n'));
    commit('No discount');
    const id = git('rev-parse', '--short=7', 'HEAD');
    const editor = await open();
    // A check that was under way while git committed tells of a line that is gone, not yet of the commit.
    await untilMarks('one is lost, with the commit that removed it', (marked) => marked.includes(`Information 4 The line is gone: commit ${id} removed it.`));
    await fix(editor, `${source}:5`, 'Remove the link, keep the text');
    assert.ok(editor.document.getText().includes(`- Discounts come last (${source}:5)  \r\n`));
  });

  it('follow a switch of branches', async () => {
    git('checkout', '-qb', 'other');
    put(source, `// of the other branch\n${code.join('\n')}`);
    commit('Comment');
    await untilMarks('moved on the other branch', (all) => all.length === 2);
    git('checkout', '-q', '-');
    await untilMarks('right on this one', (all) => all.length === 0);
    git('branch', '-qD', 'other');
  });

  it('get the text of their line, if they have none', async () => {
    const editor = await open();
    await fix(editor, '[here]', 'Add the line’s text');
    assert.ok(editor.document.getText().includes(`[here](../../${source}#L9 "const rate = rateFor(basket.customer.country);")`));
    await fix(editor, `\`${source}:4`, 'Add the line’s text');
    assert.ok(editor.document.getText().includes(` and ${link(4)}\r\n`));
  });

  it('hold no more than their state in hints, and show hostile text as code', async () => {
    const line = '``` </code><img src=x onerror=alert(1)> [x](command:workbench.action.quit) ``` done';
    put(source, [...code, line, ''].join('\n'));
    put(document, `- one (${formatCodeLink({ path: source, line: 13, text: line }, { folder: '.claude/docs', workspacePath: '' })})\n`);
    commit('Hostile');
    put(source, ['// above', ...code, line, ''].join('\n'));
    const editor = await open();
    await untilMarks('it has moved', (all) => all.length === 1);
    const hover = await hoverAt(editor, `${source}:13`);
    assert.match(hover, /As it is/);
    // The fence around it is longer than any in the text.
    assert.match(hover, /(`{4,})ts\n``` <\/code><img[^\n]*``` done\n\1/);
  });

  it('offer their update once when a document is opened, and do it where the setting says so', async () => {
    const settings = vscode.workspace.getConfiguration('sessionHandoff');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    put(source, `// one\n${code.join('\n')}`);
    await settings.update('links.update', 'ask', vscode.ConfigurationTarget.Global);
    try {
      const { asked } = await answering({ message: (text, choices) => (/2 links in BEST_PRACTICES\.md/.test(text) ? choices[0] : undefined) }, async () => {
        const editor = await open();
        await until('it is updated', () => editor.document.getText().includes(`${source}:11]`));
      });
      assert.equal(asked.length, 1);
      await vscode.commands.executeCommand('workbench.action.files.revert');
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await settings.update('links.update', 'moved', vscode.ConfigurationTarget.Global);
      const editor = await open();
      await until('it is updated unasked', () => editor.document.getText().includes(`${source}:11]`));
      assert.ok(editor.document.isDirty);
    } finally {
      await settings.update('links.update', 'never', vscode.ConfigurationTarget.Global);
    }
  });

  it('are listed by the command, which can be cancelled', async () => {
    await vscode.commands.executeCommand('sessionHandoff.checkLinks');
    await vscode.commands.executeCommand('sessionHandoff.cancelCheckLinks');
    await vscode.commands.executeCommand('sessionHandoff.checkLinks');
  });
});
