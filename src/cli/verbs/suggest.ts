import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { SessionActivity } from '../../core/agents/activity.js';
import type { Suggestion } from '../../core/session.js';
import { defaultDocumentsFolder, findBaseFolder } from '../../node/baseFolder.js';
import { gatherSuggestions } from '../../node/gatherSuggestions.js';
import { readActivity } from '../../node/transcriptActivity.js';
import { CallError } from '../call.js';

const usage = 'Use: suggest --folder DIR [--transcript FILE].';

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

/** A suggestion as the contract has it. */
const printed = ({ item, text, detail, links, source, evidence }: Suggestion): Record<string, unknown> => ({ item, text, detail: detail ?? '', links, source, evidence });

/** The verb `suggest`: what the diff, git and a named transcript suggest for a folder. Nudges are not printed. */
export async function run(args: string[]): Promise<number> {
  const { folder, transcript } = optionsOf(args);
  const activity = transcript === undefined ? undefined : readTranscript(transcript);
  const tell = (line: string): void => { process.stderr.write(`session-handoff: ${line}\n`); };
  if (activity) {
    const { malformed, unknown } = activity.skipped;
    if (malformed + unknown > 0) tell(`skipped ${String(malformed)} lines that could not be read and ${String(unknown)} records of unknown kinds`);
  }
  const { base } = await findBaseFolder(folder);
  const all = await gatherSuggestions({ folder, base, documentsFolder: defaultDocumentsFolder, ...(activity ? { activity } : {}) }, tell);
  process.stdout.write(`${JSON.stringify({ suggestions: all.map(printed) })}\n`);
  return 0;
}
