import type { Suggestion } from '../session.js';
import { evidenceOf, isProse, linkOf, suggestionId, undoes, type AgentSession, type ProjectEdit } from './agentSession.js';
import { isUnfinished } from './agentNextSteps.js';
import { code } from './plainText.js';

/** Above the places that the cursor was at (1 and 2). */
const aboveCursor = 3;

/** The last commit that the transcript shows: what was edited before it is not work in progress. */
function lastCommit(session: AgentSession): number {
  return session.runs.filter(({ event }) => event.outcome === 'passed' && /\bgit\b[^|;&]*\bcommit\b/.test(event.command)).at(-1)?.index ?? -1;
}

/** Git's word counts only where the session's files are: a transcript may be read beside another folder. */
const gitKnows = ({ surroundings, edits }: AgentSession): boolean => surroundings.uncommitted !== undefined
  && (surroundings.fileText === undefined || edits.some(({ path }) => surroundings.uncommitted?.has(path) === true || surroundings.fileText?.(path) !== undefined));

/** Edits of files that are not committed: as git says, else as the transcript shows. */
export function uncommittedEdits(session: AgentSession): ProjectEdit[] {
  const { uncommitted } = session.surroundings;
  if (uncommitted && gitKnows(session)) return session.edits.filter(({ path, event }) => uncommitted.has(path) && !event.deleted);
  const commit = lastCommit(session);
  return session.edits.filter(({ index, event }) => index > commit && !event.deleted);
}

/**
 * Where the agent was at work: its last edit of a file that is still uncommitted. Without git's word it is only said when
 * the work was evidently left in the middle: that a file was edited does not mean that it is still open.
 */
export function suggestWorkInProgress(session: AgentSession): Suggestion[] {
  if (!gitKnows(session) && !isUnfinished(session)) return [];
  // What was taken back again left nothing in progress.
  const all = uncommittedEdits(session);
  const stands = (edit: ProjectEdit): boolean => !all.some((other) => (other.index < edit.index && undoes(edit, other)) || (other.index > edit.index && undoes(other, edit)));
  const last = all.findLast((edit) => !isProse(edit.path) && stands(edit)) ?? all.findLast(stands);
  const link = last && linkOf(last, session);
  if (!last) return [];
  const name = last.path.split('/').at(-1) ?? last.path;
  const line = link?.text ?? last.event.replacements[0]?.after.split('\n').map((one) => one.trim()).find((one) => /[\p{L}\p{N}]/u.test(one));
  return [{
    id: suggestionId('inProgress', last.path), item: 'inProgress', source: 'agent', rank: aboveCursor, text: line === undefined ? name : `${name}: ${code(line, 120)}`, links: link ? [link] : [], ...(link ? {} : { detail: code(last.path) }),
    evidence: [evidenceOf(last.event, "the agent's last edit", link)],
  }];
}
