import { isOfThisBranch, isOwnNote, type Here, type ListedNote } from './noteLife.js';

/**
 * Why no note is handed over by itself: the first that holds. `handed` is the exception: this very session has the note already.
 */
export type WhyNothing = 'noNotes' | 'broken' | 'expired' | 'done' | 'otherBranch' | 'otherAuthor' | 'unknownAuthor' | 'handed';

/**
 * Why `offeredNote` found none.
 * @param broken how many files among the notes cannot be read
 */
export function whyNothing(listed: readonly ListedNote[], broken: number, here: Here): WhyNothing {
  if (listed.length === 0) return broken > 0 ? 'broken' : 'noNotes';
  if ((here.author ?? '') === '') return 'unknownAuthor';
  const own = listed.filter(({ note }) => isOwnNote(note, here));
  const [newest] = own.filter(({ note }) => isOfThisBranch(note, here));
  if (newest) return newest.state === 'expired' ? 'expired' : 'done';
  if (own.some(({ state }) => state === 'open')) return 'otherBranch';
  if (listed.some(({ note, state }) => state === 'open' && isOfThisBranch(note, here))) return 'otherAuthor';
  return broken > 0 ? 'broken' : own.length > 0 ? 'otherBranch' : 'otherAuthor';
}
