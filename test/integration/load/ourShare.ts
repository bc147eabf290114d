import { Session, type Profiler } from 'node:inspector/promises';

/** What kept the extension host's event loop while it was looked at. In milliseconds. */
export interface Share {
  /** How long our code ran in all, and how long it was looked at. */
  readonly ours: number;
  readonly whole: number;
  /** Whatever wants the event loop at a moment drawn at random waits for our code no longer than this, 99 times of 100. */
  readonly delay99: number;
  /** The longest that our code kept the event loop in one go. */
  readonly longest: number;
  /** As `delay99`, for everything that runs there: VS Code's own code and every extension. */
  readonly all99: number;
  /** The functions of ours that took longest, with what they call: "name 40 %" of `ours`. */
  readonly most: readonly string[];
}

/** Between two samples, in microseconds. */
const interval = 500;
/** In a longer gap between two samples the process did not run: that is the machine's, however busy it is, and nobody's code. In milliseconds. */
const longestGap = 3 * interval / 1_000;

/**
 * Runs `act` under V8's own sampling profiler and gives the share of the extension's bundle: a sample is ours when a frame of it
 * stands anywhere on the stack, so that what we make Node or VS Code's API do counts as ours.
 * @param bundle the end of the bundle's path, with slashes
 */
export async function ourShare(bundle: string, act: () => Promise<void>): Promise<Share> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval });
    await session.post('Profiler.start');
    await act();
    const { profile } = await session.post('Profiler.stop');
    return shareOf(profile, bundle);
  } finally {
    session.disconnect();
  }
}

function shareOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, bundle: string): Share {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const isOfBundle = (id: number): boolean => byId.get(id)?.callFrame.url.replaceAll('\\', '/').endsWith(bundle) ?? false;
  const ourNames = new Map(nodes.map(({ id }) => {
    const names = new Set<string>();
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) if (isOfBundle(at)) names.add(byId.get(at)?.callFrame.functionName || '(unnamed)');
    return [id, names];
  }));
  const isIdle = (id: number): boolean => byId.get(id)?.callFrame.functionName === '(idle)';
  const durations = samples.map((_, index) => Math.min((timeDeltas[index + 1] ?? interval) / 1_000, longestGap));
  const whole = durations.reduce((sum, duration) => sum + duration, 0);
  const ours = stretchesOf(durations, samples.map((id) => (ourNames.get(id)?.size ?? 0) > 0));
  const all = stretchesOf(durations, samples.map((id) => !isIdle(id)));
  const took = ours.reduce((sum, length) => sum + length, 0);
  const inclusive = new Map<string, number>();
  for (const [index, id] of samples.entries()) for (const name of ourNames.get(id) ?? []) inclusive.set(name, (inclusive.get(name) ?? 0) + (durations[index] ?? 0));
  const most = [...inclusive].sort(([, one], [, other]) => other - one).slice(0, 14).map(([name, duration]) => `${name} ${(100 * duration / took).toFixed(0)} %`);
  return { ours: took, whole, delay99: delay99(ours, whole), longest: Math.max(0, ...ours), all99: delay99(all, whole), most };
}

/** How long each run of samples lasts of which `is` holds. */
function stretchesOf(durations: readonly number[], is: readonly boolean[]): number[] {
  const stretches: number[] = [];
  let stretch = 0;
  for (const [index, duration] of durations.entries()) {
    if (is[index]) stretch += duration;
    else if (stretch > 0) {
      stretches.push(stretch);
      stretch = 0;
    }
  }
  return stretch > 0 ? [...stretches, stretch] : stretches;
}

/** At a moment within a stretch one waits for what is left of it: of all moments, 1 in 100 waits longer than this. */
function delay99(stretches: readonly number[], whole: number): number {
  const longerThan = (wait: number): number => stretches.reduce((sum, length) => sum + Math.max(length - wait, 0), 0);
  if (longerThan(0) <= whole / 100) return 0;
  let [low, high] = [0, Math.max(0, ...stretches)];
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (longerThan(middle) > whole / 100) low = middle;
    else high = middle;
  }
  return high;
}
