import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { claudeProjectName, comparablePath, isWindowsPath, longestProjectName, placeIn } from '../core/agents/folders.js';
import { objectOf, parseRecord, textOf } from '../core/agents/record.js';
import { isCodexRecord, readCodexHead } from '../core/agents/codex.js';
import type { AgentId, TailReading } from '../core/agents/usage.js';
import { readHead, readTail, withTranscript, type ByteSource } from './transcriptBytes.js';

/** Where the agents keep their things on this machine. */
export interface AgentPlaces {
  /** Claude Code's own folders, the most general first. */
  readonly claude: readonly string[];
  /** The name that `CLAUDE_CODE_PROJECT_DIR_NAME` gives every project's folder. */
  readonly claudeProjectName?: string;
  readonly codex: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const unique = (paths: readonly string[]): string[] => [...new Set(paths)];

/**
 * Where the agents keep their things: `~/.claude` and `~/.config/claude`, and `CLAUDE_CONFIG_DIR` (one folder, or several
 * with commas as ccusage has it); `~/.codex` and `CODEX_HOME`. A variable adds: this process may not have been started as the agent was.
 */
export function agentPlaces(home: string, environment: Environment): AgentPlaces {
  const configured = environment.CLAUDE_CONFIG_DIR ?? '';
  const named = configured === '' ? [] : existsSync(configured) ? [configured] : configured.split(',').map((part) => part.trim()).filter(Boolean);
  const projectName = environment.CLAUDE_CODE_PROJECT_DIR_NAME;
  return {
    claude: unique([join(home, '.config', 'claude'), join(home, '.claude'), ...named.map((path) => resolve(path))]),
    codex: unique([join(home, '.codex'), ...(environment.CODEX_HOME ? [resolve(environment.CODEX_HOME)] : [])]),
    ...(projectName !== undefined && /^[A-Za-z0-9_-]{1,64}$/.test(projectName) ? { claudeProjectName: projectName } : {}),
  };
}

/** A transcript of a session that runs in a folder. */
export interface FoundTranscript {
  readonly agent: AgentId;
  readonly file: string;
  /** Whether the session runs in the folder itself, below it, or in another worktree of its repository. */
  readonly place: 'same' | 'below' | 'worktree';
  /** Milliseconds since 1970. */
  readonly changed: number;
  readonly size: number;
}

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const realPath = (path: string): string => {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
};

/** The other worktrees of the repository whose main worktree this folder is, as git keeps them; no git is run. */
function worktreesOf(folder: string): string[] {
  const kept = join(folder, '.git', 'worktrees');
  return namesIn(kept).flatMap((name) => {
    try {
      const gitFile = readFileSync(join(kept, name, 'gitdir'), 'utf8').trim();
      return gitFile === '' ? [] : [dirname(resolve(kept, name, gitFile))];
    } catch {
      return [];
    }
  });
}

/** Finds the newest working directory near a transcript's end. */
class LastFolder implements TailReading {
  readonly seeks = ['"cwd"'];
  until: number;
  cwd: string | undefined;

  constructor(size: number) {
    // A first line that is longer than any beginning that is read may be all there is before it.
    this.until = Math.max(0, size - 64 * 1024 * 1024);
  }

  older(line: string): void {
    this.cwd ??= textOf(parseRecord(line), 'cwd');
    if (this.cwd !== undefined) this.until = Infinity;
  }

  result(): never {
    throw new Error('only the folder is read');
  }
}

function firstClaudeFolder(source: ByteSource): string | undefined {
  for (const line of readHead(source)) {
    const cwd = line.includes('"cwd"') ? textOf(parseRecord(line), 'cwd') : undefined;
    if (cwd !== undefined) return cwd;
  }
  return undefined;
}

/** The first record of a rollout may hold the agent's whole instructions. */
export const longestCodexHead = 4 * 1024 * 1024;

function firstCodexFolder(source: ByteSource): string | undefined {
  const [short] = readHead(source);
  const [line = ''] = short === undefined ? readHead(source, longestCodexHead) : [short];
  const head = readCodexHead(line);
  if (head) return head.subagent ? undefined : head.cwd ?? undefined;
  const record = parseRecord(line);
  return record && isCodexRecord(record) ? textOf(objectOf(record, 'payload'), 'cwd') : undefined;
}

interface KnownFile { readonly id: string; readonly first: string | undefined }

/**
 * Finds the agent sessions of workspace folders. What a transcript's beginning says is remembered for as long as the file
 * is the same, so that looking again costs a look at the folders.
 */
export class TranscriptFinder {
  private readonly known = new Map<string, KnownFile>();

  constructor(private readonly places: AgentPlaces) {}

  /** The folders in which a session of this workspace folder may appear: those worth watching, whether they exist yet or not. */
  watchable(folder: string): string[] {
    const names = unique(this.foldersOf(folder).map(({ path }) => claudeProjectName(path)));
    return unique([...this.places.claude.flatMap((config) => [join(config, 'projects'), ...this.projectFolders(config, names)]),
      ...this.places.codex.map((codex) => join(codex, 'sessions'))]);
  }

  /** The same, as the panel names them to a person. */
  lookedIn(folder: string): string[] {
    const { path } = this.foldersOf(folder)[0] ?? { path: folder };
    return [...this.places.claude.map((config) => join(config, 'projects', this.places.claudeProjectName ?? claudeProjectName(path))),
      ...this.places.codex.map((codex) => join(codex, 'sessions'))];
  }

  /**
   * The sessions of a workspace folder, in no order. It yields after every file that it had to open, with nothing or with a
   * session, so that a caller can give the event loop its turn.
   * @param folder absolute; need not exist
   * @param since milliseconds since 1970: what was not changed since then is left out
   */
  *find(folder: string, since = 0): Generator<FoundTranscript | undefined> {
    const folders = this.foldersOf(folder);
    const names = unique(folders.map(({ path }) => claudeProjectName(path)));
    const seen = new Set<string>();
    const files = this.places.claude.flatMap((config) => this.projectFolders(config, names)).flatMap((project) => namesIn(project)
      .filter((name) => name.endsWith('.jsonl') && !name.startsWith('agent-')).map((name) => ({ agent: 'claude' as const, file: join(project, name) })));
    for (const found of files) yield this.check(found.agent, found.file, folders, since, seen);
    for (const codex of this.places.codex) {
      for (const file of codexFiles(join(codex, 'sessions'), 4)) yield this.check('codex', file, folders, since, seen);
    }
  }

  private projectFolders(config: string, names: readonly string[]): string[] {
    const projects = join(config, 'projects');
    const prefixes = names.map((name) => name.toLowerCase());
    // Sub-folders begin with the folder's name; so do strangers, which their working directory tells apart. Case is Windows's.
    return namesIn(projects).filter((name) => name === this.places.claudeProjectName
      || prefixes.some((prefix) => name.toLowerCase() === prefix || name.toLowerCase().startsWith(prefix.length < longestProjectName ? `${prefix}-` : prefix)))
      .map((name) => join(projects, name));
  }

  private foldersOf(folder: string): { path: string; place: 'same' | 'worktree' }[] {
    const own = isWindowsPath(folder) && process.platform !== 'win32' ? folder : resolve(folder);
    const spellings = unique([own, realPath(own)].flatMap((path) => [path, path.normalize('NFC'), path.normalize('NFD')]));
    const others = unique(worktreesOf(own).flatMap((path) => [path, realPath(path)]));
    return [...spellings.map((path) => ({ path, place: 'same' as const })), ...others.map((path) => ({ path, place: 'worktree' as const }))];
  }

  private check(agent: AgentId, file: string, folders: readonly { path: string; place: 'same' | 'worktree' }[], since: number, seen: Set<string>): FoundTranscript | undefined {
    try {
      const { mtimeMs, size, dev, ino } = statSync(file);
      const id = `${String(dev)}:${String(ino)}`;
      if (mtimeMs < since || size === 0) return undefined;
      const real = realPath(file);
      if (seen.has(real)) return undefined;
      seen.add(real);
      let known = this.known.get(file);
      if (known?.id !== id || known.first === undefined) {
        known = { id, first: withTranscript(file, agent === 'claude' ? firstClaudeFolder : firstCodexFolder) };
        this.known.set(file, known);
      }
      const place = placeOf(known.first, folders) ?? (agent === 'claude' ? placeOf(lastFolder(file), folders) : undefined);
      return place && { agent, file, place, changed: mtimeMs, size };
    } catch {
      // Gone or not readable: no session of ours.
      return undefined;
    }
  }
}

const lastFolder = (file: string): string | undefined => withTranscript(file, (source) => {
  const reading = new LastFolder(source.size);
  readTail(source, reading);
  return reading.cwd;
});

function placeOf(cwd: string | undefined, folders: readonly { path: string; place: 'same' | 'worktree' }[]): FoundTranscript['place'] | undefined {
  if (cwd === undefined) return undefined;
  const spellings = unique([cwd, realPath(cwd)].map(comparablePath));
  let best: FoundTranscript['place'] | undefined;
  for (const { path, place } of folders) {
    for (const spelling of spellings) {
      const within = placeIn(path, spelling);
      if (within === 'same' && place === 'same') return 'same';
      if (within) best = place === 'worktree' ? best ?? 'worktree' : 'below';
    }
  }
  return best;
}

/** Rollouts under a folder, the newest names first; they lie in `YYYY/MM/DD`. */
function* codexFiles(folder: string, depth: number): Generator<string> {
  for (const name of namesIn(folder).sort().reverse()) {
    const path = join(folder, name);
    if (name.endsWith('.jsonl')) yield path;
    else if (depth > 1 && !name.includes('.')) yield* codexFiles(path, depth - 1);
  }
}
