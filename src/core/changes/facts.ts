/** What a fact is about. The kinds and their fields are those of the contract of `changes`. */
export type FactKind = 'endpoint' | 'table' | 'column' | 'index' | 'constraint' | 'enum' | 'view' | 'entity' | 'relation';
export type Op = 'added' | 'removed' | 'modified';

/** A place in the newer text, or in the older one for what was removed. */
export interface Place {
  /** POSIX, relative to the repository's root. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** Something that a diff states about the API or the database. */
export interface Fact extends Place {
  readonly kind: FactKind;
  readonly op: Op;
  /** Endpoints: GET, POST, PUT, PATCH, DELETE, … or ANY. */
  readonly method?: string;
  /** Endpoints: with the prefixes that the same file shows. */
  readonly path?: string;
  /** Endpoints: with the prefixes of other files, when they are known. */
  readonly fullPath?: string;
  /** Endpoints: the name of what answers, where the text names it. */
  readonly handler?: string;
  /** Schema: the table; for a table or view itself, its own name. */
  readonly table?: string;
  /** Of the column, index, constraint, enum, view, entity; `Entity.field` of a relation. */
  readonly name?: string;
  /** Of an index or constraint. */
  readonly columns?: readonly string[];
  /** Of a relation: the other entity. */
  readonly target?: string;
  /** Plain words on what changed, for `modified` and renamed: "now guarded by AdminGuard". */
  readonly detail?: string;
  /** All places that state it, when there are several. */
  readonly places?: readonly Place[];
}

/** A route that a text states, before it is compared. */
export interface EndpointStatement {
  readonly kind: 'endpoint';
  readonly method: string;
  readonly path: string;
  readonly line: number;
  /**
   * What makes the endpoint "modified" when it differs: guards, handler signature, request and response shape.
   * Keys are what the wording names; values are normalised text, never compared with anything but themselves.
   */
  readonly shape: EndpointShape;
  /** The router, as other files would mount it: an exported or imported name; absent: the file's only one. */
  readonly router?: string;
  /** The group whose guard stands in `shape.guards`, as a path prefix; a guard changed there is one fact. */
  readonly group?: string;
  /** Name of the handler, by which a changed path is told from another route. */
  readonly handler?: string;
  /** What answers it stands in another file: a class whose verbs are there, or a view. */
  readonly answeredBy?: { readonly module: string; readonly name: string };
  /** The version of the API that it belongs to (NestJS), `''` where it belongs to all; absent: the application's default. */
  readonly version?: string;
  /** It answers every verb only because its text shows none: saying one is no other route. */
  readonly anyVerb?: boolean;
  /** The path is already whole: prefixes of other files do not apply. */
  readonly whole?: boolean;
  /** The path below a prefix of another file, where it is not `path`. */
  readonly below?: string;
  /** Parts of its class stand in other files, and so may guards that hold for it. */
  readonly scattered?: boolean;
}

export interface EndpointShape {
  readonly guards?: string;
  readonly signature?: string;
  readonly schema?: string;
}

/** A verb that a class answers, whose route may stand in another file. */
export interface AnswerStatement {
  readonly kind: 'answer';
  /** The class. */
  readonly name: string;
  readonly method: string;
  readonly line: number;
  readonly shape: EndpointShape;
}

/** "What `target` states is reached below `prefix`", said in another file than the target. */
export interface MountStatement {
  readonly kind: 'mount';
  readonly prefix: string;
  /** A module specifier as written: './routes/users', 'app.api.items', 'routes/api.php'; `*`: every file below the same root. */
  readonly module: string;
  /** The name that the target exports, when it matters. */
  readonly name?: string;
  /** The router of this file on which it is mounted. */
  readonly router?: string;
  /** Where it is said, if a prefix that changes there is to be told. */
  readonly line?: number;
}

/** A part of the schema or of the entities that a text declares as a state: a model, a schema dump, `schema.prisma`. */
export interface DeclaredStatement {
  readonly kind: 'declared';
  readonly of: Exclude<FactKind, 'endpoint'>;
  readonly table?: string;
  readonly name?: string;
  readonly columns?: readonly string[];
  readonly target?: string;
  readonly line: number;
  /** What makes it "modified" when it differs: a column's type, nullability, default; an enum's values. */
  readonly shape: string;
  /** Columns only: the field's name where it is not the column's. */
  readonly field?: string;
  /** The table's name without a prefix that was only guessed: a migration knows it. */
  readonly unprefixed?: string;
  /** Nothing here says that it is part of the schema. It is none that was added or removed, only the same where the other text is sure. */
  readonly unsure?: boolean;
  /** Declared only if one of the repository's other files says that this class is a table (EF Core's `DbSet`). */
  readonly onlyIfEntity?: string;
  /** Not declared if this class is a table itself: the property is a relation then. */
  readonly unlessEntity?: string;
}

/** A step that a migration takes in the upward direction. */
export interface StepStatement {
  readonly kind: 'step';
  readonly does: Op | 'renamed' | 'copied';
  readonly of: Exclude<FactKind, 'endpoint'>;
  readonly table?: string;
  readonly name?: string;
  readonly columns?: readonly string[];
  readonly line: number;
  readonly shape: string;
  /** renamed: the new name. copied: the table that receives the rows (`table` gives them). */
  readonly to?: string;
  /** It gives the whole column again, whatever of it changed: a help text too (Django's AlterField). */
  readonly restates?: boolean;
}

/** What a step does, as its reader comes by it; a step without a shape has none to compare. */
export type StepPart = Omit<StepStatement, 'kind' | 'shape'> & { readonly shape?: string };

export type Statement = EndpointStatement | AnswerStatement | MountStatement | DeclaredStatement | StepStatement;

/** A name folded so that `created_at`, `createdAt` and `"CreatedAt"` are one. */
export const folded = (name: string): string => name.replace(/[_\s"'`[\]\\]/g, '').toLowerCase();

/** A table's or entity's name folded so that `users`, `User` and `public.users` are one. */
export const tableKey = (name: string): string => folded(name.slice(name.lastIndexOf('.') + 1)).replace(/ies$/, 'y').replace(/sses$/, 'ss').replace(/(?:s|table|entity|model)$/, '');

/** A path's segments, parameters of every style being equal, without trailing slash. */
export const pathKey = (path: string): string => path.replace(/^~/, '').split('?')[0]?.split('/').filter(Boolean)
  .map((part) => (/[:{[<*$(]/.test(part) ? '{}' : part)).join('/') ?? '';

/** Joins parts of a path with single slashes, with a leading one. */
export function joinPaths(...parts: readonly (string | undefined)[]): string {
  const joined = parts.filter((part): part is string => Boolean(part)).join('/').replace(/\/{2,}/g, '/').replace(/^\/?/, '/');
  return joined.length > 1 && joined.endsWith('/') && !(parts.at(-1) ?? '').endsWith('/') ? joined.slice(0, -1) : joined;
}
