import fc from 'fast-check';

/** Property tests' fixed seed: a check that gates everybody's changes says the same of the same tree, every time. */
const fixedSeed = 20_261_122;

const factor = Math.max(Number(process.env['FAST_CHECK_RUNS'] ?? 1) || 1, 0.01);

/** How many cases a property test of `count` cases runs: `FAST_CHECK_RUNS` multiplies it, at least one. Also for tests that search by loops of their own. */
export const runs = (count: number): number => Math.max(Math.round(count * factor), 1);

/**
 * The seed of this process's property tests: `FAST_CHECK_SEED`, a whole number or `random`; else the fixed one. A failure names the
 * seed that it had (fast-check's own message: `{ seed: …, path: … }`), and `FAST_CHECK_SEED=<that>` runs the same cases again.
 */
export function propertySeed(): number | undefined {
  const asked = process.env['FAST_CHECK_SEED'];
  if (asked === undefined || asked === '') return fixedSeed;
  if (asked === 'random') return undefined;
  const seed = Number(asked);
  if (!Number.isSafeInteger(seed)) throw new Error(`FAST_CHECK_SEED is ${asked}: give a whole number or "random".`);
  return seed;
}

/**
 * What every process with property tests begins with. `npm test` draws the same cases each time: with a new seed each time, a rare
 * case would turn somebody's unrelated change red by chance, and green when it is run again. Finding new cases is the work of
 * `npm run guarantees`, which draws seeds at random and runs more of each.
 */
export function configureProperties(): void {
  const seed = propertySeed();
  fc.configureGlobal({ numRuns: runs(100), ...(seed === undefined ? {} : { seed }) });
}
