import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../propertyRuns.js';
import { defaultReminderSettings as settings, initialReminderState, laterMs, levelOf, remind, tokensOf, typingMs, visibleMs, wakeAt,
  type ReminderAnswer, type ReminderEvent, type ReminderMessage, type ReminderSettings, type ReminderState } from '../../src/core/reminder.js';

/** A reminder with a clock, as the editor drives it. */
class Driven {
  state: ReminderState = initialReminderState;
  now = 1_000_000;
  readonly told: { message: ReminderMessage; at: number }[] = [];

  constructor(private readonly chosen: ReminderSettings = settings) {}

  send(event: ReminderEvent): ReminderMessage | null {
    const { state, show } = remind(this.state, event, this.now, this.chosen);
    this.state = state;
    if (show) this.told.push({ message: show, at: this.now });
    return show;
  }
  use(used: number | null, session = 's', { idle = false, compactAt = 167_000 as number | null, window = 200_000 as number | null } = {}): ReminderMessage | null {
    return this.send({ kind: 'usage', session, usage: { used, compactAt, window }, idle });
  }
  /** Lets time pass; ticks come only when the machine asks for them. */
  wait(ms: number): ReminderMessage[] {
    const end = this.now + ms;
    const shown: ReminderMessage[] = [];
    for (let at = wakeAt(this.state, this.now, this.chosen); at !== null && at <= end; at = wakeAt(this.state, this.now, this.chosen)) {
      this.now = at;
      const show = this.send({ kind: 'tick' });
      if (show) shown.push(show);
    }
    this.now = end;
    return shown;
  }
  answer(answer: ReminderAnswer): ReminderMessage | null {
    const last = this.told.at(-1);
    if (!last) throw new Error('nothing was told');
    return this.send({ kind: 'answered', message: last.message, answer });
  }
}

const level = (message: ReminderMessage | null | undefined): string | undefined => (message?.kind === 'threshold' ? message.level : message?.kind);

describe('thresholds', () => {
  it('lie at 84k, 117k and 147k of a compaction at 167k, and at a share of the window where that is not known', () => {
    const usage = { used: 0, compactAt: 167_000, window: 200_000 };
    expect([settings.quiet, settings.warning, settings.urgent].map((threshold) => Math.round(tokensOf(threshold, usage) / 1000))).toEqual([84, 117, 147]);
    expect(tokensOf(settings.warning, { ...usage, compactAt: null })).toBe(140_000);
    expect(tokensOf(settings.warning, { used: 0, compactAt: null, window: null })).toBe(Infinity);
    expect(tokensOf({ tokens: 90_000 }, { used: 0, compactAt: null, window: null })).toBe(90_000);
  });
  it('are marked in the status bar at every one, told at the two upper ones', () => {
    const driven = new Driven();
    expect(driven.use(90_000)).toBeNull();
    expect(levelOf({ used: 90_000, compactAt: 167_000, window: null }, settings)).toBe('quiet');
    expect(level(driven.use(118_000))).toBe('warning');
    driven.answer('closed');
    expect(driven.use(130_000)).toBeNull();
    expect(level(driven.use(148_000))).toBe('urgent');
    driven.answer('closed');
    expect(driven.use(160_000)).toBeNull();
  });
  it('jumped over tell only the highest', () => {
    const driven = new Driven();
    expect(level(driven.use(160_000))).toBe('urgent');
    driven.answer('closed');
    expect(driven.use(161_000)).toBeNull();
    expect(driven.wait(3_600_000)).toEqual([]);
  });
  it('are told again after the context fell back, and not when it only wavers', () => {
    const driven = new Driven();
    driven.use(118_000);
    driven.answer('closed');
    driven.use(116_500);
    expect(driven.use(118_000)).toBeNull();
    driven.use(60_000);
    expect(level(driven.use(118_000))).toBe('warning');
  });
});

describe('answers', () => {
  it('later: after a quarter of an hour', () => {
    const driven = new Driven();
    driven.use(118_000);
    driven.answer('later');
    expect(driven.wait(laterMs - 1)).toEqual([]);
    expect(driven.wait(1).map(level)).toEqual(['warning']);
  });
  it('later: or when five percent more are used', () => {
    const driven = new Driven();
    driven.use(118_000);
    driven.answer('later');
    expect(driven.use(126_000)).toBeNull();
    expect(level(driven.use(126_500))).toBe('warning');
  });
  it('not in this session: nothing more of it, compactions included, while others are told', () => {
    const driven = new Driven();
    driven.use(118_000);
    driven.answer('notInThisSession');
    expect(driven.use(160_000)).toBeNull();
    expect(driven.send({ kind: 'reset', session: 's', cleared: false, happened: driven.now, before: 160_000, after: 9_000 })).toBeNull();
    expect(driven.use(160_000)).toBeNull();
    expect(level(driven.use(160_000, 'other'))).toBe('urgent');
  });
  it('never: nothing at all until it is taken back', () => {
    const driven = new Driven();
    driven.use(118_000);
    driven.answer('never');
    expect(driven.use(160_000, 'other')).toBeNull();
    expect(driven.wait(3_600_000)).toEqual([]);
    expect(level(driven.send({ kind: 'remindAgain' }))).toBe('urgent');
  });
  it('of a message that has long left the screen do not let two stand on it', () => {
    const driven = new Driven();
    driven.use(118_000);
    const first = driven.told[0]?.message;
    driven.wait(visibleMs);
    expect(level(driven.use(150_000))).toBe('urgent');
    if (first) driven.send({ kind: 'answered', message: first, answer: 'closed' });
    expect(driven.use(118_000, 'other')).toBeNull();
  });
});

describe('what holds a message back', () => {
  it('typing, until a moment after the last key', () => {
    const driven = new Driven();
    driven.send({ kind: 'typed' });
    expect(driven.use(118_000)).toBeNull();
    driven.wait(typingMs - 1);
    driven.send({ kind: 'typed' });
    expect(driven.wait(typingMs - 1)).toEqual([]);
    expect(driven.wait(1).map(level)).toEqual(['warning']);
  });
  it('another message on the screen', () => {
    const driven = new Driven();
    driven.use(118_000, 'a');
    expect(driven.use(150_000, 'b')).toBeNull();
    expect(level(driven.answer('open'))).toBe('urgent');
  });
  it('a handoff that was written, until new work appears', () => {
    const driven = new Driven();
    driven.send({ kind: 'written' });
    expect(driven.use(150_000)).toBeNull();
    expect(driven.wait(3_600_000)).toEqual([]);
    expect(level(driven.send({ kind: 'newWork' }))).toBe('urgent');
  });
  it('idleness, until the session goes on', () => {
    const driven = new Driven();
    expect(driven.use(150_000, 's', { idle: true })).toBeNull();
    expect(level(driven.use(150_000))).toBe('urgent');
  });
  it('the setting', () => {
    const off = new Driven({ ...settings, enabled: false });
    expect(off.use(150_000)).toBeNull();
    expect(remind(off.state, { kind: 'tick' }, off.now, settings).show).toMatchObject({ level: 'urgent' });
  });
});

describe('a compaction', () => {
  const reset = (driven: Driven, cleared = false) => driven.send({ kind: 'reset', session: 's', cleared, happened: driven.now - 1_000, before: 187_000, after: cleared ? null : 31_000 });
  it('is told once, with its sizes, and arms the thresholds again', () => {
    const driven = new Driven();
    driven.use(150_000);
    driven.answer('open');
    expect(reset(driven)).toEqual({ kind: 'reset', session: 's', cleared: false, at: driven.now - 1_000, before: 187_000, after: 31_000 });
    driven.answer('closed');
    expect(driven.use(31_000)).toBeNull();
    expect(level(driven.use(118_000))).toBe('warning');
  });
  it('takes the place of a threshold that was held back', () => {
    const driven = new Driven();
    driven.send({ kind: 'typed' });
    driven.use(150_000);
    reset(driven);
    expect(driven.wait(3_600_000).map(level)).toEqual(['reset']);
  });
  it('is not told after the handoff was written', () => {
    const driven = new Driven();
    driven.send({ kind: 'written' });
    reset(driven);
    driven.send({ kind: 'newWork' });
    expect(driven.wait(3_600_000)).toEqual([]);
    driven.send({ kind: 'typed' });
    reset(driven, true);
    driven.send({ kind: 'written' });
    driven.send({ kind: 'newWork' });
    expect(driven.wait(3_600_000)).toEqual([]);
  });
});

describe('over any sequence of events', () => {
  const session = fc.constantFrom('a', 'b');
  const step = fc.record({
    wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 2_000_000 })),
    event: fc.oneof(
      { weight: 8, arbitrary: fc.record({ kind: fc.constant('usage' as const), session, used: fc.option(fc.integer({ min: 0, max: 200_000 })), idle: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('reset' as const), session, cleared: fc.boolean(), after: fc.option(fc.integer({ min: 0, max: 40_000 })) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('answer' as const), answer: fc.constantFrom<ReminderAnswer>('open', 'later', 'closed', 'open', 'later', 'closed', 'notInThisSession', 'never') }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('typed' as const, 'written' as const, 'newWork' as const, 'remindAgain' as const) }) },
    ),
  });
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  const play = (driven: Driven, { wait, event }: Step): void => {
    driven.wait(wait);
    if (event.kind === 'usage') driven.use(event.used, event.session, { idle: event.idle });
    else if (event.kind === 'reset') driven.send({ kind: 'reset', session: event.session, cleared: event.cleared, happened: driven.now, before: 150_000, after: event.cleared ? null : event.after });
    else if (event.kind === 'answer') { if (driven.told.length > 0) driven.answer(event.answer); } else driven.send({ kind: event.kind });
  };
  const order = ['normal', 'quiet', 'warning', 'urgent'];

  it('one message stands at a time, and none while the person types, has written, or opted out', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const driven = new Driven();
      let typed = -Infinity;
      let captured = false;
      let never = false;
      const out = new Set<string>();
      let open: { message: ReminderMessage; at: number } | undefined;
      for (const one of steps) {
        const before = driven.told.length;
        const idle = one.event.kind === 'usage' && one.event.idle ? one.event.session : undefined;
        const answering = one.event.kind === 'answer' ? driven.told.at(-1) : undefined;
        // What happens during the wait comes first: it is checked under the old conditions.
        driven.wait(one.wait);
        const check = (from: number): void => {
          for (const { message, at } of driven.told.slice(from)) {
            expect(at).toBeGreaterThanOrEqual(typed + typingMs);
            expect([captured, never, out.has(message.session)]).toEqual([false, false, false]);
            if (open) expect(at).toBeGreaterThanOrEqual(open.at + visibleMs);
            open = { message, at };
          }
        };
        check(before);
        const answered = one.event.kind === 'answer' ? driven.told.at(-1) : answering;
        if (one.event.kind === 'typed') typed = driven.now;
        if (one.event.kind === 'written') captured = true;
        if (one.event.kind === 'newWork') captured = false;
        if (one.event.kind === 'remindAgain') { never = false; out.clear(); }
        if (one.event.kind === 'answer' && answered) {
          if (open?.message === answered.message) open = undefined;
          if (one.event.answer === 'never') never = true;
          if (one.event.answer === 'notInThisSession') out.add(answered.message.session);
        }
        const during = driven.told.length;
        play(driven, { ...one, wait: 0 });
        for (const { message } of driven.told.slice(during)) expect(message.session).not.toBe(idle);
        check(during);
      }
    }), { numRuns: runs(400) });
  });

  it('a threshold is told once per crossing: again only after a fall, a reset, or "later"', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const driven = new Driven();
      const armed = new Map<string, number>();
      for (const one of steps) {
        const before = driven.told.length;
        const answered = one.event.kind === 'answer' ? one.event.answer : undefined;
        driven.wait(one.wait);
        const during = driven.told.length;
        const check = (from: number, to?: number): void => {
          for (const { message } of driven.told.slice(from, to)) {
            if (message.kind === 'reset') continue;
            expect(order.indexOf(message.level)).toBeGreaterThan(armed.get(message.session) ?? 0);
            armed.set(message.session, order.indexOf(message.level));
          }
        };
        check(before, during);
        const last = driven.told.at(-1);
        if (answered === 'later' && last) armed.set(last.message.session, 0);
        if (one.event.kind === 'reset') armed.set(one.event.session, 0);
        if (one.event.kind === 'usage' && one.event.used !== null) {
          const now = order.indexOf(levelOf({ used: one.event.used, compactAt: 167_000, window: 200_000 }, settings));
          armed.set(one.event.session, Math.min(armed.get(one.event.session) ?? 0, now));
        }
        play(driven, { ...one, wait: 0 });
        check(during);
      }
    }), { numRuns: runs(400) });
  });

  it('what was held back comes in the end, the highest level of every session, unless a person opted out', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const driven = new Driven();
      for (const one of steps) play(driven, one);
      const { never } = driven.state;
      const out = Object.entries(driven.state.sessions).filter(([, { optedOut }]) => optedOut).map(([id]) => id);
      // The holds end: new work, no typing, both sessions live at the size they have; every message is put away.
      driven.send({ kind: 'newWork' });
      for (const [id, { usage }] of Object.entries(driven.state.sessions)) driven.send({ kind: 'usage', session: id, usage, idle: false });
      driven.wait(10 * laterMs);
      for (const [id, { usage, told, reset }] of Object.entries(driven.state.sessions)) {
        if (never || out.includes(id)) continue;
        expect(reset).toBeNull();
        const now = levelOf(usage, settings);
        if (now === 'warning' || now === 'urgent') expect(told).toBe(now === 'urgent' ? 'urgent' : told === 'urgent' ? 'urgent' : 'warning');
      }
    }), { numRuns: runs(400) });
  });

  it('the status bar follows the usage alone', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 200_000 }), fc.option(fc.integer({ min: 1, max: 200_000 })), (used, compactAt) => {
      const usage = { used, compactAt, window: 200_000 };
      const share = (100 * used) / (compactAt ?? 200_000);
      expect(levelOf(usage, settings)).toBe(share >= 88 ? 'urgent' : share >= 70 ? 'warning' : share >= 50 ? 'quiet' : 'normal');
    }));
  });
});
