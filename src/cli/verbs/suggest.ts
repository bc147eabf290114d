import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { SessionActivity } from '../../core/agents/activity.js';
import type { Suggestion } from '../../core/session.js';
import { suggestFromAgent } from '../../core/suggestions/agent.js';
import { combineSuggestions } from '../../core/suggestions/combine.js';
import { readActivity } from '../../node/transcriptActivity.js';
import { CallError } from '../call.js';

const usage = 'Use: suggest --folder DIR [--transcript FILE].';

/** Larger files are not looked into for the line of an edit. */
const largestText = 2 * 1024 * 1024;

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
      try {
        const file = join(folder, path);
        texts.set(path, statSync(file).size > largestText ? undefined : readFileSync(file, 'utf8'));
      } catch {
        texts.set(path, undefined);
      }
    }
    return texts.get(path);
  };
}

/** A suggestion as the contract has it. */
const printed = ({ item, text, detail, links, source, evidence }: Suggestion): Record<string, unknown> => ({ item, text, detail: detail ?? '', links, source, evidence });

/** The verb `suggest`: what the diff, git and a named transcript suggest for a folder. */
export async function run(args: string[]): Promise<number> {
  const { folder, transcript } = optionsOf(args);
  const suggestions: Suggestion[] = [];
  if (transcript !== undefined) {
    const activity = readTranscript(transcript);
    const { malformed, unknown } = activity.skipped;
    if (malformed + unknown > 0) process.stderr.write(`session-handoff: skipped ${String(malformed)} lines that could not be read and ${String(unknown)} records of unknown kinds\n`);
    // Paths under the folder where the session ran are paths of this folder.
    const first = activity.folders[0];
    suggestions.push(...suggestFromAgent(activity, { roots: [folder, ...(first === undefined ? [] : [first])], fileText: fileTexts(folder) }));
  }
  process.stdout.write(`${JSON.stringify({ suggestions: combineSuggestions(suggestions).map(printed) })}\n`);
  return Promise.resolve(0);
}
