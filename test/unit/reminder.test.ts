import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../propertyRuns.js';
import { defaultReminderSettings as settings, initialReminderState, laterMs, levelOf, remind, storedReminderState, tokensOf, typingMs, visibleMs, wakeAt,
  type ReminderAnswer, type ReminderEvent, type ReminderMessage, type ReminderSettings, type ReminderState } from '../../src/core/reminder.js';

/** A reminder with a clock, as the editor drives it. */
class Driven {
  state: ReminderState = initialReminderState;
  now = 1_000_000;
  readonly told: { message: ReminderMessage; at: number }[] = [];

  constructor(public chosen: ReminderSettings = settings) {}

  send(event: ReminderEvent): ReminderMessage | null {
    const { state, show } = remind(this.state, event, this.now, this.chosen);
    this.state = state;
    if (show) this.told.push({ message: show, at: this.now });
    return show;
  }
  use(used: number | null, session = 's', { idle = false, ended = false, folder = 'f', compactAt = 167_000 as number | null, window = 200_000 as number | null } = {}): ReminderMessage | null {
    return this.send({ kind: 'usage', folder, session, usage: { used, compactAt, window }, idle, ended });
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
    expect(driven.send({ kind: 'reset', folder: 'f', session: 's', cleared: false, happened: driven.now, before: 160_000, after: 9_000 })).toBeNull();
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
    driven.send({ kind: 'written', folder: 'f' });
    expect(driven.use(150_000)).toBeNull();
    expect(driven.wait(3_600_000)).toEqual([]);
    expect(level(driven.send({ kind: 'newWork', folder: 'f' }))).toBe('urgent');
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
  const reset = (driven: Driven, cleared = false) => driven.send({ kind: 'reset', folder: 'f', session: 's', cleared, happened: driven.now - 1_000, before: 187_000, after: cleared ? null : 31_000 });
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
    driven.send({ kind: 'written', folder: 'f' });
    reset(driven);
    driven.send({ kind: 'newWork', folder: 'f' });
    expect(driven.wait(3_600_000)).toEqual([]);
    driven.send({ kind: 'typed' });
    reset(driven, true);
    driven.send({ kind: 'written', folder: 'f' });
    driven.send({ kind: 'newWork', folder: 'f' });
    expect(driven.wait(3_600_000)).toEqual([]);
  });
});

describe('several folders', () => {
  it('hold back only what their own handoff holds', () => {
    const driven = new Driven();
    driven.send({ kind: 'written', folder: 'f' });
    expect(driven.use(150_000, 'a', { folder: 'f' })).toBeNull();
    expect(level(driven.use(150_000, 'b', { folder: 'g' }))).toBe('urgent');
    driven.answer('closed');
    expect(driven.send({ kind: 'newWork', folder: 'g' })).toBeNull();
    expect(driven.send({ kind: 'newWork', folder: 'f' })).toMatchObject({ session: 'a', level: 'urgent' });
  });
  it('that hold one session are all asked', () => {
    const driven = new Driven();
    driven.send({ kind: 'written', folder: 'f' });
    driven.use(10_000, 'a', { folder: 'f' });
    driven.use(10_000, 'a', { folder: 'g' });
    expect(level(driven.use(150_000, 'a', { folder: 'f' }))).toBe('urgent');
    driven.answer('closed');
    driven.send({ kind: 'written', folder: 'g' });
    expect(driven.send({ kind: 'reset', folder: 'f', session: 'a', cleared: false, happened: driven.now, before: 160_000, after: 9_000 })).toBeNull();
  });
  it('ask only folders that are still open', () => {
    const driven = new Driven();
    driven.use(10_000, 'a', { folder: 'f' });
    driven.use(10_000, 'a', { folder: 'g' });
    driven.send({ kind: 'written', folder: 'f' });
    driven.send({ kind: 'gone', folder: 'g', session: 'a' });
    expect(driven.use(150_000, 'a', { folder: 'f' })).toBeNull();
  });
  it('that hold one session tell of one compaction, at nearly the same time', () => {
    const driven = new Driven();
    const reset = (folder: string, after: number) => driven.send({ kind: 'reset', folder, session: 'a', cleared: true, happened: driven.now + after, before: 160_000, after: null });
    expect(reset('f', 0)).toMatchObject({ kind: 'reset' });
    driven.answer('closed');
    expect(reset('g', 40)).toBeNull();
    expect(driven.wait(60_000)).toEqual([]);
    expect(reset('f', 0)).toMatchObject({ kind: 'reset' });
  });
  it('may lose a session and find it again: nothing is told twice', () => {
    const driven = new Driven();
    driven.use(150_000);
    driven.answer('closed');
    driven.send({ kind: 'gone', folder: 'f', session: 's' });
    expect(driven.use(150_000)).toBeNull();
    expect(driven.wait(3_600_000)).toEqual([]);
  });
});

it('of several messages that were held back, the most urgent comes first, then the fullest', () => {
  const driven = new Driven();
  driven.send({ kind: 'typed' });
  driven.use(140_000, 'filling');
  driven.use(150_000, 'urgent');
  driven.use(160_000, 'fuller');
  driven.send({ kind: 'reset', folder: 'f', session: 'compacted', cleared: false, happened: driven.now, before: 160_000, after: 9_000 });
  expect(driven.wait(10 * visibleMs).map((message) => message.session)).toEqual(['compacted', 'fuller', 'urgent', 'filling']);
});

it.each(['notInThisSession', 'never'] as const)('a compaction after "%s" is not told when reminders are wanted again', (answer) => {
  const driven = new Driven();
  driven.use(118_000);
  driven.answer(answer);
  driven.send({ kind: 'reset', folder: 'f', session: 's', cleared: false, happened: driven.now, before: 160_000, after: 9_000 });
  expect(driven.send({ kind: 'remindAgain' })).toBeNull();
});

describe('over a restart', () => {
  it('answers and what was told are kept, until the session was not seen for a month', () => {
    const driven = new Driven();
    driven.use(118_000);
    driven.answer('notInThisSession');
    driven.use(150_000, 'other');
    driven.state = { ...storedReminderState(driven.state, driven.now), focused: true };
    expect(driven.use(160_000)).toBeNull();
    expect(driven.use(151_000, 'other')).toBeNull();
    driven.state = storedReminderState(driven.state, driven.now + 30 * 24 * 3_600_000);
    expect(level(driven.use(151_000, 'other'))).toBe('urgent');
  });
});

it('a message does not leave the screen of a window that is not in front', () => {
  const driven = new Driven();
  driven.use(118_000, 'a');
  driven.send({ kind: 'focus', focused: false });
  expect(driven.use(150_000, 'b')).toBeNull();
  expect(driven.wait(10 * visibleMs)).toEqual([]);
  expect(driven.send({ kind: 'focus', focused: true })).toBeNull();
  expect(driven.wait(visibleMs - 1)).toEqual([]);
  expect(driven.wait(1)).toMatchObject([{ session: 'b' }]);
});

it('what is put off before it was told is told later as well', () => {
  const driven = new Driven();
  driven.send({ kind: 'typed' });
  driven.use(118_000);
  driven.send({ kind: 'answered', message: { kind: 'threshold', session: 's', level: 'warning', used: 118_000 }, answer: 'later' });
  expect(driven.wait(laterMs - 1)).toEqual([]);
  expect(driven.wait(1).map(level)).toEqual(['warning']);
});

it('a session that was cleared is told of as cleared, and no more as full', () => {
  const driven = new Driven();
  driven.send({ kind: 'typed' });
  driven.use(150_000);
  driven.send({ kind: 'reset', folder: 'f', session: 's', cleared: true, happened: driven.now, before: 150_000, after: null });
  driven.use(150_000, 's', { ended: true });
  expect(driven.wait(3_600_000)).toMatchObject([{ kind: 'reset', cleared: true }]);
});

/** Where sessions work: two in a folder of their own, one in both (a folder within the other). */
const foldersOf = { a: ['f'], b: ['g'], c: ['f', 'g'] } as const;
type Session = keyof typeof foldersOf;
const sessions = ['a', 'b', 'c'] as const;

type Happening =
  | { kind: 'usage'; session: Session; used: number | null; idle: boolean; ended: boolean }
  | { kind: 'reset'; session: Session; cleared: boolean; after: number | null }
  | { kind: 'answer'; answer: ReminderAnswer }
  | { kind: 'gone'; session: Session }
  | { kind: 'typed' | 'remindAgain' }
  | { kind: 'focus' | 'enabled'; on: boolean }
  | { kind: 'written' | 'newWork'; folder: 'f' | 'g' };

const rarely = fc.nat(9).map((n) => n === 0);
const session = fc.constantFrom(...sessions);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('usage' as const), session, used: fc.option(fc.integer({ min: 0, max: 200_000 }), { freq: 12 }), idle: rarely, ended: rarely }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reset' as const), session, cleared: fc.boolean(), after: fc.option(fc.integer({ min: 0, max: 130_000 })) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('answer' as const), answer: fc.constantFrom<ReminderAnswer>('open', 'later', 'closed', 'open', 'later', 'closed', 'later', 'notInThisSession', 'never') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('gone' as const), session }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('typed' as const, 'typed' as const, 'remindAgain' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('focus' as const, 'focus' as const, 'enabled' as const), on: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('written' as const, 'newWork' as const), folder: fc.constantFrom('f' as const, 'g' as const) }) },
);
const step = fc.record({ wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 2_000_000 })), what: happening });

const order = ['normal', 'quiet', 'warning', 'urgent'];
const warning = order.indexOf('warning');
/** The level by the promise's own words, of a compaction at 167k. */
const levelBy = (used: number, slack = 0): number => (used >= 0.88 * 167_000 - slack ? 3 : used >= 0.7 * 167_000 - slack ? 2 : used >= 0.5 * 167_000 - slack ? 1 : 0);

interface Seen { used: number | null; idle: boolean; ended: boolean; there: boolean; told: number; later: { until: number; used: number } | null; reset: boolean; emptied: number }

/** Sees what happens and what is told, knows nothing of the machine's state, and judges every message by what was promised. */
class Witness {
  readonly driven = new Driven();
  private readonly seen = new Map<Session, Seen>();
  private typed = -Infinity;
  private focused = true;
  private enabled = true;
  private never = false;
  private readonly out = new Set<Session>();
  private readonly captured = new Set<string>();
  private screen: { message: ReminderMessage; since: number } | undefined;

  private of(one: Session): Seen {
    const known = this.seen.get(one) ?? { used: null, idle: false, ended: false, there: false, told: 0, later: null, reset: false, emptied: -Infinity };
    this.seen.set(one, known);
    return known;
  }
  private isCaptured(one: Session): boolean {
    return foldersOf[one].every((folder) => this.captured.has(folder));
  }

  wait(ms: number): void {
    const from = this.driven.told.length;
    this.driven.wait(ms);
    for (const { message, at } of this.driven.told.slice(from)) this.judge(message, at);
  }

  happens(what: Happening): void {
    const { driven } = this;
    const from = driven.told.length;
    switch (what.kind) {
      case 'usage': {
        const seen = this.of(what.session);
        // A folder after the other tells of it; the last one completes what is known.
        const before = { ...seen };
        Object.assign(seen, { used: what.used, idle: what.idle, ended: what.ended, there: true });
        if (what.used !== null) {
          const kept = levelBy(what.used, 0.02 * 167_000);
          if (kept < seen.told) seen.told = kept < warning ? 0 : kept;
          if (kept < warning && before.told > 0) seen.later = null;
        }
        for (const folder of foldersOf[what.session]) {
          driven.use(what.used, what.session, { ...what, folder });
          this.judgeAll(from);
        }
        return;
      }
      case 'reset': {
        const seen = this.of(what.session);
        seen.there = true;
        // No agent compacts twice within seconds: that is one, told again.
        if (driven.now - seen.emptied >= 5_000) Object.assign(seen, { used: what.after, told: 0, later: null, emptied: driven.now, reset: !(this.isCaptured(what.session) || this.out.has(what.session) || this.never) });
        for (const folder of foldersOf[what.session]) driven.send({ kind: 'reset', folder, session: what.session, cleared: what.cleared, happened: driven.now, before: 150_000, after: what.after });
        break;
      }
      case 'answer': {
        const last = driven.told.at(-1)?.message;
        if (!last) return;
        const one = sessions.find((id) => id === last.session) ?? 'a';
        const seen = this.of(one);
        if (this.screen?.message === last) this.screen = undefined;
        if (what.answer === 'never') this.never = true;
        if (what.answer === 'notInThisSession') { this.out.add(one); seen.reset = false; }
        if (what.answer === 'later') {
          if (last.kind === 'threshold') seen.told = Math.max(seen.told, order.indexOf(last.level));
          seen.later = { until: driven.now + laterMs, used: seen.used ?? 0 };
        }
        driven.answer(what.answer);
        break;
      }
      case 'gone':
        this.of(what.session).there = false;
        for (const folder of foldersOf[what.session]) driven.send({ kind: 'gone', folder, session: what.session });
        break;
      case 'typed':
        this.typed = driven.now;
        driven.send({ kind: 'typed' });
        break;
      case 'remindAgain':
        this.never = false;
        this.out.clear();
        driven.send({ kind: 'remindAgain' });
        break;
      case 'focus':
        if (what.on && !this.focused && this.screen) this.screen.since = driven.now;
        this.focused = what.on;
        driven.send({ kind: 'focus', focused: what.on });
        break;
      case 'enabled':
        this.enabled = what.on;
        driven.chosen = { ...settings, enabled: what.on };
        driven.send({ kind: 'tick' });
        break;
      case 'written':
        this.captured.add(what.folder);
        for (const one of sessions) if (this.isCaptured(one)) this.of(one).reset = false;
        driven.send({ kind: 'written', folder: what.folder });
        break;
      case 'newWork':
        this.captured.delete(what.folder);
        driven.send({ kind: 'newWork', folder: what.folder });
    }
    this.judgeAll(from);
  }

  private judged = 0;
  private judgeAll(from: number): void {
    for (const { message, at } of this.driven.told.slice(Math.max(from, this.judged))) this.judge(message, at);
  }

  private judge(message: ReminderMessage, at: number): void {
    this.judged = this.driven.told.length;
    const one = sessions.find((id) => id === message.session);
    if (!one) throw new Error('a message of nobody');
    const seen = this.of(one);
    expect({ typing: at < this.typed + typingMs, never: this.never, off: !this.enabled, out: this.out.has(one), captured: this.isCaptured(one), idle: seen.idle, gone: !seen.there })
      .toEqual({ typing: false, never: false, off: false, out: false, captured: false, idle: false, gone: false });
    if (this.screen) expect([this.focused, at >= this.screen.since + visibleMs]).toEqual([true, true]);
    if (message.kind === 'reset') {
      expect(seen.reset).toBe(true);
      seen.reset = false;
    } else {
      expect([seen.ended, message.used]).toEqual([false, seen.used]);
      // The highest that is reached, whatever lies between.
      expect(message.level).toBe(order[levelBy(message.used)]);
      const rank = order.indexOf(message.level);
      const laterIsOver = seen.later !== null && (at >= seen.later.until || message.used >= seen.later.used + 0.05 * 167_000);
      expect(rank > seen.told || laterIsOver).toBe(true);
      seen.told = rank;
      seen.later = null;
    }
    this.screen = { message, since: at };
  }

  /** All that holds messages back ends: what is due was told, or a person opted out. */
  expectNothingLost(): void {
    this.happens({ kind: 'enabled', on: true });
    this.happens({ kind: 'focus', on: true });
    for (const folder of ['f', 'g'] as const) this.happens({ kind: 'newWork', folder });
    for (const [one, { used, ended }] of [...this.seen]) this.happens({ kind: 'usage', session: one, used, idle: false, ended });
    this.wait(10 * laterMs);
    for (const [one, { used, ended, told, later, reset }] of this.seen) {
      if (this.never || this.out.has(one)) continue;
      expect(reset).toBe(false);
      if (ended || used === null || levelBy(used) < warning) continue;
      expect(told).toBeGreaterThanOrEqual(levelBy(used));
      expect(later).toBeNull();
    }
  }
}

describe('over any sequence of events', () => {
  it('every message keeps what is promised, and none is lost but by a person', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const witness = new Witness();
      for (const { wait, what } of steps) {
        witness.wait(wait);
        witness.happens(what);
      }
      witness.expectNothingLost();
    }), { numRuns: runs(1_500) });
  });

  it('a jump over several thresholds tells the highest, once', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 116_000 }), fc.integer({ min: 117_000, max: 200_000 }), (low, high) => {
      const driven = new Driven();
      expect(driven.use(low)).toBeNull();
      expect(level(driven.use(high))).toBe(order[levelBy(high)]);
      driven.answer('closed');
      expect(driven.use(high)).toBeNull();
      expect(driven.wait(10 * laterMs)).toEqual([]);
    }));
  });

  it('falling back arms a threshold again, wavering does not', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 116_899 }), (fallen) => {
      const driven = new Driven();
      driven.use(117_000);
      driven.answer('closed');
      expect(driven.use(fallen)).toBeNull();
      expect(level(driven.use(117_000))).toBe(levelBy(fallen, 0.02 * 167_000) < warning ? 'warning' : undefined);
    }));
  });

  it('what is crossed while the person types comes once, a moment after the last key', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: typingMs - 1 }), { minLength: 1, maxLength: 30 }), fc.nat(29), fc.integer({ min: 117_000, max: 200_000 }), (pauses, crossing, used) => {
      const driven = new Driven();
      driven.send({ kind: 'typed' });
      pauses.forEach((pause, index) => {
        expect(driven.wait(pause)).toEqual([]);
        if (index === crossing % pauses.length) expect(driven.use(used)).toBeNull();
        expect(driven.send({ kind: 'typed' })).toBeNull();
      });
      expect(driven.wait(typingMs - 1)).toEqual([]);
      expect(driven.wait(1)).toHaveLength(1);
      expect(driven.wait(10 * laterMs)).toEqual([]);
    }));
  });

  it('the status bar follows the usage alone', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 200_000 }), fc.option(fc.integer({ min: 1, max: 200_000 })), (used, compactAt) => {
      const usage = { used, compactAt, window: 200_000 };
      const share = (100 * used) / (compactAt ?? 200_000);
      expect(levelOf(usage, settings)).toBe(share >= 88 ? 'urgent' : share >= 70 ? 'warning' : share >= 50 ? 'quiet' : 'normal');
    }));
  });
});
