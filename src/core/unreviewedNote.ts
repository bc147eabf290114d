import { categoryIds, itemOf, type CategoryId } from './checklist.js';
import { readChange } from './draftJournal.js';
import { renderEntry } from './documents/renderEntry.js';
import type { NoteItem, ReadNote } from './handoffNote.js';
import { pathFromBase, type LinkPlace } from './links/codeLink.js';
import type { Here } from './noteLife.js';
import type { CodeLink, Entry, Suggestion } from './session.js';
import { storedFields } from './storedFields.js';

/** What the safety net stored before an agent's context was compacted: automatic, and looked at by nobody. It lies in per-user state. */
export interface UnreviewedNote {
  /** `[A-Za-z0-9-]`. */
  readonly id: string;
  /** ISO 8601: when it was stored first. */
  readonly created: string;
  readonly agent: string;
  /** The agent's session id. */
  readonly session: string;
  /** `manual` or `auto`. */
  readonly trigger: string;
  readonly author: string;
  readonly branch: string;
  readonly commit: string;
  readonly focus: string;
  /** Entries that a person had accepted into a draft; their links' paths are relative to the folder that holds `.claude`. */
  readonly entries: readonly Entry[];
  /** What the evidence gave in the time there was; paths likewise. */
  readonly suggestions: readonly Suggestion[];
  /** All evidence was read in time. */
  readonly isComplete: boolean;
}

const version = 1;

const based = <T extends CodeLink>(link: T, workspacePath: string): T => ({ ...link, path: pathFromBase(link.path, workspacePath) });

/** An entry or a suggestion of a workspace folder, with its paths relative to the folder that holds `.claude`. */
export function fromBase<T extends Entry | Suggestion>(one: T, workspacePath: string): T {
  return { ...one, links: one.links.map((link) => based(link, workspacePath)), ...('evidence' in one && { evidence: one.evidence.map(({ link, ...rest }) => ({ ...rest, ...(link && { link: based(link, workspacePath) }) })) }) };
}

/** What a note says that the safety net makes, before it has an id. */
export interface SafetyNet {
  readonly here: Here;
  readonly event: { readonly agent: string; readonly session: string; readonly trigger: string };
  /** ISO 8601. */
  readonly created: string;
  readonly focus: string;
  readonly entries: readonly Entry[];
  readonly suggestions: readonly Suggestion[];
  /** Ids of suggestions that a person dismissed. */
  readonly dismissed: readonly string[];
  readonly isComplete: boolean;
}

/** How many suggestions are kept: more than a person would review. */
const mostSuggestions = 60;

/**
 * A note of what a draft and the evidence give: dismissed suggestions and those that were accepted already are left out.
 * @returns undefined where there is nothing to say
 */
export function unreviewedNote(id: string, { here, event, created, focus, entries, suggestions, dismissed, isComplete }: SafetyNet): UnreviewedNote | undefined {
  const known = new Set([...dismissed, ...entries.flatMap(({ suggestion }) => suggestion ?? [])]);
  const left = suggestions.filter((suggestion) => !known.has(suggestion.id)).toSorted((one, other) => (other.rank ?? 0) - (one.rank ?? 0)).slice(0, mostSuggestions);
  if (entries.length === 0 && left.length === 0) return undefined;
  return { id, created, ...event, author: here.author ?? '', branch: here.branch ?? '', commit: here.commit ?? '', focus, entries, suggestions: left, isComplete };
}

/** The text of its file. */
export const encodeUnreviewedNote = (note: UnreviewedNote): string => JSON.stringify({ version, ...note });

const isText = (value: unknown): value is string => typeof value === 'string';

function readSuggestion(value: unknown): Suggestion[] {
  if (typeof value !== 'object' || value === null) return [];
  const { source, evidence, rank }: Partial<Record<string, unknown>> = { ...value };
  const change = readChange({ kind: 'entry', entry: { ...value, created: '' } });
  if (change?.kind !== 'entry' || !isSource(source) || !Array.isArray(evidence)) return [];
  const { id, item, text, detail, links } = change.entry;
  return [{ id, item, text, ...(detail !== undefined && { detail }), links, source, evidence: evidence.filter((one: unknown) => typeof one === 'object' && one !== null && 'text' in one && isText(one.text)), ...(typeof rank === 'number' && { rank }) }];
}

const sources: readonly string[] = ['changes', 'diagnostics', 'agent', 'cursor', 'git', 'commits'];
const isSource = (value: unknown): value is Suggestion['source'] => isText(value) && sources.includes(value);

/** Reads a stored note; undefined for what is none, damaged, or of a newer version. */
export function decodeUnreviewedNote(json: string): UnreviewedNote | undefined {
  const fields = storedFields(json);
  if (!fields) return undefined;
  const { id, created, agent, session, trigger, author, branch, commit, focus, entries, suggestions } = fields;
  if (fields['version'] !== version || !isText(id) || !/^[A-Za-z0-9-]+$/.test(id) || !isText(created) || Number.isNaN(Date.parse(created)) || !Array.isArray(entries) || !Array.isArray(suggestions)) return undefined;
  if (!isText(agent) || !isText(session) || !isText(trigger) || !isText(author) || !isText(branch) || !isText(commit) || !isText(focus)) return undefined;
  const read = entries.flatMap((entry: unknown) => {
    const change = readChange({ kind: 'entry', entry });
    return change?.kind === 'entry' ? [change.entry] : [];
  });
  return { id, created, agent, session, trigger, author, branch, commit, focus, entries: read, suggestions: suggestions.flatMap(readSuggestion), isComplete: fields['isComplete'] === true };
}

/**
 * Its contents as the sections of a note, to be handed to an agent: what was accepted first.
 * @param place of the notes of its documents' folder, from where links are written
 */
export function sectionsOfUnreviewed({ entries, suggestions }: UnreviewedNote, place: LinkPlace): ReadNote['sections'] {
  const all = [...entries, ...suggestions];
  const itemsOf = (category: CategoryId): NoteItem[] => all.filter(({ item }) => itemOf(item).category === category).flatMap((one) => {
    const source = renderEntry(one, place).join('\n');
    return source === '' ? [] : [{ text: one.text, source }];
  });
  const sections: Record<CategoryId, NoteItem[]> = { discovered: [], fixed: [], changed: [], handoff: [] };
  for (const category of categoryIds) sections[category] = itemsOf(category);
  return sections;
}
