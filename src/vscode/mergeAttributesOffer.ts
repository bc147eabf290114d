import { join } from 'node:path';
import * as vscode from 'vscode';
import { mergeAttributesEdits } from '../core/documents/mergeAttributes.js';
import { readWhole, replaceFile, resolveInside } from '../node/atomicFile.js';
import { decodeText, encodeText } from '../node/textFile.js';
import type { NoticeView } from '../protocol.js';
import type { FolderDocuments } from './documentsPlace.js';

const id = 'mergeAttributes';
const answeredKey = (place: FolderDocuments): string => `mergeAttributes:${join(place.base, place.documentsFolder)}`;

/**
 * Offers, once per folder, the lines that make git merge documents to which several branches append at the same end.
 * Nothing is added without the person's word.
 */
export class MergeAttributesOffer {
  constructor(private readonly state: vscode.Memento) {}

  async #edits(place: FolderDocuments): Promise<{ path: string; name: string; hash: string | undefined; before: string; lines: readonly string[]; after: string }> {
    const name = `${place.documentsFolder}/.gitattributes`;
    const path = await resolveInside(place.base, join(place.base, name));
    const read = await readWhole(path, name);
    const text = read && decodeText(read.bytes, name);
    const { lines, after } = mergeAttributesEdits(text);
    const before = text ?? '';
    return { path, name, hash: read?.hash, before, lines, after };
  }

  /** The offer, if it was not answered yet and lines are missing. */
  async offer(place: FolderDocuments): Promise<NoticeView | undefined> {
    if (this.state.get<boolean>(answeredKey(place))) return undefined;
    const { name, lines } = await this.#edits(place);
    if (lines.length === 0) return undefined;
    return {
      id, severity: 'info', dismissable: true,
      text: vscode.l10n.t('Branches append to these documents at the same end. So that git merges them without conflicts, add to {0}:\n{1}', name, lines.join('\n')),
      actions: [{ id: 'addLines', label: vscode.l10n.t('Add These Lines') }, { id: 'never', label: vscode.l10n.t('Don’t Ask Again') }],
    };
  }

  /** Carries out what the person chose; gives the words for them, undefined when the notice was not ours. */
  async act(place: FolderDocuments, notice: string, action: string): Promise<string | undefined> {
    if (notice !== id) return undefined;
    const { path, name, hash, before, after } = await this.#edits(place);
    const adds = action === 'addLines';
    if (adds && after !== before) await replaceFile(path, encodeText(after, name), hash, name);
    await this.state.update(answeredKey(place), true);
    return adds ? vscode.l10n.t('The lines stand in {0}', name) : vscode.l10n.t('You will not be asked again');
  }
}
