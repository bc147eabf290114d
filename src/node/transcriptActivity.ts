import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ActivityReading, AgentEvent, SessionActivity } from '../core/agents/activity.js';
import { readClaudeActivity } from '../core/agents/claudeActivity.js';
import { isCodexRecord, readCodexHead } from '../core/agents/codex.js';
import { readCodexActivity } from '../core/agents/codexActivity.js';
import { momentOf, parseRecord, textOf } from '../core/agents/record.js';
import { fingerprint, openTranscript, readHead, readHistory, readTail, readTailInSlices, withTranscript, type ByteSource, type OpenTranscript } from './transcriptBytes.js';
import { longestCodexHead } from './transcriptFiles.js';

/** Subagents keep transcripts of their own beside the session's; more or larger ones than these are not read. */
const mostSubagents = 40;
const largestSubagent = 32 * 1024 * 1024;

export interface ActivityQuestion {
  /** Milliseconds since 1970: the last Write; what is older was written already. */
  readonly since?: number;
}

interface Begun {
  readonly reading: ActivityReading;
  /** The folder in which the session began, from the file's first lines. */
  readonly folder: string | undefined;
}

/** Begins to read, after the first lines told whose transcript it is. A file that tells nothing is read as Claude Code's. */
function begin(source: ByteSource, since: number | undefined): Begun {
  let lines = readHead(source);
  if (lines.length === 0 && source.size > 0) lines = readHead(source, longestCodexHead);
  const options = since === undefined ? {} : { since };
  for (const line of lines) {
    const record = parseRecord(line);
    if (!record) continue;
    if (isCodexRecord(record)) return { reading: readCodexActivity(options), folder: readCodexHead(line)?.cwd ?? undefined };
    const folder = textOf(record, 'cwd');
    if (folder !== undefined) return { reading: readClaudeActivity(options), folder };
  }
  return { reading: readClaudeActivity(options), folder: undefined };
}

/** The first folder stands first, though its records may be older than the last reset. */
const withFolder = (activity: SessionActivity, folder: string | undefined): SessionActivity =>
  (folder === undefined ? activity : { ...activity, folders: [folder, ...activity.folders.filter((other) => other !== folder)] });

/** Files of a session's subagents that were written to since a moment, the newest first. */
function subagentFiles(file: string, since: number): string[] {
  const folder = join(dirname(file), basename(file, '.jsonl'), 'subagents');
  try {
    return readdirSync(folder).filter((name) => /^agent-.*\.jsonl$/.test(name)).flatMap((name) => {
      const path = join(folder, name);
      const { mtimeMs, size } = statSync(path);
      return mtimeMs >= since && size <= largestSubagent ? [{ path, mtimeMs }] : [];
    }).sort((a, b) => b.mtimeMs - a.mtimeMs).slice(0, mostSubagents).map(({ path }) => path);
  } catch {
    return [];
  }
}

/** What subagents did, put between what the session did, by their times. */
function withSubagents(activity: SessionActivity, subagents: readonly SessionActivity[]): SessionActivity {
  const from = momentOf(activity.events.find(({ at }) => at !== undefined)?.at) ?? 0;
  const theirs = subagents.flatMap(({ events }) => events).filter((event) => (momentOf(event.at) ?? 0) >= from && event.kind !== 'prompt').map((event): AgentEvent => ({ ...event, sidechain: true }));
  if (theirs.length === 0) return activity;
  let last = from;
  const dated = activity.events.map((event) => ({ event, moment: (last = momentOf(event.at) ?? last) }));
  const all = [...dated, ...theirs.map((event) => ({ event, moment: momentOf(event.at) ?? from }))];
  // A stable sort: the session's own order is the file's.
  return { ...activity, events: all.sort((a, b) => a.moment - b.moment).map(({ event }) => event) };
}

const firstMoment = (activity: SessionActivity): number => momentOf(activity.events.find(({ at }) => at !== undefined)?.at) ?? Infinity;

/** The bytes of whole lines; a last line without its line feed counts when it is a whole record already. */
function wholeLines(source: ByteSource): number {
  for (let length = tailLength; ; length *= 4) {
    const start = Math.max(0, source.size - length);
    const buffer = Buffer.allocUnsafe(source.size - start);
    const tail = buffer.subarray(0, source.read(buffer, start, buffer.length));
    const feed = tail.lastIndexOf(0x0a);
    if (feed < 0 && start > 0) continue;
    const last = tail.toString('utf8', feed + 1);
    return last === '' || parseRecord(last) ? start + tail.length : start + feed + 1;
  }
}

const tailLength = 64 * 1024;

/** One transcript that is read on from where it was left. */
class FollowedFile {
  private reading: ActivityReading | undefined;
  private folder: string | undefined;
  private id = '';
  private reached = 0;
  private print = '';
  private since: number | undefined;
  private known: SessionActivity | undefined;

  constructor(private readonly file: string) {}

  /**
   * What happened since the last reset, as far as the file has grown.
   * @param early is given what is known once the session's part is read, before older to-dos are looked for
   * @throws what the file system says when the file cannot be opened
   */
  read(since: number | undefined, early?: (activity: SessionActivity) => void): SessionActivity {
    return withTranscript(this.file, (source) => {
      const goesOn = this.reading !== undefined && since === this.since && source.id === this.id && source.size >= this.reached && fingerprint(source, this.reached) === this.print;
      if (goesOn && source.size === this.reached && this.known) return this.known;
      if (!goesOn || !this.readOn(source)) this.readAnew(source, since, early);
      this.print = fingerprint(source, this.reached);
      this.known = withFolder(this.reading?.result() ?? nothing, this.folder);
      return this.known;
    });
  }

  private readOn(source: ByteSource): boolean {
    const { reading } = this;
    // The first lines tell whose it is and where it began: while they are missing, nothing is settled.
    if (!reading || (this.folder === undefined && this.reached < tailLength)) return false;
    let holds = true;
    const place = readHistory(source, { seeks: ['{'], newer: (line) => { holds = holds && reading.newer(line); } }, this.reached);
    this.reached = place.reached;
    if (holds && place.unfinished !== '' && parseRecord(place.unfinished)) {
      holds = reading.newer(place.unfinished);
      this.reached += Buffer.byteLength(place.unfinished);
    }
    return holds;
  }

  private readAnew(source: OpenTranscript, since: number | undefined, early?: (activity: SessionActivity) => void): void {
    const size = wholeLines(source);
    const { reading, folder } = begin(source, since);
    let told = early === undefined;
    readTail({ size, read: source.read }, {
      older: (line, start) => { reading.older(line, start); },
      // Asked before every block: the first time that only older to-dos are sought, the session's part is whole.
      get until() {
        if (!told && reading.seeks !== undefined) {
          told = true;
          early?.(withFolder(reading.result(), folder));
        }
        return reading.until;
      },
      get seeks() { return reading.seeks; },
    });
    Object.assign(this, { reading, folder, since, id: source.id, reached: size });
  }
}

const nothing: SessionActivity = { agent: 'claude', sessionId: null, folders: [], events: [], todos: [], todosAreCurrent: false, finished: false, skipped: { malformed: 0, unknown: 0 } };

/**
 * A session's transcript with those of its subagents, followed while it grows: what was read is not read again. Blocking: for a
 * worker, and for the command line.
 */
export class TranscriptFollower {
  readonly #session: FollowedFile;
  readonly #subagents = new Map<string, FollowedFile>();

  constructor(private readonly file: string) {
    this.#session = new FollowedFile(file);
  }

  /**
   * What happened since the last reset.
   * @param early is given what is known of the session itself, before older to-dos and subagents are looked for
   * @throws what the file system says when the file cannot be opened
   */
  read({ since }: ActivityQuestion = {}, early?: (activity: SessionActivity) => void): SessionActivity {
    const activity = this.#session.read(since, early);
    if (activity.agent !== 'claude') return activity;
    const files = subagentFiles(this.file, firstMoment(activity));
    for (const known of [...this.#subagents.keys()]) if (!files.includes(known)) this.#subagents.delete(known);
    return withSubagents(activity, files.flatMap((path) => {
      const followed = this.#subagents.get(path) ?? new FollowedFile(path);
      this.#subagents.set(path, followed);
      try {
        return [followed.read(since)];
      } catch {
        return [];
      }
    }));
  }
}

/**
 * What happened in a session since its last reset, read once: for the command line.
 * @throws what the file system says when the file cannot be opened
 */
export const readActivity = (file: string, question: ActivityQuestion = {}): SessionActivity => new TranscriptFollower(file).read(question);

/** More records than these are not one moment. */
const mostOfMoment = 12;

/**
 * The lines of a moment: the record itself and what answers it, the oldest first. Looked for from the end of the session's transcript, then
 * in its subagents'; empty when it is not there (any more).
 * @param moment the record's own id, or, where an agent gives its records none, its time as written
 * @throws the signal's reason when it aborts
 */
export async function findMoment(file: string, { record, at }: { readonly record?: string; readonly at?: string }, signal?: AbortSignal): Promise<string[]> {
  const sought = record ?? at;
  if (sought === undefined || sought === '') return [];
  const text = JSON.stringify(sought);
  for (const path of [file, ...subagentFiles(file, 0)]) {
    const found: string[] = [];
    let whole = false;
    const isIt = (line: string): boolean => textOf(parseRecord(line) ?? {}, record === undefined ? 'timestamp' : 'uuid') === sought;
    const { source, close } = openTranscript(path);
    try {
      await readTailInSlices(source, {
        seeks: [text],
        get until() { return whole ? Infinity : 0; },
        older: (line) => {
          found.unshift(line);
          if (found.length > mostOfMoment) found.pop();
          whole ||= isIt(line);
        },
      }, signal);
    } finally {
      close();
    }
    if (whole) return found;
  }
  return [];
}
