import type { Suggestion } from '../session.js';
import { evidenceOf, suggestionId, type AgentSession, type Run } from './agentSession.js';
import { code, commandLine } from './plainText.js';
import { runsOf, splitShell, type CommandKind, type ShellRun } from './shellCommand.js';

/** The kinds of commands that a restart needs, in the order in which they are run. */
const order = ['service', 'install', 'migrate', 'generate', 'seed', 'server'] as const satisfies readonly CommandKind[];
type RestartKind = (typeof order)[number];

const isRestartKind = (kind: CommandKind): kind is RestartKind => (order as readonly CommandKind[]).includes(kind);

/** More would not be read. */
const mostCommands = 8;

/** Installing one package more is in the manifest from then on: what a restart needs is the install of all. */
function plainInstall({ base, targets, text, ecosystem, flags }: ShellRun): string | undefined {
  const words = base.split(' ');
  const [program = ''] = words;
  if (ecosystem === 'js') {
    if (flags.some((flag) => flag === '-g' || flag === '--global')) return undefined;
    if (targets.length === 0) return text;
    return `${program} install`;
  }
  if (/\b(?:pip3?|python3?)\b/.test(program)) return /(?:^|\s)(?:-r|--requirement|-e|--editable|\.)(?:\s|$)/.test(text) ? text : undefined;
  if (program === 'composer') return 'composer install';
  if (program === 'cargo' || program === 'brew' || program === 'go' || program === 'gem') return program === 'cargo' && words[1] === 'fetch' ? text : base === 'go mod download' && targets.length === 0 ? text : undefined;
  if (program === 'uv') return words[1] === 'add' ? 'uv sync' : text;
  if (program === 'poetry' && words[1] === 'add') return 'poetry install';
  if (program === 'bundle' && words[1] === 'add') return 'bundle install';
  if (program === 'dotnet' && words[1] !== 'restore') return 'dotnet restore';
  return text;
}

/** One-off helpers that look like servers or services: a container that is removed after its run, a static server; and what empties a database. */
const oneOff = /\bdocker(?: container)? run\b(?!.*\s(?:-d|--detach)\b)|\bhttp\.server\b|--help\b|--version\b|--dry-run\b|\bmigrate(?::| )(?:status|diff|create|make|generate|new)\b|\bdown(?:grade)?\b|\brollback\b|\bdb:(?:drop|rollback|reset)\b|\b(?:db|database|migrate) reset\b|\bmigrate:(?:fresh|refresh|reset)\b|\becto\.(?:drop|reset)\b|^(?:ba|z)?sh -n\b/;

/** What makes two commands the same in different forms: what they do, with what, where. */
const family = (part: ShellRun, run: Run): string => `${part.kind}|${part.kind === 'service' ? part.base.replace(/^docker-compose|^docker compose/, 'compose') : part.kind === 'install' ? part.base.split(' ')[0] ?? '' : part.base}|${part.folder ?? run.folder ?? ''}`;

/** The path to go to before a command, when it did not run in the root. */
function placeOf(part: ShellRun, run: Run, session: AgentSession): string | undefined {
  const { roots } = session.surroundings;
  const stated = part.folder;
  if (stated === undefined) return run.folder === '' || run.folder === undefined ? '' : run.folder;
  if (/^(?:[\\/~]|[A-Za-z]:)/.test(stated)) {
    const root = roots.find((one) => stated === one || stated.startsWith(`${one.replace(/[\\/]$/, '')}/`));
    return root === undefined ? undefined : stated.slice(root.length).replace(/^\/|\/$/g, '');
  }
  const segments = `${run.folder ?? ''}/${stated}`.split('/').filter((segment) => segment !== '' && segment !== '.');
  const path: string[] = [];
  for (const segment of segments) {
    if (segment === '..') {
      if (path.length === 0) return undefined;
      path.pop();
    } else path.push(segment);
  }
  return path.join('/');
}

/** A machine's own paths do not belong into a note that others read. */
const machinePath = /(?:^|[\s"'=:])(?:\/(?:Users|home|tmp|private|var\/folders|root|mnt|Volumes)\/|[A-Za-z]:[\\/]|~\/)/;

/**
 * Commands to run on restart, by what they do: services, installs, migrations, code generation, seeds, dev servers. Of each
 * the newest form, if its last run succeeded.
 */
export function suggestRestartCommands(session: AgentSession): Suggestion[] {
  const latest = new Map<string, { part: ShellRun; run: Run; ok: boolean; place: string; text: string }>();
  for (const run of session.runs) {
    for (const part of run.parts) {
      const stopped = /^(?:docker(?:-compose)?|podman)\b.*\b(?:down|stop|rm)\b/.test(part.text);
      if (stopped) for (const [key, { part: other }] of latest) if (other.kind === 'service' && other.ecosystem === 'any') latest.delete(key);
      // What was installed and taken out again needs no install.
      if (part.ecosystem === 'js' && part.kind === 'setup' && /\b(?:uninstall|remove|rm|un)\b/.test(part.base) && run.result === 'passed') {
        for (const [key, { part: other }] of latest) if (other.kind === 'install' && other.targets.length > 0 && other.targets.every((target) => part.targets.includes(target))) latest.delete(key);
      }
      if (!isRestartKind(part.kind) || oneOff.test(part.text) || machinePath.test(part.text)) continue;
      if (run.result === 'open') continue;
      const place = placeOf(part, run, session);
      const text = part.kind === 'install' ? plainInstall(part) : part.text;
      if (place === undefined || text === undefined || run.event.sidechain && part.kind === 'server') continue;
      const key = family(part, run);
      latest.delete(key);
      latest.set(key, { part, run, ok: run.result === 'passed', place, text });
    }
  }
  const seen = new Set<string>();
  const isGone = ({ place, run }: { place: string; run: Run }): boolean => place !== '' && session.events.some((event, index) => index > run.index && event.kind === 'command' && event.outcome === 'passed'
    && splitShell(event.command).some(({ words }) => (words[0] === 'rm' || words[0] === 'rmdir' || words[0] === 'mv' || (words[0] === 'git' && (words[1] === 'mv' || words[1] === 'rm'))) && words.slice(1).some((word) => word.replace(/\/$/, '') === place)));
  return [...latest.values()].filter((one) => one.ok && !isGone(one))
    .sort((a, b) => order.indexOf(a.part.kind as RestartKind) - order.indexOf(b.part.kind as RestartKind) || a.run.index - b.run.index)
    .flatMap(({ part, run, place, text }, index): Suggestion[] => {
      const command = commandLine(place === '' ? text : `cd ${/[\s"'$&|;<>()]/.test(place) ? `"${place}"` : place} && ${text}`);
      if (command === '' || seen.has(command) || runsOf(text).length === 0) return [];
      seen.add(command);
      return [{
        id: suggestionId('restart', command), item: 'restartCommand', source: 'agent', text: command, links: [], rank: 3 - index / 100,
        evidence: [evidenceOf(run.event, `${code(part.text)} ${run.keptRunning ? 'was left running' : 'passed'}`)],
      }];
    }).slice(0, mostCommands);
}
