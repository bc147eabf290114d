import { changeDraft, type Draft, type DraftChange } from './session.js';

/**
 * What takes a change of the draft back. Ticks that a change brought with it stay: the item was considered.
 * @returns the changes to apply, in order; none when the change said nothing new
 */
export function inverseOf(draft: Draft, change: DraftChange): DraftChange[] {
  if (changeDraft(draft, change) === draft) return [];
  switch (change.kind) {
    case 'entry': {
      const old = draft.entries.find(({ id }) => id === change.entry.id);
      return old ? [{ kind: 'entry', entry: old }] : [{ kind: 'removeEntry', id: change.entry.id }];
    }
    case 'removeEntry': {
      const old = draft.entries.find(({ id }) => id === change.id);
      return old ? [{ kind: 'entry', entry: old }] : [];
    }
    case 'focus':
      return [{ kind: 'focus', focus: draft.focus }];
    case 'tick':
      return [{ ...change, ticked: !change.ticked }];
    case 'dismiss':
      return [{ ...change, dismissed: !change.dismissed }];
    case 'session':
    case 'written':
    case 'unwritten':
      return [];
  }
}
