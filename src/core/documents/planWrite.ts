import { destinationOf, documentIntroductions, documentNames, itemOf, type DocumentName } from '../checklist.js';
import { noteLimit, noteValue, readNote, renderNote, setFields, type NoteFrontMatter } from '../handoffNote.js';
import type { LinkPlace } from '../links/codeLink.js';
import type { Entry } from '../session.js';
import { outlineOf } from './documentOutline.js';
import { renderEntry } from './renderEntry.js';
import { spliceDocument, type EntryToPlace, type Splice } from './spliceDocument.js';
import type { FileChange, TextEdit, WriteConflict, WritePlan, WriteRequest } from './writePlan.js';

/** An entry as text in one file. */
interface Outgoing {
  readonly entry: Entry;
  readonly place: EntryToPlace;
}

/**
 * Works out what a Write does: text in, edits out; nothing is read or written. Documents are parsed for positions and
 * spliced, so every byte outside the edits stays.
 * @returns an empty plan if there is nothing to write
 */
export function planWrite(request: WriteRequest): WritePlan {
  const changes: FileChange[] = [];
  const written: { entry: string; file: string; text: string }[] = [];
  const conflicts: WriteConflict[] = [];
  const keep = (file: string, splice: Pick<Splice, 'written' | 'conflicts'>) => {
    written.push(...splice.written.map((one) => ({ ...one, file })));
    conflicts.push(...splice.conflicts.map((one) => ({ ...one, file })));
  };
  for (const file of documentNames) {
    const entries = outgoing(request, file, request.draft.entries.filter((entry) => destinationOf(entry, request.mapping) === file));
    const removals = movedAway(request, file, entries);
    const before = request.texts[file];
    if (entries.length === 0 && (removals.length === 0 || before === undefined)) continue;
    const splice = spliceText(before ?? introduction(file), request.date, entries, removals);
    keep(file, splice);
    if (splice.edits.length > 0) changes.push(before === undefined ? creation(file, splice) : { file, before, ...pick(splice) });
  }
  const note = planNote(request);
  if (note) {
    keep(request.note.file, note);
    if (note.change) changes.push(note.change);
  }
  return { changes, written, conflicts };
}

const pick = ({ edits, after, entries, line }: Splice) => ({ edits, after, entries, line });
const creation = (file: string, { after, entries, line }: Splice): FileChange => ({ file, edits: [{ offset: 0, length: 0, text: after }], after, entries, line });
const introduction = (file: DocumentName): string => `# ${documentIntroductions[file].title}\n\n${documentIntroductions[file].purpose}\n`;

/** Where the links of a file start from. */
function placeOf(request: WriteRequest, file: string): LinkPlace {
  const folder = `${request.documentsFolder}/${file}`.split('/').slice(0, -1).join('/');
  return { folder, workspacePath: request.workspacePath };
}

/** Entries that say something, as text in one file. */
function outgoing(request: WriteRequest, file: string, entries: readonly Entry[]): Outgoing[] {
  return entries.flatMap((entry) => {
    const lines = renderEntry(entry, placeOf(request, file));
    if (lines.length === 0) return [];
    const was = request.draft.written.findLast((one) => one.entry === entry.id && one.file === file)?.text;
    const choice = request.choices?.[`${entry.id} ${file}`];
    return [{ entry, place: { id: entry.id, category: itemOf(entry.item).category, lines, ...(was === undefined ? {} : { was }), ...(choice === undefined ? {} : { choice }) } }];
  });
}

/** What an earlier Write left in a document of entries that the person has since sent to another one. */
function movedAway(request: WriteRequest, file: string, entries: readonly Outgoing[]): string[] {
  return request.draft.written.filter((one) =>
    one.file === file && !entries.some(({ entry }) => entry.id === one.entry) &&
    request.draft.entries.some(({ id }) => id === one.entry)).map(({ text }) => text);
}

/** Splices a text that may begin with a BOM. */
function spliceText(text: string, date: string, entries: readonly Outgoing[], removals: readonly string[]): Splice {
  const bom = text.startsWith('\ufeff') ? '\ufeff' : '';
  const body = text.slice(bom.length);
  const splice = spliceDocument(body, outlineOf(body), date, entries.map(({ place }) => place), removals);
  if (bom === '') return splice;
  return { ...splice, after: bom + splice.after, edits: splice.edits.map((edit) => ({ ...edit, offset: edit.offset + bom.length })) };
}

/** The handoff note: the whole capture. Its own text is a document like the others, with a limit. */
function planNote(request: WriteRequest): (Pick<Splice, 'written' | 'conflicts'> & { change?: FileChange }) | undefined {
  const { draft, note } = request;
  const entries = outgoing(request, note.file, draft.entries);
  const before = request.texts[note.file];
  if (entries.length === 0 && before === undefined) return undefined;
  const fields: NoteFrontMatter = {
    id: draft.session.id,
    author: note.author,
    created: draft.session.created,
    branch: noteValue(note.branch ?? ''),
    commit: note.commit ?? '',
    focus: noteValue(draft.focus),
    agent: note.agent ?? '',
    previous: note.previous ?? '',
    status: 'open',
  };
  const render = (front: NoteFrontMatter) => renderNote(front, request.date, entries.map(({ entry }) => entry), placeOf(request, note.file));
  const lineOfFirst = (text: string, items: Splice['written']): number => {
    const at = Math.max(0, text.indexOf(items[0]?.text ?? ''));
    return text.slice(0, at).split('\n').length;
  };
  if (before === undefined) {
    const { text, written } = render(fields);
    const change = { file: note.file, edits: [{ offset: 0, length: 0, text }], after: text, entries: written.map(({ entry }) => entry), line: lineOfFirst(text, written) };
    return { written, conflicts: [], change };
  }

  const gone = draft.written.filter((one) => one.file === note.file && !entries.some(({ entry }) => entry.id === one.entry)).map(({ text }) => text);
  // A note is rewritten with its session: what a person changed in it by hand stays, and nobody is asked about it.
  const appended = entries.map((one): Outgoing => ({ ...one, place: { ...one.place, choice: 'append' } }));
  const splice = spliceText(before, request.date, appended, gone);
  const existing = readNote(before);
  const now = { branch: fields.branch, commit: fields.commit, focus: fields.focus, agent: fields.agent, status: fields.status };
  const focusChanged = existing.kind === 'note' && existing.focus !== fields.focus;
  if (splice.edits.length === 0 && !focusChanged) return { written: splice.written, conflicts: [] };
  const after = setFields(splice.after, now);
  if (after.length <= noteLimit) return { written: splice.written, conflicts: [], change: { file: note.file, before, edits: editsBetween(before, after), after, entries: splice.entries, line: splice.line } };

  const kept = existing.kind === 'note' ? { id: existing.id, author: existing.author, created: existing.created, previous: existing.previous } : {};
  const { text, written } = render({ ...fields, ...kept });
  const same = existing.kind === 'note' && existing.focus === fields.focus && existing.body.replace(/\r\n?/g, '\n') === text.slice(text.indexOf('\n---\n') + 5);
  if (same) return { written, conflicts: [] };
  return { written, conflicts: [], change: { file: note.file, before, edits: editsBetween(before, text), after: text, entries: written.map(({ entry }) => entry), line: lineOfFirst(text, written) } };
}

/** The one edit that leads from a text to another: what is the same at both ends stays. */
function editsBetween(before: string, after: string): TextEdit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return before === after ? [] : [{ offset: start, length: before.length - start - end, text: after.slice(start, after.length - end) }];
}
