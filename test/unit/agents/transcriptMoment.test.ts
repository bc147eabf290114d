import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { momentText } from '../../../src/core/agents/transcriptMoment.js';
import { findMoment, readActivity } from '../../../src/node/transcriptActivity.js';
import { claudeTranscript, codexTranscript } from '../../bench/suggestions/transcript.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sh-moment-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });
const steps = [{ user: 'fix it' }, { run: 'npm test', code: 1, out: "Error: Cannot find module 'zod'" }, { edit: 'src/a.ts', old: 'let a;', new: 'const a = 1;' }, { say: 'Done.' }];

describe('a moment of a transcript', () => {
  it('is the record with what answers it, under its time', async () => {
    const file = join(folder, 'claude.jsonl');
    writeFileSync(file, claudeTranscript(steps));
    const { events } = readActivity(file);
    const run = events.find(({ kind }) => kind === 'command');
    const text = momentText(await findMoment(file, { record: run?.record ?? '' }));
    expect(text).toContain(`── ${run?.at ?? ''} · assistant ──\n\n[Bash]\n$ npm test`);
    expect(text).toContain("Cannot find module 'zod'");
    expect(text).not.toContain('const a');
    const edit = events.find(({ kind }) => kind === 'edit');
    expect(momentText(await findMoment(file, { record: edit?.record ?? '' }))).toContain('src/a.ts\n- let a;\n+ const a = 1;');
  });

  it('is found by its time where records have no id', async () => {
    const file = join(folder, 'codex.jsonl');
    writeFileSync(file, codexTranscript(steps));
    const run = readActivity(file).events.find(({ kind }) => kind === 'command');
    expect(momentText(await findMoment(file, { at: run?.at ?? '' }))).toContain('npm test');
  });

  it('is found in a subagent\u2019s transcript, and is nothing when it is gone', async () => {
    const file = join(folder, 'main.jsonl');
    writeFileSync(file, claudeTranscript(steps));
    mkdirSync(join(folder, 'main/subagents'), { recursive: true });
    writeFileSync(join(folder, 'main/subagents/agent-1.jsonl'), `${JSON.stringify({ type: 'assistant', uuid: 'sub-1', isSidechain: true, message: { role: 'assistant', content: 'from the subagent' } })}\n`);
    expect(momentText(await findMoment(file, { record: 'sub-1' }))).toContain('from the subagent');
    expect(await findMoment(file, { record: 'gone' })).toEqual([]);
    expect(await findMoment(file, {})).toEqual([]);
  });

  it('of any records is text without control characters', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.anything().map((value) => JSON.stringify(value) ?? ''), fc.string({ unit: 'binary' }).map((text) => JSON.stringify({ type: 'user', message: { content: text } }))), { maxLength: 5 }), (lines) => {
      expect(momentText(lines)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }));
  });
});
