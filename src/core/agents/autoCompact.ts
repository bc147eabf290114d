import { smallestWindow } from './models.js';
import type { AgentId } from './usage.js';

/** What the agent's settings say about compacting by itself. */
export interface AutoCompactSettings {
  /** `autoCompactEnabled: false`, `DISABLE_AUTO_COMPACT` or `DISABLE_COMPACT`. */
  readonly off?: boolean;
  /** Tokens: `CLAUDE_CODE_AUTO_COMPACT_WINDOW` before `autoCompactWindow`; Codex: `model_auto_compact_token_limit`. */
  readonly window?: number;
  /** `CLAUDE_AUTOCOMPACT_PCT_OVERRIDE`, 1 to 100. */
  readonly percent?: number;
  /** `CLAUDE_CODE_MAX_OUTPUT_TOKENS`. */
  readonly maxOutput?: number;
}

// Kept free for the reply, and the buffer below that. Not documented: claudefa.st and a public fixture that prints
// `threshold=967000 effectiveWindow=980000`; they agree with the 967K of the official docs for Sonnet 5.
const replyReserve = 20_000;
const buffer = 13_000;
const codexShare = 0.9;

/**
 * Estimated tokens at which the agent compacts by itself: an estimate, since the agents do not publish the rule.
 * @param window the session's window in tokens, or null
 * @returns null if the agent does not compact by itself, or nothing is known
 */
export function estimateCompactAt(agent: AgentId, window: number | null, settings: AutoCompactSettings = {}): number | null {
  if (settings.off) return null;
  if (agent === 'codex') {
    if (window === null) return settings.window ?? null;
    const byDefault = Math.floor(window * codexShare);
    return settings.window === undefined ? byDefault : Math.min(settings.window, byDefault);
  }
  const smaller = settings.window !== undefined && settings.window >= 100_000 && settings.window <= 1_000_000 ? settings.window : undefined;
  // Every known window is at least the smallest, so a smaller auto-compact window holds even where the window is unknown.
  const size = window === null ? (smaller !== undefined && smaller <= smallestWindow ? smaller : null) : Math.min(window, smaller ?? window);
  if (size === null) return null;
  const threshold = size - Math.min(settings.maxOutput ?? replyReserve, replyReserve) - buffer;
  const { percent } = settings;
  const lowered = percent !== undefined && percent >= 1 && percent <= 100 ? Math.min(threshold, Math.floor((size * percent) / 100)) : threshold;
  return lowered > 0 ? lowered : null;
}
