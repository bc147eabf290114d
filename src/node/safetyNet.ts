import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { AgentHookEvent } from '../core/agents/hookEvent.js';
import type { Entry } from '../core/session.js';
import { suggestFromGit } from '../core/suggestions/git.js';
import { fromBase, unreviewedNote, type SafetyNet, type UnreviewedNote } from '../core/unreviewedNote.js';
import { isInside } from './atomicFile.js';
import { readDraft } from './draftFiles.js';
import type { FoundDocuments } from './editorSettings.js';
import { gatherWithin } from './evidence.js';
import { readHere } from './gitHere.js';
import { readQuickStatus } from './quickStatus.js';
import { storeUnreviewed } from './unreviewedNotes.js';
import { nameOfFolder } from './userState.js';

/** What the safety net needs. */
export interface SafetyNetQuestion {
  readonly event: AgentHookEvent;
  /** Where the agent works: absolute and real. */
  readonly folder: string;
  readonly documents: FoundDocuments;
  /** The built worker, `dist/evidence.worker.js`. */
  readonly worker: string;
  /** Milliseconds that evidence may take. */
  readonly budget: number;
  readonly now: Date;
}

/** What the drafts of the folder's windows hold. */
interface Drafted {
  readonly focus: string;
  readonly entries: readonly Entry[];
  readonly dismissed: readonly string[];
}

const wayFromBase = (base: string, folder: string): string => relative(base, folder).split(sep).join('/');

/** The drafts of every folder that the editor may have opened with these documents. One that cannot be read says nothing. */
async function readDrafts({ place: { base, home }, workspaceFolders }: FoundDocuments): Promise<Drafted> {
  const folders = workspaceFolders.filter((folder) => isInside(base, folder) && existsSync(join(home, 'folders', nameOfFolder(folder), 'drafts')));
  const drafts = await Promise.all(folders.map(async (folder) => {
    const stored = await readDraft(folder, { home }).catch(() => undefined);
    return stored && { draft: stored.draft, way: wayFromBase(base, folder) };
  }));
  const found = drafts.filter((one) => one !== undefined);
  return {
    focus: found.map(({ draft }) => draft.focus).find((focus) => focus !== '') ?? '',
    entries: found.flatMap(({ draft, way }) => draft.entries.map((entry) => fromBase(entry, way))),
    dismissed: found.flatMap(({ draft }) => draft.dismissed),
  };
}

/**
 * Stores what would be lost by a compaction, in per-user state: at once what was accepted, then again with what the evidence gives
 * in the time that is left.
 * @returns the note as it was stored last; undefined when there is nothing to say
 * @throws FileError when it cannot be stored
 */
export async function storeSafetyNet({ event, folder, documents, worker, budget, now }: SafetyNetQuestion): Promise<UnreviewedNote | undefined> {
  const { place } = documents;
  const evidence = gatherWithin(worker, { folder, base: place.base, documentsFolder: place.documentsFolder, transcript: event.transcript }, budget);
  const quick = readQuickStatus(folder, place, AbortSignal.timeout(Math.ceil(budget)));
  const [here, drafted] = await Promise.all([readHere(folder), readDrafts(documents)]);
  const id = randomBytes(8).toString('hex');
  const net: SafetyNet = { here, event: { agent: event.agent, session: event.session, trigger: event.source }, created: now.toISOString(), ...drafted, suggestions: [], isComplete: false };
  let stored = unreviewedNote(id, net);
  if (stored) await storeUnreviewed(place.base, stored, place.home);
  const { suggestions: gathered, isComplete } = await evidence;
  // A machine under load may not even have begun to look in that time: where git stands is known sooner.
  const status = gathered.some(({ source }) => source === 'git') || isComplete ? undefined : await quick;
  const suggestions = [...gathered, ...(status ? suggestFromGit(status) : [])];
  const way = wayFromBase(place.base, folder);
  const whole = unreviewedNote(id, { ...net, suggestions: suggestions.map((one) => fromBase(one, way)), isComplete });
  if (whole && (whole.suggestions.length > 0 || isComplete)) {
    await storeUnreviewed(place.base, whole, place.home);
    stored = whole;
  }
  return stored;
}
