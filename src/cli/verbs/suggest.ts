import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { SessionActivity } from '../../core/agents/activity.js';
import { documentNames } from '../../core/checklist.js';
import { relativeTo } from '../../core/gitStatus.js';
import type { Suggestion } from '../../core/session.js';
import { suggestFromAgent } from '../../core/suggestions/agent.js';
import { suggestionsFromChanges } from '../../core/suggestions/changes.js';
import { combineSuggestions } from '../../core/suggestions/combine.js';
import { suggestFromCommits } from '../../core/suggestions/commits.js';
import { undocumented } from '../../core/suggestions/documented.js';
import { suggestFromGit } from '../../core/suggestions/git.js';
import { defaultDocumentsFolder, findBaseFolder } from '../../node/baseFolder.js';
import { changesOfDiff } from '../../node/changedFiles.js';
import { readGit } from '../../node/git.js';
import { git } from '../../node/gitObjects.js';
import { readProjectFile } from '../../node/projectFile.js';
import { openSyntaxParser } from '../../node/syntaxTrees.js';
import { readActivity } from '../../node/transcriptActivity.js';
import { CallError } from '../call.js';

const usage = 'Use: suggest --folder DIR [--transcript FILE].';

/** Larger files are not looked into for the line of an edit. */
const largestText = 2 * 1024 * 1024;
/** As much as a Write reads of a document. */
const largestDocument = 64 * 1024 * 1024;

function optionsOf(args: string[]): { folder: string; transcript: string | undefined } {
  const { values } = ((): { values: { folder?: string | undefined; transcript?: string | undefined } } => {
    try {
      return parseArgs({ args, strict: true, options: { folder: { type: 'string' }, transcript: { type: 'string' } } });
    } catch (error) {
      throw new CallError(`${error instanceof Error ? error.message : String(error)}. ${usage}`);
    }
  })();
  if (!values.folder) throw new CallError(`--folder DIR is needed. ${usage}`);
  const folder = resolve(values.folder);
  const isFolder = ((): boolean => {
    try {
      return statSync(folder).isDirectory();
    } catch {
      return false;
    }
  })();
  if (!isFolder) throw new CallError(`${folder} is not a folder. ${usage}`);
  return { folder, transcript: values.transcript };
}

function readTranscript(file: string): SessionActivity {
  try {
    return readActivity(resolve(file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = { ENOENT: 'is not there', EISDIR: 'is a folder', EACCES: 'may not be read' }[code] ?? `cannot be read (${error instanceof Error ? error.message : String(error)})`;
    throw new CallError(`the transcript ${file} ${why}. ${usage}`);
  }
}

/** The texts of a folder's files, each read once, and only as far as is cheap. */
function fileTexts(folder: string): (path: string) => string | undefined {
  const texts = new Map<string, string | undefined>();
  return (path) => {
    if (!texts.has(path)) {
      texts.set(path, readProjectFile(folder, path, largestText));
    }
    return texts.get(path);
  };
}

/** A suggestion as the contract has it. */
const printed = ({ item, text, detail, links, source, evidence }: Suggestion): Record<string, unknown> => ({ item, text, detail: detail ?? '', links, source, evidence });

/** What the diff states; a repository that cannot be read says why on standard error and suggests nothing. */
async function suggestChanges(folder: string, fileText: (path: string) => string | undefined): Promise<Suggestion[]> {
  try {
    const prefix = (await git({ folder }, ['rev-parse', '--show-prefix'])).toString().replace(/\r?\n$/, '');
    const { facts } = await changesOfDiff({ repository: { folder } }, openSyntaxParser());
    return suggestionsFromChanges(facts, ({ file, line }) => {
      const path = relativeTo(prefix, file);
      const text = fileText(path)?.split(/\r\n|\n|\r/)[line - 1]?.trim();
      return { path, line, ...(text ? { text } : {}) };
    });
  } catch (error) {
    process.stderr.write(`session-handoff: the diff cannot be read: ${(error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''}\n`);
    return [];
  }
}

/** The texts of the folder's documents: what they say already is not suggested again. */
function documentTexts(base: string): string[] {
  return documentNames.flatMap((name) => readProjectFile(base, `${defaultDocumentsFolder}/${name}`, largestDocument) ?? []);
}

/** The verb `suggest`: what the diff, git and a named transcript suggest for a folder. Nudges are not printed. */
export async function run(args: string[]): Promise<number> {
  const { folder, transcript } = optionsOf(args);
  const activity = transcript === undefined ? undefined : readTranscript(transcript);
  const fileText = fileTexts(folder);
  const began = activity?.events.find(({ at }) => at !== undefined)?.at;
  const answer = await readGit(folder, { ...(began === undefined ? { commits: 0 } : { since: began }), lines: 20 });
  const state = answer.kind === 'state' ? answer.state : undefined;
  const suggestions: Suggestion[] = [];
  if (state) suggestions.push(...await suggestChanges(folder, fileText), ...suggestFromGit(state), ...suggestFromCommits(state.commits));
  if (activity) {
    const { malformed, unknown } = activity.skipped;
    if (malformed + unknown > 0) process.stderr.write(`session-handoff: skipped ${String(malformed)} lines that could not be read and ${String(unknown)} records of unknown kinds\n`);
    // Paths under the folder where the session ran are paths of this folder.
    const first = activity.folders[0];
    suggestions.push(...suggestFromAgent(activity, {
      roots: [folder, ...(first === undefined ? [] : [first])], fileText,
      ...(state && state.changedCount === state.files.length ? { uncommitted: new Set(state.files.map(({ path }) => path)) } : {}),
    }));
  }
  const { base } = await findBaseFolder(folder);
  const all = undocumented(combineSuggestions(suggestions), documentTexts(base));
  process.stdout.write(`${JSON.stringify({ suggestions: all.map(printed) })}\n`);
  return 0;
}
