import { ancestorOf, childOf, childrenOf, descendants, sumOf } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** One call of a chain: `->middleware('auth')`. */
export interface Call {
  readonly name: string;
  readonly node: SyntaxNode;
  readonly args: readonly SyntaxNode[];
  /** Arguments given by name. */
  readonly named: ReadonlyMap<string, SyntaxNode>;
}

/** A chain of calls from its root: `Route::prefix('x')->get(…)` → root `Route`, calls prefix and get. */
export interface Chain {
  readonly root: string;
  readonly calls: readonly Call[];
}

const callTypes = ['scoped_call_expression', 'member_call_expression', 'nullsafe_member_call_expression', 'function_call_expression'];

export function callOf(node: SyntaxNode): Call {
  const args: SyntaxNode[] = [];
  const named = new Map<string, SyntaxNode>();
  for (const argument of childrenOf(node.field('arguments'), 'argument')) {
    const name = argument.field('name');
    const value = argument.children.at(-1);
    if (!value) continue;
    if (name && name !== value) named.set(name.text, value);
    else args.push(value);
  }
  return { name: (node.field('name') ?? node.field('function'))?.text ?? '', node, args, named };
}

/** The chain that ends in this call. */
export function chainOf(node: SyntaxNode): Chain {
  const calls: Call[] = [];
  let at: SyntaxNode | undefined = node;
  while (at && callTypes.includes(at.type)) {
    calls.unshift(callOf(at));
    if (at.type === 'scoped_call_expression') return { root: at.field('scope')?.text.replace(/^.*\\/, '') ?? '', calls };
    if (at.type === 'function_call_expression') return { root: '()', calls };
    at = at.field('object');
  }
  return { root: at?.text ?? '', calls };
}

/** Calls that are no part of a longer chain, in the order of the text, not those inside of the nodes that `enter` refuses. */
export function* outermostCalls(node: SyntaxNode, enter: (node: SyntaxNode) => boolean): Generator<SyntaxNode> {
  for (const each of descendants(node, (inner) => enter(inner))) {
    if (!callTypes.includes(each.type)) continue;
    if (each.parent && callTypes.includes(each.parent.type) && each.parent.field('object') === each) continue;
    yield each;
  }
}

/** What names of a PHP file stand for. */
export class PhpNames {
  readonly constants = new Map<string, SyntaxNode>();
  readonly uses = new Map<string, string>();

  constructor(root: SyntaxNode) {
    for (const node of descendants(root)) {
      if (node.type === 'const_element') {
        const [name, value] = node.children;
        if (name && value) this.constants.set(name.text, value);
      } else if (node.type === 'namespace_use_clause') {
        const path = node.children[0]?.text ?? '';
        this.uses.set((node.field('alias') ?? node.children[1])?.text ?? path.replace(/^.*\\/, ''), path);
      } else if (node.type === 'property_element') {
        const [name, value] = [node.field('name'), node.field('default_value')];
        if (name && value) this.constants.set(`this->${name.text.replace('$', '')}`, value);
      } else if (node.type === 'assignment_expression') {
        const [left, right] = [node.field('left'), node.field('right')];
        if (left?.type === 'variable_name' && right && !this.constants.has(left.text)) this.constants.set(left.text, right);
      }
    }
  }

  text(node: SyntaxNode | undefined, depth = 0): string | undefined {
    if (!node || depth > 6) return undefined;
    switch (node.type) {
      case 'string':
        return node.text.replace(/^b?'|'$/g, '').replace(/\\(['\\])/g, '$1');
      case 'encapsed_string': {
        let text = '';
        for (const part of node.children) text += part.type === 'string_content' || part.type === 'escape_sequence' ? part.text : this.text(part, depth + 1) ?? `{${part.text.replace(/[${}]/g, '')}}`;
        return text;
      }
      case 'heredoc': case 'nowdoc': {
        const body = node.field('value') ?? childOf(node, 'heredoc_body', 'nowdoc_body');
        return body?.text;
      }
      case 'binary_expression':
        return sumOf(node, (side) => this.text(side, depth + 1));
      case 'class_constant_access_expression': {
        const [scope, name] = node.children;
        if (name?.text === 'class') return undefined;
        return scope?.text === 'self' || scope?.text === 'static' ? this.text(this.constants.get(name?.text ?? ''), depth + 1) : undefined;
      }
      case 'variable_name':
        return this.text(this.constants.get(node.text), depth + 1);
      case 'member_access_expression':
        return this.text(this.constants.get(node.text.replace('$', '')), depth + 1);
      case 'parenthesized_expression':
        return this.text(node.children[0], depth + 1);
      default:
        return undefined;
    }
  }

  /** Elements of an array literal; one value alone is a list of itself. */
  list(node: SyntaxNode | undefined): readonly SyntaxNode[] {
    if (!node) return [];
    if (node.type === 'variable_name') return this.list(this.constants.get(node.text) ?? undefined);
    return node.type === 'array_creation_expression' ? childrenOf(node, 'array_element_initializer').flatMap((each) => (each.children.at(-1) ? [each.children.at(-1) as SyntaxNode] : [])) : [node];
  }

  texts(node: SyntaxNode | undefined): string[] {
    return this.list(node).map((each) => this.text(each)).filter((each): each is string => each !== undefined);
  }

  /** `key => value` pairs of an array literal. */
  pairs(node: SyntaxNode | undefined): Map<string, SyntaxNode> {
    const pairs = new Map<string, SyntaxNode>();
    for (const each of childrenOf(node, 'array_element_initializer')) {
      const [key, value] = each.children;
      const name = value ? this.text(key) : undefined;
      if (name !== undefined && value) pairs.set(name, value);
    }
    return pairs;
  }
}

/** A statement in loops over words is read at most so many times, however they nest. */
const rounds = 100;

/** Once for each word of the lists that loops around a node run over (`foreach (['a', 'b'] as $table)`), their variables set to it. */
export function* looped(node: SyntaxNode, names: PhpNames, left = rounds): Generator<void> {
  const loop = ancestorOf(node, 'foreach_statement');
  const [list, variable] = loop?.children ?? [];
  const words = loop ? names.list(list).filter(({ type }) => /^(?:string|encapsed_string)$/.test(type)).slice(0, left) : [];
  if (!loop || variable?.type !== 'variable_name' || !words.length) {
    if (loop) yield* looped(loop, names, left);
    else yield;
    return;
  }
  const before = names.constants.get(variable.text);
  for (const word of words) {
    names.constants.set(variable.text, word);
    yield* looped(loop, names, Math.floor(left / words.length));
  }
  if (before) names.constants.set(variable.text, before);
  else names.constants.delete(variable.text);
}

/** `Foo` of `Foo::class` and of `'App\Foo'`. */
export const className = (node: SyntaxNode | undefined): string => (node?.type === 'class_constant_access_expression' ? node.children[0]?.text ?? '' : node?.text.replace(/^['"]|['"]$/g, '') ?? '').replace(/^.*\\/, '');
