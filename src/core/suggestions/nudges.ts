import type { ItemId } from '../checklist.js';
import type { GitState } from '../gitState.js';
import type { Draft, Suggestion } from '../session.js';

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

/** Items that say something: by an entry, by a tick ("considered, nothing here"), or by a suggestion that waits to be looked at. */
export const filledItems = ({ entries, ticks }: Pick<Draft, 'entries' | 'ticks'>, suggestions: readonly Pick<Suggestion, 'item'>[]): Set<ItemId> =>
  new Set([...entries.map(({ item }) => item), ...ticks, ...suggestions.map(({ item }) => item)]);

/**
 * What the checklist does not say though changes ask for it. One line each, dismissable.
 * @param git files that changed in the session: uncommitted or in its commits
 * @param filled items that say something
 * @param dismissed ids of nudges that the person turned away
 */
export function findNudges(git: Pick<GitState, 'files' | 'changedCount' | 'committed'>, filled: ReadonlySet<ItemId>, dismissed: readonly string[] = []): Nudge[] {
  const nudges: Nudge[] = [];
  const sources = [...new Set([...git.files.map(({ path }) => path), ...git.committed ?? []])].filter((path) => !tests.test(path));
  const count = (pattern: RegExp): number => sources.filter((path) => pattern.test(path)).length;
  const add = (item: ItemId, matter: Nudge['matter'], number: number): void => {
    const id = `nudge:${item}:${matter}`;
    if (number > 0 && !filled.has(item) && !dismissed.includes(id)) nudges.push({ id, item, matter, count: number });
  };
  const changedMigrations = count(migrations);
  add('endpoint', 'endpoints', count(controllers));
  add('schema', 'schema', changedMigrations);
  // A migration's model changed with it: one gap, not two.
  add('entity', 'entities', changedMigrations > 0 && !filled.has('schema') ? 0 : count(entities));
  if (git.changedCount >= manyFiles) add('nextStep', 'nextStep', git.changedCount);
  return nudges;
}
