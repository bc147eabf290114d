/** The four categories, in the checklist's order. */
export const categoryIds = ['discovered', 'fixed', 'changed', 'handoff'] as const;
export type CategoryId = (typeof categoryIds)[number];

/** The five Markdown files of the documents' folder. */
export const documentNames = ['BEST_PRACTICES.md', 'PROJECT_KNOWLEDGE.md', 'TROUBLESHOOTING.md', 'PROJECT_API.md', 'PROJECT_DATABASE.md'] as const;
export type DocumentName = (typeof documentNames)[number];

/** Where an entry is written: one of the five documents, or only the session's handoff note. */
export type Destination = DocumentName | 'handoffNote';

/**
 * The sixteen items in the checklist's order. The ids are fixed: settings and saved drafts refer to them.
 * Titles are English; the editor localises them by id, the files never do.
 */
export const checklist = [
  { id: 'pattern', category: 'discovered', destination: 'BEST_PRACTICES.md', title: 'New patterns or architecture insights' },
  { id: 'businessRule', category: 'discovered', destination: 'PROJECT_KNOWLEDGE.md', title: 'Business rules clarified during work' },
  { id: 'integration', category: 'discovered', destination: 'PROJECT_KNOWLEDGE.md', title: 'Integration points between systems' },
  { id: 'performanceSecurity', category: 'discovered', destination: 'BEST_PRACTICES.md', title: 'Performance or security findings' },
  { id: 'decision', category: 'discovered', destination: 'PROJECT_KNOWLEDGE.md', title: 'Decisions, with the alternatives rejected' },
  { id: 'bug', category: 'fixed', destination: 'TROUBLESHOOTING.md', title: 'Bugs and their root causes' },
  { id: 'error', category: 'fixed', destination: 'TROUBLESHOOTING.md', title: 'Error messages and solutions' },
  { id: 'workaround', category: 'fixed', destination: 'TROUBLESHOOTING.md', title: 'Workarounds (temporary or permanent)' },
  { id: 'deadEnd', category: 'fixed', destination: 'TROUBLESHOOTING.md', title: 'Attempts that did not work, and why' },
  { id: 'endpoint', category: 'changed', destination: 'PROJECT_API.md', title: 'New or modified API endpoints' },
  { id: 'schema', category: 'changed', destination: 'PROJECT_DATABASE.md', title: 'Database schema changes' },
  { id: 'entity', category: 'changed', destination: 'PROJECT_DATABASE.md', title: 'New entities or relationships' },
  { id: 'inProgress', category: 'handoff', destination: 'handoffNote', title: 'Current work in progress (file:line)' },
  { id: 'uncommitted', category: 'handoff', destination: 'handoffNote', title: 'Uncommitted changes needing attention' },
  { id: 'nextStep', category: 'handoff', destination: 'handoffNote', title: 'Next immediate steps' },
  { id: 'restartCommand', category: 'handoff', destination: 'handoffNote', title: 'Commands to run on restart' },
] as const satisfies readonly { id: string; category: CategoryId; destination: Destination; title: string }[];

export type ItemId = (typeof checklist)[number]['id'];

/** One line of the checklist. */
export interface Item {
  readonly id: ItemId;
  readonly category: CategoryId;
  /** Where its entries go unless a setting or the entry says otherwise. */
  readonly destination: Destination;
  readonly title: string;
}

const items = new Map<string, Item>(checklist.map((item) => [item.id, item]));

/** The heading of a category in a document and in the note; never localised. */
export const categoryHeadings: Record<CategoryId, string> = { discovered: 'Discovered', fixed: 'Fixed', changed: 'Changed', handoff: 'Handoff' };

/** What the title line of a document that we create says, and the one line on what belongs in it; never localised. */
export const documentIntroductions: Record<DocumentName, { title: string; purpose: string }> = {
  'BEST_PRACTICES.md': { title: 'Best practices', purpose: 'Patterns, architecture insights, performance and security findings that proved right in this project.' },
  'PROJECT_KNOWLEDGE.md': { title: 'Project knowledge', purpose: 'Business rules, integration points and decisions, with the alternatives that were rejected.' },
  'TROUBLESHOOTING.md': { title: 'Troubleshooting', purpose: 'Bugs with their root causes, error messages with their solutions, workarounds, and attempts that did not work.' },
  'PROJECT_API.md': { title: 'Project API', purpose: 'New and modified API endpoints.' },
  'PROJECT_DATABASE.md': { title: 'Project database', purpose: 'Schema changes, new entities and relationships.' },
};

export const isItemId = (value: unknown): value is ItemId => typeof value === 'string' && items.has(value);
export const isDocumentName = (value: unknown): value is DocumentName => documentNames.some((name) => name === value);

/** The item with this id. */
export function itemOf(id: ItemId): Item {
  const item = items.get(id);
  if (!item) throw new Error(`no item '${id}' in the checklist`);
  return item;
}

/** Which document each item's entries go to; what it does not name goes to the item's default. */
export type DocumentMapping = Partial<Record<ItemId, DocumentName>>;

/**
 * Where an entry goes: the document that it names itself, else what the setting maps its item to, else the item's own.
 */
export function destinationOf(entry: { readonly item: ItemId; readonly document?: DocumentName | undefined }, mapping: DocumentMapping = {}): Destination {
  return entry.document ?? mapping[entry.item] ?? itemOf(entry.item).destination;
}
