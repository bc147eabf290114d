import type { Entry } from '../../../src/core/session.js';
import type { ItemId } from '../../../src/core/checklist.js';
import type { WriteRequest } from '../../../src/core/documents/writePlan.js';

let count = 0;

/** An entry with everything that is not said left to its usual. */
export const entry = (item: ItemId, text: string, rest: Partial<Entry> = {}): Entry => ({ id: `e${++count}`, item, text, links: [], created: '2026-11-22T13:00:00Z', ...rest });

export const noteFile = 'handoffs/20261122T130233Z-main-a1b2c3d4.md';

/** A request for one draft of these entries. */
export const request = (entries: readonly Entry[], texts: Record<string, string>, rest: Partial<WriteRequest> = {}): WriteRequest => ({
  draft: { session: { id: 'a1b2c3d4e5', created: '2026-11-22T14:02:33+01:00' }, focus: '', entries, ticks: [], dismissed: [], written: [] },
  mapping: {},
  date: '2026-11-22',
  workspacePath: '',
  documentsFolder: '.claude/docs',
  texts,
  note: { file: noteFile, author: 'Ada <ada@example.org>', branch: 'main', commit: 'f'.repeat(40) },
  ...rest,
});
