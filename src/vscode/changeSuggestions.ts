import { realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { Fact } from '../core/changes/facts.js';
import { relativeTo } from '../core/gitStatus.js';
import type { CodeLink, Session, Suggestion } from '../core/session.js';
import { suggestionsFromChanges } from '../core/suggestions/changes.js';
import type { ChangeDetection } from '../node/changesInWorker.js';
import { findRepository } from '../node/baseFolder.js';
import { readProjectFileLater } from '../node/projectFile.js';
import type { BuiltInGit } from './builtInGit.js';
import type { GitSubject } from './gitSuggestions.js';
import type { SuggestionProvider } from './suggestionProviders.js';

/** Larger files are skipped by the detection itself; a line is looked up in none of them. */
const largestFile = 1024 * 1024;

/**
 * What the diff states about the API and the database: uncommitted changes and the commits of the session. Worked out
 * in a worker after git was asked, so only in trusted folders on a disk, and only while somebody looks.
 */
export class ChangeSuggestions implements SuggestionProvider {
  readonly #changed = new vscode.EventEmitter<vscode.WorkspaceFolder>();
  readonly #found = new Map<string, readonly Suggestion[]>();
  readonly #running = new Map<string, AbortController>();
  readonly onDidChange = this.#changed.event;

  /** @param subject the folder's session and what git said, once the folder is opened */
  constructor(
    private readonly detection: ChangeDetection,
    private readonly builtIn: BuiltInGit,
    private readonly subject: (folder: vscode.WorkspaceFolder) => GitSubject | undefined,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  suggestions(folder: vscode.WorkspaceFolder): readonly Suggestion[] {
    return this.#found.get(folder.uri.toString()) ?? [];
  }

  looking(folder: vscode.WorkspaceFolder): boolean {
    return this.#running.has(folder.uri.toString());
  }

  /** Reads the diff anew: git has just been asked. A reading that is still under way gives way to this one. */
  async look(folder: vscode.WorkspaceFolder): Promise<void> {
    const key = folder.uri.toString();
    this.#running.get(key)?.abort();
    const subject = this.subject(folder);
    if (subject?.git?.kind !== 'state' || !vscode.workspace.isTrusted || folder.uri.scheme !== 'file') {
      if (this.#found.delete(key)) this.#changed.fire(folder);
      return;
    }
    const running = new AbortController();
    this.#running.set(key, running);
    try {
      const suggestions = await this.#detect(folder, subject.session, running.signal);
      if (running.signal.aborted) return;
      this.#found.set(key, suggestions);
      this.#changed.fire(folder);
    } catch (error) {
      if (!running.signal.aborted) this.log.error(error instanceof Error ? error : String(error));
    } finally {
      if (this.#running.get(key) === running) this.#running.delete(key);
    }
  }

  async #detect(folder: vscode.WorkspaceFolder, { startCommit }: Session, signal: AbortSignal): Promise<Suggestion[]> {
    const { facts, skipped, skippedPaths } = await this.detection.detect({
      repository: { folder: folder.uri.fsPath }, program: await this.builtIn.path(), ...(startCommit ? { from: startCommit } : {}),
    }, signal);
    if (skippedPaths.length) this.log.debug(`changes: not read: ${Object.entries(skipped).map(([reason, count]) => `${count} ${reason}`).join(', ')}`);
    const root = await findRepository(folder.uri.fsPath);
    if (root === undefined) return [];
    const inside = relative(root, await realpath(folder.uri.fsPath)).split(sep).join('/');
    const texts = await this.#linesOf(root, facts);
    return suggestionsFromChanges(facts, (place): CodeLink | undefined => {
      const lines = texts.get(place.file);
      if (!lines) return undefined;
      const text = lines[place.line - 1]?.trim();
      return { path: relativeTo(inside, place.file), line: place.line, ...(text ? { text } : {}) };
    });
  }

  /** The present lines of every file that a fact names; files that are gone are missing. */
  async #linesOf(root: string, facts: readonly Fact[]): Promise<Map<string, string[]>> {
    const files = [...new Set(facts.flatMap(({ file, places }) => [file, ...(places ?? []).map((place) => place.file)]))];
    const texts = await Promise.all(files.map(async (file) => {
      const text = await readProjectFileLater(root, file, largestFile);
      return text === undefined ? [] : [[file, text.split(/\r\n|[\r\n]/)] as const];
    }));
    return new Map(texts.flat());
  }

  dispose(): void {
    for (const running of this.#running.values()) running.abort();
    this.#changed.dispose();
    this.detection.dispose();
  }
}
