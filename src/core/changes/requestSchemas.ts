import { bare, isFunction } from './javascriptSyntax.js';
import type { Names } from './javascriptSyntax.js';
import { nodesOf } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** What builds a schema: zod, yup, joi, valibot, TypeBox, superstruct, arktype. */
const builder = /^(?:z|zod|yup|Yup|joi|Joi|v|Type|T|s|S|vine)\.(?:strict)?(?:object|interface|Object|intersection|union|array|pipe|discriminatedUnion|looseObject|compile)\b/;

/** Whether an expression builds a schema. */
export const isSchema = (node: SyntaxNode | undefined): boolean => {
  let callee = bare(node);
  while (callee?.type === 'call_expression' || callee?.type === 'member_expression') {
    const inner: SyntaxNode | undefined = callee.type === 'call_expression' ? bare(callee.field('function')) : bare(callee.field('object'));
    if (callee.type === 'call_expression' && builder.test(inner?.text.slice(0, 60) ?? '')) return true;
    callee = inner;
  }
  return false;
};
const functionAround = (node: SyntaxNode): SyntaxNode | undefined => {
  for (let up = node.parent; up; up = up.parent) if (isFunction(up)) return up;
  return undefined;
};

/** The verb whose branch or function a node stands in, where its text shows one. */
function verbAround(node: SyntaxNode): string | undefined {
  for (let up = node.parent; up; up = up.parent) {
    const said = up.type === 'if_statement' ? up.field('condition')?.text : up.type === 'switch_case' ? up.field('value')?.text : undefined;
    const verb = said && said.length < 160 ? /===?\s*['"`]([A-Z]+)['"`]|^['"`]([A-Z]+)['"`]$/.exec(said) : undefined;
    if (verb) return verb[1] ?? verb[2];
    const key = up.type === 'pair' ? up.field('key')?.text : undefined;
    if (key && /^(?:GET|POST|PUT|PATCH|DELETE)$/.test(key)) return key;
    if (!isFunction(up)) continue;
    const name = up.field('name')?.text ?? (up.parent?.type === 'variable_declarator' ? up.parent.field('name')?.text : up.parent?.type === 'pair' ? up.parent.field('key')?.text : undefined);
    const named = /^(?:on|handle|do)?_?(get|post|put|patch|delete)(?![a-z])/i.exec(name ?? '')?.[1];
    if (named) return named.toUpperCase();
  }
  return undefined;
}

/**
 * What a handler checks its request against, or its answer: schemas that stand in it, and those of the same file that it names.
 * @param within the handler, or a whole file
 * @param verb only what belongs to this verb, where branches or functions tell
 */
export function checkedBy(within: SyntaxNode, names: Names, verb?: string): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  let end = -1;
  for (const node of nodesOf(within, 'call_expression', 'identifier')) {
    if (node.start < end) continue;
    const schema = node.type === 'identifier' ? names.values.get(node.text) : node;
    if (!schema || !isSchema(schema)) continue;
    if (node.type === 'identifier') {
      if (seen.has(node.text) || node.parent?.type === 'variable_declarator' && node.parent.field('name') === node || functionAround(schema)) continue;
      // A whole file names what it declares, whoever uses it: only what is used says anything.
      if (schema.start <= node.start && node.end <= schema.end) continue;
    } else {
      end = node.end;
      // A schema that is declared counts where it is named, unless it stands in the handler itself.
      if (!functionAround(node) && node.parent?.type === 'variable_declarator') continue;
    }
    const of = verb === undefined ? undefined : verbAround(node);
    if (of !== undefined && of !== verb) continue;
    if (node.type === 'identifier') seen.add(node.text);
    found.push(names.meaning(schema));
  }
  return found;
}

/** What the types of a handler's request and response say beyond their bare names: `Request<Params, Answer>`. */
export const typesOf = (handler: SyntaxNode | undefined, names: Names): string => (handler?.field('parameters')?.children ?? []).map((parameter) => parameter.field('type')).filter((type) => type?.text.includes('<')).map((type) => names.meaning(type)).join();
