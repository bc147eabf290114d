import { userInfo } from 'node:os';
import type { NoteFields } from '../core/documents/writePlan.js';
import type { GitState } from '../core/gitState.js';
import { noteFileName } from '../core/handoffNote.js';
import type { Draft } from '../core/session.js';

/** The operating system's name for the user; some containers have none. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/**
 * What the note of a draft says of its surroundings. The note's name is the session's own once it was written.
 * @param git undefined where git was not asked or did not answer
 */
export function noteFieldsOf(draft: Draft, git: GitState | undefined): NoteFields {
  const place = { ...(git?.branch ? { branch: git.branch } : {}), ...(git?.head ? { commit: git.head } : {}) };
  return { file: draft.session.note ?? noteFileName(draft.session, place), author: git?.user ?? systemUser(), ...place };
}
