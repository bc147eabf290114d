import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readClaudeActivity } from '../../src/core/agents/claudeActivity.js';
import { readCodexActivity } from '../../src/core/agents/codexActivity.js';
import type { ActivityReading, SessionActivity } from '../../src/core/agents/activity.js';
import { suggestFromAgent } from '../../src/core/suggestions/agent.js';
import { combineSuggestions } from '../../src/core/suggestions/combine.js';
import { cases } from '../bench/suggestions/cases.mjs';
import { claudeTranscript, codexTranscript } from '../bench/suggestions/transcript.mjs';
import { Conversation, usageOf } from '../unit/agents/transcripts.js';
import { filesBelow } from './processes.js';
import { count, promise, root } from './promise.js';

/** Transcripts of real agents (test/fixtures/transcripts says whose) and of the labelled excerpts. */
function transcripts(): string[] {
  const folder = join(root, 'test/fixtures/transcripts');
  const talk = new Conversation();
  for (let turn = 0; turn < 6; turn++) {
    talk.user(`turn ${turn}`);
    talk.reply(10_000 * (turn + 1));
    talk.toolResult();
    if (turn === 3) { talk.boundary(); talk.summary(); }
  }
  return [
    ...filesBelow(folder).filter((name) => name.endsWith('.jsonl')).map((name) => readFileSync(join(folder, name), 'utf8')),
    ...cases.map(({ agent, steps }) => (agent === 'codex' ? codexTranscript(steps) : claudeTranscript(steps))), talk.text,
  ];
}

/** A record with one of its values, however deep, replaced, doubled or taken out. */
function changedRecord(line: string, pick: number, value: unknown): string {
  let record: unknown;
  try { record = JSON.parse(line); } catch { return line; }
  const places: [Record<string, unknown>, string][] = [];
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      visit((node as Record<string, unknown>)[key]);
    }
  };
  visit(record);
  const [holder, key] = places[pick % Math.max(places.length, 1)] ?? [];
  if (holder && key !== undefined) {
    if (value === undefined) Reflect.deleteProperty(holder, key);
    else if (value === 'double') holder[`${key} `] = holder[key];
    else holder[key] = value;
  }
  return JSON.stringify(record);
}

const strange = fc.oneof(fc.constant(undefined), fc.constant('double'), fc.jsonValue({ maxDepth: 2 }), fc.double(), fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(-1, 1e308, '9'.repeat(400), '__proto__', '2026-99-99T99:99:99Z', '\u0000', [], {}, [[[[]]]], 'rm -rf / "', '`', '\ud800'));

type Change = readonly [kind: number, line: number, pick: number, value: unknown];
const changes: fc.Arbitrary<Change[]> = fc.array(fc.tuple(fc.nat(9), fc.nat(), fc.nat(), strange), { minLength: 6, maxLength: 24 });

function mutate(text: string, list: readonly Change[]): string {
  const lines = text.split('\n');
  for (const [kind, where, pick, value] of list) {
    const at = where % lines.length;
    const line = lines[at] ?? '';
    if (kind < 5) lines[at] = changedRecord(line, pick, value);
    else if (kind === 5) lines[at] = line.slice(0, pick % (line.length + 1));
    else if (kind === 6) lines.splice(at, 0, line);
    else if (kind === 7) lines.splice(at, 1, lines[pick % lines.length] ?? '');
    else if (kind === 8) lines[at] = line.slice(0, pick % (line.length + 1)) + String(value) + line.slice(pick % (line.length + 1));
    else lines.splice(at, 1);
    if (lines.length === 0) lines.push('');
  }
  return lines.join('\n');
}

function read(text: string, reading: ActivityReading): SessionActivity {
  let start = text.length;
  for (const line of text.split('\n').reverse()) {
    start -= line.length + 1;
    if (reading.until > start + line.length) break;
    if (!reading.seeks || reading.seeks.some((seek) => line.includes(seek))) reading.older(line, start);
  }
  return reading.result();
}

const isCount = (value: unknown) => value === null || (typeof value === 'number' && Number.isFinite(value) && value >= 0);

promise('transcripts: mutated lines', (proof) => {
  const texts = transcripts();
  const linesToTry = count(100_000, 3_000);
  let found = 0;
  const property = fc.property(fc.constantFrom(...texts), changes, (text, list) => {
    const mutated = mutate(text, list);
    proof.tried(list.length);
    const usage = usageOf(mutated);
    for (const value of [usage.usedTokens, usage.window, usage.percent, usage.compactAt, usage.compactions]) if (!isCount(value)) throw new Error(`the context's usage is ${JSON.stringify(usage)}`);
    for (const reading of [readClaudeActivity(), readCodexActivity()]) {
      const suggestions = combineSuggestions(suggestFromAgent(read(mutated, reading), { roots: ['/home/sam/api'] }));
      found += suggestions.length;
      for (const { text: said, item, id } of suggestions) if (said.trim() === '' || typeof item !== 'string' || id === '') throw new Error(`an empty suggestion: ${JSON.stringify(suggestions)}`);
    }
  });
  // Some fourteen changed lines in a transcript, on average.
  fc.assert(property, { numRuns: Math.ceil(linesToTry / 13) });
  proof.note(`${texts.length} transcripts, ${found.toLocaleString('en')} suggestions out of them`);
});
