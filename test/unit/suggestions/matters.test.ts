import { describe, expect, it } from 'vitest';
import type { SessionCommit } from '../../../src/core/gitState.js';
import type { Suggestion } from '../../../src/core/session.js';
import { combineSuggestions } from '../../../src/core/suggestions/combine.js';
import { suggestFromCommits, understandCommit } from '../../../src/core/suggestions/commits.js';
import { undocumented } from '../../../src/core/suggestions/documented.js';
import { filledItems, findNudges } from '../../../src/core/suggestions/nudges.js';

const suggestion = (over: Partial<Suggestion>): Suggestion => ({ id: 'x', item: 'error', text: 'x', links: [], source: 'agent', evidence: [{ text: 'seen' }], ...over });

describe('several sources on one matter', () => {
  it('become one with all the evidence, told by the session', () => {
    const all = combineSuggestions([
      suggestion({ id: 'd', source: 'diagnostics', text: "Fixed: `Property 'rate' does not exist on type 'Plan'.` (ts 2339)", evidence: [{ text: 'Problems view' }] }),
      suggestion({ id: 'a', text: "`npm run build` failed with `src/cart.ts(31,9): error TS2339: Property 'rate' does not exist on type 'Plan'.`; fixed by changes in `src/cart.ts`", evidence: [{ text: 'run' }] }),
    ]);
    expect(all.map(({ id, evidence }) => [id, evidence.map(({ text }) => text)])).toEqual([['a', ['run', 'Problems view']]]);
  });

  it('are a fix and its commit', () => {
    const [only, ...more] = combineSuggestions([
      suggestion({ id: 'a', item: 'bug', text: "`npm run job` failed with `TypeError: Cannot read properties of null (reading 'vatId')`; fixed by changes in `src/invoice/render.ts`", detail: 'Cause: private customers have no vatId' }),
      suggestion({ id: 'c', item: 'bug', source: 'commits', text: 'Invoice render reads vatId of private customers', evidence: [{ text: 'commit 1234567' }] })]);
    expect(more).toEqual([]);
    expect(only).toMatchObject({ id: 'a', detail: 'Cause: private customers have no vatId\nCommit: Invoice render reads vatId of private customers' });
  });

  it('stay apart when they only share a word', () => {
    expect(combineSuggestions([suggestion({ id: 'a', item: 'bug', text: '`npm test` failed with `TypeError: cart is null`; fixed by changes in `src/cart.ts`' }), suggestion({ id: 'c', item: 'bug', source: 'commits', text: 'Escape names in the cart export of suppliers' })])).toHaveLength(2);
  });
});

describe('what the documents say', () => {
  const documents = ['# Best practices\n\n## Session: 2026-11-01\n\n### Discovered\n\n- The user said: "always validate request bodies with zod in the controller" ([src/a.ts:3](../../src/a.ts#L3 "x"))\n'];
  it('is not suggested again, in these or nearly these words', () => {
    expect(undocumented([suggestion({ item: 'pattern', text: 'The user said: "Always validate request bodies with zod in the controller."' })], documents)).toEqual([]);
    expect(undocumented([suggestion({ item: 'pattern', text: 'The user said: "validate all request bodies in the controller with zod"' })], documents)).toEqual([]);
  });
  it('does not hide what is new, nor what goes to the note', () => {
    expect(undocumented([suggestion({ item: 'pattern', text: 'The user said: "never validate in the service layer of invoices"' })], documents)).toHaveLength(1);
    expect(undocumented([suggestion({ item: 'nextStep', text: 'always validate request bodies with zod in the controller' })], documents)).toHaveLength(1);
  });
});

describe('commits', () => {
  const commit = (subject: string, body = ''): SessionCommit => ({ hash: 'a'.repeat(40), subject, body, author: 'a', at: '2026-11-20T10:00:00Z' });
  const items: [string, string | undefined][] = [
    ['fix(auth): update last_login on refresh', 'bug'], ['Fix crash when the cart is empty', 'bug'], ['🐛 fix: crash when the cart is empty (#42)', 'bug'], ['fix: typo in readme', undefined], ['fix: lint', undefined], ['chore: bump deps', undefined], ['perf: cache parsed queries', 'performanceSecurity'],
    ['feat(api): add GET /v1/exports', 'endpoint'], ['feat: add orders table with foreign key to users', 'schema'], ['feat: dark mode', undefined], ['Revert "use redis for sessions"', 'deadEnd'], ['Merge branch main', undefined], ['fixup! fix: crash in cart', undefined],
  ];
  for (const [subject, item] of items) it(`${subject} → ${item ?? 'nothing'}`, () => { expect(suggestFromCommits([commit(subject)])[0]?.item).toBe(item); });

  it('are understood by the convention', () => {
    expect(understandCommit('feat(api)!: drop v1')).toEqual({ type: 'feat', scope: 'api', breaking: true, description: 'drop v1' });
  });
  it('tell their reason and can be opened', () => {
    const [one] = suggestFromCommits([commit('fix: crash when the cart is empty', 'The total was read\nbefore the cart was loaded.\n\nCo-Authored-By: x <x@y.z>')]);
    expect(one).toMatchObject({ detail: 'The total was read before the cart was loaded.', evidence: [{ commit: 'a'.repeat(40) }] });
  });
});

describe('gaps', () => {
  const git = (paths: readonly string[], changedCount = 1, committed: readonly string[] = []) => ({ files: paths.map((path) => ({ path, kind: 'modified' as const, staged: false, unstaged: true })), changedCount, committed });
  const changed = git(['src/users.controller.ts', 'src/orders/orders.controller.ts', 'test/users.controller.test.ts', 'prisma/migrations/20261120_x/migration.sql', 'README.md'], 12, ['app/controllers/api_controller.rb', 'src/users.controller.ts']);
  const told = (state: ReturnType<typeof git>, filled: ReturnType<typeof filledItems> = new Set(), dismissed: readonly string[] = []): string[] => findNudges(state, filled, dismissed).map(({ item, count }) => `${item} ${String(count)}`);

  it('are named with the number of files, uncommitted and in the session\u2019s commits, tests left out', () => {
    expect(told(changed)).toEqual(['endpoint 3', 'schema 1', 'nextStep 12']);
    expect(told(git([], 0, ['src/models/user.ts']))).toEqual(['entity 1']);
  });
  it('close when the item says something: an entry, a tick or a suggestion that waits', () => {
    const entry = { id: 'e', item: 'endpoint' as const, text: 'x', links: [], created: '' };
    expect(told(changed, filledItems({ entries: [entry], ticks: ['schema'] }, [{ item: 'nextStep' }]))).toEqual([]);
    expect(told(git(['README.md'], 2))).toEqual([]);
  });
  it('stay dismissed when more of the same changes', () => {
    const [first] = findNudges(git(['src/users.controller.ts']), new Set());
    expect(told(changed, new Set(), [first?.id ?? ''])).toEqual(['schema 1', 'nextStep 12']);
  });
});
