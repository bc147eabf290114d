import type { ItemId } from '../checklist.js';
import type { ChangedFile } from '../gitState.js';

/** A gap: something changed of a kind that an item is about, and the item says nothing. */
export interface Nudge {
  /** Stable while the gap is the same, so that a dismissal holds. */
  readonly id: string;
  readonly item: ItemId;
  /** What the gap is about; the words are the host's, localised. */
  readonly matter: 'endpoints' | 'schema' | 'entities' | 'nextStep';
  readonly count: number;
}

/** Where each kind of change shows by the file's path alone: a nudge claims no more than that. */
const controllers = /(?:^|\/)(?:controllers?|routes?|routers?|endpoints?|handlers?|resolvers?|views?|api)\/(?!.*\.(?:css|scss|html|snap|md|json)$)[^/]+\.(?:[cm]?[jt]sx?|py|rb|php|go|java|kt|cs|rs|ex)$|[._-](?:controller|route|router|routes|resolver|endpoint|handler)s?\.(?:[cm]?[jt]s|py|rb|php|go|java|kt|cs)$|(?:Controller|Resource|Endpoint)\.(?:java|kt|cs|php)$|_controller\.rb$|(?:^|\/)(?:urls|views|routes)\.py$|(?:^|\/)app\/(?:.*\/)?route\.[jt]s$|(?:^|\/)pages\/api\//;
const migrations = /(?:^|\/)(?:migrations?|migrate|versions|changelogs?)\/(?!.*(?:__init__\.py|\.md|README|meta\/|_journal\.json)$)[^/]+.*\.(?:sql|[jt]s|py|rb|php|cs|xml|ya?ml|exs|go|prisma)$|(?:^|\/)(?:schema\.(?:prisma|rb|sql)|structure\.sql)$/;
const entities = /(?:^|\/)(?:entities|models|entity)\/[^/]+\.(?:[cm]?ts|js|py|rb|php|java|kt|cs|go)$|[._](?:entity|model)\.[jt]s$|(?:^|\/)models\.py$/;
const tests = /(?:^|\/)(?:tests?|__tests__|specs?|e2e)\/|[._-](?:test|spec)\.\w+$|(?:^|\/)test_[^/]+\.py$/;

/** From so many uncommitted files on a next step is missed. */
const manyFiles = 5;

/**
 * What the checklist does not say though changes ask for it. One line each, dismissable.
 * @param files that changed in the session: uncommitted or in its commits
 * @param filled items with an entry or a tick; an item with suggestions is not empty either, but only waits
 */
export function findNudges(files: readonly Pick<ChangedFile, 'path' | 'kind'>[], uncommitted: number, filled: ReadonlySet<ItemId>): Nudge[] {
  const nudges: Nudge[] = [];
  const sources = files.filter(({ path }) => !tests.test(path));
  const count = (pattern: RegExp): number => sources.filter(({ path }) => pattern.test(path)).length;
  const add = (item: ItemId, matter: Nudge['matter'], number: number): void => {
    if (number > 0 && !filled.has(item)) nudges.push({ id: `nudge:${item}:${String(number)}`, item, matter, count: number });
  };
  add('endpoint', 'endpoints', count(controllers));
  add('schema', 'schema', count(migrations));
  if (!filled.has('schema')) add('entity', 'entities', count(migrations) > 0 ? 0 : count(entities));
  else add('entity', 'entities', count(entities));
  if (uncommitted >= manyFiles) add('nextStep', 'nextStep', uncommitted);
  return nudges;
}

const some = (count: number, one: string, many: string): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** A nudge in English, as the command line and the tests have it; the editor says it in the person's language. */
export function nudgeInWords({ matter, count }: Nudge): string {
  switch (matter) {
    case 'endpoints': return `${some(count, 'controller', 'controllers')} changed, API endpoints is empty`;
    case 'schema': return count === 1 ? 'a migration was added or changed, Database schema is empty' : `${count.toLocaleString('en')} migrations were added or changed, Database schema is empty`;
    case 'entities': return `${some(count, 'model', 'models')} changed, Entities is empty`;
    case 'nextStep': return `${some(count, 'file', 'files')} uncommitted, no next step`;
  }
}

/** How many gaps there are, for the status bar's tooltip: "2 gaps"; empty when there is none. */
export const gapsInWords = (count: number): string => (count === 0 ? '' : some(count, 'gap', 'gaps'));
