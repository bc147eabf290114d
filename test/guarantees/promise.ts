import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** The checkout's root. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where each promise leaves its row for the table. */
const rows = process.env['SESSION_HANDOFF_GUARANTEES'] ?? join(root, 'out', 'guarantees');

/** The small counts of `npm test` and continuous integration, instead of the full ones. */
export const isSmall = process.env['SESSION_HANDOFF_SMALL'] === '1';

/** How many cases to try: full, or small in continuous integration. */
export const count = (full: number, small: number): number => (isSmall ? small : full);

/** One line of the table. */
export interface Row {
  readonly promise: string;
  readonly cases: number;
  readonly failures: number;
  readonly seconds: number;
  /** What was measured beside it, in a few words. */
  readonly note: string;
}

/** What an error says, with what it rests on: a property's case, and why that case failed. */
export const said = (error: unknown): string => (error instanceof Error ? `${error.message}${error.cause === undefined ? '' : ` caused by ${said(error.cause)}`}` : String(error));

/** Gathers what trying to break a promise has shown. */
export class Proof {
  readonly failures: string[] = [];
  readonly notes: string[] = [];
  cases = 0;

  /** Counts cases that were tried. */
  tried(number = 1): void {
    this.cases += number;
  }

  /** A case that broke the promise, in words that let it be tried again. */
  broken(what: string): void {
    this.failures.push(what);
  }

  /** Counts one case, and says what broke if it did not hold. */
  holds(isHeld: boolean, what: string): void {
    this.tried();
    if (!isHeld) this.broken(what);
  }

  /** A figure for the table's last column. */
  note(what: string): void {
    this.notes.push(what);
  }

  /** Runs what throws when the promise is broken, as one case. */
  async attempt(what: string, act: () => unknown): Promise<void> {
    this.tried();
    try {
      await act();
    } catch (error) {
      this.broken(`${what}: ${said(error)}`);
    }
  }
}

/**
 * A promise of the product with the attempt to break it: a test, and a row of the table of `npm run guarantees`.
 * @param promise as it stands in the table
 * @param prove tries to break it and tells the proof; what it throws is a failure too
 */
export function promise(name: string, prove: (proof: Proof) => void | Promise<void>): void {
  it(name, async () => {
    const proof = new Proof();
    const began = performance.now();
    try {
      await prove(proof);
    } catch (error) {
      proof.broken(said(error));
    }
    if (proof.cases === 0) proof.broken('nothing was tried');
    const row: Row = { promise: name, cases: proof.cases, failures: proof.failures.length, seconds: (performance.now() - began) / 1000, note: proof.notes.join('; ') };
    mkdirSync(rows, { recursive: true });
    writeFileSync(join(rows, `${name.replace(/[^A-Za-z0-9]+/g, '-')}.json`), JSON.stringify(row));
    expect(proof.failures.slice(0, 5).map((failure) => failure.slice(0, 4_000))).toEqual([]);
  });
}
