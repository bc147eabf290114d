/**
 * Context windows by model: the only place that states them.
 *
 * Source: https://code.claude.com/docs/en/model-config and /statusline, as of 2026-08-22 (Claude Code 2.1.240), in the mirror
 * ericbuess/claude-code-docs@ec68a5b2. Codex states its window in the transcript and needs no row.
 *
 * A row with `onlyIf` holds under a condition that a transcript does not show: it explains, it never counts.
 */
export interface ModelRow {
  readonly family: string;
  /** Versions, both included; `to` absent: and later. A version is [major, minor]. */
  readonly from: readonly [number, number];
  readonly to?: readonly [number, number];
  /** Tokens. */
  readonly window: number;
  /** The condition in plain words. */
  readonly onlyIf?: string;
  /** Where the model runs; absent: anywhere. Ids of Amazon Bedrock, Vertex and the like carry their provider. */
  readonly provider?: 'anthropic' | 'other';
}

export const modelsCheckedOn = '2026-08-22';

/** The window that a model's id claims by its ending, as in `claude-opus-4-6[1m]`. */
export const oneMillionSuffix = '[1m]';

/** Below or at this nothing is observed: every model of the table has at least this window. */
export const smallestWindow = 200_000;
export const largeWindow = 1_000_000;

export const modelRows: readonly ModelRow[] = [
  { family: 'fable', from: [5, 0], to: [5, 0], window: 1_000_000 },
  { family: 'sonnet', from: [5, 0], to: [5, 0], window: 1_000_000, provider: 'anthropic' },
  { family: 'sonnet', from: [5, 0], to: [5, 0], window: 1_000_000, provider: 'other', onlyIf: 'a gateway or cloud provider may hold it at 200k' },
  { family: 'opus', from: [4, 7], window: 1_000_000, provider: 'anthropic' },
  { family: 'opus', from: [4, 7], window: 1_000_000, provider: 'other', onlyIf: 'on Bedrock, Vertex or Foundry it can run at 200k' },
  { family: 'opus', from: [4, 6], to: [4, 6], window: 1_000_000, onlyIf: 'on Max, Team and Enterprise plans, or with [1m]; else 200k' },
  { family: 'sonnet', from: [4, 6], to: [4, 6], window: 1_000_000, onlyIf: 'with [1m] and usage credits; else 200k' },
  { family: 'haiku', from: [3, 0], to: [4, 5], window: 200_000 },
  { family: 'sonnet', from: [3, 0], to: [4, 5], window: 200_000 },
  { family: 'opus', from: [3, 0], to: [4, 5], window: 200_000 },
];
