import { itemOf, type ItemId } from '../checklist.js';
import type { Evidence, Suggestion, SuggestionSource } from '../session.js';
import { errorKey } from './errorLine.js';
import { foldedText, matterWords, overlap } from './matter.js';

/*
 * Several sources on one matter become one suggestion with all the evidence: the one that says most stays, and takes what
 * the others rest on. Suggestions of different items are only one matter within Fixed, where one failure has many faces.
 */

/** Who tells it best, the first one best: a diagnostic or a commit knows what, the agent's session knows how. */
const telling: readonly SuggestionSource[] = ['changes', 'agent', 'diagnostics', 'commits', 'git', 'cursor'];

/** Words in common from which two texts of Fixed are one matter. */
const sameMatter = 0.7;

const fixedItems: ReadonlySet<ItemId> = new Set(['bug', 'error', 'workaround']);

/** Messages that a suggestion quotes, in the form in which the same error is the same. */
const messagesOf = ({ text, evidence }: Suggestion): Set<string> => new Set([text, ...evidence.map((one) => one.text)]
  .flatMap((line) => [...line.matchAll(/`([^`]{12,})`/g)].map((match) => errorKey(match[1] ?? ''))).filter((key) => key.length > 12));

/** The day of two moments apart: a commit tells of what was fixed before it, within a session. */
const pathsOf = ({ links }: Suggestion): Set<string> => new Set(links.map(({ path }) => path));

function areOne(a: Suggestion, b: Suggestion): boolean {
  if (a.id === b.id) return true;
  if (a.item === b.item && foldedText(a.text) === foldedText(b.text) && foldedText(a.text) !== '') return true;
  if (a.item === 'inProgress' && b.item === 'inProgress') return a.source !== b.source && a.links[0] !== undefined && a.links[0].path === b.links[0]?.path;
  if (!fixedItems.has(a.item) || !fixedItems.has(b.item) || a.source === b.source) return false;
  const messages = messagesOf(a);
  if ([...messagesOf(b)].some((key) => messages.has(key) || [...messages].some((other) => other.includes(key) || key.includes(other)))) return true;
  const [first, second] = [matterWords(`${a.text} ${a.detail ?? ''}`), matterWords(`${b.text} ${b.detail ?? ''}`)];
  const common = overlap(first, second);
  // The same files and some of the same words: a commit of what was just fixed.
  const files = pathsOf(a);
  const sameFiles = [...pathsOf(b)].some((path) => files.has(path));
  const withCommit = a.source === 'commits' || b.source === 'commits';
  return common >= sameMatter || ((sameFiles || withCommit) && common >= 0.45);
}

const evidenceKey = ({ text, at, commit, record }: Evidence): string => `${commit ?? ''}|${record ?? ''}|${at ?? ''}|${foldedText(text)}`;

function join(kept: Suggestion, other: Suggestion): Suggestion {
  const seen = new Set(kept.evidence.map(evidenceKey));
  const evidence = [...kept.evidence, ...other.evidence.filter((one) => !seen.has(evidenceKey(one)))];
  const links = [...kept.links, ...other.links.filter((link) => !kept.links.some((known) => known.path === link.path))].slice(0, Math.max(3, kept.links.length));
  // What the other one says beyond it: a commit's subject names the matter in the team's own words.
  const said = other.source !== kept.source && other.source === 'commits' && kept.id !== other.id ? `Commit: ${other.text}` : undefined;
  const detail = [kept.detail, said, kept.detail === undefined && said === undefined ? other.detail : undefined].filter((one): one is string => one !== undefined).join('\n');
  return { ...kept, evidence, links, ...(detail === '' ? {} : { detail }), rank: Math.max(kept.rank ?? 0, other.rank ?? 0) };
}

/** One suggestion a matter, with the evidence of all; order and ids are those of the one that tells it best. */
export function combineSuggestions(suggestions: readonly Suggestion[]): Suggestion[] {
  const order = [...suggestions].sort((a, b) => telling.indexOf(a.source) - telling.indexOf(b.source));
  const combined: Suggestion[] = [];
  for (const suggestion of order) {
    const at = combined.findIndex((known) => areOne(known, suggestion));
    const known = combined[at];
    if (known) combined[at] = join(known, suggestion);
    else combined.push(suggestion);
  }
  return combined.filter(({ item }) => itemOf(item) !== undefined);
}
