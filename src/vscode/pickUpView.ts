import * as vscode from 'vscode';
import { contentHash } from '../core/contentHash.js';
import { terminalLine } from '../core/agentPrompt.js';
import { isOwnNote, type ListedNote } from '../core/noteLife.js';
import { noteLines, restartLine, uncommittedFiles, type NoteLine } from '../core/noteLines.js';
import { filesSince, isOthers, othersChanges, type FileSince, type GitSince } from '../core/sinceThen.js';
import type { NoGitSince } from '../node/gitSince.js';
import type { OpenedNote } from '../node/handoffNotes.js';
import type { CheckedLink } from '../node/linkChecks.js';
import { receiptsOf, type Receipt } from '../node/receipts.js';
import type { HandOverView, PickUpLine, PickUpSection, PickUpView, PlaceView, TextPart } from '../protocol.js';
import { configuration } from './configuration.js';
import type { KnownNotes } from './folderNotes.js';
import { oneLine } from './foreignText.js';
import { isElsewhere } from './linkWords.js';
import { age, namedAgent } from './usageWords.js';

/** What a click on the page opens. */
export type PickUpPlace =
  /** A file relative to the folder that holds `.claude`, at a 1-based line; of a link of the note it is looked up again. */
  | { readonly kind: 'file'; readonly path: string; readonly line: number; readonly link?: string }
  | { readonly kind: 'note'; readonly file: string };

/** What is known of a note that is picked up. */
export interface PickUpModel {
  readonly opened: OpenedNote;
  readonly known: KnownNotes;
  /** Undefined while it is looked up. */
  readonly since: GitSince | NoGitSince | 'untrusted' | undefined;
  /** Undefined while they are looked up. */
  readonly links: readonly CheckedLink[] | undefined;
  readonly ticked: ReadonlySet<string>;
  readonly folded: readonly PickUpSection[];
  readonly ways: readonly HandOverView[];
}

/** The view, and what its places open. */
export interface DrawnPickUp {
  readonly view: PickUpView;
  readonly places: ReadonlyMap<string, PickUpPlace>;
  /** The commands as they are put into a terminal. */
  readonly commands: ReadonlyMap<string, string>;
}

/** So many files, commits and other people's changes are named; the rest is counted. */
const named = 3;

const short = (hash: string): string => hash.slice(0, 7);
const nameOf = (path: string): string => oneLine(path.split('/').at(-1) ?? path);
const personOf = (author: string): string => oneLine(author.replace(/\s*<[^<>]*>\s*$/, '')) || oneLine(author);

/** Collects what the parts and links of a page open. */
class Places {
  readonly all = new Map<string, PickUpPlace>();

  /** Named after what it opens: a click means what was seen, also when the page has changed meanwhile. */
  add(place: PickUpPlace): string {
    const id = contentHash(JSON.stringify(place));
    this.all.set(id, place);
    return id;
  }

  file(path: string, line = 1): TextPart {
    return { text: nameOf(path), place: this.add({ kind: 'file', path, line }) };
  }
}

export const linkKey = ({ path, line, text }: { readonly path: string; readonly line: number; readonly text?: string }): string => JSON.stringify([path, line, text ?? '']);

/** A link of the note as it is now; while it is looked up, as it is written. */
function placeOf(link: NoteLine['links'][number], links: readonly CheckedLink[] | undefined, places: Places): PlaceView {
  const checked = links?.find((one) => linkKey(one.link) === linkKey(link));
  const [path, line] = [checked?.file ?? link.path, checked?.line ?? link.line];
  const was = !checked || !isElsewhere(checked) ? undefined : checked.file === link.path ? vscode.l10n.t('was {0}', link.line) : vscode.l10n.t('was {0}', oneLine(`${link.path}:${link.line}`));
  return {
    label: oneLine(`${path}:${line}`, 200), short: `${nameOf(path)}:${line}`, place: places.add({ kind: 'file', path, line, link: linkKey(link) }),
    ...(checked?.now ?? link.text ? { text: oneLine(checked?.now ?? link.text ?? '', 120) } : {}), ...(checked ? { state: checked.status } : {}), ...(was === undefined ? {} : { was }),
  };
}

const dim = (text: string): TextPart => ({ text, tone: 'dim' });
const attention = (text: string): TextPart => ({ text, tone: 'attention' });
const plain = (text: string): TextPart => ({ text });
const line = (id: string, icon: PickUpLine['icon'], ...parts: readonly TextPart[]): PickUpLine => ({ id, icon, parts, links: [] });

const commitsWords = (count: number): string => (count === 1 ? vscode.l10n.t('1 commit') : vscode.l10n.t('{0} commits', count));

/** "(1 by someone else)" */
function byOthers({ commits, user }: GitSince): TextPart[] {
  const others = commits.filter((commit) => isOthers(commit, user)).length;
  return others === 0 ? [] : [dim(` ${others === 1 ? vscode.l10n.t('(1 by someone else)') : vscode.l10n.t('({0} by others)', others)}`)];
}

function branchLine(branch: string, commit: string, since: GitSince): PickUpLine {
  const now = since.branch === undefined ? vscode.l10n.t('a detached HEAD') : oneLine(since.branch);
  const then = oneLine(branch);
  if (since.noteBranch === 'gone') {
    return since.isContained ? line('branch', 'branch', plain(vscode.l10n.t('{0} is gone; its commit is in {1}', then, now)))
      : line('branch', 'branch', attention(vscode.l10n.t('{0} is gone, and its commit is not in {1}', then, now)));
  }
  const onTop = commitsWords(since.commitCount);
  const what: Record<GitSince['commit'], string> = {
    same: vscode.l10n.t('no commit since'), ahead: vscode.l10n.t('{0} on top', onTop), behind: vscode.l10n.t('set back behind {0}', short(commit)),
    rewritten: since.commitCount === 0 ? vscode.l10n.t('rebased or amended since') : vscode.l10n.t('rebased or amended since, with {0} more', onTop),
    missing: vscode.l10n.t('its commit {0} is not here any more, {1} since', short(commit), onTop), unknown: vscode.l10n.t('{0} since', onTop),
  };
  const parts = [plain(what[since.commit]), ...byOthers(since)];
  if (since.noteBranch === 'here') return line('branch', 'branch', plain(vscode.l10n.t('Same branch, {0}', parts[0]?.text ?? '')), ...parts.slice(1));
  if (since.noteBranch === 'elsewhere') return line('branch', 'branch', attention(vscode.l10n.t('{0} is checked out, not {1}', now, then)), plain(vscode.l10n.t('; there: {0}', parts[0]?.text ?? '')), ...parts.slice(1));
  return line('branch', 'branch', plain(since.branch === undefined ? vscode.l10n.t('No branch then, {0}', parts[0]?.text ?? '') : vscode.l10n.t('No branch then, {0} now; {1}', now, parts[0]?.text ?? '')), ...parts.slice(1));
}

function filesLine(files: readonly FileSince[], uncommitted: number, places: Places): PickUpLine[] {
  if (files.length === 0) return [];
  const still = files.filter(({ state }) => state === 'still').length;
  const head = still === files.length
    ? files.length === 1 ? vscode.l10n.t('The uncommitted file is still so') : vscode.l10n.t('All {0} uncommitted files are still so', files.length)
    : files.length === 1 ? vscode.l10n.t('The uncommitted file is not so any more') : vscode.l10n.t('{0} of {1} uncommitted files are still so', still, files.length);
  const changed = files.filter(({ state }) => state !== 'still');
  const parts = changed.slice(0, named).flatMap(({ path, state, commit }): TextPart[] => [plain('; '), places.file(path),
    state === 'committed' ? plain(` ${vscode.l10n.t('was committed in {0}', short(commit ?? ''))}`) : attention(` ${vscode.l10n.t('has no changes any more, and no commit has them')}`)]);
  const more = changed.length > named ? [plain(vscode.l10n.t('; and {0} more', changed.length - named))] : [];
  const fresh = uncommitted - still;
  return [line('files', 'files', plain(head), ...parts, ...more, ...(fresh > 0 ? [dim(` · ${fresh === 1 ? vscode.l10n.t('1 other file is uncommitted now') : vscode.l10n.t('{0} other files are uncommitted now', fresh)}`)] : []))];
}

function linksLine(links: readonly CheckedLink[]): PickUpLine[] {
  const count = (...states: readonly CheckedLink['status'][]): number => links.filter(({ status }) => states.includes(status)).length;
  if (links.length === 0) return [];
  const [right, moved, edited, lost] = [count('exact'), count('moved'), count('edited', 'ambiguous'), count('lost')];
  if (right === links.length) return [line('links', 'links', plain(right === 1 ? vscode.l10n.t('Its link is right') : vscode.l10n.t('All {0} links are right', right)))];
  const tell = (number: number, words: string): TextPart[] => [plain(', '), number > 0 ? attention(words) : plain(words)];
  return [line('links', 'links', plain(right === 1 ? vscode.l10n.t('1 link right') : vscode.l10n.t('{0} links right', right)), ...tell(moved, vscode.l10n.t('{0} moved', moved)),
    ...(edited > 0 ? tell(edited, vscode.l10n.t('{0} edited', edited)) : []), ...tell(lost, vscode.l10n.t('{0} lost', lost)))];
}

function sinceLines({ opened, since, links, known }: PickUpModel, told: readonly NoteLine[], places: Places): PickUpLine[] {
  const { note } = opened;
  const about = links ? linksLine(links) : [];
  if (since === undefined) return about;
  if (since === 'untrusted') return [line('git', 'warning', plain(vscode.l10n.t('Restricted Mode: git is not asked, so what changed since is not known.'))), ...about];
  if ('kind' in since) {
    const why = since.reason === 'noRepository' ? vscode.l10n.t('This folder is not in a git repository: what changed since is not known.')
      : since.reason === 'noGit' ? vscode.l10n.t('Git was not found: what changed since is not known.') : vscode.l10n.t('Git did not answer: {0}', oneLine(since.message, 200));
    return [line('git', 'warning', plain(why)), ...about];
  }
  const then = uncommittedFiles(told, known.place.workspacePath);
  const linked = told.flatMap((one) => one.links.map(({ path }) => path));
  const others = othersChanges(linked, since);
  return [
    branchLine(note.branch, note.commit, since),
    ...(since.upstream ? [line('upstream', 'warning', attention(vscode.l10n.t('{0} has {1} that are not here', oneLine(since.upstream.name), commitsWords(since.upstream.behind))))] : []),
    ...since.commits.slice(0, named).map((commit) => line(`commit ${commit.hash}`, 'commits', plain(`${short(commit.hash)} ${oneLine(commit.subject)}`), dim(` · ${personOf(commit.author)}`))),
    ...(since.commitCount > named ? [line('commits', 'commits', dim(vscode.l10n.t('and {0} more', since.commitCount - named)))] : []),
    ...filesLine(filesSince(then, since), since.uncommitted.length, places),
    ...others.slice(0, named).map(({ path, commit }) => line(`other ${path}`, 'people', places.file(path), attention(` ${vscode.l10n.t('was changed by {0} in {1}', personOf(commit.author), short(commit.hash))}`))),
    ...(others.length > named ? [line('others', 'people', dim(vscode.l10n.t('and {0} more files that the note links to', others.length - named)))] : []),
    ...about,
  ];
}

/** "Picked up 14:02 by Claude Code, session 88a8" */
export function receiptWords({ at, agent, session, unreviewed }: Receipt): string {
  const time = new Date(at);
  const when = new Intl.DateTimeFormat(vscode.env.language, time.toDateString() === new Date().toDateString() ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(time);
  const who = namedAgent(agent);
  const words = session === '' ? vscode.l10n.t('Picked up {0} by {1}', when, who) : vscode.l10n.t('Picked up {0} by {1}, session {2}', when, who, oneLine(session).slice(0, 4));
  return unreviewed ? vscode.l10n.t('{0} (not reviewed)', words) : words;
}

function statusOf(listed: ListedNote | undefined, isDone: boolean, known: KnownNotes, places: Places): readonly TextPart[] | undefined {
  if (isDone) return [plain(vscode.l10n.t('Done'))];
  if (listed?.state === 'expired') return [plain(vscode.l10n.t('Older than {0} days: it is no longer offered', configuration.noteExpiryDays()))];
  if (listed?.state !== 'superseded') return undefined;
  const newer = known.listed.find(({ note }) => note.file === listed.supersededBy);
  return [plain(`${vscode.l10n.t('A newer one took its place:')} `), { text: newer ? vscode.l10n.t('handoff from {0}', age(newer.note.created)) : vscode.l10n.t('open it'), place: places.add({ kind: 'note', file: listed.supersededBy ?? '' }) }];
}

/** The id of a step: its words, so that a tick stays with them when the note is written again. */
const stepId = contentHash;

/** A git suggestion's own words, which "since then" says better. */
const countOfFiles = /^[\d,.]+ files? uncommitted/;

/** The page of a note. */
export function drawPickUp(model: PickUpModel): DrawnPickUp {
  const { opened: { note, file }, known, links, ticked, folded, ways } = model;
  const places = new Places();
  const told = noteLines(note, `${known.place.documentsFolder}/handoffs`);
  const views = (one: NoteLine): readonly PlaceView[] => one.links.map((link) => placeOf(link, links, places));
  const listed = known.listed.find((one) => one.note.file === file);
  const isDone = note.status === 'done';
  const isOver = isDone || listed?.state === 'superseded';
  const since = sinceLines(model, told, places);
  const lineOf = (one: NoteLine, index: number, icon: PickUpLine['icon'], text = one.text): PickUpLine => ({ id: `${icon}${index}`, icon, parts: [plain(text)], links: views(one) });
  const carryOn = told.flatMap((one, index): PickUpLine[] => {
    if (one.category !== 'handoff') return [];
    if (one.handoff === 'inProgress') return [lineOf(one, index, 'working', one.text === '' ? vscode.l10n.t('Working on') : one.text)];
    if (one.handoff === 'uncommitted') return countOfFiles.test(one.text) ? [] : [lineOf(one, index, 'uncommitted')];
    return one.handoff === undefined && one.text !== '' ? [lineOf(one, index, 'other')] : [];
  });
  const commands = note.sections.handoff.filter(({ handoff }) => handoff === 'restartCommand').flatMap((item) => {
    const { commands: lines, remark } = restartLine(item);
    return lines.map((command, index) => ({ text: terminalLine(command), remark: index === lines.length - 1 ? remark : '' }));
  }).filter(({ text }) => text !== '').map((command) => ({ id: contentHash(command.text), ...command }));
  const author = isOwnNote(note, known.here) ? vscode.l10n.t('by you') : note.author === '' ? '' : vscode.l10n.t('by {0}', personOf(note.author));
  const canContinue = !isOver && ways[0] !== undefined;
  const status = statusOf(listed, isDone, known, places);
  const view: PickUpView = {
    note: file, headline: vscode.l10n.t('Handoff from {0}', age(note.created)), time: new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(note.created)),
    branch: oneLine(note.branch), about: [note.focus === '' ? '' : vscode.l10n.t('Focus: {0}', oneLine(note.focus)), author, /^[0-9a-f]{7,}$/.test(note.commit) ? short(note.commit) : ''].filter(Boolean).join(' · '),
    ...(status ? { status } : {}), since, looking: model.since === undefined || links === undefined,
    carryOn,
    steps: told.filter(({ handoff }) => handoff === 'nextStep').map((one) => ({ id: stepId(one.text), text: one.text, done: ticked.has(stepId(one.text)), links: views(one) })),
    commands, canInsert: vscode.workspace.isTrusted,
    learned: told.flatMap((one, index): PickUpLine[] => (one.category === 'handoff' ? [] : [lineOf(one, index, one.category)])),
    handOver: isOver ? [] : ways, receipts: receiptsOf(known.records.receipts, file).slice(-named).reverse().map(receiptWords), isDone,
    ...(canContinue ? { continueTitle: ways[0]?.title ?? '' } : {}), folded,
  };
  return { view, places: places.all, commands: new Map(commands.map(({ id, text }) => [id, text])) };
}
