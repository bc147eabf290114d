import type { HistoryQuery } from '../core/agents/usage.js';
import { RememberedFiles } from './rememberedFiles.js';
import { fingerprint, type OpenTranscript } from './transcriptBytes.js';

/** Smaller transcripts are read anew: that takes less than looking up what is remembered. */
export const worthRemembering = 16 * 1024 * 1024;
const mostFiles = 100;
const version = 1;

interface Remembered {
  readonly version: number;
  readonly file: string;
  readonly id: string;
  readonly query: HistoryQuery;
  readonly reached: number;
  /** Of the bytes before `reached`: lines with ids and times, which no other content repeats. */
  readonly fingerprint: string;
  readonly state: unknown;
}

/**
 * Remembers where the reading of a large transcript stood, so that a hook or a status line that asks again and again reads only
 * what was appended. It is a convenience: whatever is wrong with it, the transcript is read anew, and nothing is thrown.
 */
export class HistoryCache {
  private readonly files: RememberedFiles;

  /** @param folder made when something is first remembered */
  constructor(folder: string) {
    this.files = new RememberedFiles(folder, mostFiles);
  }

  /** What is remembered of this very file under this query: the same file, at least as long, with the same bytes before the place. */
  recall(file: string, transcript: OpenTranscript, query: HistoryQuery): { reached: number; state: unknown } | undefined {
    const known = (this.files.recall(file) ?? {}) as Partial<Remembered>;
    const { reached } = known;
    if (known.version !== version || known.file !== file || known.id !== transcript.id || typeof reached !== 'number' || reached <= 0 || reached > transcript.size) return undefined;
    const { sessionId, observe, titles } = known.query ?? {};
    if (sessionId !== query.sessionId || observe !== query.observe || titles !== query.titles) return undefined;
    return known.fingerprint === fingerprint(transcript, reached) ? { reached, state: known.state } : undefined;
  }

  remember(file: string, transcript: OpenTranscript, query: HistoryQuery, reached: number, state: unknown): void {
    this.files.remember(file, { version, file, id: transcript.id, query, reached, fingerprint: fingerprint(transcript, reached), state } satisfies Remembered);
  }
}
