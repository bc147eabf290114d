import { findingsFence, type Reply } from '../agents/activity.js';
import { projectPath } from '../agents/projectPath.js';
import { contentHash } from '../contentHash.js';
import { withoutInvisible } from '../links/untrustedText.js';
import type { CodeLink, Entry, Suggestion } from '../session.js';
import { SessionFileError, readSessionFile } from '../sessionFile.js';
import { evidenceOf, suggestionId, type AgentSession } from './agentSession.js';
import { commandLine, detailOf, prose } from './plainText.js';

/*
 * The findings that an agent ends with when it was asked to (`/handoff-findings`): one fenced block in the session format of the
 * command line. An agent's word like every other: nothing of it is written before a person accepted it.
 */

/** How much of a block is read, and how many of its entries are offered: more than a person would review. */
const largestBlock = 32_000;
const mostEntries = 40;
const textLength = 500;

/** What is wrong with findings, for the person: which reply, and one plain sentence. */
export interface FindingsProblem {
  /** The same block has the same key. */
  readonly key: string;
  readonly reason: string;
}

/** What the agent's findings suggest, and what of them could not be read. */
export interface Findings {
  readonly suggestions: readonly Suggestion[];
  readonly problems: readonly FindingsProblem[];
}

/** The text between the fences of the last such block of a reply; undefined where there is none. */
function blockOf(text: string): string | undefined {
  const begin = [...text.matchAll(new RegExp(findingsFence.source, 'gm'))].at(-1);
  if (!begin) return undefined;
  const [line, fence = ''] = begin;
  const body = text.slice(begin.index + line.length).replace(/^[^\n]*\n?/, '');
  const end = new RegExp(`^[ \\t]*${fence[0] ?? '\`'}{${fence.length},}[ \\t]*$`, 'm').exec(body);
  return end ? body.slice(0, end.index) : body;
}

/** The list of entries of a block: of a session file, or the list alone. */
function entriesOf(block: string): readonly unknown[] {
  if (block.length > largestBlock) throw new SessionFileError(`the findings have ${block.length} characters; at most ${largestBlock} are read.`);
  let value: unknown;
  try {
    value = JSON.parse(block);
  } catch (error) {
    throw new SessionFileError(`the findings are not JSON (${(error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').slice(0, 120)}); ask the agent for them again.`);
  }
  const entries: unknown = typeof value === 'object' && value !== null && !Array.isArray(value) && 'entries' in value ? value.entries : value;
  if (!Array.isArray(entries)) throw new SessionFileError('the findings hold no list of entries; ask the agent for them again.');
  return entries;
}

function linkOf({ path, line, text }: CodeLink, { surroundings }: AgentSession): CodeLink[] {
  const inside = projectPath(withoutInvisible(path), surroundings.roots[0], surroundings.roots);
  if (inside === undefined) return [];
  const there = surroundings.fileText?.(inside)?.split(/\r\n|\n|\r/)[line - 1]?.trim() ?? text;
  return [{ path: inside, line, ...(there ? { text: there } : {}) }];
}

function suggestionOf(entry: Entry, reply: Reply, session: AgentSession): Suggestion | undefined {
  const text = entry.item === 'restartCommand' ? commandLine(withoutInvisible(entry.text)) : prose(withoutInvisible(entry.text), textLength);
  const links = entry.links.slice(0, 5).flatMap((link) => linkOf(link, session));
  if (text === '' && links.length === 0) return undefined;
  const detail = entry.detail === undefined ? undefined : detailOf(withoutInvisible(entry.detail).split('\n').slice(0, 10).map((line) => prose(line, textLength)));
  return { id: suggestionId('finding', `${entry.item}|${text}`), item: entry.item, text, ...(detail === undefined ? {} : { detail }), links, source: 'agent', rank: 6, evidence: [evidenceOf(reply, "the agent's own findings")] };
}

/** Reads the findings of a session: of its newest block only, since a later one tells all again. */
export function findingsOf(session: AgentSession): Findings {
  const suggestions: Suggestion[] = [];
  const problems: FindingsProblem[] = [];
  const reply = session.events.findLast((event): event is Reply => event.kind === 'reply' && !event.sidechain && blockOf(event.text) !== undefined);
  const block = reply && blockOf(reply.text);
  if (!reply || block === undefined) return { suggestions, problems };
  const problem = (reason: string): void => { problems.push({ key: contentHash(`${reply.record ?? ''}|${block}|${reason}`), reason: withoutInvisible(reason) }); };
  try {
    const entries = entriesOf(block);
    for (const [index, value] of entries.slice(0, mostEntries).entries()) {
      try {
        // One by one: an entry that cannot be read takes no other with it.
        const [entry] = readSessionFile(JSON.stringify({ version: 1, date: '2000-01-01', entries: [value] })).entries;
        const suggestion = entry && suggestionOf(entry, reply, session);
        if (suggestion) suggestions.push(suggestion);
      } catch (error) {
        if (!(error instanceof SessionFileError)) throw error;
        problem(error.message.replace(/^entry 1/, `entry ${index + 1} of the findings`));
      }
    }
    if (entries.length > mostEntries) problem(`the findings have ${entries.length} entries; the first ${mostEntries} are offered.`);
  } catch (error) {
    if (!(error instanceof SessionFileError)) throw error;
    problem(error.message);
  }
  return { suggestions, problems };
}
