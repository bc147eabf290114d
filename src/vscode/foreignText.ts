import * as vscode from 'vscode';

/** Longer titles are cut: a tooltip is no page. */
const titleLimit = 80;

/** One line of a stranger's text without control and bidirectional characters, at most `limit` characters. */
export function oneLine(text: string, limit = titleLimit): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').replace(/\p{Cf}/gu, '').trim();
  const characters = [...line];
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : line;
}

/**
 * A stranger's text as Markdown that shows exactly that text: no link, no emphasis, no HTML, to be put within a line.
 * `appendText` escapes the syntax; bare addresses, which it leaves, are broken up by a space without width: a character reference
 * keeps some renderers from linking them, but not all (markdown-it of VS Code 1.99).
 */
export function plainMarkdown(text: string, limit = titleLimit): string {
  const escaped = new vscode.MarkdownString().appendText(oneLine(text, limit)).value;
  return escaped.replaceAll('&nbsp;', ' ').replaceAll('://', ':\u200b//').replace(/www\./gi, (found) => `${found.slice(0, 3)}\u200b.`).replaceAll('@', '\u200b@').replaceAll('<', '&lt;');
}

/** A stranger's text for labels, where `$(name)` would be an icon. */
export const plainLabel = (text: string, limit = titleLimit): string => oneLine(text, limit).replaceAll('$(', '$\u200b(');

/** A stranger's text for notifications, where `[text](address)` would be a link. */
export const plainMessage = (text: string): string => text.replaceAll('](', ']\u200b(');
