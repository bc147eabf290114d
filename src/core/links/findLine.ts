import { followInFile, followMoved, isPlain, occursOnce, type Followed, type Place } from './followLine.js';
import { isWeakLine, lineWeight, splitLines, statesLine } from './lineText.js';
import type { FileChange, LineHistory, Step, Version, WayFrom } from './lineHistory.js';
import type { ReceivingFile } from './movedBlocks.js';
import { LineSimilarity } from './similarity.js';
import { TextAlignment } from './textAlignment.js';

/** What is known of a line and when. */
export interface LineQuery {
  path: string;
  /** 1-based */
  line: number;
  /** the line's text as its title states it (cut at 120 characters with `…`, or whole) */
  text: string;
  /** up to some lines before and after it, nearest last and nearest first: only drafts keep them */
  before?: readonly string[];
  after?: readonly string[];
}

/** Where a line is now. `file` and `line` (1-based) are there for exact, moved and edited. */
export interface FoundLine {
  status: 'exact' | 'moved' | 'edited' | 'ambiguous' | 'lost';
  file?: string;
  line?: number;
  /** in a few words, how it was found or why not */
  how: string;
  /** where it could be (1-based), for ambiguous */
  candidates?: Place[];
  /** the commit that removed it, if one step of the history did */
  removedBy?: string;
}

/** The most other files of one change that are searched for a moved block, and the most lines of one. */
const MOST_FILES = 120;
const LONGEST_FILE = 60_000;
/** What is remembered before all of it is forgotten, in characters of text read: a search of any length stays in some hundred megabytes. */
const MOST_REMEMBERED = 60_000_000;

/** Finds lines again. One instance serves one search over one history: it remembers texts and comparisons. */
export class LineFinder {
  private similarity = new LineSimilarity();
  private remembered = 0;
  private readonly texts = new Map<string, Promise<string[] | undefined>>();
  private readonly counts = new Map<string, Promise<{ lines: string[]; count: Map<string, number> } | undefined>>();
  private readonly alignments = new Map<string, Promise<TextAlignment | undefined>>();

  constructor(private readonly history: LineHistory) {}

  /**
   * Where the line of `query` is in `to`, if it stood there in `from`.
   * @param from the version at which the line's number and text are true, undefined if none is known: then only its text tells
   */
  async find(query: LineQuery, from: Version | undefined, to: Version): Promise<FoundLine> {
    if (from === undefined) return this.byTextAlone(query, to);
    const plain = await this.findPlainly(query, from, to);
    if (plain) return plain;
    const text = (await this.lines(from, query.path))?.[query.line - 1] ?? '';
    const direct = (await this.lines(to, query.path)) === undefined ? undefined : await this.follow(from, to, { path: query.path, line: query.line - 1 }, query.path);
    const way = await this.history.way(from, to, query.path);
    if (way) return this.alongHistory(query, text, direct, way, from, to);
    return this.atOnce(query, text, direct, from, to);
  }

  /** The answer of {@link find} where the two states of the file alone give it; undefined where the history between them has a say. */
  async findPlainly(query: LineQuery, from: Version, to: Version): Promise<FoundLine | undefined> {
    const before = await this.lines(from, query.path);
    const line = query.line - 1;
    const text = before?.[line];
    if (before === undefined || text === undefined || !statesLine(query.text, text)) return this.byTextAlone(query, to);
    if (from === to) return { status: 'exact', file: query.path, line: query.line, how: 'as it was written' };
    const after = await this.lines(to, query.path);
    if (!after) return undefined;
    if (isSame(before, after)) return { status: 'exact', file: query.path, line: query.line, how: 'file unchanged' };
    const twin = await this.plainTwin(from, to, query.path, line);
    if (twin !== undefined) return this.answer(query, text, { kind: 'at', path: query.path, line: twin, similarity: 1, how: 'unchanged', firm: true }, to, 'only line with this text, beside the same line');
    const direct = await this.follow(from, to, { path: query.path, line }, query.path);
    // An unchanged line that has no twins, or unchanged lines on both sides, needs no history.
    if (direct?.kind === 'at' && direct.how === 'unchanged' && direct.firm && ((!isWeakLine(text) && occursOnce(before, text) && occursOnce(after, text)) || (await this.standsFirm(from, to, query.path, line)))) {
      return this.answer(query, text, direct, to, 'unchanged line of the diff');
    }
    return undefined;
  }

  /** Whether a link's number was true at a version: that line, and those around it that a draft kept, are the ones that the link states. */
  async isBase(query: LineQuery, version: Version): Promise<boolean> {
    const lines = await this.lines(version, query.path);
    const text = lines?.[query.line - 1];
    return lines !== undefined && text !== undefined && statesLine(query.text, text) && areAround(lines, query.line - 1, query);
  }

  /**
   * Whether a line plainly still stands where it was written: its text is there, says enough, and there is no other such line.
   * Then nothing that happened since could lead elsewhere, and no base is needed.
   */
  async standsPlainly(query: LineQuery, now: Version): Promise<boolean> {
    const counted = await this.counted(now, query.path);
    const text = counted?.lines[query.line - 1];
    return counted !== undefined && text !== undefined && lineWeight(text) >= 1 && statesLine(query.text, text) && counted.count.get(text.trim()) === 1;
  }

  /**
   * Forgets what a version held: the working tree and unsaved editors change under us.
   * @param isAsRead files of which it is known that they did not, whose texts and comparisons stay
   */
  async forget(version: Version, isAsRead: (path: string) => Promise<boolean> = () => Promise.resolve(false)): Promise<void> {
    const paths = [...this.texts.keys()].filter((key) => key.startsWith(`${version}\0`)).map((key) => key.slice(version.length + 1));
    const same = new Set((await Promise.all(paths.map(async (path) => ((await isAsRead(path)) ? [path] : [])))).flat());
    for (const map of [this.texts, this.counts]) for (const key of map.keys()) if (key.startsWith(`${version}\0`) && !same.has(key.slice(version.length + 1))) map.delete(key);
    for (const key of this.alignments.keys()) {
      const [from, before = '', to, after = ''] = key.split('\0');
      if ((from === version && !same.has(before)) || (to === version && !same.has(after))) this.alignments.delete(key);
    }
  }

  /** The text of a line (1-based), for a hover that shows it as it was and as it is. */
  async textOf(version: Version, path: string, line: number): Promise<string | undefined> {
    return (await this.lines(version, path))?.[line - 1];
  }

  /** How many lines a file has, undefined if there is none. */
  async lineCount(version: Version, path: string): Promise<number | undefined> {
    return (await this.lines(version, path))?.length;
  }

  /** Follows the line through every change of the history, then lets the direct comparison confirm or correct it. */
  private async alongHistory(query: LineQuery, text: string, direct: Followed | undefined, begin: WayFrom, from: Version, to: Version): Promise<FoundLine> {
    let place: Place = { path: query.path, line: query.line - 1 };
    let { way, start } = begin;
    const next = (): Step | undefined => {
      const at = way.nextTouching(place.path, start);
      if (at === undefined) return undefined;
      start = at + 1;
      return way.steps[at];
    };
    for (let step = begin.first ?? next(); step; step = next()) {
      const followed = await this.followStep(step, place);
      if (!followed) continue;
      if (followed.kind === 'at') {
        place = { path: followed.path, line: followed.line };
        if (!way.paths || way.paths.has(place.path) || step.to === to) continue;
        const onward = await this.history.way(step.to, to, place.path);
        // What else became of the file is not known.
        if (!onward) return this.atOnce(query, text, direct, from, to);
        ({ way, start } = onward);
        continue;
      }
      const again = await this.resurrected(query, text, direct, from, to);
      if (again) return again;
      const by = step.to === 'now' || step.back ? {} : { removedBy: step.to };
      if (followed.kind === 'gone') return { status: 'lost', how: step.back ? 'not there yet' : 'removed', ...by };
      if (step.to === to) return { status: 'ambiguous', how: 'replaced by lines that are alike', candidates: oneBased(followed.candidates) };
      return { status: 'ambiguous', how: 'replaced by lines that are alike', ...by };
    }
    // Lines that were joined and parted again, edited and restored: the two ends say more than the way between them.
    if (direct?.kind === 'at' && direct.how === 'unchanged' && direct.line !== place.line && (await this.lines(to, place.path))?.[place.line]?.trim() !== text.trim()) {
      if (direct.firm) return this.answer(query, text, direct, to, 'unchanged line of the diff');
      return { status: 'ambiguous', how: 'edited on the way, but also still there', candidates: oneBased([place, { path: direct.path, line: direct.line }]) };
    }
    return this.answer(query, text, { kind: 'at', ...place, similarity: 1, how: 'moved', firm: true }, to, 'followed through the history');
  }

  /** One change applied to one place; undefined if the change did not touch the file. */
  private async followStep(step: Step, place: Place, far = false): Promise<Followed | undefined> {
    const change = step.files.find(({ before }) => before === place.path);
    if (!change) return undefined;
    const inFile: Followed = change.after === undefined ? { kind: 'gone' } : ((await this.follow(step.from, step.to, place, change.after)) ?? { kind: 'gone' });
    if (isPlain(inFile)) return inFile;
    const alignment = await this.align(step.from, place.path, step.to, change.after);
    if (!alignment) return inFile;
    const files: ReceivingFile[] = change.after === undefined ? [] : [{ path: change.after, lines: alignment.after, isNew: (k) => !alignment.isKeptAfter(k) }];
    const here = followMoved(alignment, place.line, inFile, files, change.after, far);
    if (here.kind === 'at' || isWeakLine(alignment.before[place.line] ?? '') && change.after !== undefined && inFile.kind === 'gone' && !this.removedAround(alignment, place.line)) return here;
    for (const other of this.receivers(step, place.path)) {
      const file = await this.receiving(step, other);
      if (file) files.push(file);
    }
    return followMoved(alignment, place.line, inFile, files, change.after, far);
  }

  /** A brace that left alone went nowhere; one whose neighbours left too may have moved with them. */
  private removedAround(alignment: TextAlignment, line: number): boolean {
    return (line > 0 && !alignment.isKept(line - 1)) || (line + 1 < alignment.before.length && !alignment.isKept(line + 1));
  }

  /** The other files of a change that may have received a block, the likeliest first: new ones, near ones, of the same kind. */
  private receivers(step: Step, path: string): FileChange[] {
    const kind = path.slice(path.lastIndexOf('.') + 1);
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const rank = ({ before, after = '' }: FileChange): number => (after.endsWith(`.${kind}`) ? 0 : 4) + (after.startsWith(folder) ? 0 : 2) + (before === undefined ? 0 : 1);
    return step.files.filter(({ before, after }) => after !== undefined && before !== path).sort((a, b) => rank(a) - rank(b)).slice(0, MOST_FILES);
  }

  private async receiving(step: Step, { before, after }: FileChange): Promise<ReceivingFile | undefined> {
    if (after === undefined) return undefined;
    if (before === undefined) {
      const lines = await this.lines(step.to, after);
      return lines && { path: after, lines, isNew: () => true };
    }
    const alignment = await this.align(step.from, before, step.to, after);
    return alignment && { path: after, lines: alignment.after, isNew: (k) => !alignment.isKeptAfter(k) };
  }

  /** The history lost the line, but it stands there again (a revert, a file deleted and restored): only if nothing else has its text. */
  private async resurrected(query: LineQuery, text: string, direct: Followed | undefined, from: Version, to: Version): Promise<FoundLine | undefined> {
    if (direct?.kind === 'at' && direct.how === 'unchanged' && direct.firm && !isWeakLine(text)) return this.answer(query, text, direct, to, 'unchanged line of the diff');
    const [before, after] = [await this.lines(from, query.path), await this.lines(to, query.path)];
    if (!before || !after || lineWeight(text) < 1 || !occursOnce(before, text) || !occursOnce(after, text)) return undefined;
    const line = after.findIndex((other) => other.trim() === text.trim());
    return this.answer(query, text, { kind: 'at', path: query.path, line, similarity: 1, how: 'moved', firm: true }, to, 'only line with this text');
  }

  /** No history leads from one to the other (another branch, a rebase): the two states compared at once. */
  private async atOnce(query: LineQuery, text: string, direct: Followed | undefined, from: Version, to: Version): Promise<FoundLine> {
    if (direct && isPlain(direct) && direct.kind === 'at' && direct.firm) return this.answer(query, text, direct, to, 'compared at once');
    const files = await this.history.compare(from, to);
    if (files) {
      const followed = await this.followStep({ from, to, files }, { path: query.path, line: query.line - 1 }, true);
      if (followed?.kind === 'at') return this.answer(query, text, followed, to, 'compared at once');
      if (followed) {
        const again = await this.resurrected(query, text, direct, from, to);
        if (again) return again;
        return followed.kind === 'gone' ? { status: 'lost', how: 'removed' } : { status: 'ambiguous', how: 'replaced by lines that are alike', candidates: oneBased(followed.candidates) };
      }
    }
    return direct?.kind === 'at' ? this.answer(query, text, direct, to, 'compared at once') : { status: 'lost', how: 'removed' };
  }

  /**
   * The newer line with the same text, if it says enough, there was and is only one of it, and a statement next to it is still
   * next to it: then no comparison of the whole texts could say anything else, and most links need none.
   */
  private async plainTwin(from: Version, to: Version, path: string, line: number): Promise<number | undefined> {
    const [before, after] = await Promise.all([this.counted(from, path), this.counted(to, path)]);
    if (!before || !after) return undefined;
    const text = (before.lines[line] ?? '').trim();
    if (before.count.get(text) !== 1 || after.count.get(text) !== 1 || lineWeight(text) < 1) return undefined;
    const at = after.lines.findIndex((other) => other.trim() === text);
    const beside = (step: number): boolean => {
      const neighbour = (before.lines[line + step] ?? '').trim();
      return neighbour === (after.lines[at + step] ?? '').trim() && lineWeight(neighbour) >= 0.5;
    };
    return beside(-1) || beside(1) ? at : undefined;
  }

  /** Without a base only the text tells: it must say something, and there must be one such line. */
  private async byTextAlone(query: LineQuery, to: Version): Promise<FoundLine> {
    const lines = await this.lines(to, query.path);
    if (!lines) return { status: 'lost', how: 'no such file' };
    const places: number[] = [];
    lines.forEach((line, index) => {
      if (statesLine(query.text, line)) places.push(index);
    });
    const [first] = places;
    if (first === undefined) return { status: 'lost', how: 'no line with this text' };
    const surrounded = places.filter((at) => isSurrounded(lines, at, query));
    const [only] = surrounded;
    if (only !== undefined && surrounded.length === 1) return { status: only === query.line - 1 ? 'exact' : 'moved', file: query.path, line: only + 1, how: 'by text and the lines around it' };
    if (isWeakLine(query.text) || lineWeight(query.text) < 0.8 || places.length > 1) return { status: 'ambiguous', how: 'by text alone', candidates: oneBased(places.slice(0, 10).map((line) => ({ path: query.path, line }))) };
    return { status: first === query.line - 1 ? 'exact' : 'moved', file: query.path, line: first + 1, how: 'by text alone' };
  }

  private async answer(query: LineQuery, text: string, at: Extract<Followed, { kind: 'at' }>, to: Version, how: string): Promise<FoundLine> {
    const now = (await this.lines(to, at.path))?.[at.line];
    if (now === undefined) return { status: 'lost', how: 'no such file' };
    const same = now.trim() === text.trim();
    const status = !same ? 'edited' : at.path === query.path && at.line === query.line - 1 ? 'exact' : 'moved';
    return { status, file: at.path, line: at.line + 1, how };
  }

  /** Whether a line lies well inside an unchanged stretch. */
  private async standsFirm(from: Version, to: Version, path: string, line: number): Promise<boolean> {
    const alignment = await this.align(from, path, to, path);
    if (!alignment) return false;
    let above = 0;
    let below = 0;
    for (let k = line - 1; k >= 0 && above < 1.5 && alignment.keptAt(k) === alignment.keptAt(line) + k - line; k--) above += lineWeight(alignment.before[k] ?? '');
    for (let k = line + 1; k < alignment.before.length && below < 1.5 && alignment.keptAt(k) === alignment.keptAt(line) + k - line; k++) below += lineWeight(alignment.before[k] ?? '');
    return above >= 1.5 && below >= 1.5;
  }

  private async follow(from: Version, to: Version, place: Place, after: string): Promise<Followed | undefined> {
    const alignment = await this.align(from, place.path, to, after);
    return alignment && followInFile(alignment, place.line, after);
  }

  private align(from: Version, before: string, to: Version, after: string | undefined): Promise<TextAlignment | undefined> {
    const key = [from, before, to, after ?? ''].join('\0');
    let alignment = this.alignments.get(key);
    if (!alignment) {
      alignment = (async () => {
        const [older, newer] = await Promise.all([this.lines(from, before), after === undefined ? [] : this.lines(to, after)]);
        return older && newer && new TextAlignment(older, newer, this.similarity);
      })();
      this.alignments.set(key, alignment);
    }
    return alignment;
  }

  private counted(version: Version, path: string): Promise<{ lines: string[]; count: Map<string, number> } | undefined> {
    const key = `${version}\0${path}`;
    let counted = this.counts.get(key);
    if (!counted) {
      counted = this.lines(version, path).then((lines) => {
        if (!lines) return undefined;
        const count = new Map<string, number>();
        for (const line of lines) {
          const text = line.trim();
          count.set(text, (count.get(text) ?? 0) + 1);
        }
        return { lines, count };
      });
      this.counts.set(key, counted);
    }
    return counted;
  }

  /** What is asked for now goes on with what it holds; only the next question reads again. */
  private forgetAll(): void {
    for (const map of [this.texts, this.counts, this.alignments]) map.clear();
    this.similarity = new LineSimilarity();
    this.remembered = 0;
  }

  private lines(version: Version, path: string): Promise<string[] | undefined> {
    const key = `${version}\0${path}`;
    let lines = this.texts.get(key);
    if (!lines) {
      if (this.remembered > MOST_REMEMBERED) this.forgetAll();
      lines = this.history.read(version, path).then((text) => {
        this.remembered += text?.length ?? 0;
        const all = text === undefined ? undefined : splitLines(text);
        return all && all.length <= LONGEST_FILE ? all : undefined;
      });
      this.texts.set(key, lines);
    }
    return lines;
  }
}

function oneBased(places: Place[]): Place[] {
  return places.map(({ path, line }) => ({ path, line: line + 1 }));
}

function isSame(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}

/** Whether the lines that a draft kept around the line stand around this one: all of them, and enough to tell twins apart. */
function isSurrounded(lines: string[], at: number, query: LineQuery): boolean {
  const kept = [...(query.before ?? []), ...(query.after ?? [])].reduce((sum, line) => sum + lineWeight(line), 0);
  return kept >= 0.8 && areAround(lines, at, query);
}

function areAround(lines: string[], at: number, { before = [], after = [] }: LineQuery): boolean {
  return before.every((line, k) => statesLine(line, lines[at - before.length + k] ?? '')) && after.every((line, k) => statesLine(line, lines[at + 1 + k] ?? ''));
}
