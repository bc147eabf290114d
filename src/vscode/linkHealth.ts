import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { FoundLine, LineQuery } from '../core/links/findLine.js';
import { pathFromBase } from '../core/links/codeLink.js';
import { readLinks, type WrittenLink } from '../core/links/markdownLinks.js';
import type { CodeLink } from '../core/session.js';
import { findGit } from '../node/findGit.js';
import type { CheckedDocument, CheckedLink } from '../node/linkChecks.js';
import type { LinksWorker } from '../node/linksWorker.js';
import type { BuiltInGit } from './builtInGit.js';
import { DocumentsHere } from './documentsHere.js';
import type { HandoffFolders } from './handoffFolders.js';

/** Typing goes on for a while: one check after it is enough. In milliseconds. */
const settle = 250;

/** A document of ours that is open, with its links as they were checked. */
interface OpenDocument {
  readonly folder: vscode.WorkspaceFolder;
  readonly version: number;
  /** Relative to the folder that holds `.claude`. */
  readonly path: string;
  readonly links: readonly CheckedLink[];
  /** Which check this is of, counted in the order in which they began. */
  readonly check: number;
}

/** A document's links, found where they stand in its present text. */
export interface DocumentLinksNow {
  readonly folder: vscode.WorkspaceFolder;
  /** The document's folder, relative to the folder that holds `.claude`. */
  readonly documentFolder: string;
  readonly links: readonly CheckedLink[];
}

/** The same link keeps its state when text around it is edited; twins are told apart by their order. */
function keysOf(links: readonly WrittenLink[]): string[] {
  const seen = new Map<string, number>();
  return links.map(({ kind, path, line, text }) => {
    const key = [kind, path, line, text ?? ''].join('\0');
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return `${key}\0${count}`;
  });
}

const draftKey = ({ path, line, text }: CodeLink): string => [path, line, text ?? ''].join('\0');

/**
 * The state of every code link: of the documents and notes that are open, of a whole folder when somebody looks at it, and of the
 * drafts. It checks in a worker, some moment after the last edit, save or change that git tells of; git is run in trusted
 * workspaces only, else the text alone decides.
 */
export class LinkHealth implements vscode.Disposable {
  readonly #checked = new vscode.EventEmitter<vscode.TextDocument>();
  readonly #changed = new vscode.EventEmitter<vscode.WorkspaceFolder>();
  readonly #own: vscode.Disposable[] = [this.#checked, this.#changed];
  readonly #open = new Map<string, OpenDocument>();
  readonly #documents = new Map<string, Map<string, CheckedDocument>>();
  readonly #drafts = new Map<string, Map<string, FoundLine>>();
  readonly #places = new Map<string, DocumentsHere>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, { whole: boolean; readonly check: Promise<void> }>();
  #timer: NodeJS.Timeout | undefined;
  #begun = 0;
  #cancelled = 0;

  /** The links of an open document were checked. */
  readonly onDidCheck = this.#checked.event;
  /** What is known of a folder's links, or of its draft's, is other than before. */
  readonly onDidChange = this.#changed.event;

  /** @param watched whether somebody looks at the whole folder now, not only at open documents */
  constructor(
    private readonly folders: HandoffFolders,
    private readonly worker: LinksWorker,
    private readonly git: BuiltInGit,
    private readonly state: vscode.Memento,
    private readonly watched: (folder: vscode.WorkspaceFolder) => boolean,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const later = (): void => { this.#checkSoon(); };
    this.#own.push(
      vscode.workspace.onDidOpenTextDocument((document) => { this.checkShown([document]); }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => { if (document.uri.scheme === 'file' && contentChanges.length > 0) later(); }),
      vscode.workspace.onDidSaveTextDocument(later),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => { this.#open.delete(uri.toString()); }),
      vscode.workspace.onDidRenameFiles(later),
      vscode.workspace.onDidDeleteFiles(later),
      vscode.workspace.onDidCreateFiles(later),
      vscode.workspace.onDidGrantWorkspaceTrust(later),
      vscode.workspace.onDidChangeWorkspaceFolders(later),
      vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration('sessionHandoff.documents')) later(); }),
      vscode.window.onDidChangeWindowState(({ focused }) => { if (focused) later(); }),
      git.onDidChange(later),
      folders.onDidChange((folder) => {
        const known = this.#drafts.get(folder.workspaceFolder.uri.toString());
        if (folder.draft.entries.some(({ links }) => links.some((link) => link.text !== undefined && !known?.has(draftKey(link))))) later();
      }),
    );
    later();
  }

  /** The links of an open document of ours, where they stand in its present text; undefined for others and before the first check. */
  links(document: vscode.TextDocument): DocumentLinksNow | undefined {
    const known = this.#open.get(document.uri.toString());
    if (!known) return undefined;
    const documentFolder = posix.dirname(known.path);
    if (known.version === document.version) return { folder: known.folder, documentFolder, links: known.links };
    const byKey = new Map(keysOf(known.links.map(({ link }) => link)).map((key, index) => [key, known.links[index]]));
    const present = readLinks(document.getText(), documentFolder);
    const links = keysOf(present).flatMap((key, index) => {
      const state = byKey.get(key);
      const link = present[index];
      return state && link ? [{ ...state, link }] : [];
    });
    return { folder: known.folder, documentFolder, links };
  }

  /** Whether the marks of a check still fit the text. */
  isCurrent(document: vscode.TextDocument): boolean {
    return this.#open.get(document.uri.toString())?.version === document.version;
  }

  /** How many checks have begun so far. */
  get begun(): number {
    return this.#begun;
  }

  /** Whether a document's state is of a check that began after so many others had; a document stays open for minutes after its tab was closed, with what was known then. */
  isCheckedSince(document: vscode.TextDocument, begun: number): boolean {
    return (this.#open.get(document.uri.toString())?.check ?? 0) > begun;
  }

  /** The links of a folder's documents, as far as they were checked. */
  documents(folder: vscode.WorkspaceFolder): readonly CheckedDocument[] {
    return [...this.#documents.get(folder.uri.toString())?.values() ?? []];
  }

  /** The file of a path that is relative to the folder that holds `.claude`. */
  uriOf(folder: vscode.WorkspaceFolder, path: string): vscode.Uri | undefined {
    return this.#places.get(folder.uri.toString())?.uriOf(path);
  }

  /** What became of the line of a draft's link, its file relative to the workspace folder; undefined while that is not known. */
  draftLink(folder: vscode.WorkspaceFolder, link: CodeLink): FoundLine | undefined {
    const key = folder.uri.toString();
    const found = this.#drafts.get(key)?.get(draftKey(link));
    const place = this.#places.get(key);
    if (found?.file === undefined || !place) return found;
    return { ...found, file: posix.relative(place.workspacePath, found.file) };
  }

  /** Checks every document and note of a folder now. */
  checkFolder(folder: vscode.WorkspaceFolder): Promise<void> {
    return this.#check(folder, true);
  }

  /** Checks the links of a folder's draft, and of its documents that are open, now. */
  checkDraft(folder: vscode.WorkspaceFolder): Promise<void> {
    return this.#check(folder, false);
  }

  /**
   * The links of one document or note as they are now; what is known of the folder's others stays.
   * @param file relative to the documents' folder
   */
  async checkText(folder: vscode.WorkspaceFolder, file: string, text: string): Promise<readonly CheckedLink[]> {
    const place = await this.#placeOf(folder);
    if (!place) return [];
    const program = vscode.workspace.isTrusted ? await this.#program() : undefined;
    const answer = await this.worker.ask({ base: place.base, documents: [{ path: `${place.documentsFolder}/${file}`, text }], drafts: [], unsaved: place.unsaved(), ...(program === undefined ? {} : { program }) });
    return answer.documents[0]?.links ?? [];
  }

  /** Ends what is being checked, and what waits for it. */
  cancel(): void {
    this.#cancelled++;
    this.worker.stop();
  }

  /** Documents came into sight: those of ours are checked at once, since somebody looks at their links; others wait as edits do. */
  checkShown(documents: readonly vscode.TextDocument[]): void {
    const ours = (vscode.workspace.workspaceFolders ?? []).filter((folder) => documents.some(({ uri }) => this.#places.get(folder.uri.toString())?.documentPathOf(uri) !== undefined));
    for (const folder of ours) void this.#check(folder, this.watched(folder)).catch(() => undefined);
    if (ours.length === 0) this.#checkSoon();
  }

  /** Checks the open documents and the drafts a moment after the last call. */
  #checkSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const folder of vscode.workspace.workspaceFolders ?? []) void this.#check(folder, this.watched(folder)).catch(() => undefined);
    }, settle);
  }

  /** One check of a folder at a time; those that are asked for meanwhile are one that follows it. */
  #check(folder: vscode.WorkspaceFolder, whole: boolean): Promise<void> {
    const key = folder.uri.toString();
    const waiting = this.#waiting.get(key);
    if (waiting) {
      waiting.whole ||= whole;
      return waiting.check;
    }
    const before = this.#running.get(key)?.catch(() => undefined) ?? Promise.resolve();
    const asked = { whole };
    const cancelled = this.#cancelled;
    const check = before.then(() => {
      this.#waiting.delete(key);
      return this.#checkNow(folder, asked.whole, cancelled);
    });
    this.#waiting.set(key, Object.assign(asked, { check }));
    this.#running.set(key, check);
    void check.catch((error: unknown) => { this.log.warn(error instanceof Error ? error.message : String(error)); }).finally(() => { if (this.#running.get(key) === check) this.#running.delete(key); });
    return check;
  }

  async #checkNow(folder: vscode.WorkspaceFolder, whole: boolean, cancelled: number): Promise<void> {
    const key = folder.uri.toString();
    const check = ++this.#begun;
    const place = await this.#placeOf(folder);
    if (!place) return;
    const program = vscode.workspace.isTrusted ? await this.#program() : undefined;
    if (cancelled !== this.#cancelled) throw new Error('Checking links was cancelled.');
    const open = vscode.workspace.textDocuments.flatMap((document) => {
      const path = place.documentPathOf(document.uri);
      return path !== undefined ? [{ document, path, version: document.version, text: document.getText() }] : [];
    });
    const drafts = (this.folders.opened(folder)?.draft.entries ?? []).flatMap(({ links }) => links.filter(({ text }) => text !== undefined));
    if (open.length === 0 && drafts.length === 0 && !whole) return;
    const answer = await this.worker.ask({
      base: place.base, documents: open.map(({ path, text }) => ({ path, text })), ...(whole ? { documentsFolder: place.documentsFolder } : {}),
      drafts: drafts.map((link): LineQuery => ({
        path: pathFromBase(link.path, place.workspacePath), line: link.line, text: link.text ?? '', ...(link.before ? { before: link.before } : {}), ...(link.after ? { after: link.after } : {}),
      })),
      unsaved: place.unsaved(),
      ...(program === undefined ? {} : { program }),
    });
    this.#drafts.set(key, new Map(drafts.flatMap((link, index) => {
      const found = answer.drafts[index];
      return found ? [[draftKey(link), found]] : [];
    })));
    const known = whole ? new Map<string, CheckedDocument>() : this.#documents.get(key) ?? new Map<string, CheckedDocument>();
    for (const checked of answer.documents) known.set(checked.path, checked);
    this.#documents.set(key, known);
    for (const { document, path, version } of open) {
      if (document.isClosed) continue;
      this.#open.set(document.uri.toString(), { folder, version, path, links: known.get(path)?.links ?? [], check });
      this.#checked.fire(document);
    }
    this.#changed.fire(folder);
  }

  async #placeOf(folder: vscode.WorkspaceFolder): Promise<DocumentsHere | undefined> {
    const key = folder.uri.toString();
    const place = await DocumentsHere.find(folder, this.state);
    if (place) this.#places.set(key, place);
    else this.#places.delete(key);
    return place;
  }

  /** A bare name would be looked up in the repository first on Windows. */
  async #program(): Promise<string | undefined> {
    const program = await this.git.path();
    return program === 'git' ? findGit() : program;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.worker.stop();
    vscode.Disposable.from(...this.#own).dispose();
  }
}
