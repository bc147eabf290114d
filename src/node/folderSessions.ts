import { statSync, watch, type FSWatcher } from 'node:fs';
import { dirname, join } from 'node:path';
import { beginsWithClear } from '../core/agents/claude.js';
import { isIdle, sortSessions, type AgentSession } from '../core/agents/sessions.js';
import { momentOf } from '../core/agents/record.js';
import { confirmTail, contextUsage, type Compaction, type HistoryQuery, type HistoryReading, type TranscriptHistory, type TranscriptTail } from '../core/agents/usage.js';
import type { AgentSettings } from './agentSettings.js';
import { historyQuery, historyResult, settingsOf, startHistory, startTail, windowOf } from './sessionReading.js';
import { fingerprint, openTranscript, readHead, readHistoryInSlices, readTailInSlices, withTranscript, type OpenTranscript } from './transcriptBytes.js';
import { TranscriptFinder, type AgentPlaces, type FoundTranscript } from './transcriptFiles.js';

/** A context that was emptied while we looked. */
export interface SessionReset {
  /** The transcript whose context it was. */
  readonly file: string;
  readonly sessionId: string | null;
  readonly cleared: boolean;
  /** Milliseconds since 1970. */
  readonly happened: number;
  readonly before: number | null;
  readonly after: number | null;
}

export interface FolderSessionsOptions {
  /** The workspace folder, absolute. */
  readonly folder: string;
  readonly places: AgentPlaces;
  /** Windows by model id, as the person set them. */
  readonly windows?: Readonly<Record<string, number>>;
  /** Variables that agents started from here inherit. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Called after every change with all sessions, live ones first. */
  readonly onChange: (sessions: readonly AgentSession[]) => void;
  readonly onReset: (reset: SessionReset) => void;
  /** Milliseconds since 1970; a test's clock. */
  readonly now?: () => number;
}

/** Transcripts that were not written for this long are not shown: Claude Code itself keeps them 30 days. */
const oldestMs = 14 * 24 * 60 * 60_000;
/** How long the notices of one write are gathered. */
const gatherMs = 50;
/** How often the folders are looked through for new sessions that no notice told of. */
const lookEveryMs = 15_000;
/** How often live transcripts are looked at where watching works (it may still miss changes), and where it fails. */
const pollWatchedMs = 2_000;
const pollBlindMs = 400;
/** How long the agents' settings are taken as read. */
const settingsMs = 10_000;

interface Followed {
  found: FoundTranscript;
  /** What the file was when it was last read. */
  seen: string;
  tail: TranscriptTail | undefined;
  query: HistoryQuery | undefined;
  history: { id: string; print: string; reading: HistoryReading; reached: number; result: TranscriptHistory } | undefined;
  announced: number;
  session: AgentSession | undefined;
  ended: boolean;
}

const keyOf = ({ id, size, changed }: OpenTranscript): string => `${id} ${String(size)} ${String(changed)}`;

/** Gives the event loop a turn. */
const nextTurn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

/**
 * Follows the agent sessions of one workspace folder: finds them, reads the end of each, tells of every change, and counts
 * compactions when nothing else is to be done. It owns its watchers and timers until it is disposed.
 */
export class FolderSessions {
  private readonly finder: TranscriptFinder;
  private readonly followed = new Map<string, Followed>();
  private readonly watchers = new Map<string, FSWatcher>();
  private readonly stopped = new AbortController();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly known = new Map<string, { at: number; settings: AgentSettings }>();
  private readonly now: () => number;
  private began = 0;
  private blind = false;
  private looked = false;
  private busy: Promise<void> = Promise.resolve();
  private list: readonly AgentSession[] = [];

  constructor(private readonly options: FolderSessionsOptions) {
    this.finder = new TranscriptFinder(options.places);
    this.now = options.now ?? Date.now;
  }

  /** Live ones first, each the newest first. */
  get sessions(): readonly AgentSession[] {
    return this.list;
  }

  /** Where sessions were looked for, to be told to a person who sees none. */
  get lookedIn(): readonly string[] {
    return this.finder.lookedIn(this.options.folder);
  }

  /** Begins to look; does nothing the second time. */
  start(): void {
    if (this.began !== 0) return;
    this.began = this.now();
    this.after('look', 0, () => this.look());
  }

  /** Looks and reads everything now; resolves when it is done, compactions included. */
  async refresh(): Promise<void> {
    this.began ||= this.now();
    await this.inTurn(async () => {
      await this.look();
      for (const file of [...this.followed.keys()]) await this.count(file);
    });
  }

  dispose(): void {
    this.stopped.abort();
    for (const watcher of this.watchers.values()) watcher.close();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.watchers.clear();
    this.timers.clear();
  }

  private get isOver(): boolean {
    return this.stopped.signal.aborted;
  }

  /** One thing at a time; a failure of one does not stop the next. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    this.busy = this.busy.then(async () => {
      if (!this.isOver) await work();
    }).catch(() => undefined);
    return this.busy;
  }

  private after(name: string, ms: number, work: () => Promise<void>): void {
    if (this.isOver || this.timers.has(name)) return;
    const timer = setTimeout(() => {
      this.timers.delete(name);
      void this.inTurn(work);
    }, ms);
    timer.unref();
    this.timers.set(name, timer);
  }

  private async look(): Promise<void> {
    const found = new Map<string, FoundTranscript>();
    let began = performance.now();
    for (const one of this.finder.find(this.options.folder, this.now() - oldestMs)) {
      if (one) found.set(one.file, one);
      if (performance.now() - began < 8) continue;
      await nextTurn();
      if (this.isOver) return;
      began = performance.now();
    }
    for (const file of this.followed.keys()) if (!found.has(file)) this.followed.delete(file);
    for (const [file, transcript] of found) {
      const known = this.followed.get(file);
      if (known) known.found = transcript;
      else {
        this.followed.set(file, { found: transcript, seen: '', tail: undefined, query: undefined, history: undefined, announced: 0, session: undefined, ended: false });
        if (this.looked) this.noticeClear(file);
      }
    }
    this.looked = true;
    this.watchFolders();
    for (const file of found.keys()) await this.read(file);
    this.tell();
    for (const file of found.keys()) this.after(`count ${file}`, 0, () => this.count(file));
    this.after('look', lookEveryMs, () => this.look());
    this.schedulePoll();
  }

  private watchFolders(): void {
    const wanted = new Set([...this.finder.watchable(this.options.folder), ...[...this.followed.keys()].map((file) => dirname(file))]);
    for (const [folder, watcher] of this.watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.watchers.delete(folder);
    }
    this.blind = false;
    for (const folder of wanted) {
      if (this.watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, (_kind, name) => { this.notice(folder, name); });
        watcher.on('error', () => {
          watcher.close();
          this.watchers.delete(folder);
          this.blind = true;
          this.schedulePoll();
        });
        this.watchers.set(folder, watcher);
      } catch {
        // Not there yet, or not watchable: polling and the next look see what comes.
        if ([...this.followed.keys()].some((file) => dirname(file) === folder)) this.blind = true;
      }
    }
  }

  private notice(folder: string, name: string | null): void {
    const file = name === null ? undefined : join(folder, name);
    if (file !== undefined && this.followed.has(file)) this.after(`read ${file}`, gatherMs, () => this.readAndTell(file));
    else {
      const look = this.timers.get('look');
      if (look) clearTimeout(look);
      this.timers.delete('look');
      this.after('look', 4 * gatherMs, () => this.look());
    }
  }

  private schedulePoll(): void {
    this.after('poll', this.blind ? pollBlindMs : pollWatchedMs, async () => {
      for (const [file, followed] of this.followed) if (followed.session?.idle !== true || this.hasChanged(file, followed)) await this.readAndTell(file);
      this.schedulePoll();
    });
  }

  private hasChanged(file: string, { found }: Followed): boolean {
    try {
      const { mtimeMs, size } = statSync(file);
      return mtimeMs !== found.changed || size !== found.size;
    } catch {
      return true;
    }
  }

  private async readAndTell(file: string): Promise<void> {
    if (await this.read(file)) {
      this.tell();
      await this.count(file);
    } else this.tell();
  }

  /** Reads a transcript's end. True if it was another than before. */
  private async read(file: string): Promise<boolean> {
    const followed = this.followed.get(file);
    if (!followed) return false;
    try {
      return await openedFor(file, async (transcript) => {
        const seen = keyOf(transcript);
        if (seen === followed.seen) return false;
        const { reading } = startTail(transcript);
        await readTailInSlices(transcript, reading, this.stopped.signal);
        followed.tail = reading.result();
        followed.seen = seen;
        followed.found = { ...followed.found, size: transcript.size, changed: transcript.changed };
        followed.ended = false;
        return true;
      });
    } catch {
      if (!this.isOver) this.followed.delete(file);
      return true;
    }
  }

  /** Reads on where the last count stood, and tells of compactions that happened since we look. */
  private async count(file: string): Promise<void> {
    const followed = this.followed.get(file);
    if (!followed?.tail) return;
    const { tail } = followed;
    const { agent } = tail;
    try {
      await openedFor(file, async (transcript) => {
        const wanted = historyQuery(tail, this.settings(tail), true);
        // A title that shows up near the end later is no reason to read the whole file again.
        const query = { ...wanted, titles: followed.query?.titles ?? wanted.titles };
        const sameQuery = followed.query !== undefined && JSON.stringify(query) === JSON.stringify(followed.query);
        const old = followed.history;
        // A replaced, rotated or truncated file is another one: it is counted anew.
        const goesOn = old !== undefined && sameQuery && old.id === transcript.id && old.reached <= transcript.size && old.print === fingerprint(transcript, old.reached);
        const reading = goesOn ? old.reading : startHistory(agent, query);
        const place = await readHistoryInSlices(transcript, reading, goesOn ? old.reached : 0, this.stopped.signal);
        followed.query = query;
        followed.history = { id: transcript.id, print: fingerprint(transcript, place.reached), reading, reached: place.reached, result: historyResult(agent, query, reading, place) };
      });
    } catch {
      return;
    }
    this.tell();
    this.announce(file, followed);
  }

  private announce(file: string, followed: Followed): void {
    const newest = followed.history?.result.compactions.at(-1);
    const happened = momentOf(newest?.at);
    if (!newest || happened === undefined || happened < this.began || happened <= followed.announced) return;
    followed.announced = happened;
    this.options.onReset({ file, sessionId: followed.tail?.sessionId ?? null, cleared: false, happened, before: newest.before ?? null, after: newest.after ?? followed.tail?.usedTokens ?? null });
  }

  /** A new transcript may begin where a person cleared the one that was live. */
  private noticeClear(file: string): void {
    try {
      if (!withTranscript(file, (transcript) => beginsWithClear(readHead(transcript)))) return;
    } catch {
      return;
    }
    const [cleared] = this.list.filter((session) => !session.ended && !session.idle && session.usage.agent === 'claude');
    const followed = cleared && this.followed.get(cleared.file);
    if (!cleared || !followed) return;
    followed.ended = true;
    this.options.onReset({ file: cleared.file, sessionId: cleared.usage.sessionId, cleared: true, happened: this.now(), before: cleared.usage.usedTokens, after: null });
  }

  private settings(tail: TranscriptTail): AgentSettings {
    const key = `${tail.agent} ${tail.cwd ?? ''}`;
    const known = this.known.get(key);
    if (known && this.now() - known.at < settingsMs) return known.settings;
    const settings = settingsOf(tail, this.options.places, this.options.windows, this.options.environment);
    this.known.set(key, { at: this.now(), settings });
    return settings;
  }

  private tell(): void {
    if (this.isOver) return;
    const sessions = [...this.followed.entries()].flatMap(([file, followed]) => {
      followed.session = this.sessionOf(file, followed);
      return followed.session ?? [];
    });
    const sorted = sortSessions(sessions);
    if (JSON.stringify(sorted) === JSON.stringify(this.list)) return;
    this.list = sorted;
    this.options.onChange(sorted);
  }

  private sessionOf(file: string, { tail: read, history, found, ended }: Followed): AgentSession | undefined {
    if (!read) return undefined;
    const tail = confirmTail(read, history?.result);
    const { window, compactAt } = windowOf(tail, history?.result, this.settings(tail));
    const lastActivity = tail.lastActivity ?? new Date(found.changed).toISOString();
    const compactions: readonly Compaction[] | null = history?.result.compactions ?? null;
    return {
      file, place: found.place, usage: { ...contextUsage(tail, compactions?.length ?? null, window, compactAt), lastActivity }, title: tail.title ?? history?.result.title ?? null,
      idle: isIdle(lastActivity, this.now()), ended, compactions, windowCondition: window.condition ?? null,
    };
  }
}

/** Opens a transcript for as long as an asynchronous reading takes. */
async function openedFor<T>(file: string, use: (transcript: OpenTranscript) => Promise<T>): Promise<T> {
  const { source: transcript, close } = openTranscript(file);
  try {
    return await use(transcript);
  } finally {
    close();
  }
}
