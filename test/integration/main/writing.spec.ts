import { strict as assert } from 'node:assert';
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { answering, capture, folder, textOf, until, uriIn } from '../answers.js';

const docs = '.claude/docs';
const write = (): Promise<{ asked: string[] }> => answering({}, () => vscode.commands.executeCommand('sessionHandoff.write'));
const undo = (): Promise<{ asked: string[] }> => answering({}, () => vscode.commands.executeCommand('sessionHandoff.undoWrite'));
const bugs = 'Bugs and their root causes';
const troubles = () => join(folder().uri.fsPath, docs, 'TROUBLESHOOTING.md');

/** Where VS Code's own Markdown extension takes the links of a document. */
async function linksOf(path: string): Promise<vscode.Uri[]> {
  const document = await vscode.workspace.openTextDocument(path);
  await vscode.window.showTextDocument(document);
  // A document that is open already shows what was written once VS Code has noticed.
  await until('the document shows what was written', () => document.getText() === readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  return until('the links are found', async () => {
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri, 100);
    const targets = links.flatMap(({ target }) => (target ? [targetOf(target)] : []));
    return targets.length > 0 && targets;
  });
}

/** A link to a file of the workspace may come as a command that opens it. */
function targetOf(uri: vscode.Uri): vscode.Uri {
  if (uri.scheme !== 'command') return uri;
  const argument = JSON.parse(uri.query || '[]') as unknown;
  const first = (Array.isArray(argument) ? argument[0] : argument) as { path?: string; fragment?: string; parts?: { path: string; fragment: string } } | undefined;
  const parts = first?.parts ?? first;
  return vscode.Uri.file(parts?.path ?? '').with({ fragment: parts?.fragment ?? '' });
}

describe('capturing and writing in the editor', () => {
  beforeEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('sessionHandoff.newSession');
  });
  afterEach(undo);

  it('captures the line of the cursor, writes it with a link that VS Code resolves, and undoes it to the byte', async () => {
    const before = readFileSync(troubles());
    await capture(uriIn('src/auth/auth.service.ts'), 245, bugs, 'Resolved JWT refresh token not updating `last_login`');
    await write();
    const text = readFileSync(troubles(), 'utf8');
    assert.ok(text.startsWith(before.toString().replace(/\n+$/, '')));
    assert.match(text, /### Fixed\n\n- Resolved JWT refresh token not updating `last_login` \(\[src\/auth\/auth\.service\.ts:245\]\(\.\.\/\.\.\/src\/auth\/auth\.service\.ts#L245 "await this\.users\.touch\(user\.id\);"\)\)\n/);

    const link = (await linksOf(troubles())).find(({ fsPath }) => fsPath === uriIn('src/auth/auth.service.ts').fsPath);
    assert.match(link?.fragment ?? '', /^L?245(,1)?$/);

    await undo();
    assert.deepEqual(readFileSync(troubles()), before);
    assert.deepEqual(readdirSync(join(folder().uri.fsPath, docs, 'handoffs')), []);
  });

  it('resolves links of strange paths and lines to the right file and line', async () => {
    const names = ['with space.ts', '[id].ts', '(group)/page.ts', 'a#b.ts', 'what?.ts', "o'clock.ts", 'größe-日本語.ts', 'a&b=c+d@e.ts'];
    const line = 'const quote = "a \\"b\\" `c` [d](e) <f> \\\\g";';
    for (const name of names) {
      mkdirSync(join(folder().uri.fsPath, 'src/strange', name, '..'), { recursive: true });
      writeFileSync(join(folder().uri.fsPath, 'src/strange', name), `// one\n// two\n${line}\n`);
      await capture(uriIn(`src/strange/${name}`), 3, bugs, `A line in ${name}`);
    }
    await write();
    const found = await linksOf(troubles());
    for (const name of names) {
      const link = found.find(({ fsPath }) => fsPath === uriIn(`src/strange/${name}`).fsPath);
      assert.ok(link, `no link leads to ${name}: ${found.map(String).join(' ')}`);
      assert.match(link.fragment, /^L?3(,1)?$/);
    }
    rmSync(join(folder().uri.fsPath, 'src/strange'), { recursive: true });
  });

  it('follows a captured line through later edits of the open document', async () => {
    const uri = uriIn('src/auth/auth.service.ts');
    await capture(uri, 245, bugs, 'A line that moves');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), '// one\n// two\n');
    await vscode.workspace.applyEdit(edit);
    await write();
    assert.match(readFileSync(troubles(), 'utf8'), /A line that moves \(\[src\/auth\/auth\.service\.ts:247\]/);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('gives a document with unsaved changes its entry in the editor, does not save it, and takes it back', async () => {
    const before = readFileSync(troubles());
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(troubles()));
    await editor.edit((edit) => { edit.insert(new vscode.Position(0, 0), 'typed by hand\n'); });
    const typed = editor.document.getText();
    await capture(uriIn('src/auth/auth.service.ts'), 245, bugs, 'Into the dirty document');
    await write();
    assert.deepEqual(readFileSync(troubles()), before);
    assert.ok(editor.document.isDirty);
    assert.match(editor.document.getText(), /^typed by hand\n[\s\S]*- Into the dirty document \(\[/);
    await undo();
    assert.equal(editor.document.getText(), typed);
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('keeps mixed line endings, trailing spaces and the missing newline at the end, whatever the settings rewrite on save', async () => {
    const files = vscode.workspace.getConfiguration('files');
    await files.update('trimTrailingWhitespace', true, vscode.ConfigurationTarget.Global);
    await files.update('insertFinalNewline', true, vscode.ConfigurationTarget.Global);
    const before = readFileSync(troubles());
    const strange = '\uFEFF# Mixed  \r\n\r\nA line\nanother\t \r\n\r\n| a | b |\n|-|-|\n| 1 | 2 |  ';
    writeFileSync(troubles(), strange);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(troubles()));
    await capture(uriIn('src/auth/auth.service.ts'), 245, bugs, 'Among strange bytes');
    await write();
    const after = readFileSync(troubles(), 'utf8');
    assert.ok(after.startsWith(strange));
    assert.match(after, /Among strange bytes/);
    await undo();
    assert.equal(readFileSync(troubles(), 'utf8'), strange);
    writeFileSync(troubles(), before);
    await files.update('trimTrailingWhitespace', undefined, vscode.ConfigurationTarget.Global);
    await files.update('insertFinalNewline', undefined, vscode.ConfigurationTarget.Global);
  });

  it('refuses a document that is not UTF-8, a symbolic link that leads outside and a folder in its place, and keeps the entry for another try', async () => {
    const before = readFileSync(troubles());
    await capture(uriIn('src/auth/auth.service.ts'), 245, bugs, 'Kept until it can be written');
    const outside = join(tmpdir(), `outside-${Date.now()}.md`);
    writeFileSync(outside, 'not ours\n');
    const broken: [string, () => void][] = [
      ['UTF-8', () => { writeFileSync(troubles(), Buffer.from([0x23, 0x20, 0xe4, 0xff, 0x0a])); }],
      ['leads out of', () => { symlinkSync(outside, troubles()); }],
      ['folder', () => { mkdirSync(troubles()); }],
    ];
    for (const [why, make] of broken) {
      rmSync(troubles(), { recursive: true });
      make();
      const { asked } = await write();
      assert.ok(asked.some((text) => text.includes('TROUBLESHOOTING.md') && text.includes(why)), `${why}: ${asked.join(' | ')}`);
    }
    assert.equal(readFileSync(outside, 'utf8'), 'not ours\n');
    rmSync(troubles(), { recursive: true });
    writeFileSync(troubles(), before);
    await write();
    assert.match(readFileSync(troubles(), 'utf8'), /Kept until it can be written/);
    rmSync(outside);
  });

  it('follows a symbolic link inside the folder', async () => {
    const before = readFileSync(troubles());
    const real = join(folder().uri.fsPath, 'TROUBLES.md');
    rmSync(troubles());
    writeFileSync(real, before);
    symlinkSync('../../TROUBLES.md', troubles());
    await capture(uriIn('src/auth/auth.service.ts'), 245, bugs, 'Through the link');
    await write();
    assert.match(readFileSync(real, 'utf8'), /Through the link/);
    await undo();
    assert.deepEqual(readFileSync(real), before);
    rmSync(troubles());
    rmSync(real);
    writeFileSync(troubles(), before);
  });

  it('leaves a file that is read-only alone, also as root, and says which', async () => {
    chmodSync(troubles(), 0o444);
    await capture(uriIn('src/auth/auth.service.ts'), 245, bugs, 'Not into a read-only file');
    const { asked } = await write();
    chmodSync(troubles(), 0o644);
    assert.ok(asked.some((text) => text.includes('1 of 2') || text.includes('TROUBLESHOOTING.md')), asked.join(' | '));
    assert.doesNotMatch(readFileSync(troubles(), 'utf8'), /Not into a read-only file/);
  });

  it('holds Write at a secret, and masks it when asked to', async () => {
    const token = `ghp_${'aB3dE5gH7jK9mN1pQ3rS5tU7vW9xY1zA3bC5'}`;
    await capture(uriIn('src/auth/auth.service.ts'), 245, bugs, `The token ${token} was refused`);
    const held = await answering({ message: () => undefined }, () => vscode.commands.executeCommand('sessionHandoff.write'));
    assert.ok(held.asked.some((text) => text.includes('secret')), held.asked.join(' | '));
    assert.doesNotMatch(await textOf(`${docs}/TROUBLESHOOTING.md`) ?? '', /was refused/);
    await answering({ message: (_, choices) => choices.find((choice) => choice.startsWith('Mask')) }, () => vscode.commands.executeCommand('sessionHandoff.write'));
    const text = await textOf(`${docs}/TROUBLESHOOTING.md`) ?? '';
    assert.match(text, /was refused/);
    assert.ok(!text.includes(token));
  });
});

describe('what cannot be captured as a link', () => {
  it('is never an error: untitled files, output, files outside, the older side of a diff', async () => {
    const outside = join(tmpdir(), `elsewhere-${Date.now()}.txt`);
    writeFileSync(outside, 'somewhere else\n');
    for (const document of [await vscode.workspace.openTextDocument({ content: 'not saved' }), await vscode.workspace.openTextDocument(outside)]) {
      await vscode.window.showTextDocument(document);
      const { asked } = await answering({ pick: (items) => items.find(({ label }) => label === bugs), input: () => undefined }, () => vscode.commands.executeCommand('sessionHandoff.capture'));
      assert.equal(asked.length, 2);
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const { asked } = await answering({}, () => vscode.commands.executeCommand('sessionHandoff.capture'));
    assert.equal(asked.length, 1);
    rmSync(outside);
  });
});
