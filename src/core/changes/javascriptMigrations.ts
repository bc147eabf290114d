import type { StepPart, StepStatement } from './facts.js';
import { membersOf, type Names } from './javascriptSyntax.js';
import { sqlSteps } from './sql.js';
import { normalised, type SyntaxNode } from './syntax.js';

/** What migration libraries for JavaScript say alike, whatever their methods are called. */

/** The nodes of a list, or of what stands alone in a list's place. */
export function listed(node: SyntaxNode | undefined, names: Names): readonly SyntaxNode[] {
  const value = names.value(node);
  return value?.type === 'array' ? value.children : value ? [value] : [];
}

/**
 * A column's type, nullability and default, as its options object or its type's name gives them.
 * @param initialKey the option that holds the default
 */
export function optionsShape(node: SyntaxNode | undefined, initialKey: string, names: Names): string {
  const value = names.value(node);
  const said = membersOf(value?.type === 'object' ? value : undefined);
  const initial = said.get(initialKey);
  const isRequired = said.get('notNull')?.text === 'true' || said.get('primaryKey')?.text === 'true';
  return `${names.text(said.get('type')) ?? names.text(value) ?? ''}${isRequired ? ' not null' : ''}${initial && initial.text !== 'null' ? ` default ${normalised(initial.text)}` : ''}`;
}

/** The steps of SQL that a call is given; none when it cannot be known. */
export function* sqlGiven(node: SyntaxNode | undefined, names: Names): Generator<StepStatement> {
  const sql = names.text(node);
  if (node && sql !== undefined) yield* sqlSteps(sql, node.line);
}

/** Steps of their parts; what names no table that can be known is none. */
export function* stepsOf(parts: Iterable<StepPart>): Generator<StepStatement> {
  for (const part of parts) if (part.table !== '') yield { shape: '', ...part, kind: 'step' };
}
