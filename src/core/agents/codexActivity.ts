import { clip, clipOutput, clipReply, type ActivityReading, type AgentEvent, type CommandRun, type FileEdit, type Outcome, type Question, type Replacement, type SessionActivity, sessionReach } from './activity.js';
import { isCodexRecord } from './codex.js';
import { momentOf, objectOf, parseRecord, textOf, type TranscriptRecord } from './record.js';
import { todosAfter, todoStatus, type DatedTodoChange } from './todoList.js';

/*
 * What happened in a session of Codex, read backwards to the last reset. A rollout is a list, not a tree: turns that were
 * taken back are named by a later event. Formats: the project's facts on Codex, and openai/codex's protocol.
 */

const todoReach = 64 * 1024 * 1024;

/** A record as far as it is needed later. */
interface Row {
  readonly at: string | undefined;
  readonly type: string;
  readonly payload: TranscriptRecord;
}

const shortened = (payload: TranscriptRecord): TranscriptRecord => Object.fromEntries(Object.entries(payload).map(([key, value]) => {
  if (typeof value !== 'string') return [key, value];
  return [key, key === 'output' || key === 'aggregated_output' || key === 'formatted_output' ? clipOutput(value) : clip(value, 20_000, 4000)];
}));

const ofInterest = new Set(['message', 'function_call', 'function_call_output', 'custom_tool_call', 'custom_tool_call_output', 'local_shell_call',
  'user_message', 'agent_message', 'exec_command_end', 'patch_apply_end', 'turn_aborted', 'thread_rolled_back', 'task_complete', 'item_completed']);

const isOfInterest = (type: string, payload: TranscriptRecord): boolean => type === 'session_meta' || type === 'turn_context' || ofInterest.has(textOf(payload, 'type') ?? '');

class CodexActivity implements ActivityReading {
  private readonly rows: Row[] = [];
  private olderPlan: DatedTodoChange | undefined;
  private phase: 'session' | 'todos' | 'done' = 'session';
  private from = Infinity;
  private malformed = 0;
  private unknown = 0;
  private session: string | undefined;
  private newest: number | undefined;
  private appended = 0;
  /** What was appended since, the oldest first. */
  private readonly appendedRows: Row[] = [];

  constructor(private readonly since: number | undefined, private readonly reach: number) {}

  get until(): number {
    if (this.phase === 'session') return 0;
    return this.phase === 'todos' ? Math.max(0, this.from - todoReach) : Infinity;
  }

  get seeks(): readonly string[] | undefined {
    return this.phase === 'session' ? undefined : ['"update_plan"', '"session_meta"'];
  }

  older(line: string, start: number): void {
    if (this.phase === 'done') return;
    const record = parseRecord(line);
    if (!record) {
      if (line.trim() !== '') this.malformed++;
      return;
    }
    const payload = objectOf(record, 'payload');
    if (!payload || !isCodexRecord(record)) {
      this.unknown++;
      return;
    }
    const type = textOf(record, 'type') ?? '';
    const at = textOf(record, 'timestamp');
    if (type === 'session_meta') this.session ??= textOf(payload, 'id');
    if (this.phase === 'todos') {
      const plan = planOf(payload);
      if (plan) {
        this.olderPlan = { change: plan, ...(at === undefined ? {} : { at }) };
        this.phase = 'done';
      }
      return;
    }
    this.newest ??= start + line.length;
    if (this.resets(type, payload, at) || this.newest - start > this.reach) {
      this.from = start;
      this.phase = this.rows.some((row) => planOf(row.payload) !== undefined) ? 'done' : 'todos';
      return;
    }
    if (isOfInterest(type, payload)) this.rows.push({ at, type, payload: shortened(payload) });
  }

  private resets(type: string, payload: TranscriptRecord, at: string | undefined): boolean {
    const moment = momentOf(at);
    return type === 'compacted' || payload.type === 'context_compacted' || (this.since !== undefined && moment !== undefined && moment < this.since && type !== 'session_meta');
  }

  newer(line: string): boolean {
    this.appended += line.length;
    if (this.appended > this.reach) return false;
    const record = parseRecord(line);
    const payload = record && objectOf(record, 'payload');
    if (!record) {
      if (line.trim() !== '') this.malformed++;
      return true;
    }
    if (!payload || !isCodexRecord(record)) {
      this.unknown++;
      return true;
    }
    const type = textOf(record, 'type') ?? '';
    const at = textOf(record, 'timestamp');
    if (this.resets(type, payload, at)) return false;
    if (isOfInterest(type, payload)) this.appendedRows.push({ at, type, payload: shortened(payload) });
    return true;
  }

  result(): SessionActivity {
    return toActivity([...this.rows.slice().reverse(), ...this.appendedRows], this.session, this.olderPlan, { malformed: this.malformed, unknown: this.unknown });
  }
}

const listOf = (value: unknown): TranscriptRecord[] => (Array.isArray(value) ? value.filter((one): one is TranscriptRecord => typeof one === 'object' && one !== null) : []);

function argumentsOf(payload: TranscriptRecord): TranscriptRecord | undefined {
  const given = payload.arguments;
  return typeof given === 'string' ? parseRecord(given) : objectOf(payload, 'arguments');
}

function planOf(payload: TranscriptRecord): DatedTodoChange['change'] | undefined {
  if (payload.type !== 'function_call' || payload.name !== 'update_plan') return undefined;
  const plan = argumentsOf(payload)?.plan;
  if (!Array.isArray(plan)) return undefined;
  return { kind: 'list', todos: listOf(plan).flatMap((step) => {
    const text = textOf(step, 'step');
    const status = todoStatus(step.status) ?? 'pending';
    return text === undefined || status === 'deleted' ? [] : [{ text, status }];
  }) };
}

/** A command as one line: Codex wraps it into a shell's call. */
function commandText(command: unknown): string | undefined {
  if (typeof command === 'string') return command;
  if (!Array.isArray(command) || !command.every((word): word is string => typeof word === 'string')) return undefined;
  const [shell = '', flag = '', script] = command;
  if (/(?:^|[\\/])(?:ba|z|da)?sh$|powershell|pwsh|cmd/i.test(shell) && /^[-/]/.test(flag) && script !== undefined && command.length === 3) return script;
  return command.map((word) => (/[\s"'$&|;<>]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : word)).join(' ');
}

interface Ended { readonly outcome: Outcome; readonly output: string }

/** How a call ended, from the text that the model was given: three forms in three generations of Codex. */
function endOf(output: unknown): Ended {
  const text = typeof output === 'string' ? output : listOf(output).map((part) => textOf(part, 'text') ?? '').join('\n') || (textOf(output as TranscriptRecord | undefined, 'content') ?? '');
  const structured = text.startsWith('{') ? parseRecord(text) : undefined;
  const code = structured ? objectOf(structured, 'metadata')?.exit_code : undefined;
  if (structured && typeof code === 'number') return { outcome: code === 0 ? 'passed' : code === 124 ? 'stopped' : 'failed', output: textOf(structured, 'output') ?? '' };
  const stated = /(?:^|\n)(?:Process exited with code|Exit code:) (-?\d+)/.exec(text)?.[1];
  const shown = /(?:^|\n)Output:\n([\s\S]*)$/.exec(text)?.[1] ?? text;
  if (stated !== undefined) return { outcome: Number(stated) === 0 ? 'passed' : Number(stated) === 124 ? 'stopped' : 'failed', output: shown };
  if (/Process running with session ID/.test(text)) return { outcome: 'background', output: shown };
  if (/command timed out|aborted by user/i.test(text.slice(0, 200))) return { outcome: 'stopped', output: shown };
  return { outcome: 'passed', output: shown };
}

/** The edits that a patch in Codex's own format makes. */
function editsOfPatch(patch: string, moment: { at?: string; sidechain: boolean }, folder: string | undefined): FileEdit[] {
  const edits: FileEdit[] = [];
  const body = /\*\*\* Begin Patch\n([\s\S]*?)(?:\n\*\*\* End Patch|$)/.exec(patch)?.[1];
  if (body === undefined) return [];
  for (const part of body.split(/^(?=\*\*\* (?:Add|Update|Delete) File: )/m)) {
    const head = /^\*\*\* (Add|Update|Delete) File: (.+)/.exec(part);
    if (head?.[2] === undefined) continue;
    const replacements: Replacement[] = part.split('\n').slice(1).join('\n').split(/^@@.*$/m).flatMap((hunk) => {
      const lines = hunk.split('\n').filter((line) => /^[-+ ]/.test(line));
      const changed = lines.filter((line) => !line.startsWith(' '));
      const side = (sign: string): string => changed.filter((line) => line.startsWith(sign)).map((line) => line.slice(1)).join('\n');
      return changed.length === 0 ? [] : [{ before: clip(side('-'), 3000, 1000), after: clip(side('+'), 3000, 1000) }];
    });
    edits.push({
      kind: 'edit', ...moment, path: head[2].trim(), ...(folder === undefined ? {} : { folder }), replacements, created: head[1] === 'Add', ...(head[1] === 'Delete' ? { deleted: true } : {}),
      ...(head[1] === 'Add' ? { line: 1 } : {}),
    });
  }
  return edits;
}

const patchIn = (command: string): string | undefined => (/\bapply_patch\b/.test(command) && command.includes('*** Begin Patch') ? command : undefined);

/** What Codex puts before a person's words. */
const machineMessage = /^\s*(?:<(?:environment_context|user_instructions|turn_aborted|permissions|collaboration_mode|skill|subagent_notification|INSTRUCTIONS)|# AGENTS\.md instructions)/;
const typedText = (text: string): string => (machineMessage.test(text) ? '' : text.replace(/^# Context from my IDE setup:[\s\S]*?## My request for Codex:\s*/, '').trim());

function toActivity(rows: readonly Row[], session: string | undefined, olderPlan: DatedTodoChange | undefined, skipped: { malformed: number; unknown: number }): SessionActivity {
  const ends = new Map<string, Ended>();
  for (const { payload } of rows) {
    const id = textOf(payload, 'call_id');
    if (id === undefined) continue;
    if (payload.type === 'function_call_output' || payload.type === 'custom_tool_call_output') {
      if (!ends.has(id)) ends.set(id, endOf(payload.output));
    } else if (payload.type === 'exec_command_end' && typeof payload.exit_code === 'number') {
      ends.set(id, { outcome: payload.exit_code === 0 ? 'passed' : 'failed', output: textOf(payload, 'aggregated_output') ?? textOf(payload, 'formatted_output') ?? '' });
    }
  }
  // Newer rollouts state a person's words as an event; then the model's own copy is not read.
  const stated = rows.some(({ payload }) => payload.type === 'user_message');
  let events: AgentEvent[] = [];
  let changes: DatedTodoChange[] = olderPlan ? [olderPlan] : [];
  /** How many events and plans there were when each turn began. */
  const turns: { events: number; changes: number }[] = [];
  const folders: string[] = [];
  let folder: string | undefined;
  let finished = false;
  let todosAreCurrent = false;
  const visit = (path: string | undefined): void => {
    folder = path ?? folder;
    if (path !== undefined && !folders.includes(path)) folders.push(path);
  };
  const run = (command: string, id: string | undefined, where: string | undefined, moment: { at?: string; sidechain: boolean }, ended: Ended | undefined): void => {
    const end = ended ?? (id === undefined ? undefined : ends.get(id)) ?? { outcome: 'open', output: '' };
    finished = false;
    const patch = patchIn(command);
    if (patch !== undefined) {
      if (end.outcome === 'passed') events.push(...editsOfPatch(patch, moment, where ?? folder));
      return;
    }
    const event: CommandRun = { kind: 'command', ...moment, command, purpose: '', ...(where ?? folder ? { folder: where ?? folder ?? '' } : {}), outcome: end.outcome, output: end.output };
    events.push(event);
  };
  for (const { at, type, payload } of rows) {
    const moment = { ...(at === undefined ? {} : { at }), sidechain: false };
    if (type === 'session_meta' || type === 'turn_context') {
      visit(textOf(payload, 'cwd'));
      continue;
    }
    const id = textOf(payload, 'call_id');
    const name = textOf(payload, 'name') ?? '';
    const given = argumentsOf(payload);
    switch (payload.type) {
      case 'user_message': case 'message': {
        const user = payload.type === 'user_message' || payload.role === 'user';
        if (payload.type === 'message' && user && stated) break;
        const text = payload.type === 'user_message' ? textOf(payload, 'message') ?? '' : listOf(payload.content).map((part) => textOf(part, 'text') ?? '').join('\n');
        if (user) {
          const typed = typedText(text);
          if (typed === '') break;
          turns.push({ events: events.length, changes: changes.length });
          events.push({ kind: 'prompt', ...moment, text: clip(typed, 6000, 2000), via: 'typed' });
          finished = false;
          todosAreCurrent = false;
        } else if (payload.role === 'assistant' && text.trim() !== '') {
          events.push({ kind: 'reply', ...moment, text: clipReply(text) });
          finished = true;
        }
        break;
      }
      case 'function_call': {
        const plan = planOf(payload);
        if (plan) {
          changes.push({ change: plan, ...moment });
          todosAreCurrent = true;
          finished = false;
          break;
        }
        const command = commandText(given?.command) ?? textOf(given, 'cmd');
        if (command !== undefined && /^(?:shell|shell_command|exec_command|container\.exec|local_shell|exec)$/.test(name)) run(command, id, textOf(given, 'workdir'), moment, undefined);
        else if (name === 'apply_patch' && ends.get(id ?? '')?.outcome !== 'failed') events.push(...editsOfPatch(textOf(given, 'input') ?? textOf(given, 'patch') ?? '', moment, folder));
        else if (name === 'request_user_input') events.push(...answeredQuestions(given, ends.get(id ?? '')?.output ?? '', moment));
        finished = false;
        break;
      }
      case 'local_shell_call': {
        const action = objectOf(payload, 'action');
        const command = commandText(action?.command);
        if (command !== undefined) run(command, id, textOf(action, 'working_directory'), moment, undefined);
        break;
      }
      case 'custom_tool_call':
        finished = false;
        if (name === 'apply_patch' && ends.get(id ?? '')?.outcome !== 'failed') events.push(...editsOfPatch(textOf(payload, 'input') ?? '', moment, folder));
        break;
      case 'item_completed': {
        const item = objectOf(payload, 'item');
        const command = item && /command/i.test(textOf(item, 'type') ?? '') ? commandText(item.command) : undefined;
        const code = item?.exit_code ?? item?.exitCode;
        if (command !== undefined && typeof code === 'number') run(command, undefined, textOf(item, 'cwd'), moment, { outcome: code === 0 ? 'passed' : 'failed', output: clipOutput(textOf(item, 'aggregated_output') ?? textOf(item, 'aggregatedOutput') ?? '') });
        break;
      }
      case 'turn_aborted':
        events.push({ kind: 'interruption', ...moment });
        finished = false;
        break;
      case 'thread_rolled_back': {
        const number = typeof payload.num_turns === 'number' ? payload.num_turns : 0;
        const turn = number > 0 ? turns.splice(-number)[0] : undefined;
        if (turn) {
          events = events.slice(0, turn.events);
          changes = changes.slice(0, turn.changes);
          finished = true;
        }
        break;
      }
      case 'task_complete': finished = true; break;
      default: break;
    }
  }
  return { agent: 'codex', sessionId: session ?? null, folders, events, todos: todosAfter(changes), todosAreCurrent, finished, skipped };
}

function answeredQuestions(given: TranscriptRecord | undefined, output: string, moment: { at?: string; sidechain: boolean }): Question[] {
  const answers = objectOf(parseRecord(output), 'answers');
  return listOf(given?.questions).flatMap((asked): Question[] => {
    const question = textOf(asked, 'question');
    const chosen = objectOf(answers, textOf(asked, 'id') ?? '')?.answers;
    const answer = Array.isArray(chosen) ? chosen.filter((one) => typeof one === 'string').join(', ') : undefined;
    if (question === undefined || !answer) return [];
    const options = listOf(asked.options).flatMap((option) => (textOf(option, 'label') === undefined ? [] : [{ label: textOf(option, 'label') ?? '', description: textOf(option, 'description') ?? '' }]));
    return [{ kind: 'question', ...moment, question, options, answer }];
  });
}

/**
 * Reads what happened in a session of Codex since its last reset.
 * @param options `since`: milliseconds since 1970, what is older was written already; `reach`: bytes, not more than this is read, see `sessionReach`
 */
export const readCodexActivity = (options: { readonly since?: number; readonly reach?: number } = {}): ActivityReading => new CodexActivity(options.since, options.reach ?? sessionReach);
