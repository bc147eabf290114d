import { mark } from './marks.js';
import { ancestorOf, childOf, childrenOf, descendants, sumOf } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

export interface Annotation {
  readonly name: string;
  readonly node: SyntaxNode;
  /** By key; a single value without one is `value`. */
  readonly values: ReadonlyMap<string, SyntaxNode>;
}

/** Annotations of a declaration or a parameter. */
export const annotationsOf = (node: SyntaxNode): Annotation[] => childrenOf(childOf(node, 'modifiers'), 'annotation', 'marker_annotation').map(annotationOf);

export function annotationOf(node: SyntaxNode): Annotation {
  const values = new Map<string, SyntaxNode>();
  for (const each of node.field('arguments')?.children ?? []) {
    if (each.type === 'element_value_pair') {
      const [key, value] = [each.field('key'), each.field('value')];
      if (key && value) values.set(key.text, value);
    } else values.set('value', each);
  }
  return { name: node.field('name')?.text.replace(/^.*\./, '') ?? '', node, values };
}

export const isStatic = (node: SyntaxNode): boolean => /\bstatic\b/.test(childOf(node, 'modifiers')?.text ?? '');

const types = ['class_declaration', 'record_declaration', 'interface_declaration', 'enum_declaration'];

export class JavaNames {
  readonly constants = new Map<string, SyntaxNode>();
  readonly classes = new Map<string, SyntaxNode>();

  constructor(root: SyntaxNode) {
    for (const node of descendants(root, ({ type }) => type !== 'block' && type !== 'constructor_body')) {
      if (node.type === 'field_declaration' || node.type === 'constant_declaration') {
        const declarator = node.field('declarator');
        const [name, value] = [declarator?.field('name'), declarator?.field('value')];
        if (!name || !value) continue;
        this.constants.set(name.text, value);
        const owner = ancestorOf(node, ...types)?.field('name')?.text;
        if (owner) this.constants.set(`${owner}.${name.text}`, value);
      } else if (types.includes(node.type)) this.classes.set(node.field('name')?.text ?? '', node);
    }
  }

  text(node: SyntaxNode | undefined, depth = 0): string | undefined {
    if (!node || depth > 8) return undefined;
    switch (node.type) {
      case 'string_literal':
        return node.text.replace(/^"""|"""$|^"|"$/g, '').replace(/\\(["\\])/g, '$1');
      case 'binary_expression':
        return sumOf(node, (side) => this.text(side, depth + 1));
      case 'identifier':
        return this.text(this.constants.get(node.text), depth + 1);
      case 'field_access':
        return this.text(this.constant(node.text), depth + 1);
      case 'parenthesized_expression':
        return this.text(node.children[0], depth + 1);
      default:
        return undefined;
    }
  }

  private constant(name: string): SyntaxNode | undefined {
    return this.constants.get(name.split('.').slice(-2).join('.')) ?? this.constants.get(name.slice(name.lastIndexOf('.') + 1));
  }

  /** A text in which constants of other files are marked; undefined for what is no text at all. */
  marked(node: SyntaxNode | undefined, depth = 0): string | undefined {
    if (!node || depth > 8) return undefined;
    if (node.type === 'parenthesized_expression') return this.marked(node.children[0], depth + 1);
    if (node.type === 'binary_expression') return `${this.marked(node.field('left'), depth + 1) ?? ''}${this.marked(node.field('right'), depth + 1) ?? ''}`;
    if (node.type !== 'identifier' && node.type !== 'field_access') return this.text(node, depth);
    const known = this.constant(node.text);
    return known ? this.marked(known, depth + 1) : mark(node.text);
  }

  /** Of a constant by its name, with or without its class. */
  constantText(name: string): string | undefined {
    const known = this.constants.get(name);
    return known && /^(?:string_literal|binary_expression|identifier|field_access)$/.test(known.type) ? this.marked(known) : undefined;
  }

  list(node: SyntaxNode | undefined): readonly SyntaxNode[] {
    if (!node) return [];
    return node.type === 'element_value_array_initializer' || node.type === 'array_initializer' ? node.children : [node];
  }
}
