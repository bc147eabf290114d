// A stand-in for Claude Code: it runs the hooks that the settings of a folder configure, as its documentation says (hooks.md): every
// matching one, in parallel, by the shell, with the event as JSON on standard input, in the session's folder, within the timeout.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Hook { readonly type: string; readonly command: string; readonly timeout?: number }
interface Settings { readonly disableAllHooks?: boolean; readonly hooks?: Readonly<Record<string, readonly { readonly matcher?: string; readonly hooks: readonly Hook[] }[]>> }

export interface HookRun {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs the hooks of one event, and gives what each left; none where a settings file switches hooks off. An agent takes standard output of SessionStart into its context. */
export function runHooks(folder: string, event: { readonly hook_event_name: 'SessionStart' | 'PreCompact'; readonly source?: string; readonly trigger?: string; readonly session_id: string; readonly transcript_path?: string }): Promise<readonly HookRun[]> {
  const files = [...(process.env['CLAUDE_CONFIG_DIR'] ? [join(process.env['CLAUDE_CONFIG_DIR'], 'settings.json')] : []), ...['settings.json', 'settings.local.json'].map((name) => join(folder, '.claude', name))].filter(existsSync);
  const settings = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Settings);
  if (settings.some(({ disableAllHooks }) => disableAllHooks)) return Promise.resolve([]);
  const groups = settings.flatMap(({ hooks }) => hooks?.[event.hook_event_name] ?? []);
  const kind = event.source ?? event.trigger ?? '';
  const commands = new Map(groups.filter(({ matcher = '' }) => matcher === '' || matcher.split('|').includes(kind)).flatMap(({ hooks }) => hooks).map((hook) => [hook.command, hook]));
  // The variables that the editor's host gives its children are not the agent's.
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(ELECTRON_|VSCODE_|NODE_OPTIONS)/.test(name)));
  return Promise.all([...commands.values()].map(({ command, timeout = 600 }) => new Promise<HookRun>((done) => {
    const child = spawn('sh', ['-c', command], { cwd: folder, env: { ...environment, CLAUDECODE: '1', CLAUDE_PROJECT_DIR: folder, CLAUDE_CODE_SESSION_ID: event.session_id }, timeout: timeout * 1_000 });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (data) => { output += String(data); });
    child.stderr.on('data', (data) => { errors += String(data); });
    child.on('close', (code) => { done({ code, output, errors }); });
    child.stdin.end(JSON.stringify({ cwd: folder, permission_mode: 'default', ...event }));
  })));
}

/**
 * What a session that begins is handed by the hooks, all of it. A machine under load may not give a hook the second that it has: hooks
 * are run until one says something, at most so many times.
 */
export async function handedTo(folder: string, session: string, source = 'startup', attempts = 20): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const runs = await runHooks(folder, { hook_event_name: 'SessionStart', source, session_id: session });
    const wrong = runs.find(({ code, errors }) => code !== 0 || errors !== '');
    if (wrong) throw new Error(`a hook ended with ${String(wrong.code)}: ${wrong.errors}`);
    const told = runs.map(({ output }) => output).join('');
    if (told !== '' || attempt === attempts) return told;
  }
}
