import { largeWindow, modelRows, oneMillionSuffix, smallestWindow, type ModelRow } from './models.js';
import type { WindowSource } from './usage.js';

/** A window, and how it is known; `condition` says in plain words why it is not, where the table has a row with a condition. */
export interface ModelWindow {
  readonly tokens: number | null;
  readonly source: WindowSource | null;
  readonly condition?: string;
}

interface ModelName {
  readonly family: string;
  readonly version: readonly [number, number];
  readonly provider: 'anthropic' | 'other';
}

// claude-opus-4-7, claude-sonnet-4-5-20250929, claude-opus-4-20250514, claude-opus-4-1@20250805 (Vertex),
// eu.anthropic.claude-haiku-4-5-20251001-v1:0 (Bedrock), claude-3-5-sonnet-20241022, claude-3-7-sonnet-latest
const ending = String.raw`(?:[-@]\d{8})?(?:-latest)?(-v\d+(?::\d+)?)?`;
const familyFirst = new RegExp(String.raw`^(.*[./])?claude-([a-z]+)-(\d{1,2})(?:[-.](\d{1,2}))?${ending}$`, 'i');
const versionFirst = new RegExp(String.raw`^(.*[./])?claude-(\d{1,2})(?:[-.](\d{1,2}))?-([a-z]+)${ending}$`, 'i');

function nameOf(model: string): ModelName | undefined {
  let match = familyFirst.exec(model);
  let family = match?.[2];
  let [major, minor] = [match?.[3], match?.[4]];
  if (!match) {
    match = versionFirst.exec(model);
    family = match?.[4];
    [major, minor] = [match?.[2], match?.[3]];
  }
  if (!match || family === undefined || major === undefined) return undefined;
  const elsewhere = match[1] !== undefined || match[5] !== undefined || model.includes('@');
  return { family: family.toLowerCase(), version: [Number(major), Number(minor ?? 0)], provider: elsewhere ? 'other' : 'anthropic' };
}

const compare = (a: readonly [number, number], b: readonly [number, number]): number => a[0] - b[0] || a[1] - b[1];

function rowOf(model: string): ModelRow | undefined {
  const name = nameOf(model);
  if (!name) return undefined;
  return modelRows.find((row) => row.family === name.family && (row.provider ?? name.provider) === name.provider
    && compare(name.version, row.from) >= 0 && (!row.to || compare(name.version, row.to) <= 0));
}

/** The window that the table states for a model id, unconditionally; null where it states none. */
export function windowOfModel(model: string | null): ModelWindow {
  if (model === null) return { tokens: null, source: null };
  if (model.toLowerCase().endsWith(oneMillionSuffix)) return { tokens: largeWindow, source: 'model' };
  const row = rowOf(model);
  if (!row) return { tokens: null, source: null };
  return row.onlyIf === undefined ? { tokens: row.window, source: 'model' } : { tokens: null, source: null, condition: row.onlyIf };
}

/** What the person or the agent's own settings say about windows. */
export interface WindowSettings {
  /** Tokens by model id, as the person set them; `*` stands for every model that is not named. */
  readonly byModel?: Readonly<Record<string, number>>;
  /** `CLAUDE_CODE_DISABLE_1M_CONTEXT`: models of 1M run at 200k. */
  readonly noLargeWindow?: boolean;
  /** `CLAUDE_CODE_MAX_CONTEXT_TOKENS`: declares the window of a model that the agent does not know. */
  readonly unknownModels?: number;
}

const isWindow = (tokens: number | undefined): tokens is number => tokens !== undefined && Number.isFinite(tokens) && tokens > 0;

/** Whether records of the whole transcript can change the window: only then it is worth reading them for it. */
export function windowNeedsHistory(model: string | null, statedWindow: number | null, settings: WindowSettings = {}): boolean {
  if (model === null) return false;
  const known = findWindow({ model, statedWindow, peak: 0, settings });
  return known.source === null || (known.tokens !== null && known.tokens < largeWindow && (known.source === 'model' || settings.noLargeWindow === true));
}

/**
 * The window of a session: what the person set, what the transcript states, what was observed (more was used than the table
 * allows, or compacted above it), what the table states; else unknown. This is the precedence of the contracts.
 * @param peak the most that the same model used or was compacted at in this transcript
 */
export function findWindow({ model, statedWindow, peak, settings = {} }: {
  readonly model: string | null; readonly statedWindow: number | null; readonly peak: number; readonly settings?: WindowSettings;
}): ModelWindow {
  const chosen = settings.byModel?.[model ?? ''] ?? settings.byModel?.[withoutSuffix(model)] ?? settings.byModel?.['*'];
  if (isWindow(chosen)) return { tokens: chosen, source: 'setting' };
  if (isWindow(statedWindow ?? undefined)) return { tokens: statedWindow, source: 'transcript' };
  const table = windowOfModel(model);
  const small = settings.noLargeWindow === true && model !== null && nameOf(withoutSuffix(model)) !== undefined;
  const declared: ModelWindow | undefined = small ? { tokens: smallestWindow, source: 'setting' }
    : isWindow(settings.unknownModels) && model !== null && nameOf(withoutSuffix(model)) === undefined ? { tokens: settings.unknownModels, source: 'setting' }
    : undefined;
  const expected = declared ?? table;
  // The agent's settings may have been others when the session ran: what was used is stronger than what they say.
  if (peak > (expected.tokens ?? smallestWindow) && peak > smallestWindow && (expected.tokens ?? 0) < largeWindow) return { tokens: largeWindow, source: 'observed' };
  return expected;
}

const withoutSuffix = (model: string | null): string => (model ?? '').replace(/\[1m\]$/i, '');
