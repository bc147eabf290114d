import { childOf, nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** One call of Ruby with its arguments; `do` blocks and braces are the same. */
export interface RubyCall {
  readonly name: string;
  readonly receiver: string;
  readonly positional: readonly SyntaxNode[];
  readonly named: ReadonlyMap<string, SyntaxNode>;
  /** `'/x' => 'a#b'`: pairs whose key is a string. */
  readonly mapped: ReadonlyMap<string, SyntaxNode>;
  readonly block: SyntaxNode | undefined;
  readonly node: SyntaxNode;
  /** Words of the loops around it, by their variables. */
  readonly words?: ReadonlyMap<string, string>;
}

/** A string or symbol as text; interpolations give `{…}`. */
export function textOf(node: SyntaxNode | undefined): string | undefined {
  if (!node) return undefined;
  switch (node.type) {
    case 'simple_symbol': case 'hash_key_symbol': case 'bare_symbol': case 'bare_string':
      return node.text.replace(/^:/, '');
    case 'delimited_symbol': case 'string':
      return node.children.map((part) => (part.type === 'interpolation' ? `{${part.text.slice(2, -1)}}` : part.text)).join('');
    case 'chained_string':
      return node.children.map((part) => textOf(part) ?? '').join('');
    case 'heredoc_beginning': {
      let top = node;
      while (top.parent) top = top.parent;
      const body = nodesOf(top, 'heredoc_body').find(({ start }) => start >= node.end);
      return body?.text.replace(/\n?\s*\w+\s*$/, '');
    }
    case 'call':
      return ['squish', 'strip', 'freeze', 'strip_heredoc', 'to_s', 'to_sym'].includes(node.field('method')?.text ?? '') ? textOf(node.field('receiver')) : undefined;
    default:
      return undefined;
  }
}

/** Elements of an array, a `%i[]` or `%w()`, or one value alone. */
export const listOf = (node: SyntaxNode | undefined): string[] => (node === undefined ? [] : ['array', 'symbol_array', 'string_array'].includes(node.type) ? node.children.flatMap((each) => textOf(each) ?? []) : [textOf(node)].filter((each): each is string => each !== undefined));

/** The call that a node is: `name args`, a bare `name`; undefined for anything else. */
export function callOf(node: SyntaxNode): RubyCall | undefined {
  if (node.type === 'identifier') return { name: node.text, receiver: '', positional: [], named: new Map(), mapped: new Map(), block: undefined, node };
  if (node.type !== 'call') return undefined;
  const positional: SyntaxNode[] = [];
  const named = new Map<string, SyntaxNode>();
  const mapped = new Map<string, SyntaxNode>();
  for (const each of node.field('arguments')?.children ?? []) {
    const pairs = each.type === 'pair' ? [each] : each.type === 'hash' ? each.children.filter(({ type }) => type === 'pair') : undefined;
    if (!pairs) {
      if (each.type !== 'block_argument' && each.type !== 'splat_argument' && each.type !== 'hash_splat_argument') positional.push(each);
      continue;
    }
    for (const pair of pairs) {
      const [key, value] = [pair.field('key'), pair.field('value')];
      if (!key || !value) continue;
      if (key.type === 'string') mapped.set(textOf(key) ?? '', value);
      else named.set(textOf(key) ?? key.text, value);
    }
  }
  return { name: node.field('method')?.text ?? '', receiver: node.field('receiver')?.text ?? '', positional, named, mapped, block: node.field('block'), node };
}

/** Statements of a block or a body. */
export function statementsIn(node: SyntaxNode | undefined): readonly SyntaxNode[] {
  if (!node) return [];
  const body = node.field('body') ?? (['body_statement', 'block_body', 'then', 'else', 'program', 'begin_block', 'begin'].includes(node.type) ? node : childOf(node, 'body_statement', 'block_body'));
  return body?.children ?? [];
}

export const rubyText = (node: SyntaxNode | undefined): string => (node ? normalised(node.text, true) : '');

/** At most so many words of a list that a loop runs over. */
const loopLength = 50;

/** The words and the variable of `%w[a b].each do |word|`. */
export function loopOf(call: RubyCall): { words: readonly string[]; variable: string } | undefined {
  if (call.name !== 'each' || !call.block) return undefined;
  const words = listOf(call.node.field('receiver')).slice(0, loopLength);
  const variable = call.block.field('parameters')?.children[0]?.text;
  return words.length && variable ? { words, variable } : undefined;
}

/** A call whose arguments name variables of loops around it, with their words in place of them. */
export function withWords(call: RubyCall, words: ReadonlyMap<string, string>): RubyCall {
  if (!words.size) return call;
  const filled = (node: SyntaxNode): SyntaxNode => {
    const said = node.type === 'string' || node.type === 'delimited_symbol' ? textOf(node) : undefined;
    const text = node.type === 'identifier' ? words.get(node.text) : said?.replace(/\{(\w+)\}/g, (all, name: string) => words.get(name) ?? all);
    return text === undefined || text === said ? node : { type: 'bare_string', text, line: node.line, start: node.start, end: node.end, children: [], parent: node.parent, field: () => undefined };
  };
  return { ...call, words, positional: call.positional.map(filled), named: new Map([...call.named].map(([key, value]) => [key, filled(value)])) };
}
