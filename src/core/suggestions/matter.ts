import { stem } from '../focus.js';

/** Words that say nothing about a matter, those of our own sentences included. */
const noise = new Set(['the', 'and', 'for', 'with', 'from', 'was', 'were', 'are', 'not', 'that', 'this', 'has', 'had', 'have', 'its', 'into', 'but', 'all', 'any', 'can', 'did', 'does', 'fix', 'fail', 'failed', 'fixed', 'change', 'got', 'around',
  'user', 'said', 'tri', 'tried', 'undone', 'decid', 'agent', 'word', 'cause', 'file', 'more', 'when', 'which', 'while', 'after', 'before', 'then', 'than', 'will', 'would', 'should', 'now', 'use', 'error', 'time', 'src', 'www', 'http']);

/** The words of a text that say what it is about, stemmed; paths, camelCase and kebab-case are taken apart. */
export function matterWords(text: string): Set<string> {
  const words = text.replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2 || /\d/.test(word));
  return new Set(words.filter((word) => !noise.has(word)).map(stem).filter((word) => word.length > 1 && !noise.has(word)));
}

/** How much of the smaller set the other one holds, 0 to 1; small sets prove nothing and give 0. */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>, least = 3): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  if (small.size < least) return 0;
  return [...small].filter((word) => large.has(word)).length / small.size;
}

/** Texts that differ only in case, spacing or punctuation say the same. */
export const foldedText = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
