import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../propertyRuns.js';
import type { HistoryReading, TailReading } from '../../../src/core/agents/usage.js';
import { readHistory, readHistoryInSlices, readTail, readTailInSlices } from '../../../src/node/transcriptBytes.js';
import { sourceOf } from './transcripts.js';

const tail = (): TailReading & { lines: [string, number][] } => ({ lines: [], until: 0, seeks: undefined, older(line, start) { this.lines.push([line, start]); }, result: () => { throw new Error('not asked'); } });
const history = (...seeks: string[]): HistoryReading & { lines: string[] } => ({ lines: [], seeks, newer(line) { this.lines.push(line); }, result: () => { throw new Error('not asked'); }, state: () => null });

/** Lines of very different lengths, some beyond every block, with an unfinished one at the end. */
const content = fc.tuple(fc.array(fc.record({ text: fc.constantFrom('a', 'needle', 'größe 注文', 'two needle needle', ''), pad: fc.constantFrom(0, 3, 70_000, 300_000, 700_000) }), { maxLength: 12 }), fc.constantFrom('', 'needle unfinished', 'x'))
  .map(([some, last]) => [...some.map(({ text, pad }) => `${text}${'.'.repeat(pad)}`), last]);

describe('reading bytes as lines', () => {
  it('backwards gives every line once, the newest first, with where it starts', async () => {
    await fc.assert(fc.asyncProperty(content, async (texts) => {
      const bytes = Buffer.from(texts.join('\n'), 'utf8');
      const expected = texts.map((text, index): [string, number] => [text, Buffer.byteLength(texts.slice(0, index).map((before) => `${before}\n`).join(''))]).filter(([text]) => text !== '').reverse();
      const [blocking, sliced] = [tail(), tail()];
      readTail(sourceOf(bytes), blocking);
      await readTailInSlices(sourceOf(bytes), sliced, undefined, 0);
      expect(blocking.lines.map(([line, start]) => [line.length, line.slice(0, 20), start])).toEqual(expected.map(([line, start]) => [line.length, line.slice(0, 20), start]));
      expect(sliced.lines.length).toBe(blocking.lines.length);
    }), { numRuns: runs(60) });
  });

  it('forwards gives every whole line that holds a text once, and goes on where it stood', async () => {
    await fc.assert(fc.asyncProperty(content, fc.nat(), async (texts, cut) => {
      const bytes = Buffer.from(texts.join('\n'), 'utf8');
      const expected = texts.slice(0, -1).filter((text) => text.includes('needle')).map((text) => text.length);
      const whole = history('needle', 'größe', 'never');
      const place = readHistory(sourceOf(bytes), whole);
      expect(whole.lines.filter((line) => line.includes('needle')).map((line) => line.length)).toEqual(expected);
      expect(place.unfinished).toBe(texts.at(-1));
      expect(place.reached).toBe(bytes.length - Buffer.byteLength(place.unfinished));
      const inTwo = history('needle', 'größe', 'never');
      const first = readHistory(sourceOf(bytes.subarray(0, cut % (bytes.length + 1))), inTwo);
      await readHistoryInSlices(sourceOf(bytes), inTwo, first.reached, undefined, 0);
      expect(inTwo.lines.map((line) => line.length)).toEqual(whole.lines.map((line) => line.length));
    }), { numRuns: runs(60) });
  });

  it('gives the event loop its turn, and stops when it is told to', async () => {
    const bytes = Buffer.from('needle and more\n'.repeat(400_000), 'utf8');
    let turns = 0;
    const counting = setInterval(() => { turns++; }, 0);
    await readHistoryInSlices(sourceOf(bytes), history('needle'), 0, undefined, 1);
    clearInterval(counting);
    expect(turns).toBeGreaterThan(3);
    const stopped = new AbortController();
    const reading = readHistoryInSlices(sourceOf(bytes), history('needle'), 0, stopped.signal, 0);
    stopped.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });
});
