import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryQuery } from '../core/agents/usage.js';
import { contentHash, fingerprint, type OpenTranscript } from './transcriptBytes.js';

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
  /** @param folder made when something is first remembered */
  constructor(private readonly folder: string) {}

  /** What is remembered of this very file under this query: the same file, at least as long, with the same bytes before the place. */
  recall(file: string, transcript: OpenTranscript, query: HistoryQuery): { reached: number; state: unknown } | undefined {
    try {
      const known = JSON.parse(readFileSync(this.pathOf(file), 'utf8')) as Partial<Remembered>;
      const { reached } = known;
      if (known.version !== version || known.file !== file || known.id !== transcript.id || typeof reached !== 'number' || reached <= 0 || reached > transcript.size) return undefined;
      const { sessionId, observe, titles } = known.query ?? {};
      if (sessionId !== query.sessionId || observe !== query.observe || titles !== query.titles) return undefined;
      return known.fingerprint === fingerprint(transcript, reached) ? { reached, state: known.state } : undefined;
    } catch {
      return undefined;
    }
  }

  remember(file: string, transcript: OpenTranscript, query: HistoryQuery, reached: number, state: unknown): void {
    try {
      const remembered: Remembered = { version, file, id: transcript.id, query, reached, fingerprint: fingerprint(transcript, reached), state };
      const path = this.pathOf(file);
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      const draft = `${path}.${String(process.pid)}`;
      writeFileSync(draft, JSON.stringify(remembered), { mode: 0o600 });
      renameSync(draft, path);
      this.forgetOldest();
    } catch {
      // A full or read-only disk: the next call reads the transcript again.
    }
  }

  private pathOf(file: string): string {
    return join(this.folder, `${contentHash(Buffer.from(file, 'utf8'))}.json`);
  }

  private forgetOldest(): void {
    const names = readdirSync(this.folder);
    if (names.length <= mostFiles) return;
    const byAge = names.map((name) => join(this.folder, name)).map((path) => ({ path, changed: statSync(path).mtimeMs })).sort((a, b) => a.changed - b.changed);
    for (const { path } of byAge.slice(0, names.length - mostFiles)) unlinkSync(path);
  }
}
