import type { ItemId } from '../checklist.js';
import type { Fact, FactKind } from '../changes/facts.js';
import { placesOfSentence, sentencesOf } from '../changes/wording.js';
import type { CodeLink, Suggestion } from '../session.js';

const items: Record<FactKind, ItemId> = { endpoint: 'endpoint', table: 'schema', column: 'schema', index: 'schema', constraint: 'schema', enum: 'schema', view: 'schema', entity: 'entity', relation: 'entity' };
const ranks: Record<FactKind, number> = { endpoint: 9, table: 8, column: 7, entity: 8, relation: 6, enum: 5, view: 5, constraint: 4, index: 3 };

/** More links than this help nobody; the first is where the change is stated most exactly. */
const manyLinks = 3;

/**
 * Facts of a diff as suggestions of the Changed items, a sentence each.
 * @param linkOf gives the link to a place with the text of its line; undefined where the place is gone (a removed file)
 */
export function suggestionsFromChanges(facts: readonly Fact[], linkOf: (place: { file: string; line: number }) => CodeLink | undefined): Suggestion[] {
  return sentencesOf(facts).flatMap((sentence): Suggestion[] => {
    const [fact] = sentence.facts;
    if (!fact) return [];
    const places = placesOfSentence(sentence);
    const links = (fact.op === 'removed' ? [] : places.slice(0, manyLinks).map(linkOf)).filter((link): link is CodeLink => link !== undefined);
    return [{
      // The line is no part of it: the same change on another line is the same suggestion.
      id: `changes:${[fact.kind, fact.op, fact.method, fact.fullPath ?? fact.path, fact.table, fact.name, fact.op === 'modified' ? fact.detail : ''].map((part) => part ?? '').join(':')}`,
      item: items[fact.kind], text: sentence.text, links, source: 'changes', rank: ranks[fact.kind],
      evidence: places.slice(0, manyLinks).map((place) => {
        const link = fact.op === 'removed' ? undefined : linkOf(place);
        return { text: `${place.file}:${String(place.line)}`, ...(link ? { link } : {}) };
      }),
    }];
  });
}
