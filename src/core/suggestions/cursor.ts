import type { CodeLink, Suggestion } from '../session.js';

/** A place where the person was: what is known of one line and its neighbourhood. */
export interface Place {
  /** POSIX, relative to the workspace folder. */
  readonly path: string;
  /** 1-based; follows later edits. */
  readonly line: number;
  /** The line's text when last seen. */
  readonly text: string;
  /** How long the cursor stayed there, in milliseconds. */
  readonly stayed: number;
  /** When it was edited last, in milliseconds since the epoch; 0: never in this session. */
  readonly edited: number;
  /** When the cursor was there last, in milliseconds since the epoch. */
  readonly seen: number;
}

/** One replacement in a text: lines are 0-based, as editors count them. */
export interface LineChange {
  readonly startLine: number;
  readonly endLine: number;
  /** The end line was replaced only up to this column; 0 means that the line itself stays. */
  readonly endColumn: number;
  readonly startColumn: number;
  readonly text: string;
}

/** Lines this near to one another are one place: a person moves within a statement or a block without changing task. */
const neighbourhood = 6;
/** More places than these say nothing more about where work stands. */
const maximumPlaces = 200;
/** Shorter stays are scrolling through, not reading. */
const minimumStay = 2_000;
/** A single stay counts at most this long: beyond it the person left the desk. */
const maximumStay = 120_000;

const countLines = (text: string): number => text.split('\n').length - 1;

/**
 * Where a line stands after a change of the text around it.
 * @param line 1-based
 * @returns 1-based; a line that was itself replaced keeps the start of the replacement
 */
export function followChange(line: number, change: LineChange): number {
  const index = line - 1;
  if (index < change.startLine) return line;
  const added = countLines(change.text);
  const removed = change.endLine - change.startLine;
  // A replacement that ends at the line's start (lines inserted or deleted above it) moves the line as a whole.
  if (index > change.endLine || (index === change.endLine && change.endColumn === 0 && (index > change.startLine || change.startColumn === 0) && (added > 0 || removed > 0))) {
    return line + added - removed;
  }
  if (index === change.endLine && index > change.startLine) return change.startLine + added + 1;
  return Math.min(line, change.startLine + added + 1);
}

/** Several changes of one event, given against the text before it, as editors report them. */
export function followChanges(line: number, changes: readonly LineChange[]): number {
  // From the bottom up, each change leaves the coordinates of those above it valid.
  return [...changes].sort((a, b) => b.startLine - a.startLine || b.startColumn - a.startColumn).reduce((now, change) => followChange(now, change), line);
}

/** Where the person was in this session: the last edited and the longest visited places. A value; every change gives a new one. */
export interface CursorHistory {
  readonly places: readonly Place[];
}

export const emptyCursorHistory: CursorHistory = { places: [] };

function put(history: CursorHistory, place: Omit<Place, 'stayed' | 'edited' | 'seen'>, update: (old: Place) => Place): CursorHistory {
  const near = history.places.find((other) => other.path === place.path && Math.abs(other.line - place.line) <= neighbourhood);
  const fresh = update(near ?? { ...place, stayed: 0, edited: 0, seen: 0 });
  const places = [...history.places.filter((other) => other !== near), fresh];
  if (places.length <= maximumPlaces) return { places };
  const weakest = places.reduce((least, other) => (weight(other) < weight(least) && other !== fresh ? other : least));
  return { places: places.filter((other) => other !== weakest) };
}

const weight = (place: Place): number => place.stayed + (place.edited ? 60_000 : 0);

/** The cursor stayed at a line for so many milliseconds. Stays under two seconds are not kept. */
export function recordStay(history: CursorHistory, place: { path: string; line: number; text: string }, milliseconds: number, now: number): CursorHistory {
  if (milliseconds < minimumStay) return history;
  return put(history, place, (old) => ({ ...old, ...(old.edited ? {} : place), stayed: old.stayed + Math.min(milliseconds, maximumStay), seen: now }));
}

/** A line was edited. */
export function recordEdit(history: CursorHistory, place: { path: string; line: number; text: string }, now: number): CursorHistory {
  return put(history, place, (old) => ({ ...old, ...place, edited: now, seen: now }));
}

/** Every place of a file follows the changes of its text; `textAt` gives the present text of a 1-based line. */
export function followEdits(history: CursorHistory, path: string, changes: readonly LineChange[], textAt: (line: number) => string): CursorHistory {
  if (!history.places.some((place) => place.path === path)) return history;
  return { places: history.places.map((place) => {
    if (place.path !== path) return place;
    const line = followChanges(place.line, changes);
    return { ...place, line, text: textAt(line) };
  }) };
}

/** A file was renamed, or (without `to`) deleted. */
export function followRename(history: CursorHistory, from: string, to: string | undefined): CursorHistory {
  if (!history.places.some((place) => place.path === from)) return history;
  return { places: to === undefined ? history.places.filter((place) => place.path !== from) : history.places.map((place) => (place.path === from ? { ...place, path: to } : place)) };
}

const linkOf = ({ path, line, text }: Place): CodeLink => ({ path, line, ...(text.trim() ? { text: text.trim() } : {}) });
const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ').slice(0, 120);

/** How a place is named in an entry: its line's text as code, else its file. */
export function describePlace({ path, text }: Pick<Place, 'path' | 'text'>): string {
  const name = path.split('/').at(-1) ?? path;
  const line = oneLine(text).replaceAll('`', "'");
  return /[\p{L}\p{N}]/u.test(line) ? `${name}: \`${line}\`` : name;
}

/**
 * "Current work in progress" from the cursor: the place edited last, and the longest visited one if it is another file.
 * @param since milliseconds since the epoch: what was last seen before belongs to an older session
 */
export function suggestPlaces(history: CursorHistory, since: number, words: { edited: string; visited: string }): Suggestion[] {
  const ours = history.places.filter((place) => place.seen >= since);
  const edited = ours.filter((place) => place.edited >= since && place.edited > 0).sort((a, b) => b.edited - a.edited)[0];
  const visited = ours.filter((place) => place.stayed > 0 && place.path !== edited?.path).sort((a, b) => b.stayed - a.stayed)[0];
  const suggest = (place: Place, rank: number, evidence: string): Suggestion => ({
    // The line moves while the person works there: the file is what makes it the same matter.
    id: `cursor:${place.path}`,
    item: 'inProgress', text: describePlace(place), links: [linkOf(place)], source: 'cursor', rank,
    evidence: [{ text: evidence, link: linkOf(place), at: new Date(place.edited || place.seen).toISOString() }],
  });
  return [...(edited ? [suggest(edited, 2, words.edited)] : []), ...(visited ? [suggest(visited, 1, words.visited)] : [])];
}
