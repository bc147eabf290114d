import * as vscode from 'vscode';
import { formatCodeLink } from '../core/links/codeLink.js';
import { removeEdit, updateEdits, type LinkEdit } from '../core/links/linkStates.js';
import { withoutControls } from '../core/links/untrustedText.js';
import type { CheckedLink, PlaceText } from '../node/linkChecks.js';
import type { DocumentLinksNow, LinkHealth } from './linkHealth.js';
import { isElsewhere, statedPlace } from './linkWords.js';
import { labelRange, linkRange } from './linkMarks.js';

/** The place that a link is to state, if its line was found. */
function placeOf({ file, line, now }: CheckedLink): PlaceText | undefined {
  return file === undefined || line === undefined || now === undefined ? undefined : { path: file, line, text: now };
}

/** One edit of one document, so that one undo takes all of it back; every other byte stays. */
function workspaceEdit(document: vscode.TextDocument, edits: readonly LinkEdit[]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { span, text } of edits) edit.replace(document.uri, new vscode.Range(document.positionAt(span.start), document.positionAt(span.end)), text);
  return edit;
}

const updateTo = (text: string, { link }: CheckedLink, place: PlaceText, documentFolder: string): LinkEdit[] => updateEdits(text, link, place, documentFolder);

/** The links whose line has moved unchanged, and the edit that brings them all up to date. */
export function updateMoved(document: vscode.TextDocument, { links, documentFolder }: DocumentLinksNow): { moved: readonly CheckedLink[]; edit: vscode.WorkspaceEdit } {
  const text = document.getText();
  const moved = links.filter(({ status }) => status === 'moved');
  return { moved, edit: workspaceEdit(document, moved.flatMap((link) => {
    const place = placeOf(link);
    return place ? updateTo(text, link, place, documentFolder) : [];
  })) };
}

/** The line's text for a link that does not hold it; `path:line` in code font becomes a link. */
function upgradeEdits(text: string, checked: CheckedLink, documentFolder: string): LinkEdit[] {
  const place = placeOf(checked);
  if (!place || place.text.trim() === '') return [];
  if (checked.link.kind === 'plain') return updateTo(text, checked, place, documentFolder);
  const written = formatCodeLink(place, { folder: documentFolder, workspacePath: '' });
  return written.startsWith('[') ? [{ span: checked.link.span, text: written }] : [];
}

/** Quick fixes of links: to where their line is now, away, or with the text that lets the line be found again. */
export class LinkFixes implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };

  constructor(private readonly health: LinkHealth) {}

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] {
    const known = this.health.links(document);
    if (!known) return [];
    const text = document.getText();
    const { documentFolder } = known;
    const actions: vscode.CodeAction[] = [];
    const add = (title: string, link: CheckedLink, edits: readonly LinkEdit[], preferred = false): void => {
      if (edits.length === 0) return;
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.edit = workspaceEdit(document, edits);
      action.diagnostics = context.diagnostics.filter((diagnostic) => diagnostic.source === 'Session Handoff' && diagnostic.range.isEqual(labelRange(document, link)));
      action.isPreferred = preferred;
      actions.push(action);
    };
    const here = known.links.filter((link) => linkRange(document, link).intersection(range));
    for (const link of here) {
      const named = here.length > 1 ? ` (${statedPlace(link)})` : '';
      const place = placeOf(link);
      if (link.status === 'lost') add(vscode.l10n.t('Remove the link, keep the text') + named, link, removeEdit(text, link.link).text === text.slice(link.link.span.start, link.link.span.end) ? [] : [removeEdit(text, link.link)]);
      else if (place && (isElsewhere(link) || link.status === 'edited')) add(vscode.l10n.t('Update this link') + named, link, updateTo(text, link, place, documentFolder), link.status === 'moved');
      else if (link.link.kind !== 'titled') add(vscode.l10n.t('Add the line’s text') + named, link, upgradeEdits(text, link, documentFolder));
      for (const choice of link.choices ?? []) add(vscode.l10n.t('Point to {0}', withoutControls(`${choice.path}:${choice.line}`)) + named, link, updateTo(text, link, choice, documentFolder));
    }
    const { moved, edit } = updateMoved(document, known);
    if (here.some(({ status }) => status === 'moved') && moved.length > 1) {
      const all = new vscode.CodeAction(vscode.l10n.t('Update all moved links'), vscode.CodeActionKind.QuickFix);
      all.edit = edit;
      all.diagnostics = context.diagnostics.filter(({ source, code }) => source === 'Session Handoff' && code === 'moved');
      actions.push(all);
    }
    return actions;
  }
}
