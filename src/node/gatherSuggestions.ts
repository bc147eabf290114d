import { findingsFence, type SessionActivity } from '../core/agents/activity.js';
import { documentNames } from '../core/checklist.js';
import { relativeTo } from '../core/gitStatus.js';
import type { Suggestion } from '../core/session.js';
import { findingsProblems, suggestFromAgent } from '../core/suggestions/agent.js';
import { agentSession } from '../core/suggestions/agentSession.js';
import { suggestionsFromChanges } from '../core/suggestions/changes.js';
import { combineSuggestions } from '../core/suggestions/combine.js';
import { suggestFromCommits } from '../core/suggestions/commits.js';
import { undocumented } from '../core/suggestions/documented.js';
import { suggestFromGit } from '../core/suggestions/git.js';
import { changesOfDiff } from './changedFiles.js';
import { readGit } from './git.js';
import { git } from './gitObjects.js';
import { readProjectFile } from './projectFile.js';
import { openSyntaxParser } from './syntaxTrees.js';

/** Larger files are not looked into for the line of an edit. */
const largestText = 2 * 1024 * 1024;
/** As much as a Write reads of a document. */
const largestDocument = 64 * 1024 * 1024;

/** What is looked at for suggestions. */
export interface EvidencePlace {
  /** The workspace folder, absolute: paths of suggestions are relative to it. */
  readonly folder: string;
  /** The folder that holds `.claude`, absolute, and from there the one of the documents: what they say already is not suggested again. */
  readonly base: string;
  readonly documentsFolder: string;
  /** What happened in the agent's session, as far as its transcript was read. */
  readonly activity?: SessionActivity;
}

/** The texts of a folder's files, each read once, and only as far as is cheap. */
function fileTexts(folder: string): (path: string) => string | undefined {
  const texts = new Map<string, string | undefined>();
  return (path) => {
    if (!texts.has(path)) texts.set(path, readProjectFile(folder, path, largestText));
    return texts.get(path);
  };
}

async function fromDiff(folder: string, fileText: (path: string) => string | undefined): Promise<Suggestion[]> {
  const prefix = (await git({ folder }, ['rev-parse', '--show-prefix'])).toString().replace(/\r?\n$/, '');
  const { facts } = await changesOfDiff({ repository: { folder } }, openSyntaxParser());
  return suggestionsFromChanges(facts, ({ file, line }) => {
    const path = relativeTo(prefix, file);
    const text = fileText(path)?.split(/\r\n|\n|\r/)[line - 1]?.trim();
    return { path, line, ...(text ? { text } : {}) };
  });
}

const documentTexts = (base: string, documentsFolder: string): string[] =>
  documentNames.flatMap((name) => readProjectFile(base, `${documentsFolder}/${name}`, largestDocument) ?? []);

/**
 * What the diff, git and the agent's session suggest for a folder, combined. Nudges are not among them.
 * @param problem is told in one line why a source says nothing
 * @param soFar is given what is known after each source, the cheapest first: whoever has little time takes the last it got
 */
export async function gatherSuggestions({ folder, base, documentsFolder, activity }: EvidencePlace, problem: (line: string) => void, soFar?: (suggestions: readonly Suggestion[]) => void): Promise<readonly Suggestion[]> {
  const fileText = fileTexts(folder);
  const texts = documentTexts(base, documentsFolder);
  const combined = (suggestions: readonly Suggestion[]): readonly Suggestion[] => undocumented(combineSuggestions(suggestions), texts);
  const fromAgent = (uncommitted?: ReadonlySet<string>): Suggestion[] => {
    // Paths under the folder where the session ran are paths of this folder.
    const first = activity?.folders[0];
    return activity ? suggestFromAgent(activity, { roots: [folder, ...(first === undefined ? [] : [first])], fileText, ...(uncommitted ? { uncommitted } : {}) }) : [];
  };
  // Rare: without findings the session need not be prepared for them.
  if (activity?.events.some((event) => event.kind === 'reply' && findingsFence.test(event.text))) for (const { reason } of findingsProblems(agentSession(activity, { roots: [folder] }))) problem(reason);
  if (soFar && activity) soFar(combined(fromAgent()));
  const began = activity?.events.find(({ at }) => at !== undefined)?.at;
  const answer = await readGit(folder, { ...(began === undefined ? { commits: 0 } : { since: began }), lines: 20 });
  const state = answer.kind === 'state' ? answer.state : undefined;
  const ofAgent = fromAgent(state && state.changedCount === state.files.length ? new Set(state.files.map(({ path }) => path)) : undefined);
  if (!state) return combined(ofAgent);
  const ofGit = [...suggestFromGit(state), ...suggestFromCommits(state.commits)];
  soFar?.(combined([...ofGit, ...ofAgent]));
  const ofDiff = await fromDiff(folder, fileText).catch((error: unknown): Suggestion[] => {
    problem(`the diff cannot be read: ${(error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''}`);
    return [];
  });
  return combined([...ofDiff, ...ofGit, ...ofAgent]);
}
