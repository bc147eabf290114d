import type { Fact } from './facts.js';
import { placesOf } from './compare.js';

/** One sentence, and the facts it tells: a renamed column is two facts and one sentence. */
export interface Sentence {
  /** Plain words with names in backticks. */
  readonly text: string;
  readonly facts: readonly Fact[];
}

const verbs = { added: 'Added', removed: 'Removed', modified: 'Changed' } as const;
const endpointName = (fact: Fact): string => `${fact.method ?? 'ANY'} ${fact.fullPath ?? fact.path ?? '/'}`;
/** Details are code of any length: one line of it is enough to recognise the change. */
const short = (detail: string): string => {
  const line = detail.replace(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
};
const code = (text: string): string => `\`${text.replace(/`/g, '')}\``;
const listed = (columns: readonly string[] | undefined): string => (columns?.length ? ` (${columns.map(code).join(', ')})` : '');

function single(fact: Fact): string {
  const verb = verbs[fact.op];
  const detail = fact.op === 'modified' && fact.detail ? `: ${short(fact.detail)}` : '';
  const [of, to] = [fact.op === 'added' ? 'to' : fact.op === 'removed' ? 'from' : 'of', fact.table ? `${code(fact.table)} table` : ''];
  const name = code(fact.name ?? '');
  switch (fact.kind) {
    case 'endpoint': return fact.op === 'modified' ? `${verb} ${endpointName(fact)}${detail}` : `${verb} ${endpointName(fact)} endpoint`;
    case 'table': return `${verb} ${code(fact.table ?? fact.name ?? '')} table${detail}`;
    case 'column': return `${verb} ${name} column ${to ? `${of} ${to}` : ''}`.trimEnd() + detail;
    case 'index': case 'constraint': return `${verb} ${name} ${fact.kind}${to ? ` ${fact.op === 'removed' ? 'from' : 'on'} ${to}` : ''}${listed(fact.columns)}${detail}`;
    case 'enum': return `${verb} ${name} enum${detail}`;
    case 'view': return `${verb} ${code(fact.table ?? fact.name ?? '')} view`;
    case 'entity': return `${verb} ${name} entity`;
    case 'relation': return `${verb} ${name} relation${fact.target ? ` to ${code(fact.target)}` : ''}${detail}`;
  }
}

/** The removed fact of which `added` is the new form: a renamed column or table, a route whose handler stayed. */
function formerOf(added: Fact, removed: readonly Fact[]): Fact | undefined {
  const renamed = added.detail?.startsWith('renamed from ') ? added.detail.slice('renamed from '.length) : undefined;
  if (renamed !== undefined) return removed.find((fact) => fact.kind === added.kind && (fact.kind === 'table' ? fact.table === renamed : fact.table === added.table && fact.name === renamed));
  if (added.kind !== 'endpoint' || !added.handler) return undefined;
  const same = removed.filter((fact) => fact.kind === 'endpoint' && fact.handler === added.handler && fact.file === added.file);
  // Handlers that serve several routes tell nothing about which became which.
  return same.length === 1 && /\W|[a-z][A-Z]|_/.test(added.handler) ? same[0] : undefined;
}

/** Facts in plain words, in their order. */
export function sentencesOf(facts: readonly Fact[]): Sentence[] {
  const removed = facts.filter(({ op }) => op === 'removed');
  const handlers = new Map<string, number>();
  for (const { op, handler } of facts) if (op === 'added' && handler) handlers.set(handler, (handlers.get(handler) ?? 0) + 1);
  const former = new Map<Fact, Fact>();
  const taken = new Set<Fact>();
  for (const fact of facts) {
    if (fact.op !== 'added' || (fact.handler && (handlers.get(fact.handler) ?? 0) > 1)) continue;
    const before = formerOf(fact, removed);
    if (!before || taken.has(before)) continue;
    former.set(fact, before);
    taken.add(before);
  }
  return facts.filter((fact) => !taken.has(fact)).map((fact): Sentence => {
    const before = former.get(fact);
    if (!before) return { text: single(fact), facts: [fact] };
    if (fact.kind === 'endpoint') return { text: `Changed ${endpointName(before)} to ${endpointName(fact)}`, facts: [fact, before] };
    if (fact.kind === 'table') return { text: `Renamed ${code(before.table ?? '')} table to ${code(fact.table ?? '')}`, facts: [fact, before] };
    return { text: `Renamed ${code(before.name ?? '')} ${fact.kind} of ${code(fact.table ?? '')} table to ${code(fact.name ?? '')}`, facts: [fact, before] };
  });
}

/** The places of a sentence, each once. */
export const placesOfSentence = ({ facts }: Sentence): { file: string; line: number }[] => {
  const [first] = facts;
  return first ? placesOf(first).map(({ file, line }) => ({ file, line })) : [];
};
