import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readHookEvent, type AgentHookEvent } from '../../core/agents/hookEvent.js';
import { findDocuments } from '../../node/editorSettings.js';
import { findHandOver } from '../../node/handOver.js';
import { keepHookEvent, keepReceipt, type HookOutcome } from '../../node/receipts.js';
import { storeSafetyNet } from '../../node/safetyNet.js';

/** The hook is over so many milliseconds after its process began (contracts: within 1 s), whatever happens. */
const lifetime = 950;
/** For how long of these an event is waited for, and until when evidence is gathered. */
const eventBy = 600;
const evidenceBy = 800;
/** Longer input is no event, in characters. */
const longestEvent = 1024 * 1024;

/** Milliseconds that are left until a moment of this process's life; some in any case, where a machine under load has used them up before our first line. */
const timeUntil = (moment: number): number => Math.max(moment - performance.now(), moment / 4);

/** Ends the process once what was printed has left it: nothing that still runs or hangs is waited for. */
function end(): void {
  process.exitCode = 0;
  process.stdout.write('', () => process.exit(0));
}

/** The event on standard input. Some agents leave the pipe open: it is taken as soon as it is whole. */
function readEvent(): Promise<AgentHookEvent | undefined> {
  return new Promise((resolve) => {
    const input = process.stdin;
    if (input.isTTY) {
      resolve(undefined);
      return;
    }
    const timer = setTimeout(() => { done(undefined); }, timeUntil(eventBy));
    let text = '';
    const done = (event: AgentHookEvent | undefined): void => {
      clearTimeout(timer);
      input.removeAllListeners('data');
      input.pause();
      resolve(event);
    };
    input.setEncoding('utf8');
    input.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > longestEvent) done(undefined);
      else if (chunk.trimEnd().endsWith('}')) {
        const event = readHookEvent(text);
        if (event) done(event);
      }
    });
    input.on('end', () => { done(readHookEvent(text)); });
    input.on('error', () => { done(undefined); });
  });
}

/**
 * `hook`: reads an agent's event from standard input and serves it: SessionStart as `resume`, PreCompact with the safety net. Always
 * exits 0 within a second, since other codes stop the agent or show it an error; prints only for SessionStart.
 */
export async function run(): Promise<number> {
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
  setTimeout(end, timeUntil(lifetime));
  try {
    const event = await readEvent();
    if (event) await serve(event, new Date());
  } catch {
    // What went wrong is kept where it is asked for; the agent is not bothered.
  }
  end();
  return 0;
}

async function serve(event: AgentHookEvent, now: Date): Promise<void> {
  if (event.event !== 'SessionStart' && event.event !== 'PreCompact') return;
  // A shell between us and the agent may have lost letters of the path; hooks are run in the same folder.
  const folder = await realpath(event.cwd === '' ? process.cwd() : event.cwd).catch(() => realpath(process.cwd()));
  if (!(await stat(folder)).isDirectory()) return;
  const documents = await findDocuments(folder);
  const { base, home } = documents.place;
  const keep = (outcome: HookOutcome, reason?: string): Promise<void> =>
    keepHookEvent(base, { event: event.event, at: now.toISOString(), session: event.session, source: event.source, outcome, ...(reason !== undefined && { reason }) }, home);
  try {
    if (event.event === 'PreCompact') {
      const worker = join(fileURLToPath(import.meta.url), '../../../evidence.worker.js');
      const note = await storeSafetyNet({ event, folder, documents, worker, budget: timeUntil(evidenceBy), now });
      await keep(note ? 'stored' : 'nothing');
      return;
    }
    const answer = await findHandOver({ folder, documents, session: event.session, agent: event.agent, source: event.source, now });
    if (answer.kind === 'nothing') {
      await keep('nothing', answer.why);
      return;
    }
    process.stdout.write(answer.text);
    for (const receipt of answer.receipts) await keepReceipt(base, receipt, home);
    await keep('handed');
  } catch (error) {
    await keep('failed', error instanceof Error ? error.message : String(error));
  }
}
