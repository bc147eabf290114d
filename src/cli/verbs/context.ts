import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { confirmTail, contextUsage, type ContextUsage } from '../../core/agents/usage.js';
import { momentOf } from '../../core/agents/record.js';
import { isWindowsPath } from '../../core/agents/folders.js';
import { HistoryCache, worthRemembering } from '../../node/historyCache.js';
import { historyQuery, historyResult, settingsOf, startHistory, startTail, windowOf } from '../../node/sessionReading.js';
import { readHistory, readTail, withTranscript } from '../../node/transcriptBytes.js';
import { agentPlaces, TranscriptFinder, type AgentPlaces } from '../../node/transcriptFiles.js';
import { CallError } from '../call.js';

const usage = 'Use: context --transcript FILE, or context --folder DIR [--home DIR].';

function optionsOf(args: string[]): Map<string, string> {
  const options = new Map<string, string>();
  for (let index = 0; index < args.length; index += 2) {
    const [name = '', value] = [args[index], args[index + 1]];
    if (!['--transcript', '--folder', '--home'].includes(name)) throw new CallError(`'${name}' is not known here. ${usage}`);
    if (value === undefined || value === '') throw new CallError(`${name} needs a value. ${usage}`);
    if (options.has(name)) throw new CallError(`${name} is given twice. ${usage}`);
    options.set(name, value);
  }
  if (options.has('--transcript') === options.has('--folder')) throw new CallError(`one of --transcript and --folder is needed. ${usage}`);
  if (options.has('--home') && !options.has('--folder')) throw new CallError(`--home belongs to --folder. ${usage}`);
  return options;
}

/** Where readings of large transcripts are remembered; loaded only when there is one. */
async function historyCache(): Promise<HistoryCache> {
  const chosen = process.env.SESSION_HANDOFF_HOME;
  const state = chosen ? resolve(chosen) : (await import('env-paths')).default('session-handoff', { suffix: '' }).data;
  return new HistoryCache(resolve(state, 'transcripts'));
}

function readUsage(file: string, places: AgentPlaces, cache: HistoryCache | undefined): ContextUsage {
  return withTranscript(file, (transcript) => {
    const { agent, reading } = startTail(transcript);
    readTail(transcript, reading);
    const tail = reading.result();
    const settings = settingsOf(tail, places, undefined);
    const query = historyQuery(tail, settings, false);
    const known = transcript.size < worthRemembering ? undefined : cache?.recall(file, transcript, query);
    const whole = startHistory(agent, query, known?.state);
    const place = readHistory(transcript, whole, known?.reached);
    if (transcript.size >= worthRemembering && place.reached > (known?.reached ?? 0)) cache?.remember(file, transcript, query, place.reached, whole.state());
    const history = historyResult(agent, query, whole, place);
    const confirmed = confirmTail(tail, history);
    const { window, compactAt } = windowOf(confirmed, history, settings);
    const shown = contextUsage(confirmed, history.compactions.length, window, compactAt);
    return shown.lastActivity === null && transcript.size > 0 ? { ...shown, lastActivity: new Date(transcript.changed).toISOString() } : shown;
  });
}

const isLarge = (file: string): boolean => withTranscript(file, ({ size }) => size >= worthRemembering);

/** The verb `context`: how full an agent's context is, of one transcript or of every session of a folder, the live one first. */
export async function run(args: string[]): Promise<number> {
  const options = optionsOf(args);
  const transcript = options.get('--transcript');
  if (transcript !== undefined) {
    const file = resolve(transcript);
    const places = agentPlaces(homedir(), process.env);
    try {
      const cache = isLarge(file) ? await historyCache() : undefined;
      process.stdout.write(`${JSON.stringify(readUsage(file, places, cache))}\n`);
      return 0;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      const why = { ENOENT: 'is not there', EISDIR: 'is a folder', EACCES: 'may not be read' }[code] ?? `cannot be read (${error instanceof Error ? error.message : String(error)})`;
      throw new CallError(`the transcript ${file} ${why}. ${usage}`);
    }
  }
  const given = options.get('--folder') ?? '';
  const folder = isWindowsPath(given) ? given : resolve(given);
  const places = agentPlaces(resolve(options.get('--home') ?? homedir()), process.env);
  const finder = new TranscriptFinder(places);
  const sessions: ContextUsage[] = [];
  for (const found of finder.find(folder)) {
    if (!found) continue;
    try {
      const cache = found.size >= worthRemembering ? await historyCache() : undefined;
      sessions.push(readUsage(found.file, places, cache));
    } catch {
      process.stderr.write(`session-handoff: ${found.file} cannot be read\n`);
    }
  }
  sessions.sort((a, b) => (momentOf(b.lastActivity ?? undefined) ?? 0) - (momentOf(a.lastActivity ?? undefined) ?? 0));
  if (sessions.length === 0) process.stderr.write(`session-handoff: no agent session of ${folder} in ${finder.lookedIn(folder).join(', ')}\n`);
  for (const session of sessions) process.stdout.write(`${JSON.stringify(session)}\n`);
  return 0;
}
