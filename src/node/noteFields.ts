import { userInfo } from 'node:os';
import type { NoteFields } from '../core/documents/writePlan.js';
import type { GitState } from '../core/gitState.js';
import { noteFileName } from '../core/handoffNote.js';
import type { Session } from '../core/session.js';

/** The operating system's name for the user; '' where an id has no account, as in containers. */
export function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

/**
 * What the note of a session says of its surroundings. The note's name is the session's own once it was written.
 * @param git undefined where git was not asked or did not answer
 */
export function noteFieldsOf(session: Session, git: Pick<GitState, 'branch' | 'head' | 'user'> | undefined, agent?: string): NoteFields {
  const place = { ...(git?.branch !== undefined && { branch: git.branch }), ...(git?.head !== undefined && { commit: git.head }) };
  return { file: session.note ?? noteFileName(session, place), author: git?.user ?? systemUser(), ...place, ...(agent !== undefined && { agent }) };
}
