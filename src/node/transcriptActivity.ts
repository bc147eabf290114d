import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ActivityReading, AgentEvent, SessionActivity } from '../core/agents/activity.js';
import { readClaudeActivity } from '../core/agents/claudeActivity.js';
import { isCodexRecord, readCodexHead } from '../core/agents/codex.js';
import { readCodexActivity } from '../core/agents/codexActivity.js';
import { momentOf, parseRecord, textOf } from '../core/agents/record.js';
import { openTranscript, readHead, readTail, readTailInSlices, withTranscript, type ByteSource } from './transcriptBytes.js';
import { longestCodexHead } from './transcriptFiles.js';

/** Subagents keep transcripts of their own beside the session's; more or larger ones than these are not read. */
const mostSubagents = 40;
const largestSubagent = 32 * 1024 * 1024;

export interface ActivityQuestion {
  /** Milliseconds since 1970: the last Write; what is older was written already. */
  readonly since?: number;
  readonly signal?: AbortSignal;
  /** Milliseconds of reading between turns of the event loop. */
  readonly sliceMs?: number;
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

/**
 * What happened in a session since its last reset, blocking: for the command line.
 * @throws what the file system says when the file cannot be opened
 */
export function readActivity(file: string, question: ActivityQuestion = {}): SessionActivity {
  const read = (path: string): SessionActivity => withTranscript(path, (source) => {
    const { reading, folder } = begin(source, question.since);
    readTail(source, reading);
    return withFolder(reading.result(), folder);
  });
  const activity = read(file);
  if (activity.agent !== 'claude') return activity;
  const subagents = subagentFiles(file, firstMoment(activity)).flatMap((path) => {
    try {
      return [read(path)];
    } catch {
      return [];
    }
  });
  return withSubagents(activity, subagents);
}

/**
 * As `readActivity`, in slices that leave the event loop its turns.
 * @param early is given what is known once the session's part is read, before older to-dos are looked for
 * @throws the signal's reason when it aborts, and what the file system says
 */
export async function readActivityInSlices(file: string, question: ActivityQuestion = {}, early?: (activity: SessionActivity) => void): Promise<SessionActivity> {
  const read = async (path: string, first?: (activity: SessionActivity) => void): Promise<SessionActivity> => {
    const { source, close } = openTranscript(path);
    try {
      const { reading, folder } = begin(source, question.since);
      let told = first === undefined;
      const watched: ActivityReading = {
        older: (line, start) => { reading.older(line, start); },
        // Asked before every block: the first time that only older to-dos are sought, the session's part is whole.
        get until() {
          if (!told && reading.seeks !== undefined) {
            told = true;
            first?.(withFolder(reading.result(), folder));
          }
          return reading.until;
        },
        get seeks() { return reading.seeks; },
        result: () => reading.result(),
      };
      await readTailInSlices(source, watched, question.signal, question.sliceMs);
      question.signal?.throwIfAborted();
      return withFolder(reading.result(), folder);
    } finally {
      close();
    }
  };
  const activity = await read(file, early);
  if (activity.agent !== 'claude') return activity;
  const subagents: SessionActivity[] = [];
  for (const path of subagentFiles(file, firstMoment(activity))) {
    try {
      subagents.push(await read(path));
    } catch {
      question.signal?.throwIfAborted();
    }
  }
  return withSubagents(activity, subagents);
}
