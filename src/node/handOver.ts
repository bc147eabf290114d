import { stat } from 'node:fs/promises';
import { renderHandover, handoverLimit } from '../core/handover.js';
import { categoryIds, type CategoryId } from '../core/checklist.js';
import type { NoteItem, ReadNote } from '../core/handoffNote.js';
import { isOwnNote, offeredNote, withStates, type Here, type ListedNote } from '../core/noteLife.js';
import { sectionsOfUnreviewed } from '../core/unreviewedNote.js';
import { whyNothing, type WhyNothing } from '../core/whyNothing.js';
import type { FoundDocuments } from './editorSettings.js';
import { readHere } from './gitHere.js';
import { listNotes, openNote, type OpenedNote } from './handoffNotes.js';
import { readReceipts, type Receipt } from './receipts.js';
import { listUnreviewed } from './unreviewedNotes.js';

/** For whom a note is looked for. */
export interface HandOverQuestion {
  /** Where the agent works, absolute. */
  readonly folder: string;
  readonly documents: FoundDocuments;
  /** The agent's session id; '' where it is not known. */
  readonly session: string;
  readonly agent: string;
  /** As a receipt has it. */
  readonly source: string;
  readonly now: Date;
}

/** What is to be printed, and the receipts to keep once it is. */
export type HandOver =
  | { readonly kind: 'handed'; readonly text: string; readonly receipts: readonly Receipt[] }
  | { readonly kind: 'nothing'; readonly why: WhyNothing };

/** A reviewed note that may be handed over, read whole. */
interface Reviewed extends OpenedNote {
  /** Milliseconds since 1970: when its file was last written here. */
  readonly written: number;
}

/**
 * Finds what an agent session is to be handed: the open note of this author and branch. After a compaction or a clear also the one
 * that this session was handed before, though another branch is checked out now; and after a compaction what the safety net
 * stored before it, if no reviewed note is newer. The reviewed note then stands behind it as far as there is room, since the
 * compaction has swallowed it as well.
 * @throws FileError when the notes' folder cannot be read
 */
export async function findHandOver({ folder, documents, session, agent, source, now }: HandOverQuestion): Promise<HandOver> {
  const { place, expiryDays } = documents;
  const { base, home } = place;
  const [here, list] = await Promise.all([readHere(folder), listNotes(place)]);
  const listed = withStates(list.notes, now.getTime(), expiryDays);
  const isAgain = source === 'compact' || source === 'clear';
  const { receipts } = session !== '' && (isAgain || source === 'resume') ? await readReceipts(base, home) : { receipts: [] };
  const handedBefore = receipts.filter((receipt) => receipt.session === session);
  const chosen = offeredNote(listed, here) ?? (isAgain ? handedAgain(listed, here, handedBefore) : undefined);
  let reviewed: Reviewed | undefined;
  if (chosen) {
    const opened = await openNote(place, chosen.note.file);
    reviewed = { ...opened, written: await stat(opened.path).then(({ mtimeMs }) => mtimeMs, () => 0) };
    // A resumed session remembers what it was handed, unless the note was written again since.
    const last = handedBefore.findLast(({ note }) => note === opened.file);
    if (source === 'resume' && last && Date.parse(last.at) >= reviewed.written) return { kind: 'nothing', why: 'handed' };
  }
  const [automatic] = source === 'compact' && session !== '' ? (await listUnreviewed(base, home)).filter((note) => note.session === session) : [];
  const isAutomaticNewer = automatic !== undefined && (reviewed === undefined || Date.parse(automatic.created) > Math.max(reviewed.written, Date.parse(reviewed.note.created)));
  const receipt = { at: now.toISOString(), session, agent, source };
  const handed: Receipt[] = [];
  const texts: string[] = [];
  if (automatic && isAutomaticNewer) {
    const sections = sectionsOfUnreviewed(automatic, { folder: `${place.documentsFolder}/handoffs`, workspacePath: '' });
    const text = renderHandover({ note: { branch: automatic.branch, focus: automatic.focus, created: automatic.created, sections }, unreviewed: true }, now.getTime());
    if (text !== '') {
      texts.push(text);
      handed.push({ note: automatic.id, ...receipt, unreviewed: true });
      if (reviewed) reviewed = { ...reviewed, note: { ...reviewed.note, sections: withoutTold(reviewed.note.sections, sections) } };
    }
  }
  const room = handoverLimit - texts.join('\n').length - 1;
  if (reviewed && (texts.length === 0 || room > 1_500)) {
    const text = renderHandover({ note: reviewed.note, path: `${place.documentsFolder}/${reviewed.file}` }, now.getTime(), room);
    if (text !== '') {
      texts.push(text);
      handed.push({ note: reviewed.file, ...receipt });
    }
  }
  return texts.length > 0 ? { kind: 'handed', text: texts.join('\n'), receipts: handed } : { kind: 'nothing', why: whyNothing(listed, list.broken.length, here) };
}

/** The open note of one's own that this session was handed last. */
function handedAgain(listed: readonly ListedNote[], here: Here, receipts: readonly Receipt[]): ListedNote | undefined {
  for (const { note: file } of receipts.toReversed()) {
    const found = listed.find(({ note, state }) => note.file === file && state === 'open' && isOwnNote(note, here));
    if (found) return found;
  }
  return undefined;
}

/** The items that were not told already in the same words. */
function withoutTold(sections: ReadNote['sections'], told: Readonly<Record<CategoryId, readonly NoteItem[]>>): ReadNote['sections'] {
  const known = new Set(categoryIds.flatMap((category) => told[category].map(({ source }) => source)));
  const left = (category: CategoryId) => sections[category].filter(({ source }) => !known.has(source));
  return { discovered: left('discovered'), fixed: left('fixed'), changed: left('changed'), handoff: left('handoff') };
}

