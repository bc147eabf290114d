import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { secretsOfDraft, textsOfDraft } from '../../core/draftSecrets.js';
import { planWrite } from '../../core/documents/planWrite.js';
import type { FileChange, NoteFields, WritePlan, WriteRequest } from '../../core/documents/writePlan.js';
import { withoutControls } from '../../core/links/untrustedText.js';
import type { Draft, Session } from '../../core/session.js';
import { SessionFileError, readSessionFile } from '../../core/sessionFile.js';
import { defaultDocumentsFolder, findBaseFolder } from '../../node/baseFolder.js';
import { type DocumentTexts, type DocumentsPlace, readDocuments, writeDocuments } from '../../node/documentFiles.js';
import { fileError } from '../../node/fileError.js';
import { readIdentity } from '../../node/git.js';
import { previousNoteIn } from '../../node/handoffNotes.js';
import { withLineTexts } from '../../node/lineTexts.js';
import { noteFieldsOf } from '../../node/noteFields.js';
import { findNoteOfSession } from '../../node/noteFiles.js';
import { SecretScanner } from '../../node/secrets.js';
import { CallError } from '../call.js';

const usage = 'Call it as: write --folder DIR --session FILE [--dry-run].';

/** `write --folder DIR --session FILE [--dry-run]`: writes a session file to the documents and its handoff note (contracts). */
export async function run(args: string[]): Promise<number> {
  const { folder, session, isDryRun } = readArguments(args);
  const draft = await readSession(session);
  const isFolder = await stat(folder).then((entry) => entry.isDirectory(), () => true);
  if (!isFolder) throw new CallError(`--folder ${folder}: it is not a folder. Name the folder of the project.`);
  const { base, workspacePath } = await findBaseFolder(folder).catch((error: unknown) => {
    throw new CallError(`--folder ${fileError(folder, error).message}`);
  });
  const place: DocumentsPlace = { base, documentsFolder: defaultDocumentsFolder };
  const withTexts: Draft = { ...draft, entries: await Promise.all(draft.entries.map(async (entry) => ({ ...entry, links: await withLineTexts(base, folder, entry.links) }))) };
  await refuseSecrets(withTexts);

  const known = await findNoteOfSession(place, draft.session.id);
  const named = noteFieldsOf({ ...draft.session, ...(known !== undefined && { note: known }) }, await readIdentity(folder));
  const note = known === undefined ? { ...named, previous: await previousNoteIn(place, named, draft.session) } : named;
  const plan = ({ texts }: DocumentTexts) => planOnce({ draft: withTexts, mapping: {}, date: draft.session.date, workspacePath, documentsFolder: place.documentsFolder, texts, note }, quoting(draft));

  if (isDryRun) {
    const read = await readDocuments(place, [note.file]);
    const planned = plan(read);
    const refused = planned.changes.flatMap(({ file }) => read.refused[file] ?? [])[0];
    if (refused) throw new CallError(refused.message);
    answer(place, planned.changes, note, draft);
    return 0;
  }
  const outcome = await writeDocuments(place, { notes: [note.file], plan: (texts) => Promise.resolve(plan(texts)), writtenBefore: [] });
  const done = new Set(outcome.files.flatMap(({ file, status }) => (status === 'failed' ? [] : [file])));
  const failed = outcome.files.flatMap(({ error }) => error ?? []);
  if (failed.length === 0 || done.size > 0) answer(place, outcome.changes.filter(({ file }) => done.has(file)), note, draft);
  if (failed.length > 0) throw new CallError(`${failed.map(({ message }) => message).join(' ')} Correct it and call again: what is written already is not written twice.`);
  return 0;
}

/** Entries that quote lines of the working tree: their text depends on when the call is made. */
const quoting = (draft: Draft): ReadonlySet<string> => new Set(draft.entries.filter(({ links }) => links.some(({ text }) => text === undefined)).map(({ id }) => id));

/**
 * The plan of a Write in which an entry that quotes lines is the same as one that stands there with an older quotation: without
 * it the same session file, called after a line was edited, would write the entry again.
 */
function planOnce(request: WriteRequest, quotes: ReadonlySet<string>): WritePlan {
  const plan = planWrite(request);
  const written = plan.written.filter(({ entry }) => quotes.has(entry)).map((one) => ({ ...one, at: request.draft.session.created }));
  if (plan.changes.length === 0 || written.length === 0) return plan;
  // Said to be written as it would be now, an entry is looked for without its quotations; one that is nowhere is appended.
  const choices = Object.fromEntries(written.map(({ entry, file }) => [`${entry} ${file}`, 'append' as const]));
  return planWrite({ ...request, draft: { ...request.draft, written }, choices });
}

function readArguments(args: string[]): { folder: string; session: string; isDryRun: boolean } {
  let values: { folder?: string | undefined; session?: string | undefined; 'dry-run'?: boolean | undefined };
  try {
    ({ values } = parseArgs({ args, options: { folder: { type: 'string' }, session: { type: 'string' }, 'dry-run': { type: 'boolean' } }, strict: true }));
  } catch (error) {
    throw new CallError(`${error instanceof Error ? error.message : String(error)}. ${usage}`);
  }
  if (!values.folder) throw new CallError(`--folder is missing. ${usage}`);
  if (!values.session) throw new CallError(`--session is missing. ${usage}`);
  return { folder: resolve(values.folder), session: resolve(values.session), isDryRun: values['dry-run'] === true };
}

/** Larger session files are a mistake: 16 MB. */
const largest = 16 * 1024 * 1024;

async function readSession(path: string): Promise<Draft & { readonly session: Session & { readonly date: string } }> {
  let json: string;
  try {
    const entry = await stat(path);
    if (!entry.isFile() && !entry.isFIFO() && !entry.isCharacterDevice()) throw new CallError(`--session ${path}: it is not a file. Name a session file.`);
    if (entry.size > largest) throw new CallError(`--session ${path}: it is larger than ${largest / 1024 / 1024} MB. Split it.`);
    json = await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof CallError ? error : new CallError(`--session ${fileError(path, error).message}`);
  }
  try {
    return readSessionFile(json);
  } catch (error) {
    throw error instanceof SessionFileError ? new CallError(error.message) : error;
  }
}

/** A finding stops the whole Write before anything is touched. The secret itself is not repeated. */
async function refuseSecrets(draft: Draft): Promise<void> {
  const texts = textsOfDraft(draft);
  const scanner = new SecretScanner(join(fileURLToPath(import.meta.url), '../../../secrets.worker.js'));
  try {
    const [first, ...more] = secretsOfDraft(texts, await scanner.scan(texts.map(({ text }) => text)));
    if (!first) return;
    const number = draft.entries.findIndex(({ id }) => id === first.entry) + 1;
    const where = first.field === 'focus' ? "'focus'" : `entry ${number}, ${first.field === 'link' ? `link ${(first.link ?? 0) + 1}` : `'${first.field}'`}`;
    const shown = withoutControls(first.masked.replace(/\s+/g, ' ')).slice(0, 200);
    throw new CallError(`${where}, character ${first.finding.start + 1}: this looks like a secret (${first.finding.rule}): ${shown}${more.length > 0 ? ` and ${more.length} more` : ''}. Nothing was written; mask it in the session file${first.field === 'link' ? ', or remove the link,' : ''} and call again.`);
  } finally {
    await scanner.dispose();
  }
}

function answer(place: DocumentsPlace, changes: readonly FileChange[], note: NoteFields, draft: Draft): void {
  const named = (file: string) => `${place.documentsFolder}/${file}`;
  const edits = changes.map(({ file, edits: made }) => ({ file: named(file), inserted: made.map(({ text }) => text).join('') }));
  process.stdout.write(`${JSON.stringify({ edits, note: draft.entries.length > 0 ? named(note.file) : null })}\n`);
}
