import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { git } from '../../editor/sample/makeSample.mjs';
import { writeNote } from '../../ui/handoffSample.js';
import { folder } from '../answers.js';
import { connect, disconnect } from '../connecting.js';
import { handedTo } from '../standInAgent.js';

const settings = (): string => join(folder().uri.fsPath, '.claude/settings.local.json');
const session = '88a8f0aa-0000-4000-8000-000000000001';
const theirs = '{\n\t// mine\n\t"permissions": { "allow": ["Bash(npm test:*)"], },\n\t"hooks": { "Stop": [ { "hooks": [{ "type": "command", "command": "true" }] } ] }\n}\n';

describe('connecting Claude Code', () => {
  beforeEach(() => { rmSync(settings(), { force: true }); });
  after(() => { rmSync(settings(), { force: true }); });

  it('adds nothing before the person has said so', async () => {
    const { asked } = await connect('Cancel');
    assert.ok(asked.some((text) => text.includes('Connect Claude Code')), asked.join(' | '));
    assert.ok(!existsSync(settings()));
  });

  it('hands the open note to a new session through the configured hook, and is taken out to the byte', async () => {
    mkdirSync(join(folder().uri.fsPath, '.claude'), { recursive: true });
    writeFileSync(settings(), theirs.replace('],', ']').replace('\t// mine\n', ''));
    const before = readFileSync(settings(), 'utf8');
    const dirty = git(folder().uri.fsPath, ['status', '--porcelain']);
    const note = writeNote(folder().uri.fsPath, { entries: [{ item: 'nextStep', text: 'Implement email verification flow', links: [] }] });
    await connect('Connect');
    assert.notEqual(readFileSync(settings(), 'utf8'), before);

    const told = await handedTo(folder().uri.fsPath, session);
    assert.match(told, /Implement email verification flow/);
    assert.ok(told.length < 10_000);
    // The file itself is untouched by that: a receipt closes nothing.
    assert.match(readFileSync(join(folder().uri.fsPath, '.claude/docs', note), 'utf8'), /\nstatus: "open"\n/);

    await disconnect();
    assert.equal(readFileSync(settings(), 'utf8'), before);
    rmSync(join(folder().uri.fsPath, '.claude/docs', note));
    rmSync(settings());
    assert.equal(git(folder().uri.fsPath, ['status', '--porcelain']), dirty.split('\n').filter((line) => !line.includes('settings.local.json')).join('\n'));
  });

  it('makes the file when there is none, hides it from git, and takes both away again', async () => {
    const dirty = git(folder().uri.fsPath, ['status', '--porcelain']);
    await connect('Connect');
    assert.ok(existsSync(settings()));
    assert.equal(git(folder().uri.fsPath, ['status', '--porcelain']), dirty);
    await disconnect();
    assert.ok(!existsSync(settings()));
    assert.equal(git(folder().uri.fsPath, ['status', '--porcelain']), dirty);
  });

  it('leaves a file alone that is no JSON, and explains it', async () => {
    writeFileSync(settings(), '{ "permissions": ');
    const { asked } = await connect('Connect');
    assert.ok(asked.some((text) => text.includes('left alone') && text.includes('not valid JSON')), asked.join(' | '));
    assert.equal(readFileSync(settings(), 'utf8'), '{ "permissions": ');
  });
});
