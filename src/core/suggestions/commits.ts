import type { ItemId } from '../checklist.js';
import type { SessionCommit } from '../gitState.js';
import type { Suggestion } from '../session.js';
import { suggestionId, type AgentSession } from './agentSession.js';
import { detailOf, prose } from './plainText.js';

/** A commit's subject, understood as a conventional commit (conventionalcommits.org 1.0.0) or by its first word. */
export interface UnderstoodCommit {
  readonly type: string;
  readonly scope: string;
  readonly breaking: boolean;
  /** What it says, without type, scope, issue numbers at the end and gitmoji. */
  readonly description: string;
}

const conventional = /^(?<type>[a-z]+)(?:\((?<scope>[^)]*)\))?(?<breaking>!)?:\s+(?<description>.+)$/i;
const known: Readonly<Record<string, string>> = {
  fix: 'fix', bugfix: 'fix', hotfix: 'fix', bug: 'fix', feat: 'feat', feature: 'feat', perf: 'perf', performance: 'perf', security: 'security', sec: 'security', revert: 'revert', refactor: 'refactor', docs: 'docs', doc: 'docs', test: 'test', tests: 'test',
  chore: 'chore', build: 'build', ci: 'ci', style: 'style', deps: 'build', release: 'chore', wip: 'wip', migration: 'feat', db: 'feat', api: 'feat',
};

/** What a commit's subject says. */
export function understandCommit(subject: string): UnderstoodCommit {
  const bare = subject.trim().replace(/^(?::[a-z_]+:|\p{Extended_Pictographic}\uFE0F?)\s*/u, '').replace(/\s*\((?:#\d+|[A-Z]+-\d+)\)\s*$/, '').replace(/^\[?[A-Z]{2,}-\d+\]?:?\s+/, '');
  const match = conventional.exec(bare)?.groups;
  const type = match?.type === undefined ? undefined : known[match.type.toLowerCase()];
  if (match?.description !== undefined && type !== undefined) return { type, scope: match.scope ?? '', breaking: match.breaking === '!', description: match.description };
  const reverted = /^Revert "(.+)"$/.exec(bare)?.[1];
  if (reverted !== undefined) return { type: 'revert', scope: '', breaking: false, description: reverted };
  if (/^(?:fix(?:e[sd])?|resolve[sd]?|correct(?:ed|s)?|repair(?:ed|s)?)\b[: ]/i.test(bare)) return { type: 'fix', scope: '', breaking: false, description: bare };
  return { type: '', scope: '', breaking: false, description: bare };
}

/** What is fixed but worth nothing to know: the tools' own complaints, review rounds, letters. */
const trivialFix = /\b(?:typos?|spelling|lint(?:er|ing)?|format(?:ting)?|whitespace|indentation|merge conflicts?|conflicts?|tests?\s*$|ci\b|build\s*$|prettier|eslint|gofmt|golangci|rubocop|warnings?|nits?|review (?:comments?|feedback)|pr (?:comments?|feedback)|feedback|comments?\s*$|imports?\s*$|links?\s*$|readme|docs?\b|wording|grammar|changelog|version|types?\s*$|type errors?|snapshots?|flaky|todo|duplicat\w+ (?:code|lines)|naming|(?:unit |integration |e2e )?tests?)\b/i;

const trailers = /^(?:co-authored-by|signed-off-by|reviewed-by|acked-by|tested-by|change-id|refs?|closes?|fixes|resolves|see|issue|entire-\w+|generated with|🤖)\b.*$/i;

/** A body's own first paragraph; bullets are one line each. */
function bodyOf(body: string): string | undefined {
  const lines = body.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !trailers.test(line) && !/^🤖|noreply@anthropic/.test(line));
  // Hard-wrapped lines are one sentence; bullets are their own.
  const paragraphs = lines.reduce<string[]>((joined, line) => (joined.length === 0 || /^(?:[-*•]|\d+[.)])\s/.test(line) ? [...joined, line] : [...joined.slice(0, -1), `${joined.at(-1) ?? ''} ${line}`]), []);
  return paragraphs.length === 0 ? undefined : paragraphs.slice(0, 3).map((line) => prose(line, 240)).filter(Boolean).join('\n');
}

/** That an interface came, went or changed its shape: work inside of a controller is none. */
const endpointWords = /\bendpoints?\b|^(?:api|rest|graphql|routes?|endpoints?|webhooks?) |\b(?:add|expose|introduce|create|implement|provide|serve|remove|drop|rename|version)(?:s|e?d|ing)?\b.{0,60}\b(?:routes?|api|graphql|mutation|controller|webhook)s?\b|\b(?:GET|POST|PUT|PATCH|DELETE) \//i;
const schemaWords = /\b(?:migration|schema|(?:table|column|index|foreign key|constraint|enum)s?\b(?=.*\b(?:add|drop|create|rename|alter|to|on|for|in)\b)|database)\b/i;
const entityWords = /\b(?:entity|entities|relation(?:ship)?s?|many-to-many|one-to-many|has_many|belongs_to)\b/i;

/** Which item a commit belongs to; undefined: none of the checklist's. */
function itemOfCommit({ type, scope, description }: UnderstoodCommit): ItemId | undefined {
  const about = `${scope} ${description}`;
  switch (type) {
    case 'fix': return trivialFix.test(description) || description.split(/\s+/).length < 3 ? undefined : /\bwork(?:ing)?[- ]?around\b/i.test(description) ? 'workaround' : 'bug';
    case 'perf': case 'security': return 'performanceSecurity';
    case 'revert': return 'deadEnd';
    case 'feat': return entityWords.test(about) ? 'entity' : schemaWords.test(about) ? 'schema' : endpointWords.test(about) ? 'endpoint' : undefined;
    default: return undefined;
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function suggestCommit(commit: SessionCommit): Suggestion | undefined {
  const understood = understandCommit(commit.subject);
  const item = itemOfCommit(understood);
  if (item === undefined) return undefined;
  const subject = prose(`${understood.scope === '' ? '' : `${understood.scope}: `}${understood.description}`, 240);
  const text = item === 'deadEnd' ? `Reverted: ${subject}` : capital(subject);
  const detail = detailOf([bodyOf(commit.body), understood.breaking ? 'Breaking change' : undefined]);
  return {
    id: suggestionId('commit', `${understood.type}|${understood.description.toLowerCase()}`), item, source: 'commits', text, ...(detail === undefined ? {} : { detail }), links: [], rank: 1,
    evidence: [{ text: `commit ${commit.hash.slice(0, 7)}: ${prose(commit.subject, 160)}`, ...(/^[\da-f]{40}$/i.test(commit.hash) ? { commit: commit.hash } : {}), ...(commit.at === '' ? {} : { at: commit.at }) }],
  };
}

/**
 * What the session's commits say was fixed or changed.
 * @param commits newest first; a fix of a fix of this session is told once, by the newest
 */
export function suggestFromCommits(commits: readonly SessionCommit[]): Suggestion[] {
  return commits.filter(({ subject }) => !/^(?:fixup|squash|amend)! |^Merge /.test(subject)).flatMap((commit) => suggestCommit(commit) ?? []);
}

/** Commits that the transcript shows the agent to have made: `[branch abc1234] subject` in git's answer. */
export function commitsOfTranscript(session: AgentSession): SessionCommit[] {
  const commits: SessionCommit[] = [];
  for (const { event } of session.runs) {
    if (event.outcome !== 'passed' || !/\bgit\b[^|;&]*\b(?:commit|revert)\b/.test(event.command)) continue;
    const match = /^\[(?:[^\]\n]+ )?(?:\(root-commit\) )?([\da-f]{7,40})\] (.+)$/m.exec(event.output);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    const message = messageOf(event.command);
    // An amended commit is the same commit.
    if (/\s--amend\b/.test(event.command)) commits.shift();
    commits.unshift({ hash: match[1], subject: match[2].trim(), body: message.includes(match[2].trim()) ? message.slice(message.indexOf(match[2].trim()) + match[2].trim().length).trim() : '', author: '', at: event.at ?? '' });
  }
  return commits;
}

/** The lines of the command's first here-document; line by line, since one pattern for the whole costs the square of the length. */
function hereDocument(command: string): string | undefined {
  const opened = /<<-?[ \t]{0,8}['"]?(\w{1,64})['"]?\n/.exec(command);
  const word = opened?.[1];
  if (!opened || word === undefined) return undefined;
  const lines = command.slice(opened.index + opened[0].length).split('\n');
  const end = lines.findIndex((line) => line.trimStart().startsWith(word) && !/^\w/.test(line.trimStart().slice(word.length)));
  return end === -1 ? undefined : lines.slice(0, end).join('\n');
}

/** The message in a commit's command line: `-m` texts, or the here-document in them. */
function messageOf(command: string): string {
  const heredoc = hereDocument(command);
  if (heredoc !== undefined) return heredoc;
  return [...command.matchAll(/\s-(?:a?m|-message)[= ]?\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')/g)].map((match) => match[1] ?? match[2] ?? '').join('\n\n').replaceAll('\\n', '\n');
}

/** What the commits that a transcript shows say. */
export function suggestTranscriptCommits(session: AgentSession): Suggestion[] {
  return suggestFromCommits(commitsOfTranscript(session));
}

