import { addressOf, decodeTitle, encodeTitle, formatCodeLink, isLinkable, titleOf } from './codeLink.js';
import type { FoundLine, LineFinder, LineQuery } from './findLine.js';
import type { Version } from './lineHistory.js';
import { readLinks, type Span, type WrittenLink } from './markdownLinks.js';

/** A link of a document and what became of the line it was written for. */
export interface LinkState extends FoundLine {
  link: WrittenLink;
  /** the version at which its number was true, if one was needed and is known */
  base?: Version;
}

/** A change of a text: what stands at `span` becomes `text`. Edits of one document do not overlap. */
export interface LinkEdit {
  span: Span;
  text: string;
}

/** A link whose line is sought from a version on. */
export interface SoughtFrom {
  readonly link: WrittenLink;
  readonly from: Version;
}

/** Which of the versions that brought a link into its document: of several copies of one link, the last that was added, or the first. */
export type Copy = 'last' | 'first';

/** What checking links asks of the outside world. Paths are relative to the folder that holds `.claude`. */
export interface LinkSurroundings {
  /** Where the versions' files are: one repository (its submodules are others), or only the working tree. */
  finderOf(link: WrittenLink): Promise<{ finder: LineFinder; path: string; now: Version } | undefined>;
  /** The version that a link's document says it was written at. */
  namedBase(link: WrittenLink): Promise<Version | undefined>;
  /** The versions in which links came into their documents, all at once since a history has to be read for them: less of it for the last copies. */
  writtenIn(links: readonly WrittenLink[], copy: Copy): Promise<ReadonlyMap<WrittenLink, Version | undefined>>;
  /** Tells which files' histories will be needed, before the first of them is, so that they can be read at once. */
  prepare(sought: readonly SoughtFrom[]): Promise<void>;
  /** Later versions in which a link's number may be true, the earliest first. @param first where it was written */
  laterBases(link: WrittenLink, first: Version | undefined): AsyncIterable<Version>;
}

/** A titled link on its way to an answer. */
interface Open {
  readonly link: WrittenLink;
  readonly place: { finder: LineFinder; path: string; now: Version };
  readonly query: LineQuery;
  /** where its document says that it was written, and where it came into the document; its number is true there or not */
  named?: Version | undefined;
  written?: Version;
  /** where its number is true */
  base?: Version;
  state?: Omit<LinkState, 'link'>;
}

/**
 * The state of each link. What costs most is asked for last and for as few links as possible: the present text answers most, then the
 * version in which a link was written, and only what is left needs the files' histories.
 * @param links as {@link readLinks} gives them, of any number of documents; those that lead out of the folder are left out of the answer
 */
export async function stateLinks(links: readonly WrittenLink[], surroundings: LinkSurroundings): Promise<LinkState[]> {
  const inside = links.filter(({ path }) => path !== '..' && !path.startsWith('../'));
  const begun = await Promise.all(inside.map(async (link) => (link.kind === 'titled' ? begin(link, surroundings) : { link, state: await stateByNumber(link, surroundings) })));
  const isOpen = (one: Open | { state?: unknown }): one is Open => one.state === undefined && 'query' in one;
  await Promise.all(begun.filter(isOpen).map(async (one) => {
    one.named = await surroundings.namedBase(one.link);
    await startAt(one, one.named);
  }));

  // A copy may have been made when its number was true no longer: then the first one is asked for.
  for (const copy of ['last', 'first'] as const) {
    const withoutBase = begun.filter(isOpen).filter(({ base }) => base === undefined);
    if (withoutBase.length === 0) break;
    const written = await surroundings.writtenIn(withoutBase.map(({ link }) => link), copy);
    await Promise.all(withoutBase.map(async (one) => {
      const version = written.get(one.link);
      if (version === undefined || version === one.written) return;
      one.written = version;
      await startAt(one, version);
    }));
  }

  const left = begun.filter(isOpen);
  if (left.length > 0) {
    await surroundings.prepare(left.flatMap(({ link, base, named, written }) => {
      const from = base ?? named ?? written;
      return from === undefined ? [] : [{ link, from }];
    }));
    for (const one of left) await finish(one, surroundings);
  }
  return begun.flatMap(({ link, state }) => (state ? [{ ...state, link }] : []));
}

async function begin(link: WrittenLink, surroundings: LinkSurroundings): Promise<Open | { link: WrittenLink; state: Omit<LinkState, 'link'> }> {
  const place = await surroundings.finderOf(link);
  if (!place) return { link, state: { status: 'lost', how: 'no such file' } };
  const query = { path: place.path, line: link.line, text: link.text ?? '' };
  const plain = await place.finder.standsPlainly(query, place.now);
  return { link, place, query, ...(plain ? { state: { status: 'exact', file: place.path, line: link.line, how: 'only line with this text' } } : {}) };
}

/** Takes a version for a link's base if its number is true there, and answers if the two states alone tell. */
async function startAt(one: Open, version: Version | undefined): Promise<void> {
  if (version === undefined) return;
  const { finder, now } = one.place;
  if (!(await finder.isBase(one.query, version))) return;
  one.base = version;
  const found = await finder.findPlainly(one.query, version, now);
  if (found) one.state = { ...found, base: version };
}

async function finish(one: Open, surroundings: LinkSurroundings): Promise<void> {
  const { link, query, named, written, place: { finder, now } } = one;
  if (one.base === undefined) {
    for await (const version of surroundings.laterBases(link, named ?? written)) {
      if (!(await finder.isBase(query, version))) continue;
      one.base = version;
      break;
    }
  }
  one.state = { ...(await finder.find(query, one.base, now)), ...(one.base === undefined ? {} : { base: one.base }) };
}

/** Number and existence are all that a link without a title states; code that only looks like a path is no link. */
async function stateByNumber(link: WrittenLink, surroundings: LinkSurroundings): Promise<FoundLine | undefined> {
  const place = await surroundings.finderOf(link);
  const count = await place?.finder.lineCount(place.now, place.path);
  if (!place || count === undefined) return link.kind === 'code' && !link.path.includes('/') ? undefined : { status: 'lost', how: 'no such file' };
  if (link.line > count || (link.lastLine ?? 0) > count) return { status: 'lost', how: 'the file is shorter' };
  return { status: 'exact', file: place.path, line: link.line, how: 'by number only' };
}

/**
 * The edits that make a link point to where its line is now: only the bytes that state it. The label changes where it is
 * the `path:line` of the link, else it stays as the person wrote it.
 * @param text the document
 * @param now the line's file, number and text now
 * @param folder the document's folder, as for {@link readLinks}
 */
export function updateEdits(text: string, link: WrittenLink, now: { path: string; line: number; text: string }, folder: string): LinkEdit[] {
  if (!isLinkable(now.path)) return [];
  const edits: LinkEdit[] = [];
  const label = text.slice(link.label.start, link.label.end);
  const stated = /^(.*):(\d+)$/s.exec(label);
  const path = stated?.[1] === undefined ? undefined : decodeTitle(stated[1]);
  if (stated && Number(stated[2]) === link.line && path !== undefined && link.path.endsWith(path)) {
    const end = link.label.end;
    if (now.path === link.path) edits.push({ span: { start: end - (stated[2] ?? '').length, end }, text: String(now.line) });
    else edits.push({ span: link.label, text: labelOf(now, folder) });
  }
  if (link.address) {
    const address = text.slice(link.address.start, link.address.end);
    const number = /#L?(\d+)$/i.exec(address)?.[1];
    const last = link.lastLine === undefined ? '' : `-L${String(Math.max(now.line, link.lastLine + now.line - link.line))}`;
    if (last === '' && now.path === link.path && number) edits.push({ span: { start: link.address.end - number.length, end: link.address.end }, text: String(now.line) });
    else edits.push({ span: link.address, text: addressOf(now.path, now.line, folder) + last });
  }
  const title = encodeTitle(titleOf(now.text));
  if (link.title) {
    if (titleOf(now.text) !== link.text) edits.push({ span: link.title, text: title });
  } else if (link.address && title !== '' && !text.slice(link.address.end, link.span.end).includes('"')) edits.push({ span: { start: link.span.end - 1, end: link.span.end - 1 }, text: ` "${title}"` });
  return edits.filter(({ span, text: replacement }) => text.slice(span.start, span.end) !== replacement);
}

/** The label that we would write. */
function labelOf(now: { path: string; line: number; text: string }, folder: string): string {
  const written = formatCodeLink(now, { folder, workspacePath: '' });
  const [link] = readLinks(written, folder);
  return link ? written.slice(link.label.start, link.label.end) : written;
}

/** The edit that leaves a link's text and takes the link away. */
export function removeEdit(text: string, link: WrittenLink): LinkEdit {
  return { span: link.span, text: link.kind === 'code' ? text.slice(link.span.start, link.span.end) : text.slice(link.label.start, link.label.end) };
}

/** A text with edits made; the rest of it stays byte for byte. */
export function applyEdits(text: string, edits: readonly LinkEdit[]): string {
  let result = '';
  let at = 0;
  for (const { span, text: replacement } of [...edits].sort((a, b) => a.span.start - b.span.start)) {
    if (span.start < at) continue;
    result += text.slice(at, span.start) + replacement;
    at = span.end;
  }
  return result + text.slice(at);
}
