import { childOf, childrenOf, descendants, expansion, normalised, sumOf, unknownPart } from './syntax.js';
import type { Language, SyntaxNode } from './syntax.js';

export const javascriptLanguages: readonly Language[] = ['typescript', 'tsx', 'javascript'];

/** The last name of what is called: `get` of `app.get(…)`, `Get` of `@Get(…)`. */
export const nameOf = (node: SyntaxNode | undefined): string => {
  if (!node) return '';
  if (node.type === 'member_expression') return node.field('property')?.text ?? '';
  if (node.type === 'call_expression' || node.type === 'new_expression') return nameOf(node.field('function') ?? node.field('constructor'));
  if (node.type === 'await_expression' || node.type === 'parenthesized_expression' || node.type === 'as_expression' || node.type === 'satisfies_expression' || node.type === 'non_null_expression') return nameOf(node.children[0]);
  return node.type === 'identifier' || node.type === 'property_identifier' || node.type === 'type_identifier' ? node.text : '';
};

/** What stands inside `await`, parentheses, `as T`, `satisfies T`, `x!`. */
export function bare(node: SyntaxNode | undefined): SyntaxNode | undefined {
  let inner = node;
  while (inner && ['await_expression', 'parenthesized_expression', 'as_expression', 'satisfies_expression', 'non_null_expression', 'type_assertion'].includes(inner.type)) {
    inner = inner.type === 'type_assertion' ? inner.children.at(-1) : inner.children[0];
  }
  return inner;
}

export const argumentsOf = (call: SyntaxNode | undefined): readonly SyntaxNode[] => call?.field('arguments')?.children ?? [];
export const isFunction = (node: SyntaxNode | undefined): boolean => node !== undefined && ['arrow_function', 'function_expression', 'function', 'function_declaration', 'generator_function', 'method_definition'].includes(node.type);

/** Which direction of a migration a node stands in, by the name of the function around it: `up`, `down`, or neither. */
export function directionOf(node: SyntaxNode): 'up' | 'down' | undefined {
  for (let up = node.parent; up; up = up.parent) {
    if (!isFunction(up)) continue;
    const name = up.type === 'method_definition' || up.type === 'function_declaration' ? up.field('name')?.text
      : up.parent?.type === 'pair' ? up.parent.field('key')?.text : up.parent?.type === 'variable_declarator' ? up.parent.field('name')?.text : up.parent?.type === 'assignment_expression' ? nameOf(up.parent.field('left')) : undefined;
    if (name === 'up' || name === 'down') return name;
  }
  return undefined;
}

/** Members of an object literal by name; methods count, spread ones do not. */
export function membersOf(node: SyntaxNode | undefined): Map<string, SyntaxNode> {
  const members = new Map<string, SyntaxNode>();
  for (const child of bare(node)?.children ?? []) {
    if (child.type === 'pair') {
      const [key, value] = [child.field('key'), child.field('value')];
      if (key && value) members.set(key.type === 'string' ? key.text.slice(1, -1) : key.text, value);
    } else if (child.type === 'method_definition') members.set(child.field('name')?.text ?? '', child);
    else if (child.type === 'shorthand_property_identifier') members.set(child.text, child);
  }
  return members;
}

/** The function that a decorator calls, without `@`: the identifier or the call. */
export const decoratorCall = (decorator: SyntaxNode): SyntaxNode | undefined => decorator.children[0];

/** Classes of a file that do not stand inside of functions. */
export const classesOf = (root: SyntaxNode): SyntaxNode[] => root.children.flatMap((child) => (child.type === 'export_statement' ? child.children : [child])).filter(({ type }) => type === 'class_declaration' || type === 'abstract_class_declaration');

/** Decorators of a class, a member or a parameter, wherever the grammar puts them. */
export function decoratorsOf(node: SyntaxNode): SyntaxNode[] {
  const own = childrenOf(node, 'decorator');
  const before: SyntaxNode[] = [];
  if (node.parent?.type === 'class_body' || node.parent?.type === 'export_statement') {
    const siblings = node.parent.children;
    for (let index = siblings.findIndex(({ start }) => start === node.start) - 1; index >= 0 && siblings[index]?.type === 'decorator'; index--) {
      const sibling = siblings[index];
      if (sibling) before.unshift(sibling);
    }
  }
  return [...before, ...own];
}

/** What declares no names that are looked up: types, parameters, decorators, texts. */
const nameless = new Set(['template_string', 'string', 'type_annotation', 'formal_parameters', 'decorator', 'type_arguments', 'type_parameters', 'object_type', 'interface_body', 'class_heritage', 'enum_body', 'jsx_element', 'jsx_self_closing_element', 'regex', 'member_expression', 'binary_expression']);

/** A node's text with the functions in it reduced to `ƒ`: what they do is no part of a shape. */
function withoutBodies(node: SyntaxNode): string {
  if (!/=>|function|\{/.test(node.text)) return node.text;
  let text = '';
  let at = node.start;
  let end = 0;
  for (const each of descendants(node, (inner) => !isFunction(inner))) {
    if (each === node || !isFunction(each) || each.start < end) continue;
    text += `${node.text.slice(at - node.start, each.start - node.start)}ƒ`;
    at = end = each.end;
  }
  return text + node.text.slice(at - node.start);
}

/** What the names of one file stand for, as far as its text shows. */
export class Names {
  /** Values of `const`, `let`, `var` and `static`/instance fields (`this.path`, `Class.path`), enum members (`E.A`). */
  readonly values = new Map<string, SyntaxNode>();
  /** Classes, interfaces, type aliases, functions, enums by name. */
  readonly declarations = new Map<string, SyntaxNode>();
  /** Local name → module and exported name. */
  readonly imports = new Map<string, { module: string; name: string }>();

  private static readonly read = new WeakMap<SyntaxNode, Names>();

  /** The names of a tree; recognisers of one file share them. */
  static of(root: SyntaxNode): Names {
    let names = Names.read.get(root);
    if (!names) Names.read.set(root, names = new Names(root));
    return names;
  }

  private constructor(root: SyntaxNode) {
    // Bodies of methods name nothing that others of the file could use, but for what a constructor assigns.
    const enter = (node: SyntaxNode) => !nameless.has(node.type) && !(node.type === 'statement_block' && node.parent?.type === 'method_definition' && !/^(?:constructor|init\w*|register\w*|routes?|setup\w*|configure\w*|mount\w*|up)$/i.test(node.parent.field('name')?.text ?? ''));
    for (const node of descendants(root, enter)) {
      switch (node.type) {
        case 'variable_declarator': {
          const [name, value] = [node.field('name'), node.field('value')];
          if (!name || !value) break;
          const required = bare(value);
          if (required?.type === 'call_expression' && required.field('function')?.text === 'require') {
            const module = this.text(argumentsOf(required)[0]) ?? '';
            if (name.type === 'identifier') this.imports.set(name.text, { module, name: 'default' });
            else for (const each of name.children) this.imports.set((each.field('value') ?? each).text, { module, name: (each.field('key') ?? each).text });
          }
          if (name.type === 'identifier' && !this.values.has(name.text)) this.values.set(name.text, value);
          break;
        }
        case 'public_field_definition':
        case 'field_definition': {
          const [name, value] = [(node.field('name') ?? node.field('property'))?.text, node.field('value')];
          if (name && value) this.values.set(`this.${name}`, value);
          break;
        }
        case 'assignment_expression': {
          const [left, right] = [node.field('left'), node.field('right')];
          if (left?.type === 'member_expression' && right && left.text.startsWith('this.') && !this.values.has(left.text)) this.values.set(left.text, right);
          break;
        }
        case 'enum_declaration':
          for (const member of node.field('body')?.children ?? []) {
            const value = member.field('value');
            if (value) this.values.set(`${node.field('name')?.text ?? ''}.${member.field('name')?.text ?? ''}`, value);
          }
          this.declare(node);
          break;
        case 'class_declaration': case 'abstract_class_declaration': case 'interface_declaration': case 'type_alias_declaration': case 'function_declaration':
          this.declare(node);
          break;
        case 'import_statement': {
          const module = this.text(node.field('source')) ?? '';
          for (const each of descendants(node)) {
            if (each.type === 'import_specifier') this.imports.set((each.field('alias') ?? each.field('name'))?.text ?? '', { module, name: each.field('name')?.text ?? '' });
            else if (each.type === 'namespace_import') this.imports.set(each.children[0]?.text ?? '', { module, name: '*' });
            else if (each.type === 'identifier' && each.parent?.type === 'import_clause') this.imports.set(each.text, { module, name: 'default' });
          }
          break;
        }
        default:
      }
    }
  }

  private declare(node: SyntaxNode): void {
    const name = node.field('name')?.text;
    if (name && !this.declarations.has(name)) this.declarations.set(name, node);
  }

  /** A string that the text spells out: literals, templates, sums, constants of this file; unknown parts of a template give `{name}`. */
  text(given: SyntaxNode | undefined, depth = 0): string | undefined {
    const node = bare(given);
    if (!node || depth > 8) return undefined;
    switch (node.type) {
      case 'string':
        return node.text.slice(1, -1).replace(/\\(.)/g, '$1');
      case 'template_string': {
        let result = '';
        let at = node.start + 1;
        for (const part of node.children) {
          if (part.type !== 'template_substitution') continue;
          result += node.text.slice(at - node.start, part.start - node.start);
          result += this.text(part.children[0], depth + 1) ?? `{${part.children[0]?.text ?? ''}}`;
          at = part.end;
        }
        return (result + node.text.slice(at - node.start, -1)).replace(/\\([`$"'])/g, '$1');
      }
      case 'binary_expression':
        return node.text.includes('+') ? sumOf(node, (side) => this.text(side, depth + 1), unknownPart) : undefined;
      case 'identifier':
        return this.text(this.values.get(node.text), depth + 1);
      case 'member_expression': {
        const direct = this.values.get(node.text);
        if (direct) return this.text(direct, depth + 1);
        const object = this.value(node.field('object'), depth + 1);
        return object?.type === 'object' ? this.text(membersOf(object).get(node.field('property')?.text ?? ''), depth + 1) : undefined;
      }
      default:
        return undefined;
    }
  }

  /** The text that a name stands for, as an expression of this file would: `PREFIX`, `ROUTES.users.list`. */
  named(name: string): string | undefined {
    const [first = '', ...rest] = name.split('.');
    const direct = this.values.get(name);
    if (direct) return this.text(direct);
    let value = this.value(this.values.get(first));
    for (const key of rest) value = value?.type === 'object' ? this.value(membersOf(value).get(key)) : undefined;
    return this.text(value);
  }

  /** What an expression stands for, following constants of this file. */
  value(given: SyntaxNode | undefined, depth = 0): SyntaxNode | undefined {
    const node = bare(given);
    if (!node || depth > 8) return node;
    if (node.type === 'identifier' || node.type === 'shorthand_property_identifier') {
      const known = this.values.get(node.text);
      return known ? this.value(known, depth + 1) : node;
    }
    if (node.type === 'member_expression') {
      const known = this.values.get(node.text);
      if (known) return this.value(known, depth + 1);
      const object = this.value(node.field('object'), depth + 1);
      const member = object?.type === 'object' ? membersOf(object).get(node.field('property')?.text ?? '') : undefined;
      return member ? this.value(member, depth + 1) : node;
    }
    if (node.type === 'call_expression' && /^(?:Object\.freeze|z\.lazy)$/.test(node.field('function')?.text ?? '')) return this.value(argumentsOf(node)[0], depth + 1);
    return node;
  }

  /**
   * The text of an expression or type as it means, with the definitions that the same file gives to its names: what a
   * guard, a schema or a type comes down to. Functions stand for themselves by their name only.
   */
  meaning(node: SyntaxNode | undefined, depth = 0, seen = new Set<string>()): string {
    if (!node) return '';
    let text = normalised(withoutBodies(node));
    if (depth > 3) return text;
    for (const each of descendants(node, (inner) => !isFunction(inner))) {
      if (each.type !== 'identifier' && each.type !== 'type_identifier' && each.type !== 'shorthand_property_identifier') continue;
      if (seen.has(each.text)) continue;
      const declared = this.declarations.get(each.text);
      const value = bare(this.values.get(each.text));
      if (declared && ['class_declaration', 'interface_declaration', 'type_alias_declaration', 'enum_declaration'].includes(declared.type)) {
        seen.add(each.text);
        text += expansion(each.text, declared.type === 'class_declaration' ? this.fieldsOf(declared, depth, seen) : this.meaning(declared.field('body') ?? declared.field('value'), depth + 1, seen));
      } else if (value && (value.type === 'object' || value.type === 'array' || value.type === 'call_expression') && !node.text.startsWith(`${each.text}.`)) {
        seen.add(each.text);
        if (value.type !== 'call_expression' || /\b(?:z|t|Type|S|Joi|yup|v|schema|s)\b/.test(value.field('function')?.text ?? '')) text += expansion(each.text, this.meaning(value, depth + 1, seen));
      }
    }
    return text;
  }

  private fieldsOf(declared: SyntaxNode, depth: number, seen: Set<string>): string {
    const fields = (declared.field('body')?.children ?? []).filter(({ type }) => type === 'public_field_definition' || type === 'field_definition');
    return `{${fields.map((field) => `${field.field('name')?.text ?? ''}${/^[\s\S]*?\?\s*:/.test(field.text.slice((field.field('name')?.end ?? field.start) - field.start)) ? '?' : ''}${this.meaning(field.field('type'), depth + 1, seen)}`).join(';')}}${normalised(childOf(declared, 'class_heritage')?.text ?? '')}`;
  }
}
