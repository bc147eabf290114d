import * as vscode from 'vscode';
import { endsSession } from '../core/draftJournal.js';
import { readGitSince, type NoGitSince } from '../node/gitSince.js';
import type { GitSince } from '../core/sinceThen.js';
import { openNote, type OpenedNote } from '../node/handoffNotes.js';
import type { CheckedLink } from '../node/linkChecks.js';
import { receiptsOf } from '../node/receipts.js';
import type { PageMessage, PickUpSection, PickUpView, ResultView } from '../protocol.js';
import type { AgentHandOver } from './agentHandOver.js';
import type { BuiltInGit } from './builtInGit.js';
import { findDocuments } from './documentsPlace.js';
import type { FolderNotes } from './folderNotes.js';
import type { HandoffFolder } from './handoffFolder.js';
import type { LinkHealth } from './linkHealth.js';
import type { OwnTerminals } from './ownTerminals.js';
import { drawPickUp, linkKey, receiptWords, type DrawnPickUp, type PickUpPlace } from './pickUpView.js';
import { openPlace } from './places.js';

const kinds = ['handOver', 'continueNote', 'markNote', 'openNote', 'closePickUp', 'openPickUp', 'tickStep', 'insertCommand', 'copyCommand', 'foldPickUp'] as const;

/** What the page says of a note that is shown. */
export type PickUpMessage = Extract<PageMessage, { type: (typeof kinds)[number] }>;
export const isPickUpMessage = (message: PageMessage): message is PickUpMessage => kinds.some((kind) => kind === message.type);

interface Shown {
  opened: OpenedNote;
  since: GitSince | NoGitSince | 'untrusted' | undefined;
  links: readonly CheckedLink[] | undefined;
  looking: AbortController | undefined;
}

const ticksKey = (file: string): string => `steps:${file}`;

/** The note that is picked up in each folder: the world against it is looked up when it is shown, and again when git, notes or receipts change. */
export class PickUp implements vscode.Disposable {
  readonly #shown = new Map<HandoffFolder, Shown>();
  readonly #changed = new vscode.EventEmitter<HandoffFolder>();
  readonly #own: vscode.Disposable;
  #folded: readonly PickUpSection[] = [];
  readonly #continued = new vscode.EventEmitter<{ readonly folder: HandoffFolder; readonly file: string }>();
  readonly onDidChange = this.#changed.event;
  /** A note was picked up in this window. */
  readonly onDidContinue = this.#continued.event;

  constructor(
    private readonly state: vscode.Memento,
    private readonly notes: FolderNotes,
    private readonly links: LinkHealth,
    private readonly git: BuiltInGit,
    private readonly agents: AgentHandOver,
    private readonly terminals: OwnTerminals,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#own = vscode.Disposable.from(this.#changed, this.#continued, notes.onDidChange((workspaceFolder) => {
      for (const [folder, shown] of this.#shown) if (folder.workspaceFolder === workspaceFolder) void this.#lookAgain(folder, shown);
    }));
  }

  /**
   * Shows a note.
   * @param file its name relative to the documents' folder
   * @throws FileError with words for the person when it cannot be read
   */
  async show(folder: HandoffFolder, file: string): Promise<void> {
    if (!this.notes.known(folder.workspaceFolder)) await this.notes.refresh(folder.workspaceFolder);
    const known = this.notes.known(folder.workspaceFolder);
    if (!known) throw new Error(this.notes.problem(folder.workspaceFolder) ?? vscode.l10n.t('The notes of this folder cannot be read.'));
    const shown: Shown = { opened: await openNote(known.place, file), since: undefined, links: undefined, looking: undefined };
    this.close(folder);
    this.#shown.set(folder, shown);
    this.#changed.fire(folder);
    void this.#look(folder, shown);
  }

  close(folder: HandoffFolder): void {
    const shown = this.#shown.get(folder);
    if (!shown) return;
    shown.looking?.abort();
    this.#shown.delete(folder);
    this.#changed.fire(folder);
  }

  /** The page of the note that is shown. */
  view(folder: HandoffFolder): PickUpView | undefined {
    return this.#drawn(folder)?.view;
  }

  #drawn(folder: HandoffFolder): DrawnPickUp | undefined {
    const shown = this.#shown.get(folder);
    const known = this.notes.known(folder.workspaceFolder);
    if (!shown || !known) return undefined;
    return drawPickUp({
      ...shown, known, ticked: new Set(this.state.get<string[]>(ticksKey(shown.opened.file), [])), folded: this.#folded, ways: this.agents.ways(known.place, shown.opened.file),
    });
  }

  async #lookAgain(folder: HandoffFolder, shown: Shown): Promise<void> {
    const known = this.notes.known(folder.workspaceFolder);
    try {
      if (known) shown.opened = await openNote(known.place, shown.opened.file);
    } catch (error) {
      // Deleted, or broken by hand: there is nothing to carry on.
      this.log.info(error instanceof Error ? error.message : String(error));
      if (this.#shown.get(folder) === shown) this.close(folder);
      return;
    }
    if (this.#shown.get(folder) === shown) await this.#look(folder, shown);
  }

  /** Looks up what happened since; a look that is under way for the same note gives way to this one. */
  async #look(folder: HandoffFolder, shown: Shown): Promise<void> {
    shown.looking?.abort();
    const looking = new AbortController();
    shown.looking = looking;
    const told = (): void => { if (!looking.signal.aborted && this.#shown.get(folder) === shown) this.#changed.fire(folder); };
    const known = this.notes.known(folder.workspaceFolder);
    if (!known) return;
    const { base, documentsFolder } = known.place;
    try {
      await Promise.all([
        (async () => {
          shown.since = vscode.workspace.isTrusted ? await readGitSince(base, shown.opened.note, { documentsFolder, git: await this.git.path(), signal: looking.signal }) : 'untrusted';
          told();
        })(),
        this.#checkLinks(folder, shown).then(told),
      ]);
    } catch (error) {
      if (!looking.signal.aborted) this.log.warn(error instanceof Error ? error.message : String(error));
    }
  }

  async #checkLinks(folder: HandoffFolder, shown: Shown): Promise<void> {
    try {
      shown.links = await this.links.checkText(folder.workspaceFolder, shown.opened.file, shown.opened.text);
    } catch (error) {
      this.log.warn(error instanceof Error ? error.message : String(error));
      shown.links = [];
    }
  }

  /**
   * Picks a note up: its session of ours ends, since its work goes on in the next one.
   * @returns whether a session ended
   */
  async continueNote(folder: HandoffFolder, file: string): Promise<boolean> {
    this.#continued.fire({ folder, file });
    if (!endsSession(folder.draft, { kind: 'continued', note: file })) return false;
    await folder.newSession();
    return true;
  }

  /** How the note of a folder's session, which was just written, can be handed over, and who was handed it. */
  ofSession(folder: HandoffFolder): Pick<ResultView, 'handOver' | 'receipts'> {
    const note = folder.draft.session.note;
    const known = this.notes.known(folder.workspaceFolder);
    if (note === undefined || !known) return { handOver: [], receipts: [] };
    return { handOver: this.agents.ways(known.place, note), receipts: receiptsOf(known.records.receipts, note).slice(-3).reverse().map(receiptWords) };
  }

  /**
   * Carries out what the page asks.
   * @returns what happened, for the person; '' where the page shows it
   * @throws an error with words for the person
   */
  async handle(folder: HandoffFolder, message: PickUpMessage): Promise<string> {
    const drawn = this.#drawn(folder);
    const file = drawn?.view.note ?? folder.draft.session.note;
    if (file === undefined) return '';
    switch (message.type) {
      case 'handOver':
        return this.#handOver(folder, file, message.way);
      case 'continueNote': {
        await this.continueNote(folder, file);
        const [best] = drawn?.view.handOver ?? [];
        return best ? this.#handOver(folder, file, best.id) : '';
      }
      case 'markNote':
        await this.notes.mark(folder.workspaceFolder, file, message.done ? 'done' : 'open');
        return message.done ? vscode.l10n.t('Marked done') : vscode.l10n.t('Open again');
      case 'openNote':
        await this.#open(folder, { kind: 'note', file }, true);
        return '';
      case 'closePickUp':
        this.close(folder);
        return '';
      case 'openPickUp': {
        const place = drawn?.places.get(message.place);
        if (place) await this.#open(folder, place, false);
        return '';
      }
      case 'tickStep':
        await this.#tick(folder, file, message.step, message.ticked);
        return '';
      case 'insertCommand': {
        const command = drawn?.commands.get(message.command);
        if (command === undefined) return '';
        await this.terminals.insert(folder.workspaceFolder, vscode.l10n.t('Session Handoff'), command);
        return vscode.l10n.t('The command stands in the terminal: press Enter there to run it.');
      }
      case 'copyCommand': {
        const command = drawn?.commands.get(message.command);
        if (command === undefined) return '';
        await vscode.env.clipboard.writeText(command);
        return vscode.l10n.t('Copied');
      }
      case 'foldPickUp':
        this.#folded = message.folded ? [...new Set([...this.#folded, message.section])] : this.#folded.filter((one) => one !== message.section);
        this.#changed.fire(folder);
        return '';
    }
  }

  async #handOver(folder: HandoffFolder, file: string, way: string): Promise<string> {
    const place = await findDocuments(folder.workspaceFolder, this.state, false);
    return place ? this.agents.handOver(folder.workspaceFolder, place, file, way) : '';
  }

  /** Ticks stay with the person: of the note's file only the status ever changes. */
  async #tick(folder: HandoffFolder, file: string, step: string, ticked: boolean): Promise<void> {
    const others = this.state.get<string[]>(ticksKey(file), []).filter((one) => one !== step);
    const steps = ticked ? [...others, step] : others;
    await this.state.update(ticksKey(file), steps.length > 0 ? steps : undefined);
    this.#changed.fire(folder);
  }

  async #open(folder: HandoffFolder, place: PickUpPlace, asFile: boolean): Promise<void> {
    const known = this.notes.known(folder.workspaceFolder);
    if (!known) return;
    if (place.kind === 'note') {
      if (asFile) await openPlace(this.notes.uriOf(known, place.file), 1, { viewColumn: vscode.ViewColumn.Active });
      else await this.show(folder, place.file);
      return;
    }
    let [path, line] = [place.path, place.line];
    const shown = this.#shown.get(folder);
    if (place.link !== undefined && shown) {
      // The line as it stands now: it may have moved since the page was drawn.
      await this.#checkLinks(folder, shown);
      const now = shown.links?.find(({ link }) => linkKey(link) === place.link);
      if (now?.file !== undefined && now.line !== undefined) [path, line] = [now.file, now.line];
    }
    await openPlace(vscode.Uri.joinPath(vscode.Uri.file(known.place.base), ...path.split('/')), line, { viewColumn: vscode.ViewColumn.Active });
  }

  dispose(): void {
    for (const { looking } of this.#shown.values()) looking?.abort();
    this.#own.dispose();
  }
}
