import { smallestWindow } from './models.js';
import { countOf, momentOf, objectOf, parseRecord, textOf, type TranscriptRecord } from './record.js';
import type { Compaction, HistoryQuery, HistoryReading, TailReading, TranscriptHistory, TranscriptTail } from './usage.js';

/*
 * Claude Code's transcripts: one JSON object a line, internal to it and changing between versions. What is read here, and
 * where it is known from, stands in the project's facts on Claude Code (transcripts, context used). The number is the
 * official one of its status line: input + cache creation + cache read of the last reply; output is not counted.
 */

/**
 * How far behind the last reply a compaction's boundary is looked for, which would show that the reply is a preserved, stale row.
 * Farther ones are found when compactions are counted (`confirmTail`).
 */
const boundaryReach = 512 * 1024;
/** How far back a rewound conversation's last reply, or the model before a compaction, is looked for. */
const longReach = 64 * 1024 * 1024;
/** How far back details such as the working directory are looked for when the number is known. */
const detailReach = 256 * 1024;
/** How near the end a title is looked for: Claude Code writes it there again and again. */
const titleReach = 64 * 1024;

/** A reply's record that counts. */
interface Reply {
  readonly tokens: number;
  readonly model: string | undefined;
  readonly messageId: string | undefined;
  /** The final record of its reply, not a partial one. */
  readonly final: boolean;
  readonly uuid: string | undefined;
  readonly at: number | undefined;
  /** Whether the record tells what came before it. */
  readonly chained: boolean;
}

interface Boundary {
  readonly compaction: Compaction;
  readonly at: number | undefined;
  readonly preserved: ReadonlySet<string>;
}

const isSidechain = (record: TranscriptRecord): boolean => record.isSidechain === true;

const isBoundary = (record: TranscriptRecord): boolean => record.type === 'system' && record.subtype === 'compact_boundary' && !isSidechain(record);

/** A person's, a tool's or the agent's message on the main chain; old transcripts have replies without a type. */
const isMessage = (record: TranscriptRecord): boolean => !isSidechain(record)
  && (record.type === 'user' || record.type === 'assistant' || (record.type === undefined && objectOf(objectOf(record, 'message'), 'usage') !== undefined));

const inputTokens = (usage: TranscriptRecord): number => (countOf(usage, 'input_tokens') ?? 0)
  + (countOf(usage, 'cache_creation_input_tokens') ?? 0) + (countOf(usage, 'cache_read_input_tokens') ?? 0);

/** The model that a record of a reply names, whether it says what was used or not. */
const modelOf = (record: TranscriptRecord): string | undefined => {
  if (!isMessage(record) || record.type === 'user' || record.isApiErrorMessage === true) return undefined;
  const model = textOf(objectOf(record, 'message'), 'model');
  return model === '<synthetic>' ? undefined : model;
};

/** The reply that a record holds, if it counts: not a subagent's, not an API error, not made up by Claude Code itself, with usage. */
function replyOf(record: TranscriptRecord): Reply | undefined {
  if (!isMessage(record) || record.type === 'user' || record.isApiErrorMessage === true) return undefined;
  const message = objectOf(record, 'message');
  const usage = objectOf(message, 'usage');
  if (!message || !usage || message.role === 'user') return undefined;
  const model = textOf(message, 'model');
  const tokens = inputTokens(usage);
  if (model === '<synthetic>' || tokens === 0) return undefined;
  return {
    tokens, model, messageId: textOf(message, 'id'), final: message.stop_reason !== null, uuid: textOf(record, 'uuid'),
    at: momentOf(textOf(record, 'timestamp')), chained: textOf(record, 'parentUuid') !== undefined,
  };
}

function boundaryOf(record: TranscriptRecord): Boundary {
  const metadata = objectOf(record, 'compactMetadata') ?? objectOf(record, 'compact_metadata');
  const at = textOf(record, 'timestamp');
  const trigger = textOf(metadata, 'trigger');
  const before = countOf(metadata, 'preTokens') ?? countOf(metadata, 'pre_tokens');
  const after = countOf(metadata, 'postTokens') ?? countOf(metadata, 'post_tokens');
  const messages = objectOf(metadata, 'preservedMessages');
  const segment = objectOf(metadata, 'preservedSegment');
  const preserved = [messages?.uuids, messages?.allUuids].flatMap((list) => (Array.isArray(list) ? list : []))
    .concat(segment?.headUuid, segment?.tailUuid)
    .filter((uuid): uuid is string => typeof uuid === 'string');
  return {
    compaction: {
      ...(at === undefined ? {} : { at }), ...(trigger === undefined ? {} : { trigger }),
      ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }),
    },
    at: momentOf(at), preserved: new Set(preserved),
  };
}

/** The text of a person's message as typed or as Claude Code wrote it for a command; undefined for tool results and replies. */
function promptOf(record: TranscriptRecord): string | undefined {
  if (record.type !== 'user') return undefined;
  const content = objectOf(record, 'message')?.content;
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const blocks = content.filter((block): block is TranscriptRecord => typeof block === 'object' && block !== null);
  if (blocks.some((block) => block.type === 'tool_result')) return undefined;
  return textOf(blocks.find((block) => block.type === 'text'), 'text');
}

const isClear = (record: TranscriptRecord): boolean => /^\s*<command-name>\/clear<\/command-name>/.test(promptOf(record) ?? '');

/** Whether a transcript begins where the person cleared another: its first lines tell. */
export const beginsWithClear = (firstLines: readonly string[]): boolean => firstLines.some((line) => {
  const record = line.includes('/clear') ? parseRecord(line) : undefined;
  return record !== undefined && !isSidechain(record) && isClear(record);
});

const titleOf = (record: TranscriptRecord): { chosen: boolean; text: string } | undefined => {
  const chosen = record.type === 'custom-title' ? textOf(record, 'customTitle') : undefined;
  if (chosen !== undefined) return { chosen: true, text: chosen };
  const madeUp = record.type === 'ai-title' ? textOf(record, 'aiTitle') : undefined;
  return madeUp === undefined ? undefined : { chosen: false, text: madeUp };
};

/**
 * What the reading is looking for at the moment:
 * - `leaf`: the newest message, or what says which message is the newest of the conversation
 * - `chain`: the record with this uuid, which the last one names as its parent
 * - `order`: the next reply in the file's order, since the records do not say what came before them
 * - `root`: a conversation began anew without a reply yet, if the replies before it are chained; else as `order`
 * - `freshness`: a boundary shortly before the reply, which would show it to be a stale row that survived a compaction
 * - `model`: the model, where the number is the boundary's
 */
type Phase = 'leaf' | 'chain' | 'order' | 'root' | 'freshness' | 'model' | 'details';

class ClaudeTail implements TailReading {
  private phase: Phase = 'leaf';
  private from = Infinity;
  private expected = '';
  /** The leaf that a last-prompt record named, while it is looked for. */
  private namedLeaf: string | undefined;
  /** Rows of one reply that are not final: the reply's final row may stand before them. */
  private partial: Reply | undefined;
  /** The newest reply in the file's order, for a chain that breaks off. */
  private candidate: Reply | undefined;
  /** The newest boundary that was passed while another record was looked for. */
  private passed: Boundary | undefined;
  private settled: Reply | undefined;
  private used: number | null = null;
  private model: string | undefined;
  private session: string | undefined;
  private cwd: string | undefined;
  /** Where a subagent works, which may be a worktree of its own: only where nothing else is said. */
  private subagentCwd: string | undefined;
  /** The newest model that is named, where no reply says what was used. */
  private namedModel: string | undefined;
  private lastActivity: string | undefined;
  private boundary: Compaction | undefined;
  private takenBack = false;
  /** A compaction's summary was passed; its boundary, which tells the size, must come next or is lost. */
  private summarised = false;
  private title: string | undefined;
  private chosenTitle: string | undefined;
  /** Titles that stand behind the first record that tells whose session it is. */
  private readonly early: { session: string; chosen: boolean; text: string }[] = [];

  constructor(private readonly size: number) {}

  get until(): number {
    if (this.phase === 'leaf') return 0;
    const reach = this.phase === 'freshness' ? boundaryReach : this.phase !== 'details' ? longReach : this.cwd === undefined ? detailReach : 0;
    const titleFrom = this.phase === 'details' && this.chosenTitle === undefined ? this.size - titleReach : Infinity;
    return Math.max(0, Math.min(this.from - reach, titleFrom));
  }

  get seeks(): readonly string[] | undefined {
    const details = [...(this.cwd === undefined ? ['"cwd"'] : []), ...(this.from > this.size - titleReach ? ['-title"'] : [])];
    const model = this.namedModel === undefined ? ['"model"'] : [];
    switch (this.phase) {
      case 'leaf': return undefined;
      case 'chain': return [`"${this.expected}"`, '"compact_boundary"', ...(this.candidate || this.passed ? [] : ['"usage"']), ...details];
      case 'order': case 'root': return ['"compact_boundary"', '"usage"', '/clear', '"isCompactSummary"', ...model, ...details];
      case 'freshness': return ['"compact_boundary"', '"isCompactSummary"', ...details];
      case 'model': return ['"model"', ...details];
      case 'details': return details;
    }
  }

  older(line: string, start: number): void {
    const record = parseRecord(line);
    if (!record) return;
    this.note(record, start);
    if (isSidechain(record) || !this.isOurs(record)) return;
    switch (this.phase) {
      case 'leaf': return this.findLeaf(record, start);
      case 'chain': return textOf(record, 'uuid') === this.expected ? this.visit(record, start) : this.pass(record, start);
      case 'order': case 'root': return this.inOrder(record, start);
      case 'freshness': return this.checkFreshness(record, start);
      case 'model': {
        const model = modelOf(record);
        if (model !== undefined) {
          this.model = model;
          this.enter('details', start);
        }
        return;
      }
      case 'details': return;
    }
  }

  result(): TranscriptTail {
    // The file ended, or the reach did, before all was found: what is known by then counts.
    if (this.phase === 'chain' || this.phase === 'order' || this.phase === 'root') {
      const reply = this.partial ?? (this.phase === 'root' ? undefined : this.candidate);
      if (this.summarised && !this.partial) this.model ??= this.candidate?.model;
      else if (reply) this.settle(reply);
      else if (this.passed && this.phase === 'chain') this.settleAt(this.passed);
    }
    return {
      agent: 'claude', sessionId: this.session ?? this.early[0]?.session ?? null, cwd: this.cwd ?? this.subagentCwd ?? null, model: this.model ?? this.namedModel ?? null, usedTokens: this.used, statedWindow: null,
      lastActivity: this.lastActivity ?? null, justCompacted: this.boundary ?? null, title: this.chosenTitle ?? this.title ?? null,
      unconfirmed: this.settled && !this.boundary && !this.takenBack ? this.settled.at ?? null : null,
    };
  }

  /** With several sessions in one file, the newest record's is read. */
  private isOurs(record: TranscriptRecord): boolean {
    const session = textOf(record, 'sessionId');
    return this.session === undefined || session === undefined || session === this.session
      // A resumed session's chain may lead on into the session that it continues.
      || (this.phase === 'chain' && textOf(record, 'uuid') === this.expected);
  }

  private note(record: TranscriptRecord, start: number): void {
    const at = momentOf(textOf(record, 'timestamp'));
    // A subagent at work and a prompt in the queue tell as well whose record is the newest; titles are written again without anything done.
    if (at !== undefined || isMessage(record) || record.type === 'last-prompt') this.session ??= textOf(record, 'sessionId');
    const session = textOf(record, 'sessionId');
    const title = start >= this.size - titleReach ? titleOf(record) : undefined;
    if (title && this.session === undefined && session !== undefined) this.early.push({ ...title, session });
    if (session !== undefined && session !== this.session) return;
    // Rows that are kept over a compaction stand at the end with their old times.
    if (at !== undefined && !(at <= (momentOf(this.lastActivity) ?? -Infinity))) this.lastActivity = textOf(record, 'timestamp');
    if (isSidechain(record)) this.subagentCwd ??= textOf(record, 'cwd');
    else this.cwd ??= textOf(record, 'cwd');
    this.namedModel ??= modelOf(record);
    if (this.session !== undefined) for (const one of this.early.splice(0)) if (one.session === this.session) this.take(one);
    if (title) this.take(title);
  }

  private take({ chosen, text }: { chosen: boolean; text: string }): void {
    if (chosen) this.chosenTitle ??= text;
    else this.title ??= text;
  }

  private enter(phase: Phase, start: number): void {
    this.phase = phase;
    this.from = start;
  }

  private findLeaf(record: TranscriptRecord, start: number): void {
    const leaf = record.type === 'last-prompt' ? textOf(record, 'leafUuid') : undefined;
    if (leaf !== undefined) {
      this.expected = leaf;
      this.namedLeaf = leaf;
      this.enter('chain', start);
    } else if (isBoundary(record)) {
      this.settleAt(boundaryOf(record), start);
    } else if (isMessage(record)) {
      // Only messages lead: late notes of the agent (durations, hooks, summaries) may hang on what was left behind.
      const chained = textOf(record, 'uuid') !== undefined && Object.hasOwn(record, 'parentUuid');
      if (chained) this.visit(record, start);
      else {
        this.enter('order', start);
        this.inOrder(record, start);
      }
    }
  }

  /** A record of the conversation as it stands, from the newest towards the oldest. */
  private visit(record: TranscriptRecord, start: number): void {
    const uuid = textOf(record, 'uuid');
    if (isBoundary(record)) return this.partial ? this.settle(this.partial, start) : this.settleAt(boundaryOf(record), start);
    if (this.passed && uuid !== undefined && this.passed.preserved.has(uuid)) return this.settleAt(this.passed, start);
    if (record.isCompactSummary === true) this.summarised = true;
    // A prompt that was answered is not where the conversation ends, whatever was named: the answer came later.
    if (uuid !== undefined && uuid === this.namedLeaf && this.candidate && promptOf(record) !== undefined) return this.settle(this.candidate, start);
    this.namedLeaf = undefined;
    const reply = replyOf(record);
    if (this.summarised && reply && !this.partial) return this.forget(reply, start);
    if (this.partial) {
      const sameReply = reply !== undefined && reply.messageId === this.partial.messageId;
      if (sameReply) this.partial = reply.final ? undefined : { ...this.partial, tokens: Math.max(this.partial.tokens, reply.tokens) };
      else if (reply !== undefined || promptOf(record) !== undefined) return this.settle(this.partial, start);
    }
    if (reply && !this.partial) {
      if (reply.final || reply.messageId === undefined) return this.settle(reply, start, this.passed !== undefined);
      this.partial = reply;
    }
    if (isClear(record)) {
      this.used = null;
      return this.enter('model', start);
    }
    const parent = textOf(record, 'parentUuid');
    if (parent !== undefined) {
      this.expected = parent;
      this.enter('chain', start);
      if (this.passed?.preserved.has(parent)) this.settleAt(this.passed, start);
    } else if (this.partial) this.settle(this.partial, start);
    else this.reachRoot(record, start);
  }

  /** A compaction without its boundary: what is older is no longer in the context, and nothing says what is. */
  private forget(before: Reply | undefined, start: number): void {
    this.used = null;
    this.model = before?.model;
    this.enter(this.model === undefined ? 'model' : 'details', start);
  }

  private reachRoot(record: TranscriptRecord, start: number): void {
    if (this.summarised) return this.forget(this.candidate, start);
    const began = record.type === 'user' && record.isMeta !== true && record.isCompactSummary !== true;
    if (this.candidate) {
      if (began && this.candidate.chained) this.forget(this.candidate, start);
      else this.settle(this.candidate, start);
    } else if (this.passed) this.settleAt(this.passed, start);
    else this.enter(began ? 'root' : 'order', start);
  }

  /** A record beside the conversation as it stands, while its parent is looked for. */
  private pass(record: TranscriptRecord, start: number): void {
    if (isBoundary(record)) {
      this.passed ??= boundaryOf(record);
      if (this.passed.preserved.has(this.expected)) {
        if (this.partial && !isStale(this.partial, this.passed)) this.settle(this.partial, start);
        else this.settleAt(this.passed, start);
      }
    } else if (!this.passed) this.candidate ??= replyOf(record);
  }

  private inOrder(record: TranscriptRecord, start: number): void {
    const root = this.phase === 'root';
    if (isBoundary(record)) {
      if (this.partial) return this.settle(this.partial, start);
      return this.settleAt(boundaryOf(record), start);
    }
    if (isClear(record) && !root) {
      if (this.partial) return this.settle(this.partial, start);
      return this.enter('model', start);
    }
    if (record.isCompactSummary === true && !this.partial) this.summarised = true;
    const reply = replyOf(record);
    if (!reply) return;
    if (this.summarised) return this.forget(reply, start);
    if (root && reply.chained) return this.forget(reply, start);
    if (this.partial && reply.messageId !== this.partial.messageId) return this.settle(this.partial, start);
    if (reply.final || reply.messageId === undefined) return this.settle(reply, start);
    this.partial = { ...reply, ...this.partial, tokens: Math.max(this.partial?.tokens ?? 0, reply.tokens) };
  }

  /** @param behind whether the reply stands before the boundary that was passed: the conversation was taken back to before it */
  private settle(reply: Reply, start?: number, behind = false): void {
    this.used = reply.tokens;
    this.model = reply.model;
    this.settled = reply;
    this.takenBack = behind;
    this.partial = undefined;
    if (this.passed && !behind && isStale(reply, this.passed)) return this.settleAt(this.passed, start);
    this.enter(this.passed ? 'details' : 'freshness', start ?? 0);
  }

  private checkFreshness(record: TranscriptRecord, start: number): void {
    if (!isBoundary(record)) return;
    const boundary = boundaryOf(record);
    if (this.settled && isStale(this.settled, boundary)) this.settleAt(boundary, start);
    else this.enter('details', start);
  }

  /** No reply came after this compaction: the number is what its boundary says, else unknown. */
  private settleAt({ compaction }: Boundary, start?: number): void {
    this.boundary = compaction;
    this.used = compaction.after ?? null;
    this.model ??= this.partial?.model ?? this.candidate?.model;
    this.partial = undefined;
    this.enter(this.model === undefined ? 'model' : 'details', start ?? 0);
  }
}

/** A row that survived a compaction and still carries the usage of before: its id is listed, or it is older than the boundary. */
const isStale = (reply: Reply, boundary: Boundary): boolean => (reply.uuid !== undefined && boundary.preserved.has(reply.uuid))
  || (reply.at !== undefined && boundary.at !== undefined && reply.at < boundary.at);

/** Reads the end of a Claude Code transcript of this many bytes. */
export const readClaudeTail = (size: number): TailReading => new ClaudeTail(size);

interface SeenBoundary {
  readonly uuid?: string;
  readonly session?: string;
  readonly model?: string;
  readonly compaction: Compaction;
}

/** What a history reading has found so far, as plain data, so that a later one can go on where it left off. */
interface ClaudeHistoryState {
  readonly boundaries: readonly SeenBoundary[];
  /** Boundaries of other sessions that our session continues stand before this index. */
  readonly inherited: number | null;
  readonly peak: number;
  readonly recentModel: string | null;
  readonly title: string | null;
  readonly chosenTitle: string | null;
}

const isState = (value: unknown): value is ClaudeHistoryState => typeof value === 'object' && value !== null && Array.isArray((value as ClaudeHistoryState).boundaries);

const usageKeys = /"(?:input_tokens|cache_creation_input_tokens|cache_read_input_tokens)"\s*:\s*(\d+)/g;

/** The input side that a line's usage seems to state, without parsing the line: enough to see that it cannot be large. */
function roughTokens(line: string): number {
  const at = line.indexOf('"usage"');
  if (at < 0) return 0;
  let sum = 0;
  for (const [, digits] of line.slice(at, at + 1_000).matchAll(usageKeys)) sum += Number(digits);
  return sum;
}

class ClaudeHistory implements HistoryReading {
  private readonly boundaries: SeenBoundary[];
  private inherited: number | null;
  private patience = 100;
  private peak: number;
  /** The newest lines with usage, not parsed: the model at a compaction is asked for once in thousands of them. */
  private recent: string[] = [];
  private recentModel: string | undefined;
  private title: string | undefined;
  private chosenTitle: string | undefined;

  constructor(private readonly query: HistoryQuery, state: unknown) {
    const known = isState(state) ? state : undefined;
    this.boundaries = [...(known?.boundaries ?? [])];
    this.inherited = known?.inherited ?? null;
    this.peak = known?.peak ?? 0;
    this.recentModel = known?.recentModel ?? undefined;
    this.title = known?.title ?? undefined;
    this.chosenTitle = known?.chosenTitle ?? undefined;
  }

  get seeks(): readonly string[] {
    const { sessionId, observe, titles } = this.query;
    return ['"compact_boundary"',
      ...(sessionId !== null && this.inherited === null ? [`"${sessionId}"`] : []),
      ...(observe !== null && this.peak === 0 ? ['"usage"'] : []),
      ...(titles ? ['-title"'] : [])];
  }

  newer(line: string): void {
    const first = this.inherited === null && this.query.sessionId !== null && line.includes(`"${this.query.sessionId}"`);
    const boundary = line.includes('"compact_boundary"');
    const titled = this.query.titles && line.includes('-title"');
    const used = this.query.observe !== null && line.includes('"usage"');
    const large = used && this.peak === 0 && roughTokens(line) > smallestWindow;
    if (used) this.recent = [line, ...this.recent.slice(0, 7)];
    if (!first && !boundary && !titled && !large) return;
    const record = parseRecord(line);
    if (!record || isSidechain(record)) return;
    if (first) this.findBeginning(record);
    if (large) this.observe(record);
    if (titled) this.readTitle(record);
    if (isBoundary(record)) this.add(record);
  }

  result(): TranscriptHistory {
    const compactions = this.boundaries.filter((boundary, index) => this.counts(boundary, index)).map(({ compaction }) => compaction);
    return { compactions, peak: this.peak, title: this.chosenTitle ?? this.title ?? null };
  }

  state(): ClaudeHistoryState {
    return { boundaries: this.boundaries, inherited: this.inherited, peak: this.peak, recentModel: this.modelBefore() ?? null,
      title: this.title ?? null, chosenTitle: this.chosenTitle ?? null };
  }

  private counts({ session }: SeenBoundary, index: number): boolean {
    const { sessionId } = this.query;
    return sessionId === null || session === undefined || session === sessionId || index < (this.inherited ?? 0);
  }

  /** Where our session's first message hangs on another's, it continues that one, compactions included; else it only shares the file. */
  private findBeginning(record: TranscriptRecord): void {
    const tells = textOf(record, 'sessionId') === this.query.sessionId && Object.hasOwn(record, 'parentUuid');
    // A transcript whose records are not chained continues nothing; it is not read line by line to find that out.
    if (!tells && --this.patience > 0) return;
    this.inherited = textOf(record, 'parentUuid') === undefined ? 0 : this.boundaries.length;
  }

  private add(record: TranscriptRecord): void {
    const uuid = textOf(record, 'uuid');
    if (uuid !== undefined && this.boundaries.some((known) => known.uuid === uuid)) return;
    const session = textOf(record, 'sessionId');
    const { compaction } = boundaryOf(record);
    this.boundaries.push({ ...(uuid === undefined ? {} : { uuid }), ...(session === undefined ? {} : { session }), compaction });
    const before = compaction.before ?? 0;
    const ours = session === undefined || this.query.sessionId === null || session === this.query.sessionId;
    if (this.query.observe !== null && ours && before > smallestWindow && this.modelBefore() === this.query.observe) this.peak = Math.max(this.peak, before);
  }

  private observe(record: TranscriptRecord): void {
    const reply = replyOf(record);
    const session = textOf(record, 'sessionId');
    const ours = session === undefined || this.query.sessionId === null || session === this.query.sessionId;
    if (ours && reply && reply.model === this.query.observe && reply.tokens > smallestWindow) this.peak = Math.max(this.peak, reply.tokens);
  }

  private modelBefore(): string | undefined {
    for (const line of this.recent) {
      const record = parseRecord(line);
      const session = textOf(record, 'sessionId');
      if (this.query.sessionId !== null && session !== undefined && session !== this.query.sessionId) continue;
      const model = record && replyOf(record)?.model;
      if (model !== undefined) {
        this.recentModel = model;
        break;
      }
    }
    this.recent = [];
    return this.recentModel;
  }

  private readTitle(record: TranscriptRecord): void {
    const title = titleOf(record);
    if (title?.chosen) this.chosenTitle = title.text;
    else if (title) this.title = title.text;
  }
}

/**
 * Reads a whole Claude Code transcript for its compactions, what was observed of its window, and its title.
 * @param state what `state()` of an earlier reading gave, of the same query and file
 */
export const readClaudeHistory = (query: HistoryQuery, state?: unknown): HistoryReading => new ClaudeHistory(query, state);
