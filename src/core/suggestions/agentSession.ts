import { hashText, type AgentEvent, type CommandRun, type FileEdit, type SessionActivity } from '../agents/activity.js';
import { projectPath } from '../agents/projectPath.js';
import type { CodeLink, Evidence } from '../session.js';
import { tellsOfFailure, tellsOfSuccess } from './errorLine.js';
import { code, prose } from './plainText.js';
import { remembered } from './remembered.js';
import { runsOf, type ShellRun } from './shellCommand.js';

/** What the rules on an agent's session are given besides what happened. */
export interface AgentSurroundings {
  /** Folders that are the project's root, absolute: the workspace folder, and for a named transcript the folder it ran in. */
  readonly roots: readonly string[];
  /** Files that git calls uncommitted, POSIX and relative to the root; absent: git was not asked. */
  readonly uncommitted?: ReadonlySet<string>;
  /** The present text of a file of the project, where it is cheap to have. */
  fileText?(path: string): string | undefined;
}

/** A command with what its words and its output show. */
export interface Run {
  readonly event: CommandRun;
  /** Its place among the session's events. */
  readonly index: number;
  /** What it ran, the wrappers and filters taken away; at least one. */
  readonly parts: readonly ShellRun[];
  /** `open`: not known. A pipe hides the exit code: then the output is asked. */
  readonly result: 'passed' | 'failed' | 'open';
  /** A server or service that was left running, or ran until it was stopped. */
  readonly keptRunning: boolean;
  /** Where it ran, relative to the root: `''` is the root; undefined: outside of the project or unknown. */
  readonly folder: string | undefined;
}

/** An edit of a file of the project. */
export interface ProjectEdit {
  readonly event: FileEdit;
  readonly index: number;
  /** POSIX, relative to the root. */
  readonly path: string;
}

/** A session as the rules see it: what was asked before is answered once. */
export interface AgentSession {
  readonly activity: SessionActivity;
  readonly surroundings: AgentSurroundings;
  readonly events: readonly AgentEvent[];
  readonly runs: readonly Run[];
  readonly edits: readonly ProjectEdit[];
}

/** Our own writing, the agents' memory and plans, and what tools make: never "work". */
const notWork = /^(?:\.claude|\.codex|\.claude-project|\.specstory|\.git|node_modules|dist|build|target|\.next|coverage|\.venv|venv|__pycache__)\//;

const serving = /\b(?:listening|ready|started|running|serving|available|local:|localhost:\d|127\.0\.0\.1:\d|0\.0\.0\.0:\d|watching|compiled)\b/i;

function resultOf(event: CommandRun, parts: readonly ShellRun[]): Run['result'] {
  if (event.outcome === 'failed') return 'failed';
  const runs = parts.some(({ kind }) => kind === 'server' || kind === 'service');
  if (event.outcome === 'background') return runs ? 'passed' : 'open';
  if (event.outcome === 'stopped') return runs && !tellsOfFailure(event.output) ? 'passed' : 'open';
  if (event.outcome !== 'passed') return 'open';
  if (!parts.some(({ masked }) => masked) && !/\|\||;\s*(?:true|echo)/.test(event.command)) return 'passed';
  // A filter's exit code says nothing of the command before it.
  if (tellsOfSuccess(event.output)) return 'passed';
  return tellsOfFailure(event.output) && parts.some(({ kind }) => judged.has(kind)) ? 'failed' : 'passed';
}

const judged = new Set(['test', 'build', 'typecheck', 'lint', 'install', 'migrate', 'generate', 'seed', 'server', 'run', 'setup', 'service']);

/** The project's own folder is not named in what is suggested: paths start at it. */
function withoutRoots(event: AgentEvent, roots: readonly string[]): AgentEvent {
  const local = (text: string): string => roots.reduce((shorter, root) => (root.length > 3 && shorter.includes(root) ? shorter.replaceAll(`file://${root}/`, '').replaceAll(`${root}/`, '') : shorter), text);
  switch (event.kind) {
    case 'command': return { ...event, command: local(event.command), output: local(event.output) };
    case 'prompt': case 'reply': return { ...event, text: local(event.text) };
    case 'question': return { ...event, question: local(event.question), answer: local(event.answer) };
    case 'plan': return { ...event, plan: local(event.plan) };
    default: return event;
  }
}

/** Prepares a session for the rules. */
export function agentSession(activity: SessionActivity, surroundings: AgentSurroundings): AgentSession {
  const roots = surroundings.roots.length > 0 ? surroundings.roots : activity.folders.slice(0, 1);
  const events = activity.events.map((event) => withoutRoots(event, roots));
  const known = { ...surroundings, roots };
  const runs: Run[] = [];
  const edits: ProjectEdit[] = [];
  for (const [index, event] of events.entries()) {
    if (event.kind === 'command') {
      const parts = runsOf(event.command).filter(({ kind }) => kind !== 'search' && kind !== 'shell');
      if (parts.length === 0) continue;
      const folder = event.folder === undefined ? (roots.length === 0 ? '' : undefined) : roots.includes(event.folder) ? '' : projectPath(event.folder, undefined, roots);
      runs.push({ event, index, parts, result: resultOf(event, parts), keptRunning: event.outcome === 'background' || (event.outcome === 'stopped' && serving.test(event.output)), folder });
    } else if (event.kind === 'edit') {
      const path = projectPath(event.path, event.folder, roots);
      if (path !== undefined && !notWork.test(path)) edits.push({ event, index, path });
    }
  }
  // A command that failed at once and now goes on in the background was mended.
  for (const [at, run] of runs.entries()) {
    const isSame = (other: Run): boolean => other.result === 'failed' && other.parts.some(({ text }) => run.parts.some((part) => part.text === text));
    if (run.event.outcome === 'background' && run.result === 'open' && runs.slice(0, at).some(isSame)) runs[at] = { ...run, result: 'passed' };
  }
  return { activity: { ...activity, events }, surroundings: known, events, runs, edits };
}

const testPath = /(?:^|\/)(?:tests?|__tests__|specs?|e2e|cypress|testdata|fixtures|__mocks__)\/|[._-](?:test|spec|e2e|cy|stories)\.\w+$|(?:^|\/)(?:test_[^/]+\.py|conftest\.py|[^/]+_(?:test|spec)\.\w+|[^/]*Tests?\.(?:java|kt|cs|php|swift)|setupTests?\.\w+)$/;
const prosePath = /\.(?:md|mdx|txt|rst|adoc)$/i;

export const isTest = (path: string): boolean => testPath.test(path);
export const isProse = (path: string): boolean => prosePath.test(path);

/** Imports, comments and brackets: where an edit begins, not what it is about. */
const sayingLittle = /^(?:import\b|from\b|package\b|use\b|using\b|require\b|#include|export \* from|"[^"]*",?$|[{}()[\];,]+$|\/\/|#|\*|\/\*|""")/;

/** The line of an edit's text that says most: the first changed one with a letter in it. */
function changedLine(event: FileEdit): string | undefined {
  const { before, after } = event.replacements[0] ?? { before: '', after: '' };
  const old = new Set(before.split('\n').map((line) => line.trim()));
  const lines = after.split('\n').map((line) => line.trim()).filter((line) => /[\p{L}\p{N}]/u.test(line));
  const fresh = lines.filter((line) => !old.has(line) && line.length > 3);
  return fresh.find((line) => !sayingLittle.test(line)) ?? fresh[0] ?? lines[0];
}

/** Where an edit is, by its path and line: in the present text if that can be had, else as the transcript recorded it. */
export function linkOf(edit: ProjectEdit, { surroundings }: AgentSession): CodeLink | undefined {
  if (edit.event.deleted) return undefined;
  const wanted = changedLine(edit.event);
  const text = surroundings.fileText?.(edit.path);
  if (text !== undefined && wanted !== undefined) {
    const lines = text.split(/\r\n|\n|\r/);
    const near = edit.event.line ?? 1;
    let best = -1;
    for (const [index, line] of lines.entries()) {
      if (line.trim() === wanted && (best < 0 || Math.abs(index + 1 - near) < Math.abs(best + 1 - near))) best = index;
    }
    if (best >= 0) return { path: edit.path, line: best + 1, text: wanted };
  }
  const line = edit.event.line ?? (edit.event.created ? 1 : undefined);
  if (line === undefined) return undefined;
  // The recorded line is the first changed one, whose text is only known when the edit added to it.
  const there = text?.split(/\r\n|\n|\r/)[line - 1]?.trim();
  return { path: edit.path, line, ...(there ? { text: there } : {}) };
}

/** Links of several edits, one per file (its last edit), at most `most`. */
export function linksOf(edits: readonly ProjectEdit[], session: AgentSession, most = 3): CodeLink[] {
  const last = new Map<string, ProjectEdit>();
  for (const edit of edits) {
    last.delete(edit.path);
    last.set(edit.path, edit);
  }
  return [...last.values()].flatMap((edit) => linkOf(edit, session) ?? []).slice(0, most);
}

/** Files in prose: "`src/a.ts`", "`src/a.ts` and `src/b.ts`", "`src/a.ts` and 3 more files". */
export function filesInWords(paths: readonly string[]): string {
  const unique = [...new Set(paths)];
  const [first = '', second = ''] = unique;
  if (unique.length === 1) return code(first);
  return unique.length === 2 ? `${code(first)} and ${code(second)}` : `${code(first)} and ${String(unique.length - 1)} more files`;
}

/** A moment of the transcript as evidence. */
export function evidenceOf(event: AgentEvent, text: string, link?: CodeLink): Evidence {
  return { text: prose(text, 200), ...(link ? { link } : {}), ...(event.at === undefined ? {} : { at: event.at }), ...(event.record === undefined ? {} : { record: event.record }) };
}

/** A suggestion's id: the same matter has the same one, in whatever reading it is found. */
export const suggestionId = (rule: string, matter: string): string => `agent:${rule}:${hashText(matter)}`;

/** The events of a kind between two places, the ends excluded. */
export function between<K extends AgentEvent['kind']>(session: AgentSession, kind: K, from: number, to: number): Extract<AgentEvent, { kind: K }>[] {
  return session.events.slice(from + 1, to).filter((event): event is Extract<AgentEvent, { kind: K }> => event.kind === kind);
}

/** The place of the last typed prompt before this one; -1: none. */
export function turnBefore(session: AgentSession, index: number): number {
  for (let at = index - 1; at >= 0; at--) {
    const event = session.events[at];
    if (event?.kind === 'prompt' && !event.sidechain) return at;
  }
  return -1;
}

/** Sentences of prose, code blocks left out. */
export const sentencesOf = remembered((text): readonly string[] => text.replace(/```[\s\S]*?(?:```|$)/g, '\n').split(/\n+/)
  .flatMap((line) => line.split(/(?<=[.!?])\s+(?=["'“(]?[\p{Lu}`])/u)).map((sentence) => sentence.trim()).filter((sentence) => sentence !== ''));

const trimmedLines = remembered((text) => text.split('\n').map((line) => line.trim()).filter(Boolean).join('\n'), 4_000);

/** Whether a later edit of a file takes an earlier one back. */
export function undoes(later: ProjectEdit, earlier: ProjectEdit): boolean {
  if (later.path !== earlier.path) return false;
  return earlier.event.replacements.some(({ before, after }) => {
    const [old, fresh] = [trimmedLines(before), trimmedLines(after)];
    if (old === fresh || fresh.length < 8) return false;
    return later.event.replacements.some((replacement) => {
      const [from, to] = [trimmedLines(replacement.before), trimmedLines(replacement.after)];
      if (from === fresh && to === old) return true;
      // The added lines alone are taken out again, or the replaced lines alone are put back.
      const added = fresh.split('\n').filter((line) => !old.includes(line));
      const gone = old.split('\n').filter((line) => !fresh.includes(line));
      return added.length > 0 && added.join('').length >= 12 && added.every((line) => from.includes(line) && !to.includes(line)) && gone.every((line) => to.includes(line))
        && to.split('\n').every((line) => old.includes(line) || from.includes(line));
    });
  });
}
