import fc from 'fast-check';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';
import { describe, expect, it } from 'vitest';
import { runs } from '../../propertyRuns.js';
import { readClaudeActivity } from '../../../src/core/agents/claudeActivity.js';
import { readCodexActivity } from '../../../src/core/agents/codexActivity.js';
import type { ActivityReading, SessionActivity } from '../../../src/core/agents/activity.js';
import { suggestFromAgent, suggestInSteps } from '../../../src/core/suggestions/agent.js';
import { agentSession } from '../../../src/core/suggestions/agentSession.js';
import { combineSuggestions } from '../../../src/core/suggestions/combine.js';
import type { Suggestion } from '../../../src/core/session.js';
import { cases } from '../../bench/suggestions/cases.mjs';
import { scoreOf } from '../../bench/suggestions/score.mjs';
import { claudeTranscript, codexTranscript } from '../../bench/suggestions/transcript.mjs';

function read(text: string, reading: ActivityReading): SessionActivity {
  const lines = text.split('\n');
  let start = text.length;
  for (const line of lines.reverse()) {
    start -= line.length + 1;
    if (reading.until > start + line.length) break;
    if (!reading.seeks || reading.seeks.some((seek) => line.includes(seek))) reading.older(line, start);
  }
  return reading.result();
}

const suggest = (activity: SessionActivity, options: Partial<Parameters<typeof suggestFromAgent>[1]> = {}): Suggestion[] =>
  combineSuggestions(suggestFromAgent(activity, { roots: activity.folders.slice(0, 1), ...options }));

const claude = (steps: Parameters<typeof claudeTranscript>[0]): Suggestion[] => suggest(read(claudeTranscript(steps), readClaudeActivity()));

describe('labelled excerpts', () => {
  for (const { name, agent, steps, expect: wanted } of cases) {
    it(name, () => {
      const activity = agent === 'codex' ? read(codexTranscript(steps), readCodexActivity()) : read(claudeTranscript(steps), readClaudeActivity());
      const { missed, tooMany } = scoreOf(suggest(activity).map((one) => ({ ...one, detail: one.detail ?? '', links: [...one.links] })), wanted);
      expect(missed).toEqual([]);
      expect(tooMany.map(({ item, text }) => `${item}: ${text}`)).toEqual([]);
    });
  }
});

describe('where to carry on', () => {
  it('is told before the rest, and nothing of it goes again', () => {
    for (const { agent, steps } of cases) {
      const activity = agent === 'codex' ? read(codexTranscript(steps), readCodexActivity()) : read(claudeTranscript(steps), readClaudeActivity());
      const session = agentSession(activity, { roots: activity.folders.slice(0, 1) });
      const first: Suggestion[][] = [];
      const all = suggestInSteps(session, (suggestions) => { first.push(suggestions); });
      expect(first).toHaveLength(1);
      expect(first[0]).toEqual(all.filter(({ item }) => ['inProgress', 'nextStep', 'restartCommand'].includes(item)));
      expect(all).toEqual(suggestFromAgent(activity, { roots: activity.folders.slice(0, 1) }));
    }
  });
});

const markdown = unified().use(remarkParse).use(remarkGfm);
const live = new Set(['link', 'linkReference', 'image', 'imageReference', 'definition', 'heading', 'thematicBreak', 'html', 'code', 'table', 'footnoteDefinition']);

function liveNodes(text: string): string[] {
  const found: string[] = [];
  visit(markdown.parse(text), (node) => { if (live.has(node.type)) found.push(node.type); });
  return found;
}

const hostile = fc.array(fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('[x](https://evil.example)', '![x](y)', '<img src=x onerror=alert(1)>', '# ', '---', '***', '```', '`', 'https://a.b/c', 'www.evil.example', 'a@b.example', '<https://a.b>', '\u202e', '\u0007', '\u001b[31m', '\n', '\r\n', '| a | b |\n|---|---|', '[x]: https://a.b', '[^1]: x', '> ', '1. ', '==', '**', '__', '&lt;', '\\', '](', '[', '<!--', '{{', 'command:x'),
), { maxLength: 12 }).map((parts) => parts.join(' '));

describe('text of strangers', () => {
  it('carries no live link, heading, rule or control character into text, detail or evidence', () => {
    fc.assert(fc.property(hostile, hostile, (said, output) => {
      const suggestions = claude([
        { user: `always ${said} in this repository` }, { run: `npm test ${said.replaceAll('\n', ' ')}`, code: 1, out: `Error: ${output} is broken` }, { say: `The problem is that ${said} was missing.` },
        { edit: 'src/a.ts', old: 'old', new: output }, { run: `npm test ${said.replaceAll('\n', ' ')}`, out: 'Tests: 3 passed, 3 total' }, { ask: `Use ${said}?`, options: [said, 'other'], answer: said }, { plan: `# ${said}\n\n## Approach\n${output}` },
        { todos: [[said === '' ? 'x' : said, 'pending']] }, { interrupt: true }]);
      for (const { text, detail, evidence } of suggestions) {
        for (const part of [text, ...(detail ?? '').split('\n'), ...evidence.map((one) => one.text)]) {
          expect(liveNodes(part), part).toEqual([]);
          expect(part).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        }
        expect(liveNodes(`- ${text}\n  ${(detail ?? '').replaceAll('\n', '\n  ')}`), `${text}\n${detail ?? ''}`).toEqual([]);
      }
    }), { numRuns: runs(150) });
  });

  it('is shown without its secrets', () => {
    const suggestions = claude([{ user: 'run the deploy' }, { run: 'DEPLOY_TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789 npm run build', code: 1, out: 'Error: connect ECONNREFUSED postgres://shop:hunter2secret@db:5432' },
      { run: 'docker compose up -d', out: 'Started' }, { run: 'DEPLOY_TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789 npm run build', out: 'ok' }, { say: 'done' }]);
    const shown = JSON.stringify(suggestions);
    expect(suggestions.length).toBeGreaterThan(0);
    expect(shown).not.toContain('ghp_abcdefghij');
    expect(shown).not.toContain('hunter2secret');
  });

  it('of any shape is read without an error, and counted', () => {
    const record = fc.letrec((tie) => ({ value: fc.oneof({ maxDepth: 4 }, fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('type', 'message', 'content', 'uuid', 'parentUuid', 'isSidechain', 'name', 'input', 'id', 'tool_use_id', 'text', 'command', 'todos', 'plan', 'questions', 'payload', 'toolUseResult', 'timestamp', 'leafUuid'), tie('value'), { maxKeys: 6 })) })).value;
    fc.assert(fc.property(fc.array(fc.oneof(record.map((value) => JSON.stringify(value)), fc.string()), { maxLength: 20 }), (lines) => {
      for (const reading of [readClaudeActivity(), readCodexActivity(), readClaudeActivity({ since: 5 })]) expect(Array.isArray(suggest(read(lines.join('\n'), reading)))).toBe(true);
    }), { numRuns: runs(400) });
    const { skipped } = read('{"type":"user","message":\n{"type":"brand-new"}\nnope\n', readClaudeActivity());
    expect(skipped).toEqual({ malformed: 2, unknown: 1 });
  });
});

describe('ids', () => {
  it('stay the same when the transcript grows', () => {
    const steps = [{ user: 'never use default exports here' }, { run: 'npm test', code: 1, out: "Error: Cannot find module 'zod'" }, { run: 'npm install zod', out: 'added 1' }, { run: 'npm test', out: 'Tests: 1 passed, 1 total' }, { say: 'ok' }];
    const before = claude(steps).map(({ id }) => id);
    const after = claude([...steps, { user: 'thanks' }, { say: 'Welcome.' }]).map(({ id }) => id);
    expect(after).toEqual(expect.arrayContaining(before));
  });
});

describe('evidence', () => {
  it('has the moment and the record of the transcript', () => {
    const [fix] = claude([{ user: 'fix it' }, { run: 'npm test', code: 1, out: "Error: Cannot find module 'zod'" }, { run: 'npm install zod', out: 'added 1' }, { run: 'npm test', out: 'Tests: 1 passed, 1 total' }, { say: 'ok' }]);
    expect(fix?.evidence[0]?.text).toContain("Cannot find module 'zod'");
    expect(fix?.evidence.every(({ at, record }) => at !== undefined && record !== undefined)).toBe(true);
  });

  it('links the line of the edit as it stands in the file now', () => {
    const file = ['// one', '// two', 'const rate = plan?.rate ?? 0;'].join('\n');
    const activity = read(claudeTranscript([{ user: 'the total is wrong' }, { run: 'npm test', code: 1, out: 'TypeError: x is undefined' }, { edit: 'src/a.ts', line: 90, old: 'const rate = plan.rate;', new: 'const rate = plan?.rate ?? 0;' }, { run: 'npm test', out: 'Tests: 1 passed, 1 total' }, { say: 'ok' }]), readClaudeActivity());
    const [fix] = suggest(activity, { fileText: (path) => (path === 'src/a.ts' ? file : undefined) });
    expect(fix?.links).toEqual([{ path: 'src/a.ts', line: 3, text: 'const rate = plan?.rate ?? 0;' }]);
  });
});

describe('work in progress', () => {
  const steps = [{ user: 'add sorting' }, { edit: 'src/sort.ts', line: 4, old: 'a', new: 'export const sort = byName;' }, { say: 'Sorting is in.' }];
  const activity = read(claudeTranscript(steps), readClaudeActivity());
  const progress = (uncommitted: ReadonlySet<string> | undefined) => suggest(activity, uncommitted ? { uncommitted } : {}).filter(({ item }) => item === 'inProgress');

  it('is the last edit of a file that git calls uncommitted, above the cursor', () => {
    const [place] = progress(new Set(['src/sort.ts']));
    expect(place).toMatchObject({ text: 'sort.ts: `export const sort = byName;`', links: [{ path: 'src/sort.ts', line: 4 }] });
    expect(place?.rank).toBeGreaterThan(2);
  });

  it('is nothing when the file is committed, and not guessed without git', () => {
    expect(progress(new Set(['other.ts']))).toEqual([]);
    expect(progress(undefined)).toEqual([]);
  });
});

describe('what belongs to the session', () => {
  it('leaves out what was written already, but keeps open to-dos from before', () => {
    const text = claudeTranscript([{ user: 'always use tabs' }, { todos: [['Write docs', 'pending']] }, { say: 'ok' }, { wait: 3600, user: 'never use spaces for indentation' }, { say: 'ok' }]);
    const suggestions = suggest(read(text, readClaudeActivity({ since: Date.parse('2026-11-20T09:30:00Z') })));
    expect(suggestions.map(({ text: said }) => said)).toEqual(expect.arrayContaining(['Write docs']));
    expect(suggestions.some(({ text: said }) => said.includes('spaces'))).toBe(true);
    expect(suggestions.some(({ text: said }) => said.includes('tabs'))).toBe(false);
  });

  it('keeps an open task from before a compaction, in whichever words its making was answered', () => {
    for (const answer of ['Task #12 created successfully: Write docs', 'Created task #12: Write docs']) {
      const made = { isSidechain: false, sessionId: '5f0e6f0a-0000-4000-8000-000000000001', timestamp: '2026-11-20T09:00:01.000Z', cwd: '/home/dev/shop' };
      const text = claudeTranscript([
        { raw: { ...made, type: 'assistant', uuid: 'a1', parentUuid: null, message: { id: 'm1', role: 'assistant', model: 'claude-opus-4-7', content: [{ type: 'tool_use', id: 'c1', name: 'TaskCreate', input: { subject: 'Write docs' } }] } } },
        { raw: { ...made, type: 'user', uuid: 'u1', parentUuid: 'a1', message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: answer }] } } },
        { compact: true }, { user: 'what is next?' }, { say: 'The documents.' }]);
      expect(suggest(read(text, readClaudeActivity())).map(({ item, text: said }) => `${item}: ${said}`), answer).toEqual(['nextStep: Write docs']);
    }
  });

  it('ignores a compaction on a branch that was rewound', () => {
    const text = claudeTranscript([{ user: 'never commit generated files' }, { say: 'ok' }, { compact: true }, { say: 'after' }, { rewindTo: 1, user: 'go on' }, { say: 'gone on' }]);
    expect(suggest(read(text, readClaudeActivity())).map(({ text: said }) => said).join()).toContain('never commit generated files');
  });

  it('drops turns of Codex that were rolled back', () => {
    const text = codexTranscript([{ user: 'always use tabs' }, { say: 'ok' }, { raw: { timestamp: '2026-11-20T09:10:00Z', type: 'event_msg', payload: { type: 'thread_rolled_back', num_turns: 1 } } }, { user: 'what is this?' }, { say: 'A shop.' }]);
    expect(suggest(read(text, readCodexActivity()))).toEqual([]);
  });
});
