import { mark } from './marks.js';
import { ancestorOf, childrenOf, descendants, expansion, normalised, sumOf, unknownPart } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** Positional and keyword arguments of a call. */
export interface Arguments {
  readonly positional: readonly SyntaxNode[];
  readonly named: ReadonlyMap<string, SyntaxNode>;
}

export function argumentsOf(call: SyntaxNode | undefined): Arguments {
  const positional: SyntaxNode[] = [];
  const named = new Map<string, SyntaxNode>();
  for (const child of (call?.type === 'argument_list' ? call : call?.field('arguments'))?.children ?? []) {
    const [name, value] = child.type === 'keyword_argument' ? [child.field('name'), child.field('value')] : [];
    if (name && value) named.set(name.text, value);
    else if (child.type !== 'keyword_argument') positional.push(child);
  }
  return { positional, named };
}

/** `models.CharField` of `models.CharField(…)`. */
export const calleeOf = (node: SyntaxNode | undefined): string => (node?.type === 'call' ? node.field('function')?.text.replace(/\s+/g, '') ?? '' : '');
/** `CharField` of `models.CharField`. */
export const lastName = (dotted: string): string => dotted.slice(dotted.lastIndexOf('.') + 1);

/** Assignments `name = value` and `name: type = value` directly in a block. */
export function assignmentsOf(block: SyntaxNode | undefined): { name: string; value: SyntaxNode | undefined; type: SyntaxNode | undefined; node: SyntaxNode }[] {
  return (block?.children ?? []).flatMap((statement) => {
    const node = statement.type === 'expression_statement' ? statement.children[0] : statement;
    if (node?.type !== 'assignment') return [];
    const left = node.field('left');
    return left?.type === 'identifier' ? [{ name: left.text, value: node.field('right'), type: node.field('type'), node }] : [];
  });
}

/** A statement in loops over words is read at most so many times, however they nest. */
const rounds = 100;

/** Once for each word of the lists that loops around a node run over (`for table in ["a", "b"]:`), their variables set to it. */
export function* looped(node: SyntaxNode, names: PythonNames, left = rounds): Generator<void> {
  const loop = ancestorOf(node, 'for_statement');
  const variable = loop?.field('left');
  const list = names.value(loop?.field('right'));
  const words = list && ['list', 'tuple', 'set'].includes(list.type) ? list.children.filter(({ type }) => type === 'string').slice(0, left) : [];
  if (!loop || variable?.type !== 'identifier' || !words.length) {
    if (loop) yield* looped(loop, names, left);
    else yield;
    return;
  }
  const before = names.values.get(variable.text);
  for (const word of words) {
    names.values.set(variable.text, word);
    yield* looped(loop, names, Math.floor(left / words.length));
  }
  if (before) names.values.set(variable.text, before);
  else names.values.delete(variable.text);
}

/** Decorators of a function or class, without `@`. */
export const decoratorsOf = (definition: SyntaxNode): SyntaxNode[] =>
  (definition.parent?.type === 'decorated_definition' ? childrenOf(definition.parent, 'decorator').flatMap((each) => (each.children[0] ? [each.children[0]] : [])) : []);

/** What names of a Python file stand for, as far as its text shows. */
export class PythonNames {
  readonly values = new Map<string, SyntaxNode>();
  readonly classes = new Map<string, SyntaxNode>();
  readonly functions = new Map<string, SyntaxNode>();
  /** Local name → dotted module and name in it (`*`: the module itself). */
  readonly imports = new Map<string, { module: string; name: string }>();

  constructor(readonly root: SyntaxNode) {
    for (const node of descendants(root, ({ type }) => !['string', 'list', 'argument_list', 'dictionary'].includes(type))) {
      if (node.type === 'assignment') {
        const [left, right] = [node.field('left'), node.field('right')];
        if (left?.type === 'identifier' && right && !this.values.has(left.text)) this.values.set(left.text, right);
        else if (left?.type === 'attribute' && right && left.text.startsWith('self.') && !this.values.has(left.text)) this.values.set(left.text, right);
      } else if (node.type === 'class_definition') this.classes.set(node.field('name')?.text ?? '', node);
      else if (node.type === 'function_definition') {
        const name = node.field('name')?.text ?? '';
        if (!this.functions.has(name)) this.functions.set(name, node);
      } else if (node.type === 'import_from_statement') {
        const module = node.field('module_name')?.text ?? '';
        for (const each of node.children.slice(1)) {
          if (each.type === 'aliased_import') this.imports.set(each.field('alias')?.text ?? '', { module, name: each.field('name')?.text ?? '' });
          else if (each.type === 'dotted_name') this.imports.set(each.text, { module, name: each.text });
        }
      } else if (node.type === 'import_statement') {
        for (const each of node.children) {
          if (each.type === 'aliased_import') this.imports.set(each.field('alias')?.text ?? '', { module: each.field('name')?.text ?? '', name: '*' });
          else if (each.type === 'dotted_name') this.imports.set(each.text, { module: each.text, name: '*' });
        }
      }
    }
  }

  /** A string that the text spells out; unknown parts of an f-string give `{name}`. */
  text(node: SyntaxNode | undefined, depth = 0): string | undefined {
    if (!node || depth > 8) return undefined;
    switch (node.type) {
      case 'string': {
        const start = node.children.find(({ type }) => type === 'string_start');
        const end = node.children.find(({ type }) => type === 'string_end');
        if (!start || !end) return node.text.replace(/^[a-zA-Z]*(?:'''|"""|'|")|(?:'''|"""|'|")$/g, '');
        let text = '';
        let at = start.end;
        for (const part of node.children) {
          if (part.type !== 'interpolation') continue;
          text += node.text.slice(at - node.start, part.start - node.start) + (this.text(part.field('expression') ?? part.children[0], depth + 1) ?? `{${part.children[0]?.text ?? ''}}`);
          at = part.end;
        }
        text += node.text.slice(at - node.start, end.start - node.start);
        return /^[a-zA-Z]*[rR]/.test(start.text) ? text : text.replace(/\\(['"\\])/g, '$1');
      }
      case 'concatenated_string': {
        const parts = node.children.map((part) => this.text(part, depth + 1) ?? '');
        return parts.join('');
      }
      case 'binary_operator':
        return sumOf(node, (side) => this.text(side, depth + 1), unknownPart);
      case 'parenthesized_expression':
        return this.text(node.children[0], depth + 1);
      case 'identifier':
      case 'attribute':
        return this.text(this.values.get(node.text), depth + 1);
      case 'call': {
        // "…{name}…".format(name=x)
        const callee = node.field('function');
        if (callee?.type === 'attribute' && callee.field('attribute')?.text === 'format') {
          const { named } = argumentsOf(node);
          return this.text(callee.field('object'), depth + 1)?.replace(/\{\{|\}\}|\{(\w+)\}/g, (all, name: string | undefined) => (name === undefined ? all.slice(1) : this.text(named.get(name), depth + 1) ?? all));
        }
        return ['text', '_', 'gettext_lazy', 'r'].includes(lastName(calleeOf(node))) ? this.text(argumentsOf(node).positional[0], depth + 1) : undefined;
      }
      default:
        return undefined;
    }
  }

  /** A text in which values of other files are marked; they are left out if they are not found. */
  marked(node: SyntaxNode | undefined, depth = 0): string | undefined {
    if (!node || depth > 8) return undefined;
    if (node.type === 'parenthesized_expression') return this.marked(node.children[0], depth + 1);
    if (node.type === 'binary_operator') return `${this.marked(node.field('left'), depth + 1) ?? ''}${this.marked(node.field('right'), depth + 1) ?? ''}`;
    if (node.type === 'string' && node.children.some(({ type }) => type === 'interpolation')) {
      return node.children.map((part) => (part.type === 'interpolation' ? this.marked(part.field('expression') ?? part.children[0], depth + 1) ?? '' : part.type === 'string_content' ? part.text : '')).join('');
    }
    if (node.type !== 'identifier' && node.type !== 'attribute') return this.text(node, depth);
    const known = this.values.get(node.text);
    return known ? this.marked(known, depth + 1) : /^[\w.]+$/.test(node.text) ? mark(node.text, '') : undefined;
  }

  value(node: SyntaxNode | undefined, depth = 0): SyntaxNode | undefined {
    if (!node || depth > 8) return node;
    if (node.type === 'parenthesized_expression') return this.value(node.children[0], depth + 1);
    const known = node.type === 'identifier' || node.type === 'attribute' ? this.values.get(node.text) : undefined;
    return known ? this.value(known, depth + 1) : node;
  }

  texts(node: SyntaxNode | undefined): string[] {
    const value = this.value(node);
    if (!value) return [];
    if (['list', 'tuple', 'set', 'parenthesized_expression'].includes(value.type)) return value.children.flatMap((each) => this.text(each) ?? []);
    return [this.text(value)].filter((each): each is string => each !== undefined);
  }

  /** An expression's or type's text with the fields of the classes that this file defines and it names. */
  meaning(node: SyntaxNode | undefined, depth = 0, seen = new Set<string>()): string {
    if (!node) return '';
    let text = normalised(node.text, true);
    if (depth > 3) return text;
    for (const each of descendants(node)) {
      if (each.type !== 'identifier' || seen.has(each.text)) continue;
      const known = this.classes.get(each.text);
      if (!known) continue;
      seen.add(each.text);
      const bases = known.field('superclasses');
      const fields = assignmentsOf(known.field('body')).filter(({ name, type, value }) => (type !== undefined || calleeOf(value).startsWith('fields.')) && name !== 'model_config');
      text += expansion(each.text, `${fields.map(({ name, type, value }) => `${name}:${this.meaning(type, depth + 1, seen)}${value ? `=${normalised(value.text, true).replace(/,?(?:description|example|examples|title)="[^"]*"/g, '')}` : ''}`).join(';')}${bases ? this.meaning(bases, depth + 1, seen) : ''}`);
    }
    return text;
  }
}
