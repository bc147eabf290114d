import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { checklist, type CategoryId, type ItemId } from '../core/checklist.js';
import { focusNamesItem } from '../core/focus.js';
import type { CodeLink, Entry, Suggestion } from '../core/session.js';
import type { PageMessage } from '../protocol.js';
import { captureEditor } from './capture.js';
import type { HandoffFolder } from './handoffFolder.js';
import { itemTitle } from './words.js';

const kinds = ['setFocus', 'tick', 'fold', 'addEntry', 'editEntry', 'deleteEntry', 'moveEntry', 'setDocument', 'removeLink', 'addLink', 'acceptSuggestion', 'dismissSuggestion', 'dismissNudge', 'undo'] as const;

/** What the page says to change the draft. */
export type DraftMessage = Extract<PageMessage, { type: (typeof kinds)[number] }>;
export const isDraftMessage = (message: PageMessage): message is DraftMessage => kinds.some((kind) => kind === message.type);

const newId = (): string => randomBytes(8).toString('hex');

/** What an entry says, as a person or an agent put it: trimmed, and absent when empty. */
const contentOf = (text: string, detail: string): { text: string; detail?: string } => ({ text: text.trim(), ...(detail.trim() ? { detail: detail.trim() } : {}) });

/** Turns what a person wants of the checklist into changes of the draft, and says each so that it can be heard and undone. */
export class DraftIntents {
  constructor(
    /** Says something to the person; `undo` offers to take the change back. */
    private readonly announce: (text: string, undo: boolean) => void,
    /** What is proposed for a folder at the moment. */
    private readonly suggestions: (folder: HandoffFolder) => readonly Suggestion[],
  ) {}

  /** Carries out what the page asked for. An entry or suggestion that is no longer there changes nothing. */
  handle(folder: HandoffFolder, message: DraftMessage): void {
    switch (message.type) {
      case 'setFocus':
        this.setFocus(folder, message.focus);
        return;
      case 'tick':
        folder.apply({ kind: 'tick', item: message.item, ticked: message.ticked });
        return;
      case 'fold':
        folder.fold(message.category, message.folded);
        return;
      case 'addEntry':
        this.addEntry(folder, message.item, message.text, message.detail);
        return;
      case 'acceptSuggestion':
        this.#accept(folder, message);
        return;
      case 'dismissSuggestion':
        folder.apply({ kind: 'dismiss', suggestion: message.suggestion, dismissed: true });
        this.announce(vscode.l10n.t('Suggestion dismissed'), true);
        return;
      case 'dismissNudge':
        folder.apply({ kind: 'dismiss', suggestion: message.nudge, dismissed: true });
        return;
      case 'undo':
        this.announce(folder.undo() ? vscode.l10n.t('Undone') : vscode.l10n.t('Nothing to undo'), false);
        return;
      default: {
        const entry = folder.draft.entries.find(({ id }) => id === message.entry);
        if (entry) this.#changeEntry(folder, entry, message);
      }
    }
  }

  #changeEntry(folder: HandoffFolder, entry: Entry, message: Extract<DraftMessage, { entry: string }>): void {
    switch (message.type) {
      case 'editEntry': {
        const content = contentOf(message.text, message.detail);
        if (!content.text) return;
        const { detail: _, ...rest } = entry;
        folder.apply({ kind: 'entry', entry: { ...rest, ...content } });
        this.announce(vscode.l10n.t('Entry saved'), false);
        return;
      }
      case 'deleteEntry':
        folder.apply({ kind: 'removeEntry', id: entry.id });
        this.announce(vscode.l10n.t('Entry deleted'), true);
        return;
      case 'moveEntry':
        if (entry.item === message.item) return;
        folder.apply({ kind: 'entry', entry: { ...entry, item: message.item } });
        this.#unfoldItem(folder, message.item);
        this.announce(vscode.l10n.t('Moved to “{0}”', itemTitle(message.item)), true);
        return;
      case 'setDocument': {
        const { document: _, ...rest } = entry;
        folder.apply({ kind: 'entry', entry: message.document === 'default' ? rest : { ...rest, document: message.document } });
        return;
      }
      case 'removeLink':
        if (!entry.links[message.index]) return;
        folder.apply({ kind: 'entry', entry: { ...entry, links: entry.links.filter((_, index) => index !== message.index) } });
        this.announce(vscode.l10n.t('Link removed'), true);
        return;
      case 'addLink':
        this.#addLink(folder, entry);
        return;
    }
  }

  /** Sets the focus area; what it names is unfolded. */
  setFocus(folder: HandoffFolder, focus: string): void {
    const trimmed = focus.trim();
    if (folder.draft.focus === trimmed) return;
    folder.apply({ kind: 'focus', focus: trimmed });
    for (const item of checklist) if (trimmed && focusNamesItem(trimmed, item.id)) this.#unfold(folder, item.category);
  }

  /** Adds an entry. Empty text adds nothing. */
  addEntry(folder: HandoffFolder, item: ItemId, text: string, detail: string, links: readonly CodeLink[] = []): void {
    const content = contentOf(text, detail);
    if (!content.text) return;
    folder.apply({ kind: 'entry', entry: { id: newId(), item, ...content, links, created: new Date().toISOString() } });
    this.#unfoldItem(folder, item);
    this.announce(vscode.l10n.t('Entry added to “{0}”', itemTitle(item)), true);
  }

  #accept(folder: HandoffFolder, message: Extract<DraftMessage, { type: 'acceptSuggestion' }>): void {
    const suggestion = this.suggestions(folder).find(({ id }) => id === message.suggestion);
    const content = contentOf(message.text, message.detail);
    if (!suggestion || !content.text) return;
    folder.apply({ kind: 'entry', entry: { id: newId(), item: message.item, ...content, links: suggestion.links, created: new Date().toISOString(), suggestion: suggestion.id } });
    this.#unfoldItem(folder, message.item);
    this.announce(message.item === suggestion.item ? vscode.l10n.t('Suggestion accepted') : vscode.l10n.t('Suggestion moved to “{0}”', itemTitle(message.item)), true);
  }

  #addLink(folder: HandoffFolder, entry: Entry): void {
    const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
    const captured = editor && captureEditor(editor);
    if (!captured?.link || captured.folder !== folder.workspaceFolder) {
      this.announce(captured?.unlinked ?? vscode.l10n.t('Put the cursor on the line in a file of this folder first.'), false);
      return;
    }
    const { link } = captured;
    if (entry.links.some((other) => other.path === link.path && other.line === link.line)) {
      this.announce(vscode.l10n.t('That line is linked already.'), false);
      return;
    }
    folder.apply({ kind: 'entry', entry: { ...entry, links: [...entry.links, link] } });
    this.announce(vscode.l10n.t('Linked {0}', `${link.path}:${link.line}`), true);
  }

  #unfold(folder: HandoffFolder, category: CategoryId): void {
    if (folder.folded.has(category)) folder.fold(category, false);
  }

  #unfoldItem(folder: HandoffFolder, item: ItemId): void {
    const category = checklist.find(({ id }) => id === item)?.category;
    if (category) this.#unfold(folder, category);
  }
}
