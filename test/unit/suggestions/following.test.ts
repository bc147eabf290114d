import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readClaudeActivity } from '../../../src/core/agents/claudeActivity.js';
import { readActivity, TranscriptFollower } from '../../../src/node/transcriptActivity.js';
import { openTranscript, readTail } from '../../../src/node/transcriptBytes.js';
import { cases } from '../../bench/suggestions/cases.mjs';
import { claudeTranscript, codexTranscript } from '../../bench/suggestions/transcript.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sh-follow-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });
let number = 0;
const fresh = (): string => join(folder, `${String(++number)}.jsonl`);
const texts = cases.map(({ agent, steps }) => (agent === 'codex' ? codexTranscript : claudeTranscript)(steps));

describe('a transcript that grows', () => {
  it('is known as if it was read anew, wherever its growth is noticed', () => {
    fc.assert(fc.property(fc.constantFrom(...texts), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }), (text, cuts) => {
      const file = fresh();
      const bytes = Buffer.from(text);
      const places = [...new Set([...cuts.map((cut) => Math.floor(cut * bytes.length)), bytes.length])].sort((a, b) => a - b);
      writeFileSync(file, '');
      const follower = new TranscriptFollower(file);
      let written = 0;
      for (const place of places) {
        appendFileSync(file, bytes.subarray(written, place));
        written = place;
        expect(follower.read()).toEqual(readActivity(file));
      }
    }));
  });

  it('is read on, not again', () => {
    const file = fresh();
    const early: number[] = [];
    const steps = [{ user: 'add a field' }, { compact: true }, { user: 'go on' }, { edit: 'src/a.ts', old: 'a', new: 'b' }];
    writeFileSync(file, claudeTranscript(steps));
    const follower = new TranscriptFollower(file);
    const read = (): number => follower.read({}, ({ events }) => { early.push(events.length); }).events.length;
    const before = read();
    appendFileSync(file, `${JSON.stringify({ type: 'user', uuid: 'x1', parentUuid: null, isSidechain: false, timestamp: '2027-01-01T00:00:00Z', message: { role: 'user', content: 'and another' } })}\n`);
    expect(read()).toBe(before + 1);
    // Only a reading from the end tells early.
    expect(early).toHaveLength(1);
    appendFileSync(file, `${JSON.stringify({ type: 'system', subtype: 'compact_boundary', uuid: 'b1', parentUuid: null, isSidechain: false, timestamp: '2027-01-01T00:01:00Z', content: 'Conversation compacted' })}\n`);
    expect(read()).toBe(0);
    expect(early).toHaveLength(2);
  });

  it('is read anew when it was cut or replaced', () => {
    const file = fresh();
    writeFileSync(file, claudeTranscript([{ user: 'one' }, { say: 'yes' }, { user: 'two' }, { say: 'yes' }]));
    const follower = new TranscriptFollower(file);
    follower.read();
    truncateSync(file, 700);
    expect(follower.read()).toEqual(readActivity(file));
    writeFileSync(file, codexTranscript([{ user: 'three' }, { say: 'done' }]));
    expect(follower.read()).toEqual(readActivity(file));
  });

  it('is followed in its subagents too', () => {
    const file = fresh();
    const agents = join(folder, String(number), 'subagents');
    mkdirSync(agents, { recursive: true });
    writeFileSync(file, claudeTranscript([{ user: 'fix it' }, { say: 'ok' }]));
    const follower = new TranscriptFollower(file);
    const before = follower.read().events.length;
    const line = (uuid: string, input: unknown) => `${JSON.stringify({ type: 'assistant', uuid, parentUuid: null, isSidechain: true, sessionId: 's', cwd: '/home/dev/shop', timestamp: '2027-01-01T00:00:00Z', message: { id: uuid, role: 'assistant', content: [{ type: 'tool_use', id: uuid, name: 'Bash', input }] } })}\n`;
    writeFileSync(join(agents, 'agent-1.jsonl'), line('a1', { command: 'npm test' }));
    expect(follower.read().events.length).toBe(before + 1);
    appendFileSync(join(agents, 'agent-1.jsonl'), line('a2', { command: 'npm run build' }));
    expect(follower.read().events.length).toBe(before + 2);
  });

  it('keeps only as much of an endless session as its reach', () => {
    const file = fresh();
    writeFileSync(file, claudeTranscript(Array.from({ length: 300 }, (_, index) => ({ user: `request ${String(index)}` }))));
    const { source, close } = openTranscript(file);
    const reading = readClaudeActivity({ reach: 20_000 });
    readTail(source, reading);
    close();
    const { events } = reading.result();
    expect(events.length).toBeGreaterThan(10);
    expect(events.length).toBeLessThan(100);
    expect(events.at(-1)).toMatchObject({ text: 'request 299' });
  });
});
