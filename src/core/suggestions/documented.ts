import { destinationOf } from '../checklist.js';
import type { Suggestion } from '../session.js';
import { foldedText, matterWords } from './matter.js';

/** So much of a suggestion's matter in one block of a document: it is said there already. */
const said = 0.85;

/** What the documents say, prepared once for many suggestions. */
export interface DocumentedMatters {
  readonly folded: string;
  readonly blocks: readonly ReadonlySet<string>[];
}

/** Blocks of a Markdown text: list items with what is indented below them, and paragraphs. */
function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    const begins = /^\s{0,3}(?:[-*+]|\d{1,9}[.)])\s/.test(line) || /^#{1,6}\s/.test(line) || line.trim() === '' || blocks.length === 0;
    if (begins) blocks.push(line);
    else blocks[blocks.length - 1] += `\n${line}`;
  }
  return blocks.filter((block) => block.trim() !== '' && !block.startsWith('#'));
}

/** Escapes and link addresses of a document are not what it says. */
const spoken = (text: string): string => text.replace(/\]\((?:[^()"]|"[^"]*")*\)/g, ']').replace(/\\(?=[!-/:-@[-`{-~])/g, '');

/** Reads what documents say. @param texts of the documents, as they stand on the disk or in the editor */
export function documentedMatters(texts: readonly string[]): DocumentedMatters {
  const spokenTexts = texts.map(spoken);
  return { folded: ` ${spokenTexts.map(foldedText).join(' \n ')} `, blocks: spokenTexts.flatMap(blocksOf).map(matterWords) };
}

/**
 * Whether the documents already say what a suggestion would add. What goes to the handoff note only is never "said":
 * where work stands now is not what an older note said.
 */
export function isDocumented(suggestion: Pick<Suggestion, 'item' | 'text' | 'links'>, matters: DocumentedMatters): boolean {
  if (destinationOf(suggestion) === 'handoffNote') return false;
  const folded = foldedText(suggestion.text);
  if (folded.length > 12 && matters.folded.includes(` ${folded} `)) return true;
  const words = matterWords(suggestion.text);
  if (words.size < 4) return false;
  return matters.blocks.some((block) => [...words].filter((word) => block.has(word)).length / words.size >= said);
}

/** The suggestions that the documents do not say already. */
export const undocumented = (suggestions: readonly Suggestion[], documents: readonly string[]): Suggestion[] => {
  if (documents.length === 0) return [...suggestions];
  const matters = documentedMatters(documents);
  return suggestions.filter((suggestion) => !isDocumented(suggestion, matters));
};
