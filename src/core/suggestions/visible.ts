import { focusScore } from '../focus.js';
import type { Draft, Suggestion } from '../session.js';

/** Texts that differ only in case, spacing or punctuation say the same. */
const folded = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

/**
 * The suggestions that are shown: not dismissed, not accepted already, not said by an entry of the same item, each
 * matter once; best first (what answers the focus area, then by rank).
 */
export function visibleSuggestions(draft: Draft, suggestions: readonly Suggestion[]): Suggestion[] {
  const hidden = new Set([...draft.dismissed, ...draft.entries.flatMap(({ suggestion }) => suggestion ?? [])]);
  const said = new Set(draft.entries.map(({ item, text }) => `${item} ${folded(text)}`));
  const seen = new Set<string>();
  return suggestions
    .filter(({ id, item, text }) => {
      const matter = `${item} ${folded(text)}`;
      if (hidden.has(id) || said.has(matter) || seen.has(id) || seen.has(matter)) return false;
      seen.add(id).add(matter);
      return true;
    })
    .map((suggestion) => ({ suggestion, score: draft.focus ? focusScore(draft.focus, `${suggestion.text} ${suggestion.detail ?? ''} ${suggestion.links.map(({ path }) => path).join(' ')}`) : 0 }))
    .sort((a, b) => b.score - a.score || (b.suggestion.rank ?? 0) - (a.suggestion.rank ?? 0))
    .map(({ suggestion }) => suggestion);
}
