import type * as vscode from 'vscode';
import type { Suggestion } from '../core/session.js';
import type { NoticeView } from '../protocol.js';

/** Something that has to say what the person should know, and does what they answer. */
export interface NoticeSource {
  /** What it says is other than before. */
  readonly onDidChange: vscode.Event<vscode.WorkspaceFolder>;
  /** @param shown the suggestions that the panel shows */
  notices(folder: vscode.WorkspaceFolder, shown: readonly Suggestion[]): readonly NoticeView[];
  /**
   * Carries out what was answered.
   * @returns words for the person, '' where there is nothing to say; undefined when the notice is another's
   * @throws an error with words for the person
   */
  act(folder: vscode.WorkspaceFolder, notice: string, action: string): Promise<string | undefined>;
}
