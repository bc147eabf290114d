import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { git } from '../../editor/sample/makeSample.mjs';
import { answering, folder } from '../answers.js';

const at = (path: string): string => join(folder().uri.fsPath, path);
const [memory, command] = ['CLAUDE.local.md', '.claude/commands/handoff-findings.md'];
/** Ticks what is named by these files and nothing else. */
const choose = (...files: string[]) => answering({ pick: (items) => items.filter(({ description }) => files.includes(description ?? '')) }, () => vscode.commands.executeCommand('sessionHandoff.agentExtras'));

describe('what else the agent may know', () => {
  let dirty = '';
  before(() => { dirty = git(folder().uri.fsPath, ['status', '--porcelain']); });
  after(() => {
    assert.equal(git(folder().uri.fsPath, ['status', '--porcelain']), dirty);
  });

  it('is added as it was ticked, hidden from git, and goes again without a trace', async () => {
    await choose(memory, command);
    assert.match(readFileSync(at(memory), 'utf8'), /^Findings of earlier sessions are kept in `\.claude\/docs\/`/);
    // A path, never an import, which would load the documents into every session.
    assert.doesNotMatch(readFileSync(at(memory), 'utf8'), /@/);
    assert.match(readFileSync(at(command), 'utf8'), /```session-handoff\n\{"entries"/);
    assert.equal(git(folder().uri.fsPath, ['status', '--porcelain']), dirty);
    await choose();
    assert.deepEqual([existsSync(at(memory)), existsSync(at(command))], [false, false]);
    assert.doesNotMatch(readFileSync(at('.git/info/exclude'), 'utf8'), /CLAUDE\.local|handoff-findings/);
  });

  it('takes nothing away where the question is not answered', async () => {
    await choose(memory);
    await answering({ pick: () => undefined }, () => vscode.commands.executeCommand('sessionHandoff.agentExtras'));
    assert.ok(existsSync(at(memory)));
    await choose();
  });

  it('stays beside what the person has written, to the byte, and never takes the place of a file of theirs', async () => {
    mkdirSync(at('.claude/commands'), { recursive: true });
    writeFileSync(at(memory), '# Mine\r\nuse tabs');
    writeFileSync(at(command), 'my own command\n');
    const { asked } = await choose(memory, command);
    assert.ok(asked.some((text) => text.includes('not ours') && text.includes(command)), asked.join(' | '));
    assert.match(readFileSync(at(memory), 'utf8'), /^# Mine\r\nuse tabs\r\nFindings of earlier/);
    await choose();
    assert.equal(readFileSync(at(memory), 'utf8'), '# Mine\r\nuse tabs');
    assert.equal(readFileSync(at(command), 'utf8'), 'my own command\n');
    rmSync(at(memory));
    rmSync(at('.claude/commands'), { recursive: true });
  });
});
