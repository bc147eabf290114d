import { clip, clipOutput, clipReply, type ActivityReading, type AgentEvent, type Outcome, type Question, type Replacement, type SessionActivity, sessionReach } from './activity.js';
import { momentOf, objectOf, parseRecord, textOf, type TranscriptRecord } from './record.js';
import { todosAfter, todoStatus, type DatedTodoChange, type TodoChange } from './todoList.js';

/*
 * What happened in a session of Claude Code, read backwards to the last reset. Formats: the project's facts on Claude Code
 * (transcripts), checked against public transcripts of versions 1.0 to 2.1.
 */

/** How far behind a reset to-dos that are still open are looked for. */
const todoReach = 256 * 1024 * 1024;
/** How far behind a boundary that the conversation does not lead to it is gone on: it belongs to a branch that was rewound. */
const boundaryReach = 8 * 1024 * 1024;

const [promptStart, promptEnd] = [6000, 2000];
const [editStart, editEnd] = [3000, 1000];

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'use'; readonly id: string; readonly name: string; readonly input: TranscriptRecord }
  | { readonly kind: 'result'; readonly id: string; readonly text: string; readonly error: boolean; readonly details: ResultDetails };

/** What the result's second form says, beyond its text. */
interface ResultDetails {
  readonly interrupted?: boolean;
  readonly background?: boolean;
  readonly line?: number;
  /** The file's text before a Write; empty for a new file. */
  readonly original?: string;
  readonly created?: boolean;
  readonly taskId?: string;
  readonly answers?: TranscriptRecord;
}

/** A record as far as it is needed later: records themselves may be megabytes. */
interface Row {
  readonly uuid: string | undefined;
  readonly parent: string | undefined;
  readonly at: string | undefined;
  readonly session: string | undefined;
  readonly folder: string | undefined;
  readonly sidechain: boolean;
  readonly role: 'user' | 'assistant' | 'interruption' | 'queued' | 'memory' | 'note' | 'error' | 'shell';
  readonly pieces: readonly Piece[];
}

const knownTypes = new Set(['user', 'assistant', 'system', 'summary', 'attachment', 'file-history-snapshot', 'file-history-delta', 'queue-operation', 'last-prompt', 'ai-title',
  'custom-title', 'permission-mode', 'mode', 'pr-link', 'frame-link', 'agent-name', 'started', 'result', 'worktree-state', 'fork-context-ref', 'progress']);

const blocksOf = (content: unknown): TranscriptRecord[] => (Array.isArray(content) ? content.filter((block): block is TranscriptRecord => typeof block === 'object' && block !== null) : []);

/** The text of a tool's result: a string, or text blocks. */
function resultText(content: unknown): string {
  if (typeof content === 'string') return content;
  return blocksOf(content).map((block) => textOf(block, 'text') ?? '').join('\n');
}

const lineOfPatch = (patch: unknown): number | undefined => {
  const first = blocksOf(patch)[0];
  const start = first?.newStart;
  if (typeof start !== 'number') return undefined;
  const lines = Array.isArray(first?.lines) ? first.lines : [];
  // Context lines come first; a removal without an addition points at what follows it.
  const offset = lines.findIndex((line) => typeof line === 'string' && /^[+-]/.test(line));
  return start + Math.max(0, offset);
};

function detailsOf(result: unknown): ResultDetails {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return {};
  const record = result as TranscriptRecord;
  const line = lineOfPatch(record.structuredPatch);
  // Only a Write's own input lacks what stood there before: an edit's file may be large, and is not needed.
  const original = 'oldString' in record || 'edits' in record ? undefined : record.originalFile;
  const task = objectOf(record, 'task');
  const answers = objectOf(record, 'answers');
  return {
    ...(record.interrupted === true ? { interrupted: true } : {}),
    ...(textOf(record, 'backgroundTaskId') === undefined ? {} : { background: true }),
    ...(line === undefined ? {} : { line }),
    ...(typeof original === 'string' ? { original: clip(original, editStart, editEnd) } : {}),
    ...(record.type === 'create' || record.originalFile === null ? { created: true } : {}),
    ...(textOf(task, 'id') === undefined ? {} : { taskId: textOf(task, 'id') ?? '' }),
    ...(answers === undefined ? {} : { answers }),
  };
}

/** What of a tool's input is read later, and how much of its start and end. */
const readOf: Readonly<Record<string, readonly (readonly [key: string, start: number, end: number])[]>> = {
  Bash: [['command', 6000, 2000], ['description', 400, 0]], PowerShell: [['command', 6000, 2000], ['description', 400, 0]],
  Edit: [['old_string', editStart, editEnd], ['new_string', editStart, editEnd]], Write: [['content', editStart, editEnd]],
  NotebookEdit: [['new_source', editStart, editEnd]], ExitPlanMode: [['plan', 6000, 500]], MultiEdit: [],
};

/** A tool's input without what is not read later. */
function inputOf(name: string, input: TranscriptRecord): TranscriptRecord {
  const parts = readOf[name];
  if (!parts) return input;
  const short: Record<string, unknown> = { run_in_background: input.run_in_background, file_path: input.file_path ?? input.notebook_path };
  for (const [key, start, end] of parts) {
    const text = input[key];
    if (typeof text === 'string') short[key] = clip(text, start, end);
  }
  if (name === 'MultiEdit') short.edits = blocksOf(input.edits).map((edit) => ({ old_string: clip(textOf(edit, 'old_string') ?? '', editStart, editEnd), new_string: clip(textOf(edit, 'new_string') ?? '', editStart, editEnd) }));
  return short;
}

const kept = new Set([...Object.keys(readOf), 'TodoWrite', 'TaskCreate', 'TaskUpdate', 'AskUserQuestion']);

/** What Claude Code itself puts into a person's message, between tags. The list is not closed: any such tag at the start counts. Bounded, so that many beginnings without an end take linear time. */
const machineTags = /<(system-reminder|ide_[a-z_]{1,40}|ide-[a-z-]{1,40}|local-command-[a-z]{1,40}|command-[a-z]{1,40}|bash-[a-z]{1,40}|task-notification|user-prompt-submit-hook|new-diagnostics|teammate-message)\b[^>]{0,400}>[\s\S]*?(?:<\/\1>|$)/g;
const interruption = /^\[Request interrupted by user/;
const memory = /<user-memory-input>([\s\S]*?)<\/user-memory-input>/;

/** What a person typed, without what Claude Code added to it. */
function typedText(text: string): string {
  return text.replace(machineTags, '').replace(/^\s*\(no content\)\s*$|^No response requested\.$/, '').replace(/^\s*Caveat: The messages below were generated by the user while running local commands[\s\S]*$/, '').trim();
}

const shellInput = /^\s*<bash-input>([\s\S]{1,4000}?)<\/bash-input>\s*$/;
const shellOutput = /^\s*<bash-stdout>([\s\S]*?)<\/bash-stdout>\s*(?:<bash-stderr>([\s\S]*?)<\/bash-stderr>)?\s*$/;

/** A command that the person ran from the agent's prompt (`! npm test`), or what it printed, which hangs on it. The exit code is not recorded. */
function shellPieces(text: string, uuid: string | undefined, parent: string | undefined): Piece[] | undefined {
  const command = shellInput.exec(text)?.[1]?.trim();
  if (command) return uuid === undefined ? [] : [{ kind: 'use', id: `shell:${uuid}`, name: 'Bash', input: { command } }];
  const printed = shellOutput.exec(text);
  if (!printed || parent === undefined) return undefined;
  const [, out = '', error = ''] = printed;
  return [{ kind: 'result', id: `shell:${parent}`, text: clipOutput([out, error].filter(Boolean).join('\n')), error: out.trim() === '' && error.trim() !== '', details: {} }];
}

const isClearCommand = (text: string): boolean => /<command-name>\/clear<\/command-name>/.test(text);

class ClaudeActivity implements ActivityReading {
  /** Newest first while reading. */
  private readonly rows: Row[] = [];
  /** What was appended since, the oldest first. */
  private readonly appendedRows: Row[] = [];
  private readonly parents = new Map<string, string | undefined>();
  private readonly olderTodos: DatedTodoChange[] = [];
  private leaf: string | undefined;
  private leafKnown = false;
  private session: string | undefined;
  private malformed = 0;
  private unknown = 0;
  private phase: 'session' | 'todos' | 'done' = 'session';
  /** Where the newest boundary that the conversation may lead to begins, and how many rows were newer. */
  private doubt: { uuid: string | undefined; start: number; rows: number; at: number | undefined } | undefined;
  private boundaryAt: number | undefined;
  private from = Infinity;
  private readonly knowsList: () => boolean = () => this.rows.some(({ sidechain, pieces }) => !sidechain && pieces.some((piece) => piece.kind === 'use' && piece.name === 'TodoWrite'));

  constructor(private readonly since: number | undefined, private readonly reach: number) {}

  get until(): number {
    if (this.phase === 'session') return 0;
    return this.phase === 'todos' ? Math.max(0, this.from - todoReach) : Infinity;
  }

  get seeks(): readonly string[] | undefined {
    // The tools' names, and what TaskCreate answers in either of its forms (`createdTask`).
    return this.phase === 'session' ? undefined : ['"TodoWrite"', '"Task', 'ask #'];
  }

  older(line: string, start: number): void {
    if (this.phase === 'done') return;
    // Backups of files say nothing of what happened and may be large.
    if (line.startsWith('{"type":"file-history-')) return;
    const record = parseRecord(line);
    if (!record) {
      if (line.trim() !== '') this.malformed++;
      return;
    }
    if (this.phase === 'todos') return this.olderTodo(record);
    if (this.reach !== Infinity) {
      this.from = Math.min(this.from, start);
      if (this.newest === undefined) this.newest = start + line.length;
      if (this.newest - start > this.reach) return this.reset(start);
    }
    this.take(record, start);
  }

  private newest: number | undefined;
  private appended = 0;

  newer(line: string): boolean {
    this.appended += line.length;
    if (this.appended > this.reach) return false;
    if (line.startsWith('{"type":"file-history-')) return true;
    const record = parseRecord(line);
    if (!record) {
      if (line.trim() !== '') this.malformed++;
      return true;
    }
    const isMain = record.isSidechain !== true;
    const session = textOf(record, 'sessionId');
    const isReset = record.type === 'system' && record.subtype === 'compact_boundary' && isMain;
    const isOther = isMain && (record.type === 'user' || record.type === 'assistant') && this.session !== undefined && session !== undefined && session !== this.session;
    if (isReset || isOther) return false;
    // As it is taken when read backwards, but the newest record tells where the conversation is, and stands at the other end.
    const { phase } = this;
    const known = this.rows.length;
    this.phase = 'session';
    this.leafKnown = false;
    this.take(record, Infinity);
    this.leafKnown = this.leaf !== undefined;
    this.appendedRows.push(...this.rows.splice(known));
    const holds = this.phase === 'session';
    this.phase = phase;
    return holds;
  }

  private take(record: TranscriptRecord, start: number): void {
    const type = textOf(record, 'type');
    const uuid = textOf(record, 'uuid');
    const sidechain = record.isSidechain === true;
    if (uuid !== undefined) this.parents.set(uuid, textOf(record, 'parentUuid'));
    if (type === 'last-prompt' && !this.leafKnown) {
      this.leaf = textOf(record, 'leafUuid') ?? this.leaf;
      this.leafKnown = this.leaf !== undefined;
      this.session ??= textOf(record, 'sessionId');
      return;
    }
    if (this.since !== undefined && !sidechain && (type === 'user' || type === 'assistant') && (momentOf(textOf(record, 'timestamp')) ?? Infinity) < this.since) return this.reset(start);
    if (type === 'system') {
      if (record.subtype === 'compact_boundary' && !sidechain) this.boundary(uuid, start, momentOf(textOf(record, 'timestamp')));
      return;
    }
    if (type === 'queue-operation') {
      const content = textOf(record, 'content');
      if (record.operation === 'enqueue' && content !== undefined) this.push(record, 'queued', [{ kind: 'text', text: clip(typedText(content), promptStart, promptEnd) }]);
      return;
    }
    const message = objectOf(record, 'message');
    if ((type !== 'user' && type !== 'assistant') || !message) {
      if (type === undefined || !knownTypes.has(type)) this.unknown++;
      return;
    }
    if (!sidechain) {
      this.session ??= textOf(record, 'sessionId');
      if (!this.leafKnown) {
        this.leaf = uuid;
        this.leafKnown = true;
      }
    }
    if (this.doubt && start < this.doubt.start - boundaryReach) return this.cutAtDoubt();
    if (type === 'assistant') return this.assistant(record, message);
    this.user(record, message, start);
  }

  private assistant(record: TranscriptRecord, message: TranscriptRecord): void {
    if (record.isApiErrorMessage === true || message.model === '<synthetic>') return this.push(record, 'error', []);
    if (typeof message.content === 'string') return this.push(record, 'assistant', [{ kind: 'text', text: clipReply(message.content) }]);
    const pieces: Piece[] = [];
    for (const block of blocksOf(message.content)) {
      if (block.type === 'text') pieces.push({ kind: 'text', text: clipReply(textOf(block, 'text') ?? '') });
      if (block.type !== 'tool_use') continue;
      const name = textOf(block, 'name') ?? '';
      pieces.push({ kind: 'use', id: textOf(block, 'id') ?? '', name, input: kept.has(name) ? inputOf(name, objectOf(block, 'input') ?? {}) : {} });
    }
    this.push(record, 'assistant', pieces);
  }

  private user(record: TranscriptRecord, message: TranscriptRecord, start: number): void {
    if (record.isCompactSummary === true) return;
    const { content } = message;
    const results: Piece[] = [];
    let text = typeof content === 'string' ? content : '';
    if (Array.isArray(content)) {
      let details: ResultDetails | undefined;
      for (const block of blocksOf(content)) {
        if (block.type === 'text') text += `${text === '' ? '' : '\n'}${textOf(block, 'text') ?? ''}`;
        if (block.type !== 'tool_result') continue;
        details ??= detailsOf(record.toolUseResult);
        results.push({ kind: 'result', id: textOf(block, 'tool_use_id') ?? '', text: clipOutput(resultText(block.content)), error: block.is_error === true, details });
      }
    }
    if (results.length > 0) return this.push(record, text !== '' && interruption.test(text) ? 'interruption' : 'user', results);
    if (isClearCommand(text) && record.isSidechain !== true) return this.reset(start);
    if (record.isMeta === true) return this.push(record, 'note', []);
    if (interruption.test(text)) return this.push(record, 'interruption', []);
    const remembered = memory.exec(text)?.[1];
    if (remembered !== undefined) return this.push(record, 'memory', [{ kind: 'text', text: remembered.trim() }]);
    const shell = shellPieces(text, textOf(record, 'uuid'), textOf(record, 'parentUuid'));
    if (shell) return this.push(record, 'shell', shell);
    const typed = typedText(text);
    this.push(record, typed === '' ? 'note' : 'user', typed === '' ? [] : [{ kind: 'text', text: clip(typed, promptStart, promptEnd) }]);
  }

  private push(record: TranscriptRecord, role: Row['role'], pieces: readonly Piece[]): void {
    this.rows.push({
      uuid: textOf(record, 'uuid'), parent: textOf(record, 'parentUuid'), at: textOf(record, 'timestamp'), session: textOf(record, 'sessionId'), folder: textOf(record, 'cwd'),
      sidechain: record.isSidechain === true, role, pieces,
    });
  }

  /** The newest known ancestor chain of the leaf, the leaf first; the last one's parent is not known yet, or there is none. */
  private chain(): { uuids: Set<string>; open: string | undefined } {
    const uuids = new Set<string>();
    let next = this.leaf;
    while (next !== undefined && this.parents.has(next) && !uuids.has(next)) {
      uuids.add(next);
      next = this.parents.get(next);
    }
    return { uuids, open: next };
  }

  private boundary(uuid: string | undefined, start: number, at: number | undefined): void {
    const { uuids, open } = this.chain();
    if (uuid === undefined || uuids.has(uuid) || uuids.size <= 1 || open === undefined) {
      this.boundaryAt = at;
      return this.reset(start);
    }
    // The conversation goes on elsewhere: this compaction may have been rewound. If nothing is found behind it, it holds.
    this.doubt ??= { uuid, start, rows: this.rows.length, at };
  }

  private cutAtDoubt(): void {
    const { doubt } = this;
    if (!doubt) return;
    if (this.chain().open !== undefined) {
      this.rows.length = doubt.rows;
      this.boundaryAt = doubt.at;
      return this.reset(doubt.start);
    }
    this.doubt = undefined;
  }

  private reset(start: number): void {
    this.from = start;
    this.phase = this.knowsList() ? 'done' : 'todos';
  }

  private olderTodo(record: TranscriptRecord): void {
    if (record.isSidechain === true || (this.session !== undefined && textOf(record, 'sessionId') !== undefined && textOf(record, 'sessionId') !== this.session)) return;
    const content = blocksOf(objectOf(record, 'message')?.content);
    const moment = momentIn(record);
    const found: DatedTodoChange[] = [];
    for (const block of content) {
      if (block.type === 'tool_use') {
        const change = todoChange(textOf(block, 'name') ?? '', objectOf(block, 'input') ?? {});
        if (change) found.push({ change, ...moment });
        if (change?.kind === 'list') this.phase = 'done';
      } else if (block.type === 'tool_result') {
        const change = createdTask(resultText(block.content), detailsOf(record.toolUseResult).taskId);
        if (change) found.push({ change, ...moment });
      }
    }
    this.olderTodos.push(...found.reverse());
  }

  result(): SessionActivity {
    if (this.phase === 'session' && this.doubt) this.cutAtDoubt();
    return toActivity([...this.rows.slice().reverse(), ...this.appendedRows], {
      chain: this.chain().uuids, session: this.session, boundaryAt: this.boundaryAt, olderTodos: this.olderTodos.slice().reverse(), skipped: { malformed: this.malformed, unknown: this.unknown },
      parents: this.parents,
    });
  }
}

const momentIn = (record: TranscriptRecord): { at?: string; record?: string } => {
  const at = textOf(record, 'timestamp');
  const uuid = textOf(record, 'uuid');
  return { ...(at === undefined ? {} : { at }), ...(uuid === undefined ? {} : { record: uuid }) };
};

function todoChange(name: string, input: TranscriptRecord): TodoChange | undefined {
  if (name === 'TodoWrite') {
    if (!Array.isArray(input.todos)) return undefined;
    return { kind: 'list', todos: blocksOf(input.todos).flatMap((todo) => {
      const text = textOf(todo, 'content');
      const status = todoStatus(todo.status) ?? 'pending';
      return text === undefined || status === 'deleted' ? [] : [{ text, status }];
    }) };
  }
  const id = textOf(input, 'taskId') ?? textOf(input, 'task_id');
  if (name !== 'TaskUpdate' || id === undefined) return undefined;
  const status = todoStatus(input.status);
  const text = textOf(input, 'subject');
  return { kind: 'update', id, ...(text === undefined ? {} : { text }), ...(status === undefined ? {} : { status }) };
}

function createdTask(text: string, id: string | undefined): TodoChange | undefined {
  const match = /^(?:Created task|Task) #(\S+?):?(?: created successfully)?: ?(.+)/s.exec(text);
  const number = id ?? match?.[1];
  return match?.[2] === undefined || number === undefined ? undefined : { kind: 'create', id: number, text: match[2].trim() };
}

interface Surroundings {
  readonly chain: ReadonlySet<string>;
  readonly parents: ReadonlyMap<string, string | undefined>;
  readonly session: string | undefined;
  readonly boundaryAt: number | undefined;
  readonly olderTodos: readonly DatedTodoChange[];
  readonly skipped: { malformed: number; unknown: number };
}

const isPromptRow = (row: Row): boolean => row.role === 'user' && row.pieces.some(({ kind }) => kind === 'text');

/**
 * The records of branches that were rewound: what hangs on a prompt that the conversation does not lead through, although
 * it leads through that prompt's parent. Parallel tool uses branch too; they begin with no prompt and stay.
 */
function rewound(rows: readonly Row[], { chain, parents }: Surroundings): ReadonlySet<string> {
  const roots = new Set<string>();
  const chained = chain.size >= 3;
  const rootsOfChain = [...chain].filter((uuid) => parents.get(uuid) === undefined);
  for (const row of rows) {
    if (row.sidechain || row.uuid === undefined || chain.has(row.uuid) || !isPromptRow(row)) continue;
    if (row.parent !== undefined ? chain.has(row.parent) : chained && rootsOfChain.length > 0) roots.add(row.uuid);
  }
  if (roots.size === 0) return roots;
  const dead = new Set<string>();
  const alive = new Set<string>(chain);
  for (const row of rows) {
    const path: string[] = [];
    let next = row.uuid;
    while (next !== undefined && !alive.has(next) && !dead.has(next) && !roots.has(next) && !path.includes(next)) {
      path.push(next);
      next = parents.get(next);
    }
    const verdict = next !== undefined && (dead.has(next) || roots.has(next)) ? dead : alive;
    for (const uuid of path) verdict.add(uuid);
  }
  for (const uuid of roots) dead.add(uuid);
  return dead;
}

const refusal = /^(?:Error: )?The user doesn't want to (?:proceed with this tool use|take this action)/;
const notRun = /^(?:Error: )?(?:<tool_use_error>|Permission to use \w+ |Claude requested permissions|This command requires approval|cd (?:to|in) '[^']*' was blocked|\S+ in '[^']*' was blocked|Command blocked|\[Request interrupted|PreToolUse:|Hook |Operation stopped by hook)/;
const userSaid = /the user said:\s*\n([\s\S]+)$/;
const timedOut = /^(?:Error: )?(?:Exit code \d+\n)?Command timed out after/;

/** What Claude Code puts before a command's own output. */
const outputHead = /^(?:Error: )?(?:Exit code -?\d+(?:\n|$))?(?:Command timed out after [\dhms. ]+(?:\n|$)?)?/;

function outcomeOf(result: Extract<Piece, { kind: 'result' }> | undefined, background: boolean): Outcome {
  if (!result) return 'open';
  if (result.details.interrupted || timedOut.test(result.text)) return 'stopped';
  if (result.error) return 'failed';
  return background || result.details.background || /^Command (?:running in background|was manually backgrounded)/.test(result.text) ? 'background' : 'passed';
}

function replacementsOf(name: string, input: TranscriptRecord, details: ResultDetails): Replacement[] {
  const one = (edit: TranscriptRecord): Replacement => ({ before: textOf(edit, 'old_string') ?? '', after: textOf(edit, 'new_string') ?? '' });
  switch (name) {
    case 'MultiEdit': return blocksOf(input.edits).map(one);
    case 'Write': return [{ before: details.original ?? '', after: textOf(input, 'content') ?? '' }];
    case 'NotebookEdit': return [{ before: '', after: textOf(input, 'new_source') ?? '' }];
    default: return [one(input)];
  }
}

/** The line that the snippet in an edit's result begins with, where the patch is missing. */
const lineOfSnippet = (text: string): number | undefined => {
  const match = /^\s*(\d+)[→\t]/m.exec(text);
  return match?.[1] === undefined ? undefined : Number(match[1]);
};

function questionsOf(input: TranscriptRecord, result: Extract<Piece, { kind: 'result' }>, moment: { at?: string; record?: string; sidechain: boolean }): Question[] {
  return blocksOf(input.questions).flatMap((asked): Question[] => {
    const question = textOf(asked, 'question');
    if (question === undefined) return [];
    const stated = result.details.answers?.[question];
    const quoted = result.text.indexOf(`"${question}"="`);
    const answer = typeof stated === 'string' ? stated : Array.isArray(stated) ? stated.join(', ') : quoted < 0 ? undefined : result.text.slice(quoted + question.length + 4).split(/"(?:, "|\. You can now|\. user notes|;|$)/, 1)[0];
    if (!answer) return [];
    const options = blocksOf(asked.options).flatMap((option) => (textOf(option, 'label') === undefined ? [] : [{ label: textOf(option, 'label') ?? '', description: textOf(option, 'description') ?? '' }]));
    return [{ kind: 'question', ...moment, question, options, answer }];
  });
}

const planPrompt = /^Implement the following plan:\s*\n+([\s\S]+)/;

function toActivity(rows: readonly Row[], around: Surroundings): SessionActivity {
  const dead = rewound(rows, around);
  const live = rows.filter((row) => !(row.uuid !== undefined && dead.has(row.uuid))
    // Other sessions in the same file, and messages that were copied behind a compaction.
    && (row.session === undefined || around.session === undefined || row.session === around.session || (row.uuid !== undefined && around.chain.has(row.uuid)))
    && (around.boundaryAt === undefined || (momentOf(row.at) ?? Infinity) >= around.boundaryAt));
  const results = new Map<string, Extract<Piece, { kind: 'result' }>>();
  for (const row of live) for (const piece of row.pieces) if (piece.kind === 'result') results.set(piece.id, piece);
  const events: AgentEvent[] = [];
  const todoChanges: DatedTodoChange[] = [...around.olderTodos];
  const folders: string[] = [];
  const uses = new Map<string, string>();
  const seen = new Set<string>();
  let finished = false;
  let todosAreCurrent = false;
  const typed = new Set(live.filter(isPromptRow).map((row) => row.pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('\n')));
  for (const row of live) {
    const { at, uuid, sidechain, folder } = row;
    if (uuid !== undefined && seen.has(uuid)) continue;
    if (uuid !== undefined) seen.add(uuid);
    const moment = { ...(at === undefined ? {} : { at }), ...(uuid === undefined ? {} : { record: uuid }), sidechain };
    if (folder !== undefined && !folders.includes(folder)) folders.push(folder);
    if (!sidechain && row.role !== 'note' && row.role !== 'queued' && row.role !== 'memory' && row.role !== 'shell') finished = false;
    if (row.role === 'interruption') events.push({ kind: 'interruption', ...moment });
    for (const piece of row.pieces) {
      if (piece.kind === 'text') {
        if (row.role === 'assistant') {
          if (piece.text.trim() !== '') events.push({ kind: 'reply', ...moment, text: piece.text });
          if (!sidechain) finished = true;
        } else if (row.role === 'queued' || row.role === 'memory') {
          if (piece.text !== '' && (row.role === 'memory' || !typed.has(piece.text))) events.push({ kind: 'prompt', ...moment, text: piece.text, via: row.role });
        } else {
          const plan = planPrompt.exec(piece.text)?.[1];
          if (plan !== undefined) events.push({ kind: 'plan', ...moment, plan, approved: true });
          // What a subagent is told is the agent's word, not the person's.
          if (!sidechain) {
            events.push({ kind: 'prompt', ...moment, text: piece.text, via: 'typed' });
            todosAreCurrent = false;
          }
        }
      } else if (piece.kind === 'use') {
        if (!sidechain && row.role !== 'shell') finished = false;
        // Tasks that the agent keeps for itself are not shown by Claude Code either.
        uses.set(piece.id, objectOf(piece.input, 'metadata')?._internal === true ? '' : piece.name);
        const result = results.get(piece.id);
        const text = result?.text ?? '';
        if (result?.error && (refusal.test(text) || notRun.test(text))) {
          const said = refusal.test(text) ? userSaid.exec(text)?.[1] : undefined;
          if (piece.name === 'ExitPlanMode') events.push({ kind: 'plan', ...moment, plan: textOf(piece.input, 'plan') ?? '', approved: false });
          if (said !== undefined && !sidechain) events.push({ kind: 'prompt', ...moment, text: clip(said.replace(/\n\nNote: The user's next message[\s\S]*$/, '').trim(), promptStart, promptEnd), via: 'refusal' });
          continue;
        }
        const change = todoChange(piece.name, piece.input);
        if (change && !sidechain && !result?.error) {
          todoChanges.push({ change, ...moment });
          todosAreCurrent = true;
        }
        if (piece.name === 'Bash' || piece.name === 'PowerShell') {
          events.push({
            kind: 'command', ...moment, command: textOf(piece.input, 'command') ?? '', purpose: textOf(piece.input, 'description') ?? '', ...(folder === undefined ? {} : { folder }),
            outcome: outcomeOf(result, piece.input.run_in_background === true), output: text.replace(outputHead, ''),
          });
        } else if (['Edit', 'Write', 'MultiEdit', 'NotebookEdit'].includes(piece.name)) {
          const path = textOf(piece.input, 'file_path');
          if (path === undefined || !result || result.error) continue;
          const line = result.details.line ?? (piece.name === 'Write' ? undefined : lineOfSnippet(text));
          events.push({
            kind: 'edit', ...moment, path, ...(folder === undefined ? {} : { folder }), replacements: replacementsOf(piece.name, piece.input, result.details), ...(line === undefined ? {} : { line }),
            created: piece.name === 'Write' && (result.details.created === true || /^File created/.test(text)),
          });
        } else if (piece.name === 'AskUserQuestion' && result && !result.error) {
          events.push(...questionsOf(piece.input, result, moment));
        } else if (piece.name === 'ExitPlanMode' && result && !result.error) {
          events.push({ kind: 'plan', ...moment, plan: textOf(piece.input, 'plan') ?? approvedPlan(text), approved: true });
        }
      } else {
        if (!sidechain && row.role !== 'shell') finished = false;
        const change = uses.get(piece.id) === 'TaskCreate' && !piece.error ? createdTask(piece.text, piece.details.taskId) : undefined;
        if (change && !sidechain) {
          todoChanges.push({ change, ...moment });
          todosAreCurrent = true;
        }
      }
    }
  }
  return {
    agent: 'claude', sessionId: around.session ?? null, folders, events, todos: todosAfter(todoChanges), todosAreCurrent, finished, skipped: around.skipped,
  };
}

const approvedPlan = (text: string): string => /## Approved Plan:\n([\s\S]+)/.exec(text)?.[1] ?? '';

/**
 * Reads what happened in a session of Claude Code since its last reset.
 * @param options `since`: milliseconds since 1970, what is older was written already; `reach`: bytes, not more than this is read of one session, see `sessionReach`
 */
export const readClaudeActivity = (options: { readonly since?: number; readonly reach?: number } = {}): ActivityReading => new ClaudeActivity(options.since, options.reach ?? sessionReach);
