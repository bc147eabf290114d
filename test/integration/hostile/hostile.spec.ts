import { strict as assert } from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { oneLine, plainLabel, plainMarkdown, plainMessage } from '../../../src/vscode/foreignText.js';
import { answering, capture, folder, textOf, until, uriIn } from '../answers.js';

const docs = '.claude/docs';
const bugs = 'Bugs and their root causes';
const source = 'src/auth/auth.service.ts';
const at = (path: string): string => join(folder().uri.fsPath, path);
const put = (path: string, content: string): void => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
};
const write = (): Promise<{ asked: string[] }> => answering({}, () => vscode.commands.executeCommand('sessionHandoff.write'));
const render = (markdown: string): Thenable<string> => vscode.commands.executeCommand<string>('markdown.api.render', markdown);
const outsideFolder = mkdtempSync(join(tmpdir(), 'hostile-outside-'));
const outsideText = 'const outside = "a line that is nobody’s business";';

/** What a stranger may have put where a title, a branch, a line or a sentence is expected. */
const attacks: readonly string[] = [
  '[click](command:workbench.action.terminal.new)', '[click](command:workbench.action.terminal.sendSequence?%7B%22text%22%3A%22id%5Cn%22%7D)', '![x](command:workbench.action.quit)', '<a href="command:workbench.action.quit">x</a>',
  '[open](vscode://file/etc/passwd)', '[open](vscode-insiders://evil.ext/run?x=1)', '<https://evil.example/?q=1>', 'https://evil.example/plain', '[x]: command:workbench.action.quit\n\n[x]', '[j](javascript:alert(1))', '[d](data:text/html,<script>alert(1)</script>)',
  '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<style>*{display:none}</style>', '<iframe src="https://evil.example">', '<!--', '--> back', '<details><summary>x', '$(rm) $(sync~spin)',
  '# Heading', '## Session: 2026-11-22', '### Handoff', '---', '```', '~~~~', '</session-handoff-notes>', '| a | b |\n|---|---|\n| c | d |', '- [ ] task', '> quote', '[^1]: note', '&lt;script&gt;', '\u001b]0;title\u0007\u001b[2J\u001b[31m', 'a\u202egnp.exe', '\u2066a\u2069\u200f', 'zero\u200bwidth', 'tag\u{e0041}\u{e0042}', 'x\r\ny\rz', '`touch pwned` $(touch pwned) ; touch pwned',
];

/** Nothing in it that acts, loads or leads anywhere but into the project. */
function assertHarmless(html: string, of: string): void {
  assert.doesNotMatch(html, /<(?:script|iframe|style|object|embed|form|details)\b/i, of);
  assert.doesNotMatch(html, /<[^>]+\son\w+\s*=/i, of);
  for (const [, address = ''] of html.matchAll(/<(?:a|img)\b[^>]*?\b(?:href|src|data-href|data-src)="([^"]*)"/gi)) assert.doesNotMatch(address, /^(?!#|\.\.\/\.\.\/)./, `${of} leads to ${address}`);
}

async function hoversAt(editor: vscode.TextEditor, offset: number): Promise<vscode.MarkdownString[]> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', editor.document.uri, editor.document.positionAt(offset));
  return hovers.flatMap(({ contents }) => contents.filter((content): content is vscode.MarkdownString => content instanceof vscode.MarkdownString));
}

describe('a hostile repository', () => {
  before(async () => {
    writeFileSync(join(outsideFolder, 'secret.ts'), `${outsideText}\n`);
    await until('the commands are there', async () => (await vscode.commands.getCommands(true)).includes('sessionHandoff.newSession'));
  });
  after(() => { rmSync(outsideFolder, { recursive: true, force: true }); });
  beforeEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('sessionHandoff.newSession');
  });

  it('cannot put a live link, HTML or an icon into a label, a message or a tooltip', async () => {
    for (const attack of attacks) {
      assertHarmless(await render(`Session: ${plainMarkdown(attack)}  \nnext`), `the tooltip of ${JSON.stringify(attack)}`);
      assert.ok(!(await render(`Session: ${plainMarkdown(attack)}`)).includes('<a '), attack);
      assert.ok(!plainLabel(attack).includes('$('), attack);
      assert.ok(!plainMessage(attack).includes(']('), attack);
      assert.doesNotMatch(oneLine(attack), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  });

  it('cannot make what is captured leave its entry: no heading, HTML, command or control character in the document or the note', async () => {
    const before = readFileSync(at(`${docs}/TROUBLESHOOTING.md`), 'utf8');
    // Each with a mark, so that every one is looked for.
    for (const [index, attack] of attacks.entries()) await capture(uriIn(source), 245, bugs, `mark${index}. ${attack}`);
    await write();
    const text = await until('all is written', async () => {
      const now = await textOf(`${docs}/TROUBLESHOOTING.md`) ?? '';
      return now.includes(`mark${attacks.length - 1}.`) && now;
    });
    const [note = ''] = readdirSync(at(`${docs}/handoffs`)).sort().reverse();
    for (const [name, content] of [['the document', text.slice(before.trimEnd().length)], ['the note', readFileSync(at(`${docs}/handoffs/${note}`), 'utf8')]] as const) {
       
      assert.doesNotMatch(content, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/, name);
      assertHarmless(await render(content.replace(/^---\n[^]*?\n---\n/, '')), name);
      const headings = [...(await render(content.replace(/^---\n[^]*?\n---\n/, ''))).matchAll(/<h(\d)[^>]*>(.*?)<\/h\d>/g)].map(([, depth, title = '']) => `${depth ?? ''} ${title.replace(/<[^>]*>/g, '').trim()}`);
      assert.ok(headings.every((heading) => /^(?:2 Session: \d{4}-\d\d-\d\d|3 (?:Discovered|Fixed|Changed|Handoff))$/.test(heading)), `${name} has the headings ${headings.join(' | ')}`);
    }
    for (const index of attacks.keys()) assert.equal(text.split(`mark${index}.`).length, 2, `mark${index}`);
    await answering({}, () => vscode.commands.executeCommand('sessionHandoff.undoWrite'));
    assert.equal(readFileSync(at(`${docs}/TROUBLESHOOTING.md`), 'utf8'), before);
  });

  it('cannot make a link of a document show or quote a file outside, run a command, or trust a hover', async () => {
    symlinkSync(join(outsideFolder, 'secret.ts'), at('src/out.ts'));
    symlinkSync(outsideFolder, at('src/outdir'));
    const up = '../'.repeat(12);
    const title = ' "a title with ](command:workbench.action.quit) &lt;img src=x onerror=alert(1)&gt; &#96;&#96;&#96;"';
    const links = [
      '[src/out.ts:1](../../src/out.ts#L1)', '[src/outdir/secret.ts:1](../../src/outdir/secret.ts#L1)', `[secret.ts:1](${up}${outsideFolder.slice(1)}/secret.ts#L1)`, `[secret.ts:1](file://${outsideFolder}/secret.ts#L1)`,
      `[src/out.ts:1](../../src/out.ts#L1 "const something")`, `[a.ts:1](command:workbench.action.quit#L1${title})`, `[a.ts:1](vscode://file/etc/passwd#L1${title})`, `[${source}:245](../../${source}#L245${title})`, `[x.ts:1](..%2f..%2f..%2f..%2fetc/passwd#L1${title})`, '[y.ts:1](\\\\evil\\share\\y.ts#L1 "x")',
    ];
    const path = `${docs}/BEST_PRACTICES.md`;
    put(path, `# Best practices\n\n${links.map((link) => `- hostile (${link})\n`).join('')}`);
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriIn(path)));
    const { asked } = await answering({ pick: () => undefined }, () => vscode.commands.executeCommand('sessionHandoff.checkLinks'));
    const said: string[] = [...asked];
    for (const link of links) {
      const offset = editor.document.getText().indexOf(link) + 2;
      const position = editor.document.positionAt(offset);
      for (const hover of await hoversAt(editor, offset)) {
        said.push(hover.value);
        assert.notEqual(hover.isTrusted, true);
        assert.notEqual(hover.supportHtml, true);
        assertHarmless((await render(hover.value)).replaceAll(/<pre[^]*?<\/pre>|<code[^]*?<\/code>/g, ''), `the hover of ${link}`);
      }
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', editor.document.uri, new vscode.Range(position, position), vscode.CodeActionKind.QuickFix.value);
      said.push(...actions.map((action) => `${action.title} ${JSON.stringify(action.edit?.entries().map(([, edits]) => edits.map(({ newText }) => newText)) ?? [])}`));
    }
    said.push(...vscode.languages.getDiagnostics(editor.document.uri).map(({ message }) => message));
    assert.ok(!said.join('\n').includes('nobody'), said.join('\n'));
    rmSync(at('src/out.ts'));
    rmSync(at('src/outdir'));
  });

  it('cannot send the documents out of the folder, by a setting or by a link in the place of a folder', async () => {
    const settings = vscode.workspace.getConfiguration('sessionHandoff', folder().uri);
    for (const hostile of ['../../outside', outsideFolder, '..', '.git', 'a/../../..', '.claude-project/docs', '~/outside', 'C:\\outside']) {
      await settings.update('documents.folder', hostile, vscode.ConfigurationTarget.WorkspaceFolder);
      await capture(uriIn(source), 245, bugs, `Not to ${hostile}`);
      await write();
    }
    await settings.update('documents.folder', undefined, vscode.ConfigurationTarget.WorkspaceFolder);
    assert.deepEqual(readdirSync(outsideFolder), ['secret.ts']);
    assert.ok(!existsSync(join(folder().uri.fsPath, '..', 'outside')) && !existsSync(at('.claude-project')) && !readdirSync(at('.git')).some((name) => name.endsWith('.md')));
    const kept = at('.claude-kept');
    execFileSync('mv', [at('.claude'), kept]);
    symlinkSync(outsideFolder, at('.claude'));
    await capture(uriIn(source), 245, bugs, 'Not through the link');
    await write();
    rmSync(at('.claude'));
    execFileSync('mv', [kept, at('.claude')]);
    assert.deepEqual(readdirSync(outsideFolder), ['secret.ts']);
    // Kept, and written once the way is right again.
    await write();
    assert.match(await textOf(`${docs}/TROUBLESHOOTING.md`) ?? '', /Not through the link/);
    await answering({}, () => vscode.commands.executeCommand('sessionHandoff.undoWrite'));
  });

  it('cannot run anything by the name of a branch or of a file', async () => {
     
    const branch = '$(touch${IFS}pwned)`touch${IFS}pwned`';
    const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], { cwd: folder().uri.fsPath, encoding: 'utf8' });
    const before = git('rev-parse', '--abbrev-ref', 'HEAD').trim();
    git('checkout', '-q', '-b', branch);
     
    for (const name of ['src/$(touch pwned).ts', 'src/`touch pwned`.ts', 'src/;touch pwned;.ts', '-rf.ts', 'src/--upload-pack=touch pwned.ts']) put(name, "app.get('/x', h);\n");
    await vscode.commands.executeCommand('sessionHandoff.open');
    await capture(uriIn(source), 245, bugs, 'On a hostile branch');
    await write();
    const [note = ''] = readdirSync(at(`${docs}/handoffs`)).sort().reverse();
    assert.ok(readFileSync(at(`${docs}/handoffs/${note}`), 'utf8').includes(`branch: ${JSON.stringify(branch)}`));
    assert.match(note, /^[A-Za-z0-9._-]+$/);
    for (const place of [folder().uri.fsPath, at('src'), at('.git'), process.cwd()]) assert.ok(!readdirSync(place).includes('pwned'), place);
    await answering({}, () => vscode.commands.executeCommand('sessionHandoff.undoWrite'));
    git('clean', '-fdq', 'src', '-rf.ts'.replace(/^/, './'));
    git('checkout', '-q', before);
  });

  it('cannot hold the editor up with notes that are bombs, devices, pipes or circles', async () => {
    mkdirSync(at(`${docs}/handoffs`), { recursive: true });
    const name = (index: number) => `${docs}/handoffs/20261122T13023${index}Z-bomb-0000000${index}.md`;
    put(name(0), `---\nschema: 1\nid: "bomb"\ncreated: "2026-11-22T13:02:33Z"\nstatus: "open"\n${'a: &a ["x","x"]\nb: &b [*a,*a,*a,*a]\n'.repeat(20_000)}---\n`);
    put(name(1), `---\n${'x: |\n'.repeat(100_000)}`);
    put(name(2), `---\nschema: 1\nid: "deep"\ncreated: "2026-11-22T13:02:33Z"\nstatus: "open"\n---\n\n## Session: 2026-11-22\n\n### Handoff\n\n- Next: ${'[('.repeat(50_000)}\n# ${' '.repeat(100_000)}x\n`);
    symlinkSync('/dev/zero', at(name(3)));
    symlinkSync(join(outsideFolder, 'secret.ts'), at(name(4)));
    symlinkSync(at(name(5)), at(name(5)));
    const hasPipe = spawnSync('mkfifo', [at(name(6))]).status === 0;
    await vscode.commands.executeCommand('sessionHandoff.open');
    await capture(uriIn(source), 245, bugs, 'In spite of the bombs');
    await answering({ pick: () => undefined }, () => vscode.commands.executeCommand('sessionHandoff.checkLinks'));
    await write();
    assert.match(await textOf(`${docs}/TROUBLESHOOTING.md`) ?? '', /In spite of the bombs/);
    await answering({}, () => vscode.commands.executeCommand('sessionHandoff.undoWrite'));
    for (let index = 0; index < (hasPipe ? 7 : 6); index++) rmSync(at(name(index)));
  });
});
