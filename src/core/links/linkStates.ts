import { addressOf, decodeTitle, encodeTitle, formatCodeLink, isLinkable, titleOf } from './codeLink.js';
import type { FoundLine, LineFinder } from './findLine.js';
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

/** What checking links asks of the outside world. Paths are relative to the folder that holds `.claude`. */
export interface LinkSurroundings {
  /** Where the versions' files are: one repository (its submodules are others), or only the working tree. */
  finderOf(link: WrittenLink): Promise<{ finder: LineFinder; path: string; now: Version } | undefined>;
  /** The states in which the link's number may be true, likeliest first: where it was written, then later ones. */
  basesOf(link: WrittenLink): AsyncIterable<Version>;
}

/**
 * The state of each link of one document.
 * @param links as {@link readLinks} gives them; those that lead out of the folder are left out of the answer
 */
export async function stateLinks(links: readonly WrittenLink[], surroundings: LinkSurroundings): Promise<LinkState[]> {
  const states: LinkState[] = [];
  for (const link of links) {
    if (link.path === '..' || link.path.startsWith('../')) continue;
    const state = link.kind === 'titled' ? await stateTitled(link, surroundings) : await stateByNumber(link, surroundings);
    if (state) states.push({ ...state, link });
  }
  return states;
}

async function stateTitled(link: WrittenLink, surroundings: LinkSurroundings): Promise<Omit<LinkState, 'link'>> {
  const place = await surroundings.finderOf(link);
  if (!place) return { status: 'lost', how: 'no such file' };
  const query = { path: place.path, line: link.line, text: link.text ?? '' };
  if (await place.finder.standsPlainly(query, place.now)) return { status: 'exact', file: place.path, line: link.line, how: 'only line with this text' };
  for await (const base of surroundings.basesOf(link)) {
    if (await place.finder.isBase(query, base)) return { ...(await place.finder.find(query, base, place.now)), base };
  }
  return place.finder.find(query, undefined, place.now);
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
