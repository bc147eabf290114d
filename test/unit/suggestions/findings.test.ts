import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { clipReply, type SessionActivity } from '../../../src/core/agents/activity.js';
import { checklist } from '../../../src/core/checklist.js';
import { agentSession } from '../../../src/core/suggestions/agentSession.js';
import { suggestFromAgent } from '../../../src/core/suggestions/agent.js';
import { findingsOf } from '../../../src/core/suggestions/findings.js';
import { runs } from '../../propertyRuns.js';

// The machine that runs this may have much else to do.
vi.setConfig({ testTimeout: 120_000 });

const activityOf = (...replies: string[]): SessionActivity => ({
  agent: 'claude', folders: ['/p'], todos: [], skipped: { malformed: 0, unknown: 0 },
  events: replies.map((text, index) => ({ kind: 'reply', text: clipReply(text), sidechain: false, at: '2026-11-25T11:00:00.000Z', record: `r${String(index)}` })),
} as unknown as SessionActivity);
const findings = (...replies: string[]) => findingsOf(agentSession(activityOf(...replies), { roots: ['/p'], fileText: (path) => (path === 'src/a.ts' ? 'one\n  two\n' : undefined) }));
const block = (value: unknown, fence = '```'): string => `Here they are:\n\n${fence}session-handoff\n${typeof value === 'string' ? value : JSON.stringify(value)}\n${fence}\n`;

describe('the findings that an agent ends with', () => {
  it('are suggestions to review, with what they rest on', () => {
    const { suggestions, problems } = findings(block({ entries: [
      { item: 'deadEnd', text: 'Rotating in middleware fails', detail: 'Use the guard', links: [{ path: 'src/a.ts', line: 2 }, { path: '/p/src/b.ts', line: 1 }, { path: '../../etc/passwd', line: 1 }] },
      { item: 'restartCommand', text: 'npm run migration:run' },
    ] }));
    expect(problems).toEqual([]);
    expect(suggestions).toMatchObject([
      { item: 'deadEnd', text: 'Rotating in middleware fails', detail: 'Use the guard', source: 'agent', links: [{ path: 'src/a.ts', line: 2, text: 'two' }, { path: 'src/b.ts', line: 1 }], evidence: [{ record: 'r0', text: "the agent's own findings" }] },
      { item: 'restartCommand', text: 'npm run migration:run' },
    ]);
    expect(suggestFromAgent(activityOf(block({ entries: [{ item: 'bug', text: 'A bug' }] })), { roots: ['/p'] })).toContainEqual(expect.objectContaining({ item: 'bug', text: 'A bug' }));
  });

  it('are those of the newest block, under any fence, as a list or a session file, also where the end is missing', () => {
    const entries = (text: string) => [{ item: 'bug', text }];
    expect(findings(block(entries('Old')), block(entries('New'), '~~~~')).suggestions.map(({ text }) => text)).toEqual(['New']);
    expect(findings(`${block(entries('First'))}\n${block({ version: 1, date: '2026-11-25', entries: entries('Second') })}`).suggestions.map(({ text }) => text)).toEqual(['Second']);
    expect(findings(block(entries('Cut')).replace(/```\n$/, '')).suggestions.map(({ text }) => text)).toEqual(['Cut']);
    expect(findings('```json\n{"entries": []}\n```', 'session-handoff', '```session-handoff-other\n[]\n```')).toEqual({ suggestions: [], problems: [] });
  });

  it('are kept whole by the reading of a long reply', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ item: 'bug', text: `Bug ${String(index)} ${'x'.repeat(300)}` }));
    expect(findings('y'.repeat(20_000) + '\n' + block({ entries: many })).suggestions).toHaveLength(30);
  });

  it('that cannot be read are explained, one by one, and take no other with them', () => {
    const { suggestions, problems } = findings(block({ entries: [{ item: 'bug', text: 'Good' }, { item: 'nonsense', text: 'x' }, 7, { item: 'bug' }, { item: 'bug', text: 'Also good' }] }));
    expect(suggestions.map(({ text }) => text)).toEqual(['Good', 'Also good']);
    expect(problems.map(({ reason }) => reason.slice(0, 42))).toEqual(["entry 2 of the findings: 'item' is 'nonsen", 'entry 3 of the findings is a number; write', "entry 4 of the findings: 'text' is missing"]);
    expect(findings(block('{"entries": [')).problems).toMatchObject([{ reason: expect.stringContaining('not JSON') as string }]);
    expect(findings(block({ a: 1 })).problems).toMatchObject([{ reason: expect.stringContaining('no list of entries') as string }]);
    expect(findings(block('x'.repeat(39_000))).problems).toMatchObject([{ reason: expect.stringContaining('at most 32000') as string }]);
    const tooMany = findings(block(Array.from({ length: 60 }, (_, index) => ({ item: 'bug', text: `Bug ${String(index)}` }))));
    expect([tooMany.suggestions.length, tooMany.problems.length]).toEqual([40, 1]);
  });

  it('hold no markup, no secret and nothing invisible', () => {
    const { suggestions: [one] } = findings(block([{ item: 'bug', text: '# <img src=x> the token is ghp_0123456789abcdefghijABCDEFGHIJ012345 \u202e\u{e0041}\u200b' }]));
    expect(one?.text).not.toMatch(/^#|ghp_|[\u202e\u200b]|\u{e0041}/u);
  });

  it('never throw, whatever an agent writes', () => {
    const items = checklist.map(({ id }) => id);
    const value = fc.oneof(fc.json(), fc.array(fc.record({ item: fc.constantFrom(...items, 'x'), text: fc.string({ unit: 'binary' }), detail: fc.string(), links: fc.array(fc.record({ path: fc.string(), line: fc.double() })) }, { requiredKeys: [] })).map((entries) => JSON.stringify({ entries })), fc.string());
    fc.assert(fc.property(value, (text) => {
      const { suggestions } = findings(block(text));
      for (const suggestion of suggestions) expect(suggestion.text + String(suggestion.links.length)).not.toBe('0');
    }), { numRuns: runs(100) });
  });
});
