import { checklist, isDocumentName, isItemId } from './checklist.js';
import type { CodeLink, Draft, DraftChange, Entry, Session, Written } from './session.js';

/** When and by whom a change was made: orders the changes of all windows in one way, whatever order they are read in. */
export interface Stamp {
  /** ISO 8601, UTC with milliseconds, as `Date.toISOString` gives it. */
  readonly at: string;
  /** The window: `[A-Za-z0-9-]`. */
  readonly by: string;
  /** Counts the window's changes up. */
  readonly seq: number;
}

/** One line of a journal. */
export interface JournalRecord extends Stamp {
  readonly change: DraftChange;
}

/** What a journal's text holds. */
export interface JournalText {
  readonly records: readonly JournalRecord[];
  /** Whole lines that are damaged. */
  readonly corrupt: number;
  /** The last line has no end: its writer died in it, or is writing it this moment. */
  readonly torn: boolean;
  /** Lines of a newer version of ours, which are left alone. */
  readonly newer: number;
}

/** The version of a line that this program writes. */
export const journalVersion = 1;

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc >>> 0;
});

/** CRC-32 (ISO 3309, as in zlib and PNG) over UTF-8, eight lower-case hexadecimal digits: a torn or overwritten line is not taken for a change. */
function checksum(text: string): string {
  let crc = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0');
}

/** A change as one line, line end included: `<checksum> {"v":1,"at":…,"by":…,"seq":…,"change":…}`. */
export function encodeRecord({ at, by, seq, change }: JournalRecord): string {
  const json = JSON.stringify({ v: journalVersion, at, by, seq, change });
  return `${checksum(json)} ${json}\n`;
}

/** Reads a journal. Never throws: what is damaged or newer is counted. */
export function decodeJournal(text: string): JournalText {
  const lines = text.split('\n');
  const torn = lines.pop() !== '';
  const records: JournalRecord[] = [];
  let corrupt = 0;
  let newer = 0;
  for (const line of lines) {
    // A writer whose last append failed half-way begins the next one with a line end.
    if (line === '') continue;
    const record = decodeLine(line);
    if (record === 'corrupt') corrupt++;
    else if (record === 'newer') newer++;
    else records.push(record);
  }
  return { records, corrupt, torn, newer };
}

function decodeLine(line: string): JournalRecord | 'corrupt' | 'newer' {
  const json = line.slice(9);
  if (line[8] !== ' ' || checksum(json) !== line.slice(0, 8)) return 'corrupt';
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return 'corrupt';
  }
  if (!isObject(value) || typeof value['v'] !== 'number') return 'corrupt';
  if (value['v'] > journalVersion) return 'newer';
  const { at, by, seq } = value;
  const change = readChange(value['change']);
  if (!isStampTime(at) || typeof by !== 'string' || !/^[A-Za-z0-9-]+$/.test(by) || !Number.isSafeInteger(seq) || !change) return 'corrupt';
  return { at, by, seq: Number(seq), change };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isOptionalText = (value: unknown): value is string | undefined => value === undefined || isText(value);
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isStampTime = (value: unknown): value is string => isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) && !Number.isNaN(Date.parse(value));

const isCodeLink = (value: unknown): value is CodeLink => isObject(value) && isText(value['path']) && Number.isSafeInteger(value['line']) && Number(value['line']) >= 1
  && isOptionalText(value['text']) && (value['before'] === undefined || isTexts(value['before'])) && (value['after'] === undefined || isTexts(value['after']));
const isEntry = (value: unknown): value is Entry => isObject(value) && isText(value['id']) && isItemId(value['item']) && isText(value['text']) && isText(value['created'])
  && isOptionalText(value['detail']) && isOptionalText(value['suggestion']) && (value['document'] === undefined || isDocumentName(value['document']))
  && Array.isArray(value['links']) && value['links'].every(isCodeLink);
const isSession = (value: unknown): value is Session => isObject(value) && isText(value['id']) && /^[A-Za-z0-9-]+$/.test(value['id']) && isText(value['created'])
  && ['startCommit', 'date', 'note'].every((key) => isOptionalText(value[key]));
const isWritten = (value: unknown): value is Written => isObject(value) && ['entry', 'file', 'text', 'at'].every((key) => isText(value[key]));
const isWrittenPlace = (value: unknown): value is Pick<Written, 'entry' | 'file'> => isObject(value) && isText(value['entry']) && isText(value['file']);

/** A change out of anybody's JSON, or undefined if it is none. */
export function readChange(value: unknown): DraftChange | undefined {
  if (!isObject(value)) return undefined;
  switch (value['kind']) {
    case 'session':
      return isSession(value['session']) ? { kind: 'session', session: value['session'] } : undefined;
    case 'entry':
      return isEntry(value['entry']) ? { kind: 'entry', entry: value['entry'] } : undefined;
    case 'removeEntry':
      return isText(value['id']) ? { kind: 'removeEntry', id: value['id'] } : undefined;
    case 'focus':
      return isText(value['focus']) ? { kind: 'focus', focus: value['focus'] } : undefined;
    case 'tick':
      return isItemId(value['item']) && typeof value['ticked'] === 'boolean' ? { kind: 'tick', item: value['item'], ticked: value['ticked'] } : undefined;
    case 'dismiss':
      return isText(value['suggestion']) && typeof value['dismissed'] === 'boolean' ? { kind: 'dismiss', suggestion: value['suggestion'], dismissed: value['dismissed'] } : undefined;
    case 'written':
      return Array.isArray(value['written']) && value['written'].every(isWritten) ? { kind: 'written', written: value['written'] } : undefined;
    case 'unwritten':
      return Array.isArray(value['written']) && value['written'].every(isWrittenPlace) ? { kind: 'unwritten', written: value['written'] } : undefined;
    default:
      return undefined;
  }
}

/** Negative when the first stamp is earlier: by time, then window, then count. */
export function compareStamps(one: Stamp, other: Stamp): number {
  if (one.at !== other.at) return one.at < other.at ? -1 : 1;
  if (one.by !== other.by) return one.by < other.by ? -1 : 1;
  return one.seq - other.seq;
}

/**
 * The newest change of each subject (one entry, the focus, one item's tick, …). Merging takes the newer of two, so that any
 * order, grouping or repetition of records leads to the same, and a snapshot loses nothing that a later merge could need.
 */
export type Registers = ReadonlyMap<string, JournalRecord>;

/** One record as the registers that it sets: a change of several subjects is taken apart, and an entry also ticks its item. */
function* registersOf(record: JournalRecord): Generator<[string, JournalRecord]> {
  const { change } = record;
  const stamped = (one: DraftChange): JournalRecord => ({ at: record.at, by: record.by, seq: record.seq, change: one });
  switch (change.kind) {
    case 'session': {
      const { id, created, ...rest } = change.session;
      // Field by field: one window freezes the note's name while another learns the start commit.
      yield [`session ${id}`, stamped({ kind: 'session', session: { id, created } })];
      for (const [field, value] of Object.entries(rest)) {
        if (isSessionField(field) && isText(value)) yield [`session ${id} ${field}`, stamped({ kind: 'session', session: { id, created, [field]: value } })];
      }
      return;
    }
    case 'entry':
      yield [`entry ${change.entry.id}`, record];
      yield [`tick ${change.entry.item}`, stamped({ kind: 'tick', item: change.entry.item, ticked: true })];
      return;
    case 'removeEntry':
      yield [`entry ${change.id}`, record];
      return;
    case 'focus':
      yield ['focus', record];
      return;
    case 'tick':
      yield [`tick ${change.item}`, record];
      return;
    case 'dismiss':
      yield [`dismiss ${change.suggestion}`, record];
      return;
    case 'written':
    case 'unwritten':
      // JSON keeps the two names apart whatever characters they hold.
      if (change.kind === 'written') for (const one of change.written) yield [`written ${JSON.stringify([one.entry, one.file])}`, stamped({ kind: 'written', written: [one] })];
      else for (const one of change.written) yield [`written ${JSON.stringify([one.entry, one.file])}`, stamped({ kind: 'unwritten', written: [one] })];
  }
}

const isSessionField = (field: string): field is 'startCommit' | 'date' | 'note' => ['startCommit', 'date', 'note'].includes(field);

/** Puts records into registers, in any order; the newer of each subject stays. The map given is changed and given back. */
export function addRecords(registers: Map<string, JournalRecord>, records: Iterable<JournalRecord>): Map<string, JournalRecord> {
  for (const record of records) {
    for (const [subject, one] of registersOf(record)) {
      const known = registers.get(subject);
      if (!known || compareStamps(known, one) <= 0) registers.set(subject, one);
    }
  }
  return registers;
}

/** Several journals as one. */
export const mergeRecords = (...journals: readonly Iterable<JournalRecord>[]): Registers => {
  const registers = new Map<string, JournalRecord>();
  for (const records of journals) addRecords(registers, records);
  return registers;
};

/** By stamp; one record's registers, which have one stamp, by subject: the order never depends on how the records were read. */
const inOrder = (registers: Registers): JournalRecord[] =>
  [...registers].sort(([one, first], [other, second]) => compareStamps(first, second) || (one < other ? -1 : 1)).map(([, record]) => record);

/** The registers as the journal's text: what reading it gives is the same registers. Sorted, so that equal registers give equal text. */
export const encodeSnapshot = (registers: Registers): string =>
  inOrder(registers).map(encodeRecord).join('');

const itemOrder = new Map<string, number>(checklist.map(({ id }, index) => [id, index]));

/**
 * The draft that registers stand for. Entries come in the order of acceptance (their `created`, then their id), ticks in the
 * checklist's order. Fields of another session than the one given are left out.
 */
export function draftOf(registers: Registers, session: Session): Draft {
  let merged: Session = session;
  let focus = '';
  const entries: Entry[] = [];
  const ticks: Draft['ticks'][number][] = [];
  const dismissed: string[] = [];
  const written: Written[] = [];
  for (const { change } of inOrder(registers)) {
    if (change.kind === 'session' && change.session.id === session.id) merged = { ...merged, ...change.session };
    else if (change.kind === 'entry') entries.push(change.entry);
    else if (change.kind === 'focus') focus = change.focus;
    else if (change.kind === 'tick' && change.ticked) ticks.push(change.item);
    else if (change.kind === 'dismiss' && change.dismissed) dismissed.push(change.suggestion);
    else if (change.kind === 'written') written.push(...change.written);
  }
  // A time that cannot be read comes first; ids make the order of equal times the same everywhere.
  const accepted = ({ created }: Entry) => Date.parse(created) || 0;
  entries.sort((one, other) => accepted(one) - accepted(other) || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0));
  ticks.sort((one, other) => (itemOrder.get(one) ?? 0) - (itemOrder.get(other) ?? 0));
  return { session: merged, focus, entries, ticks, dismissed, written };
}

/**
 * The next stamp of a window: the present time, but never before or at one that another window has used, so that a change made
 * after seeing another's wins over it even when a clock was set back.
 * @param latest the newest stamp that the window has seen, its own included
 */
export function nextStamp(now: Date, by: string, seq: number, latest: Stamp | undefined): Stamp {
  const present = now.getTime();
  const seen = latest ? Date.parse(latest.at) : Number.NEGATIVE_INFINITY;
  const time = present > seen ? present : latest?.by === by ? seen : seen + 1;
  return { at: new Date(Math.min(time, lastTime)).toISOString(), by, seq };
}

/** The end of the year 9999: later times would not sort as text. */
const lastTime = Date.parse('9999-12-31T23:59:59.999Z');

/** For each window the highest count that a new session's beginner had seen of it. */
export type Seen = Readonly<Record<string, number>>;

/** What has been seen, of the records that registers hold; superseded ones have lower counts. */
export function seenIn(registers: Registers): Seen {
  const seen: Record<string, number> = {};
  for (const { by, seq } of registers.values()) seen[by] = Math.max(seen[by] ?? seq, seq);
  return seen;
}

/**
 * Of an old session's records those that the new one's beginner had not seen, because another window made them at the same
 * moment: entries go on living in the new session, the rest was about the old one.
 */
export function lateRecords(records: Iterable<JournalRecord>, seen: Seen): JournalRecord[] {
  const late = [...records].filter(({ by, seq }) => seq > (Object.hasOwn(seen, by) ? seen[by] ?? -1 : -1));
  const entries = new Set(late.flatMap(({ change }) => (change.kind === 'entry' ? [change.entry.id] : [])));
  return late.filter(({ change }) => {
    if (change.kind === 'entry') return true;
    if (change.kind === 'removeEntry') return entries.has(change.id);
    return (change.kind === 'written' || change.kind === 'unwritten') && change.written.every(({ entry }) => entries.has(entry));
  });
}

/** What can end a session. */
export type SessionEvent =
  | { readonly kind: 'newSession' }
  /** The agent's context was compacted or cleared. */
  | { readonly kind: 'contextReset'; readonly at: string }
  /** Continue picked up a note; a receipt is no such event. */
  | { readonly kind: 'continued'; readonly note: string };

/** Whether an event ends the session of a draft: a context reset does so only after a Write, Continue only with this session's note. */
export function endsSession(draft: Draft, event: SessionEvent): boolean {
  switch (event.kind) {
    case 'newSession':
      return true;
    case 'contextReset':
      return draft.written.some(({ at }) => Date.parse(at) < Date.parse(event.at));
    case 'continued':
      return draft.session.note !== undefined && draft.session.note === event.note;
  }
}

/** The entries that no Write has put anywhere yet: a new session takes them along, so that ending one loses nothing. */
export const unwrittenEntries = (draft: Draft): readonly Entry[] => draft.entries.filter(({ id }) => !draft.written.some(({ entry }) => entry === id));
