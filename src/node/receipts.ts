import { appendFile, readFile, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { storedFields } from '../core/storedFields.js';
import { codeOf } from './fileError.js';
import { nameOfFolder, privateFolder, realFolder, userStateFolder } from './userState.js';

/** The record that an agent session was handed a note. It does not close the note. */
export interface Receipt {
  /** The note's name relative to the documents' folder, `handoffs/<name>.md`; of an unreviewed note its id. */
  readonly note: string;
  /** ISO 8601. */
  readonly at: string;
  /** The agent's session id; '' where it did not say. */
  readonly session: string;
  /** `claude`, `codex`; '' where it is not known. */
  readonly agent: string;
  /** How it was handed over: the hook's source (`startup`, `resume`, `clear`, `compact`), or `cli`. */
  readonly source: string;
  /** Nobody had reviewed the note: the safety net wrote it. */
  readonly unreviewed?: boolean;
}

/** What a hook event of an agent led to. */
export type HookOutcome = 'handed' | 'nothing' | 'stored' | 'failed';

/** That a hook of ours ran, so that "why was nothing handed over" has an answer. */
export interface HookEvent {
  /** `SessionStart`, `PreCompact`. */
  readonly event: string;
  /** ISO 8601. */
  readonly at: string;
  readonly session: string;
  /** The event's source or trigger. */
  readonly source: string;
  readonly outcome: HookOutcome;
  /** Why nothing was handed over or it failed; a word of ours or a short message. */
  readonly reason?: string;
}

/** What is known of one folder, oldest first. */
export interface FolderReceipts {
  readonly receipts: readonly Receipt[];
  readonly events: readonly HookEvent[];
}

/** How many months of records are kept. */
const months = 3;
/** Longer values are cut: one record stays within the 4 kB that every disk appends in one piece. */
const valueLimit = 300;

const cut = (value: string): string => (value.length > valueLimit ? [...value.slice(0, valueLimit)].join('') : value);

/** The folder of a base folder's records. */
const recordsFolder = async (base: string, home: string): Promise<string> => join(home, 'receipts', nameOfFolder(await realFolder(base)));

/**
 * Appends records of a folder. Safe beside other processes: each record is one short append, on a line of its own even if
 * another's last line was torn.
 * @param base the folder that holds `.claude`
 * @throws FileError or the disk's error when it cannot be kept
 */
async function append(base: string, at: string, records: readonly object[], home: string): Promise<void> {
  const folder = await privateFolder(await recordsFolder(base, home));
  const file = join(folder, `${at.slice(0, 7)}.jsonl`);
  await appendFile(file, records.map((record) => `\n${JSON.stringify(record)}\n`).join(''), { mode: 0o600 });
}

/** Keeps a receipt. */
export async function keepReceipt(base: string, receipt: Receipt, home: string = userStateFolder()): Promise<void> {
  const { note, at, session, agent, source, unreviewed } = receipt;
  await append(base, at, [{ kind: 'receipt', note: cut(note), at, session: cut(session), agent: cut(agent), source: cut(source), ...(unreviewed && { unreviewed }) }], home);
}

/** Keeps that a hook ran. */
export async function keepHookEvent(base: string, event: HookEvent, home: string = userStateFolder()): Promise<void> {
  const { event: name, at, session, source, outcome, reason } = event;
  await append(base, at, [{ kind: 'event', event: cut(name), at, session: cut(session), source: cut(source), outcome, ...(reason !== undefined && { reason: cut(reason) }) }], home);
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTime = (value: unknown): value is string => isText(value) && !Number.isNaN(Date.parse(value));
const outcomes: readonly string[] = ['handed', 'nothing', 'stored', 'failed'];
const isOutcome = (value: unknown): value is HookOutcome => isText(value) && outcomes.includes(value);

/** One line of a file of records; undefined for what is torn, damaged or of another version. */
function readRecord(line: string): { readonly receipt: Receipt } | { readonly event: HookEvent } | undefined {
  const fields = storedFields(line);
  if (!fields) return undefined;
  const { kind, note, at, session, agent, source, event, outcome, reason, unreviewed } = fields;
  if (!isTime(at) || !isText(session) || !isText(source)) return undefined;
  if (kind === 'receipt' && isText(note) && isText(agent)) return { receipt: { note, at, session, agent, source, ...(unreviewed === true && { unreviewed }) } };
  if (kind === 'event' && isText(event) && isOutcome(outcome)) return { event: { event, at, session, source, outcome, ...(isText(reason) && { reason }) } };
  return undefined;
}

/**
 * The receipts and hook events of a folder, of the last three months. What cannot be read is left out. Older files are removed.
 * @param base the folder that holds `.claude`
 */
export async function readReceipts(base: string, home: string = userStateFolder()): Promise<FolderReceipts> {
  const folder = await recordsFolder(base, home);
  const receipts: Receipt[] = [];
  const events: HookEvent[] = [];
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^\d{4}-\d\d\.jsonl$/.test(name)).sort();
  await Promise.all(names.slice(0, -months).map((name) => unlink(join(folder, name)).catch(() => undefined)));
  for (const name of names.slice(-months)) {
    const text = await readFile(join(folder, name), 'utf8').catch((error: unknown) => {
      if (codeOf(error) === undefined) throw error;
      return '';
    });
    for (const line of text.split('\n')) {
      const record = line === '' ? undefined : readRecord(line);
      if (record && 'receipt' in record) receipts.push(record.receipt);
      else if (record) events.push(record.event);
    }
  }
  const byTime = (one: { readonly at: string }, other: { readonly at: string }): number => Date.parse(one.at) - Date.parse(other.at);
  return { receipts: receipts.sort(byTime), events: events.sort(byTime) };
}

/** The receipts of one note, oldest first. */
export const receiptsOf = (receipts: readonly Receipt[], note: string): readonly Receipt[] => receipts.filter((receipt) => receipt.note === note);

/**
 * Where receipts of a folder are kept. It need not exist yet.
 * @param base the folder that holds `.claude`
 */
export const receiptsFolder = (base: string, home: string = userStateFolder()): Promise<string> => recordsFolder(base, home);
