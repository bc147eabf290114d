import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash } from '../core/contentHash.js';

/**
 * What was worked out once and can be worked out again, in a folder of its own, one file for each key; those that were written
 * longest ago are forgotten. It is a convenience: whatever is wrong with it, nothing is remembered and nothing is thrown.
 */
export class RememberedFiles {
  /**
   * @param folder made when something is first remembered
   * @param most how many are kept
   */
  constructor(private readonly folder: string, private readonly most: number) {}

  /** What was remembered under a key, as JSON gives it back: whoever asks judges whether it is what it should be. */
  recall(key: string): unknown {
    try {
      return JSON.parse(readFileSync(this.pathOf(key), 'utf8'));
    } catch {
      return undefined;
    }
  }

  remember(key: string, value: unknown): void {
    try {
      const path = this.pathOf(key);
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      const draft = `${path}.${String(process.pid)}`;
      writeFileSync(draft, JSON.stringify(value), { mode: 0o600 });
      renameSync(draft, path);
      this.forgetOldest();
    } catch {
      // A full or read-only disk: it is worked out again.
    }
  }

  private pathOf(key: string): string {
    return join(this.folder, `${contentHash(key)}.json`);
  }

  private forgetOldest(): void {
    const names = readdirSync(this.folder);
    if (names.length <= this.most) return;
    const byAge = names.map((name) => join(this.folder, name)).map((path) => ({ path, changed: statSync(path).mtimeMs })).sort((a, b) => a.changed - b.changed);
    for (const { path } of byAge.slice(0, names.length - this.most)) unlinkSync(path);
  }
}
