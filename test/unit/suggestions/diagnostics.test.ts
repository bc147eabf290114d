import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnosticsAfter, emptyDiagnostics, nextSettling, restoreDiagnostics, suggestFixedDiagnostics, type DiagnosticsEvent, type DiagnosticsState, type Problem } from '../../../src/core/suggestions/diagnostics.js';

const problem: Problem = { severity: 'error', message: "Property 'rate' does not exist on type 'Plan'.", source: 'ts', code: '2339', line: 31 };
const path = 'src/cart.ts';
const play = (events: readonly DiagnosticsEvent[], state: DiagnosticsState = emptyDiagnostics, alive?: (source: string) => boolean): DiagnosticsState =>
  events.reduce((now, event) => diagnosticsAfter(now, event, alive), state);
const texts = (state: DiagnosticsState): string[] => suggestFixedDiagnostics(state).map(({ text }) => text);

const shown = (at: number, problems: readonly Problem[] = [problem], open = true): DiagnosticsEvent => ({ kind: 'problems', at, path, problems, open });
const changed = (at: number, line = 31, added = 0): DiagnosticsEvent => ({ kind: 'changed', at, path, changes: [{ startLine: line - 1, endLine: line - 1, startColumn: 0, endColumn: 0, text: '\n'.repeat(added) }] });
const saved = (at: number): DiagnosticsEvent => ({ kind: 'saved', at, path, lineText: () => '  const rate = plan?.rate;' });
const tick = (at: number): DiagnosticsEvent => ({ kind: 'tick', at });

describe('fixed problems', () => {
  it('are those that were gone after a change near them and a save', () => {
    const state = play([shown(0), changed(60_000), shown(61_000, []), saved(62_000), tick(65_000)]);
    expect(texts(state)).toEqual(["Fixed: `Property 'rate' does not exist on type 'Plan'.` (ts 2339)"]);
    expect(suggestFixedDiagnostics(state)[0]?.links).toEqual([{ path, line: 31 }]);
  });

  it('have the text of their line when the save comes last', () => {
    const state = play([shown(0), changed(60_000), shown(61_000, []), saved(70_000)]);
    expect(suggestFixedDiagnostics(state)[0]?.links).toEqual([{ path, line: 31, text: 'const rate = plan?.rate;' }]);
  });

  const none: [string, DiagnosticsEvent[]][] = [
    ['flicker while typing: gone and back in seconds', [shown(0), changed(60_000), shown(61_000, []), shown(62_500), saved(63_000), tick(90_000)]],
    ['never saved', [shown(0), changed(60_000), shown(61_000, []), tick(600_000)]],
    ['there only for a moment', [shown(0), changed(1_000), shown(2_000, []), saved(3_000), tick(60_000)]],
    ['gone without any change', [shown(0), shown(61_000, []), saved(62_000), tick(90_000)]],
    ['gone after a change far away', [shown(0), changed(60_000, 900), shown(61_000, []), saved(62_000), tick(90_000)]],
    ['dropped because the tab was closed', [shown(0), changed(60_000), { kind: 'closed', at: 61_000, path }, shown(61_500, [], false), saved(62_000), tick(90_000)]],
    ['dropped for a document that is not open', [shown(0), changed(60_000), shown(61_000, [], false), saved(62_000), tick(90_000)]],
    ['gone long after the change and the save', [shown(0), changed(60_000), saved(61_000), shown(900_000, []), tick(950_000)]],
    ['gone for a while and then there again', [shown(0), changed(60_000), shown(61_000, []), saved(62_000), tick(70_000), shown(75_000)]],
    ['gone with a change of branch', [{ kind: 'branch', at: 0, branch: 'main' }, shown(0), changed(60_000), { kind: 'branch', at: 60_500, branch: 'other' }, shown(61_000, []), saved(62_000), tick(90_000)]],
  ];
  for (const [name, events] of none) it(`are not what was ${name}`, () => { expect(texts(play(events))).toEqual([]); });

  it('are not what a server dropped that no longer reports', () => {
    const dead = play([shown(0), changed(60_000), shown(61_000, []), saved(62_000), tick(90_000)], emptyDiagnostics, (source) => source !== 'ts');
    expect(texts(dead)).toEqual([]);
    // It came back with the same problem: it still stands, and can be fixed later.
    expect(texts(play([shown(100_000), changed(110_000), shown(111_000, []), saved(112_000), tick(120_000)], dead))).toHaveLength(1);
  });

  it('are followed when lines are added above them', () => {
    const state = play([shown(0), changed(10_000, 3, 5), changed(60_000, 36), shown(61_000, []), saved(62_000), tick(70_000)]);
    expect(suggestFixedDiagnostics(state)[0]?.links[0]?.line).toBe(36);
    const slow = play([shown(0), changed(10_000, 3, 5), shown(10_100), changed(60_000, 36), shown(61_000, []), saved(62_000), tick(70_000)]);
    expect(suggestFixedDiagnostics(slow)[0]?.links[0]?.line, 'another source answered first').toBe(36);
  });

  it('survive a reload, and what stood before can still be fixed after it', () => {
    const before = play([shown(0), changed(60_000), shown(61_000, []), saved(62_000), tick(70_000), { ...shown(71_000, [{ ...problem, message: 'Cannot find name x' }]) }]);
    const after = restoreDiagnostics(JSON.parse(JSON.stringify(before)));
    expect(texts(after)).toEqual(texts(before));
    const later = play([shown(200_000, [{ ...problem, message: 'Cannot find name x' }]), changed(210_000), shown(211_000, []), saved(212_000), tick(220_000)], after);
    expect(texts(later)).toHaveLength(2);
  });

  it('are not what a reload shows nothing of', () => {
    const after = restoreDiagnostics(JSON.parse(JSON.stringify(play([shown(0)]))));
    expect(texts(play([shown(100_000, []), saved(101_000), tick(110_000)], after))).toEqual([]);
    // A server that starts reports bit by bit: the change that did not mend it then is none now.
    const touched = restoreDiagnostics(JSON.parse(JSON.stringify(play([shown(0), changed(90_000), saved(91_000), shown(92_000)]))));
    expect(texts(play([shown(100_000, []), saved(101_000), tick(110_000)], touched))).toEqual([]);
  });

  it('of an old session are forgotten', () => {
    const state = play([shown(0), changed(60_000), shown(61_000, []), saved(62_000), tick(70_000)]);
    expect([suggestFixedDiagnostics(state, 61_000).length, suggestFixedDiagnostics(state, 61_001).length]).toEqual([1, 0]);
  });

  it('leave out warnings that say little', () => {
    const unused: Problem = { severity: 'warning', message: "'x' is declared but its value is never read.", source: 'ts', code: '6133', line: 31 };
    expect(texts(play([shown(0, [unused]), changed(60_000), shown(61_000, []), saved(62_000), tick(70_000)]))).toEqual([]);
  });

  it('say when to look again', () => {
    expect(nextSettling(emptyDiagnostics)).toBeUndefined();
    const gone = play([shown(0), changed(60_000), shown(61_000, [])]);
    expect([nextSettling(gone), nextSettling(gone, 64_000)]).toEqual([64_000, undefined]);
  });
});

it('any sequence of events and any saved state are taken', () => {
  const event: fc.Arbitrary<DiagnosticsEvent> = fc.oneof(
    fc.record({ kind: fc.constant('problems' as const), at: fc.nat(), path: fc.constantFrom('a', 'b'), open: fc.boolean(), problems: fc.array(fc.record({ severity: fc.constantFrom('error' as const, 'warning' as const), message: fc.constantFrom('x', 'y'), source: fc.constantFrom('', 'ts'), code: fc.constant(''), line: fc.nat() })) }),
    fc.record({ kind: fc.constant('changed' as const), at: fc.nat(), path: fc.constantFrom('a', 'b'), changes: fc.array(fc.record({ startLine: fc.nat(90), endLine: fc.nat(90), startColumn: fc.nat(9), endColumn: fc.nat(9), text: fc.string() })) }),
    fc.record({ kind: fc.constantFrom('saved' as const, 'closed' as const), at: fc.nat(), path: fc.constantFrom('a', 'b') }),
    fc.record({ kind: fc.constant('branch' as const), at: fc.nat(), branch: fc.constantFrom('main', 'x') }),
    fc.record({ kind: fc.constant('tick' as const), at: fc.nat() }));
  fc.assert(fc.property(fc.array(event, { maxLength: 40 }), fc.anything(), (events, anything) => {
    const state = play(events, restoreDiagnostics(anything));
    expect(restoreDiagnostics(JSON.parse(JSON.stringify(state))).fixed).toEqual(JSON.parse(JSON.stringify(state.fixed)));
    for (const one of state.standing) expect(one.line).toBeGreaterThanOrEqual(0);
  }));
});
