import * as vscode from 'vscode';
import type { Session, Suggestion } from '../core/session.js';
import { suggestPlaces } from '../core/suggestions/cursor.js';
import type { CursorTracker } from './cursorTracker.js';

/** One source of suggestions, behind one face: the panel asks for what is known now and is told when that changes. */
export interface SuggestionProvider extends vscode.Disposable {
  readonly onDidChange: vscode.Event<vscode.WorkspaceFolder>;
  /** What is known now; never waits. */
  suggestions(folder: vscode.WorkspaceFolder, session: Session): readonly Suggestion[];
  /** The panel became visible or the person asked to look again: find out anew what costs something to find out. */
  refresh?(folder: vscode.WorkspaceFolder, session: Session): void;
  /** Whether it is finding out right now, or has not begun: what is known may be less than there is. */
  looking?(folder: vscode.WorkspaceFolder): boolean;
}

/** "Current work in progress" from where the cursor was. */
export class CursorSuggestions implements SuggestionProvider {
  readonly onDidChange: vscode.Event<vscode.WorkspaceFolder>;

  constructor(private readonly tracker: CursorTracker) {
    this.onDidChange = tracker.onDidChange;
  }

  suggestions(folder: vscode.WorkspaceFolder, session: Session): Suggestion[] {
    return suggestPlaces(this.tracker.history(folder), Date.parse(session.created), { edited: vscode.l10n.t('edited last'), visited: vscode.l10n.t('visited longest') });
  }

  dispose(): void {}
}
