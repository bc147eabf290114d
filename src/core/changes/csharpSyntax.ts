import { mark } from './marks.js';
import { ancestorOf, childOf, childrenOf, descendants } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

export interface Attribute {
  /** Without `Attribute` at the end. */
  readonly name: string;
  readonly node: SyntaxNode;
  readonly positional: readonly SyntaxNode[];
  readonly named: ReadonlyMap<string, SyntaxNode>;
}

export const attributesOf = (node: SyntaxNode): Attribute[] => childrenOf(node, 'attribute_list').flatMap((list) => childrenOf(list, 'attribute')).map((attribute) => {
  const positional: SyntaxNode[] = [];
  const named = new Map<string, SyntaxNode>();
  for (const argument of childOf(attribute, 'attribute_argument_list')?.children ?? []) {
    const value = argument.children.at(-1);
    const assigned = argument.children[0];
    if (assigned?.type === 'assignment_expression') {
      const [left, right] = [assigned.field('left'), assigned.field('right')];
      if (left && right) named.set(left.text, right);
    } else if (value && argument.children.length > 1) named.set((assigned?.text ?? '').replace(/\s*:$/, ''), value);
    else if (value) positional.push(value);
  }
  return { name: (attribute.field('name')?.text ?? '').replace(/^.*\./, '').replace(/Attribute$/, ''), node: attribute, positional, named };
});

export interface CsArguments { readonly positional: readonly SyntaxNode[]; readonly named: ReadonlyMap<string, SyntaxNode> }

export function argumentsOf(call: SyntaxNode | undefined): CsArguments {
  const positional: SyntaxNode[] = [];
  const named = new Map<string, SyntaxNode>();
  for (const argument of childrenOf(call?.field('arguments'), 'argument')) {
    const name = argument.field('name');
    const value = argument.children.at(-1);
    if (!value) continue;
    if (name && name !== value) named.set(name.text, value);
    else positional.push(value);
  }
  return { positional, named };
}

/** `CreateTable` of `migrationBuilder.CreateTable<…>(…)`. */
export const calledName = (call: SyntaxNode): string => {
  const callee = call.field('function');
  const name = callee?.type === 'member_access_expression' ? callee.field('name') : callee;
  return (name?.type === 'generic_name' ? name.children[0] : name)?.text ?? '';
};
export const typeArguments = (node: SyntaxNode | undefined): readonly SyntaxNode[] => childOf(node, 'type_argument_list')?.children ?? [];

const types = ['class_declaration', 'record_declaration', 'struct_declaration', 'interface_declaration'];

const interpolated = (node: SyntaxNode): SyntaxNode | undefined => node.children.find(({ type }) => type !== 'interpolation_brace');

export class CsNames {
  readonly constants = new Map<string, SyntaxNode>();
  readonly classes = new Map<string, SyntaxNode>();

  constructor(root: SyntaxNode) {
    for (const node of descendants(root, ({ type }) => type !== 'block')) {
      if (node.type === 'variable_declarator') {
        const value = node.children.at(-1);
        const name = node.field('name')?.text ?? node.children[0]?.text;
        if (!name || !value || value.type === 'identifier') continue;
        this.constants.set(name, value);
        const owner = ancestorOf(node, ...types)?.field('name')?.text;
        if (owner) this.constants.set(`${owner}.${name}`, value);
      } else if (types.includes(node.type)) this.classes.set(node.field('name')?.text ?? '', node);
    }
  }

  text(node: SyntaxNode | undefined, depth = 0): string | undefined {
    if (!node || depth > 8) return undefined;
    switch (node.type) {
      case 'string_literal': return node.text.replace(/^"|"(?:u8)?$/g, '').replace(/\\(.)/g, '$1');
      case 'verbatim_string_literal': return node.text.replace(/^@"|"$/g, '').replace(/""/g, '"');
      case 'raw_string_literal': return node.text.replace(/^"{3,}\s*|\s*"{3,}$/g, '');
      case 'interpolated_string_expression': return node.children.map((part) => (part.type === 'interpolation' ? this.text(interpolated(part), depth + 1) ?? part.text : part.type.includes('content') || part.type.includes('text') ? part.text : '')).join('');
      case 'binary_expression': {
        const [left, right] = [this.text(node.field('left'), depth + 1), this.text(node.field('right'), depth + 1)];
        return left === undefined && right === undefined ? undefined : `${left ?? ''}${right ?? ''}`;
      }
      case 'identifier': return this.text(this.constants.get(node.text), depth + 1);
      case 'member_access_expression': return this.text(this.constant(node.text), depth + 1);
      case 'invocation_expression': return node.field('function')?.text === 'nameof' ? argumentsOf(node).positional[0]?.text.replace(/^.*\./, '') : undefined;
      default: return undefined;
    }
  }

  private constant(name: string): SyntaxNode | undefined {
    return this.constants.get(name.split('.').slice(-2).join('.')) ?? this.constants.get(name.slice(name.lastIndexOf('.') + 1));
  }

  /** A text in which constants of other files are marked; undefined for what is no text at all. */
  marked(node: SyntaxNode | undefined, depth = 0): string | undefined {
    if (!node || depth > 8) return undefined;
    if (node.type === 'binary_expression') return `${this.marked(node.field('left'), depth + 1) ?? ''}${this.marked(node.field('right'), depth + 1) ?? ''}`;
    if (node.type === 'interpolated_string_expression') {
      return node.children.map((part) => (part.type === 'interpolation' ? this.marked(interpolated(part), depth + 1) ?? part.text : part.type.includes('content') || part.type.includes('text') ? part.text : '')).join('');
    }
    if (node.type !== 'identifier' && node.type !== 'member_access_expression') return this.text(node, depth);
    const known = this.constant(node.text);
    return known ? this.marked(known, depth + 1) : mark(node.text);
  }

  /** Of a constant by its name, with or without its class. */
  constantText(name: string): string | undefined {
    const known = this.constants.get(name);
    return known && /string_literal$|^interpolated_string_expression$|^binary_expression$|^member_access_expression$/.test(known.type) ? this.marked(known) : undefined;
  }

  texts(node: SyntaxNode | undefined): string[] {
    if (!node) return [];
    if (/array_creation|collection_expression|initializer/.test(node.type)) return [...descendants(node)].filter(({ type }) => /string_literal$/.test(type)).map((each) => this.text(each) ?? '');
    return [this.text(node)].filter((each): each is string => each !== undefined);
  }
}
