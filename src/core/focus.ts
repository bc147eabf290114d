import { checklist, type ItemId } from './checklist.js';

/** What a person may call the matter of an item, besides the words of its title. */
const itemWords: Record<ItemId, string> = {
  pattern: 'pattern architecture insight design structure convention practice refactor',
  businessRule: 'business rule domain requirement policy',
  integration: 'integration system external service webhook queue third-party',
  performanceSecurity: 'performance security speed slow latency memory leak vulnerability auth permission',
  decision: 'decision choice alternative option tradeoff',
  bug: 'bug fix defect regression root cause issue',
  error: 'error exception message crash solution fix',
  workaround: 'workaround hack temporary fix',
  deadEnd: 'attempt failed dead end experiment revert',
  endpoint: 'api endpoint route controller request response rest graphql http',
  schema: 'database schema migration table column index sql db',
  entity: 'database entity model relation relationship orm db',
  inProgress: 'progress wip current',
  uncommitted: 'uncommitted change git commit',
  nextStep: 'next step todo plan',
  restartCommand: 'command restart run script setup',
};

/** Words that say nothing about a matter. */
const noise = new Set(['the', 'and', 'for', 'with', 'from', 'new', 'all', 'any', 'change', 'modified', 'work', 'area', 'of', 'in', 'on', 'to', 'a', 'an']);

/** The stem of an English word, roughly: enough that "fixes", "fixed" and "fixing" meet. */
export function stem(word: string): string {
  const lower = word.toLowerCase();
  if (lower.length <= 3) return lower;
  return lower.replace(/ies$/, 'y').replace(/(sses|shes|ches|xes)$/, (end) => end.slice(0, -2)).replace(/([^s])s$/, '$1').replace(/(ing|ed)$/, (end, at: string | number) => (typeof at === 'number' && at < 3 ? end : ''));
}

/** The words of a text that can say what it is about, stemmed; camelCase, paths and kebab-case are taken apart. */
export function focusWords(text: string): Set<string> {
  const words = text.replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2').split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1).map((word) => word.toLowerCase());
  return new Set(words.filter((word) => !noise.has(word)).map(stem).filter((word) => !noise.has(word)));
}

const wordsOfItems = new Map(checklist.map((item) => [item.id, focusWords(`${item.title} ${itemWords[item.id]}`)]));

/**
 * How well a text answers the focus area: the share of the focus's words that it holds, 0 to 1.
 */
export function focusScore(focus: string, text: string): number {
  const wanted = focusWords(focus);
  if (wanted.size === 0) return 0;
  const held = focusWords(text);
  return [...wanted].filter((word) => held.has(word)).length / wanted.size;
}

/** Whether the focus area names the matter of an item. */
export function focusNamesItem(focus: string, item: ItemId): boolean {
  const words = wordsOfItems.get(item);
  return words !== undefined && [...focusWords(focus)].some((word) => words.has(word));
}
