import { parseRecord, textOf } from './record.js';

/** What an agent tells a hook on standard input (facts, claude-code §3). '' where it does not say. */
export interface AgentHookEvent {
  /** `SessionStart`, `PreCompact`, … */
  readonly event: string;
  readonly session: string;
  /** Absolute: where the agent works. */
  readonly cwd: string;
  readonly transcript: string;
  /** SessionStart: `startup`, `resume`, `clear`, `compact`, `fork`. PreCompact: `manual`, `auto`. */
  readonly source: string;
  readonly agent: 'claude' | 'codex';
}

/** Reads an event; undefined for what is none. Never throws. */
export function readHookEvent(json: string): AgentHookEvent | undefined {
  const record = parseRecord(json.replace(/^\ufeff/, '').trim());
  const event = record && textOf(record, 'hook_event_name');
  if (!record || !event) return undefined;
  const transcript = textOf(record, 'transcript_path') ?? '';
  return {
    event,
    session: textOf(record, 'session_id') ?? '',
    cwd: textOf(record, 'cwd') ?? '',
    transcript,
    source: (event === 'PreCompact' ? textOf(record, 'trigger') : textOf(record, 'source')) ?? '',
    agent: /[\\/]rollout-[^\\/]*\.jsonl/.test(transcript) ? 'codex' : 'claude',
  };
}
