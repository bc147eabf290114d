import * as vscode from 'vscode';
import { agentCommand, claudeUri, handOverPrompt, shellOf } from '../core/agentPrompt.js';
import { hasProgram } from '../node/findProgram.js';
import type { HandOverView } from '../protocol.js';
import type { FolderDocuments } from './documentsPlace.js';
import type { OwnTerminals } from './ownTerminals.js';

type Way = 'claudeExtension' | 'claudeTerminal' | 'codexTerminal' | 'copyPrompt';

/** Whether a program is there is looked up again after so long, in milliseconds. */
const lookAgainAfter = 30_000;
const claudeExtension = 'anthropic.claude-code';

/** The note's path from the folder that the agent works in. */
const pathFor = ({ workspacePath, documentsFolder }: FolderDocuments, file: string): string =>
  [...workspacePath.split('/').filter(Boolean).map(() => '..'), documentsFolder, file].join('/');

/**
 * Hands a note to an agent: by a prompt that is filled in and never sent, or by a command that is inserted and never run. Only the
 * ways that this machine can serve are offered. The prompt is fixed words and the note's name.
 */
export class AgentHandOver {
  readonly #programs = new Map<string, { readonly there: boolean; readonly at: number }>();

  constructor(private readonly terminals: OwnTerminals) {}

  #has(program: string): boolean {
    const known = this.#programs.get(program);
    if (known && Date.now() - known.at < lookAgainAfter) return known.there;
    const there = hasProgram(program);
    this.#programs.set(program, { there, at: Date.now() });
    return there;
  }

  /** The ways for a note, best first; none for a note whose name cannot be said in a prompt. */
  ways(place: FolderDocuments, file: string): readonly HandOverView[] {
    const prompt = handOverPrompt(pathFor(place, file));
    if (prompt === undefined) return [];
    const ways: HandOverView[] = [];
    if (vscode.workspace.isTrusted) {
      const shell = shellOf(vscode.env.shell);
      if (vscode.extensions.getExtension(claudeExtension) && claudeUri(vscode.env.uriScheme, prompt) !== undefined) {
        ways.push({ id: 'claudeExtension', icon: 'agent', label: 'Claude Code', title: vscode.l10n.t('Opens Claude Code with the prompt filled in; sending it is left to you') });
      }
      for (const [id, program] of [['claudeTerminal', 'claude'], ['codexTerminal', 'codex']] as const) {
        if (this.#has(program) && agentCommand(program, prompt, shell) !== undefined) ways.push({ id, icon: 'terminal', label: program, title: vscode.l10n.t('Puts the command that starts {0} into a terminal; running it is left to you', program) });
      }
    }
    ways.push({ id: 'copyPrompt', icon: 'copy', label: vscode.l10n.t('Copy Prompt'), title: vscode.l10n.t('Copies the prompt, to be pasted into any agent') });
    return ways;
  }

  /**
   * Hands the note over.
   * @returns what happened, for the person
   * @throws an error with words for the person
   */
  async handOver(folder: vscode.WorkspaceFolder, place: FolderDocuments, file: string, way: string): Promise<string> {
    const prompt = handOverPrompt(pathFor(place, file));
    const offered = this.ways(place, file).find(({ id }) => id === way);
    if (prompt === undefined || !offered) throw new Error(vscode.l10n.t('This way is not offered here any more.'));
    switch (offered.id as Way) {
      case 'claudeExtension': {
        await openInEditor(claudeUri(vscode.env.uriScheme, prompt) ?? '');
        return vscode.l10n.t('Claude Code has the prompt: read it and send it there.');
      }
      case 'claudeTerminal':
      case 'codexTerminal': {
        const program = way === 'claudeTerminal' ? 'claude' : 'codex';
        await this.terminals.insert(folder, program === 'claude' ? 'Claude Code' : 'Codex', agentCommand(program, prompt, shellOf(vscode.env.shell)) ?? '');
        return vscode.l10n.t('The command stands in the terminal: press Enter there to run it.');
      }
      case 'copyPrompt':
        await vscode.env.clipboard.writeText(prompt);
        return vscode.l10n.t('The prompt was copied.');
    }
  }
}

/** Opens an address of an extension in this very editor: in a browser the address would be the desktop's. */
async function openInEditor(address: string): Promise<void> {
  const uri = vscode.Uri.parse(address, true);
  if (vscode.env.uiKind === vscode.UIKind.Web) await vscode.commands.executeCommand('vscode.open', uri);
  else if (!(await vscode.env.openExternal(uri))) throw new Error(vscode.l10n.t('Claude Code could not be opened.'));
}
