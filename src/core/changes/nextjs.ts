import { joinPaths } from './facts.js';
import type { EndpointShape, Statement } from './facts.js';
import { argumentsOf, bare, isFunction, javascriptLanguages, membersOf, nameOf, Names } from './javascriptSyntax.js';
import type { Recogniser } from './recogniser.js';
import { checkedBy, isSchema, typesOf } from './requestSchemas.js';
import { childrenOf, descendants, nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];
/** What a handler of all verbs is asked for; it answers OPTIONS and HEAD on the side. */
const asked = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** `app/api/(group)/users/[id]/route.ts` → `/api/users/[id]`; undefined where the path is no route. */
function routeOf(path: string): { kind: 'app' | 'pages'; path: string } | undefined {
  const app = /(?:^|\/)app\/((?:.*\/)?)route\.[cm]?[jt]sx?$/.exec(path);
  if (app) return { kind: 'app', path: joinPaths(...(app[1] ?? '').split('/').filter((part) => part && !/^\(.*\)$|^@/.test(part)), '') };
  const pages = /(?:^|\/)pages\/(api\/.*?)(?:\/?index)?\.[cm]?[jt]sx?$/.exec(path);
  return pages ? { kind: 'pages', path: joinPaths(pages[1] ?? '') } : undefined;
}

const protective = /role|permission|scope|auth|access|require|admin|plan|feature|public|guard|secret/i;
const shaping = /schema|body|query|params|response|input|output/i;
const router = /^(?:createRouter|nc|nextConnect|handler|createEdgeRouter)\b/;

/** The wrappers around a handler, such as `withAuth(handler, { role: 'admin' })`: they guard, and say what a call must carry. */
function wrapped(given: SyntaxNode | undefined, names: Names): EndpointShape {
  const guards: string[] = [];
  const schemas: string[] = [];
  let node = bare(given);
  for (let depth = 0; node?.type === 'call_expression' && depth < 6; depth++) {
    const callee = node.field('function')?.text ?? '';
    if (router.test(callee)) return {};
    const said: string[] = [];
    let inner: SyntaxNode | undefined;
    for (const each of argumentsOf(node)) {
      const value = names.value(each);
      if (value?.type === 'call_expression' && !inner) inner = value;
      if (value?.type === 'string' || value?.type === 'array') said.push(normalised(value.text));
      if (value?.type !== 'object') continue;
      for (const [key, member] of membersOf(value)) {
        if (isFunction(bare(member)) || verbs.includes(key)) continue;
        if (shaping.test(key)) schemas.push(`${key}:${names.meaning(member)}`);
        else if (protective.test(key)) said.push(`${key}:${names.meaning(member)}`);
      }
    }
    guards.push(`${callee}${said.length ? `(${said.join()})` : ''}`);
    node = inner;
  }
  return { ...(guards.length ? { guards: guards.join(', ') } : {}), ...(schemas.length ? { schema: schemas.join(';') } : {}) };
}

/** Route handlers of the app router and the API routes of the pages router. */
export const nextjs: Recogniser = {
  name: 'Next.js',
  languages: javascriptLanguages,
  path: /(?:^|\/)(?:app\/(?:.*\/)?route\.[cm]?[jt]sx?|pages\/api\/.*\.[cm]?[jt]sx?)$/,
  hint: /\bexport\b|module\.exports/,
  *read({ root, path }): Generator<Statement> {
    const route = routeOf(path);
    if (!root || !route) return;
    const names = Names.of(root);
    const endpoint = (method: string, node: SyntaxNode, shape: EndpointShape): Statement => ({ kind: 'endpoint', method, path: route.path === '' ? '/' : route.path, line: node.line, whole: true, handler: method,
      ...(method === 'ANY' ? { anyVerb: true } : {}), shape });
    if (route.kind === 'pages') {
      const exported = defaultExport(root);
      if (!exported) return;
      const value = names.value(exported.value);
      const shape = wrapped(value, names);
      const shown = verbsShown(root, exported.value, names);
      const types = typesOf(handlerOf(exported.value, value, names), names);
      for (const verb of shown.size ? shown.keys() : ['ANY']) {
        const schema = [shape.schema, ...(shown.get(verb) ?? []), ...checkedBy(root, names, verb)].filter(Boolean).join(';');
        yield endpoint(verb, exported.node, { ...shape, ...(schema ? { schema } : {}), ...(types ? { signature: types } : {}) });
      }
      return;
    }
    const handled = (given: SyntaxNode | undefined): EndpointShape => {
      const value = names.value(given);
      const shape = wrapped(value, names);
      const declared = value?.type === 'identifier' ? names.declarations.get(value.text) : value;
      const schema = [shape.schema, ...(declared ? checkedBy(declared, names) : [])].filter(Boolean).join(';');
      return { ...shape, ...(schema ? { schema } : {}) };
    };
    for (const statement of childrenOf(root, 'export_statement')) {
      const declaration = statement.field('declaration');
      if (declaration?.type === 'function_declaration' && verbs.includes(declaration.field('name')?.text ?? '')) yield endpoint(declaration.field('name')?.text ?? '', declaration, handled(declaration));
      for (const declarator of nodesOf(statement, 'variable_declarator')) {
        if (declarator.parent?.parent !== statement) continue;
        const name = declarator.field('name');
        if (name?.type === 'object_pattern') {
          for (const each of name.children) if (verbs.includes((each.field('value') ?? each).text)) yield endpoint((each.field('value') ?? each).text, each, {});
        } else if (name && verbs.includes(name.text)) yield endpoint(name.text, declarator, handled(declarator.field('value')));
      }
      for (const each of nodesOf(statement, 'export_specifier')) {
        const exported = (each.field('alias') ?? each.field('name'))?.text ?? '';
        if (verbs.includes(exported)) yield endpoint(exported, each, handled(each.field('name')));
      }
    }
  },
};

/** What a file exports as its default. */
function defaultExport(root: SyntaxNode): { node: SyntaxNode; value: SyntaxNode | undefined } | undefined {
  for (const statement of root.children) {
    if (statement.type === 'export_statement') {
      if (/^export\s+default\b/.test(statement.text)) return { node: statement, value: statement.field('value') ?? statement.field('declaration') };
      const alias = nodesOf(statement, 'export_specifier').find((each) => each.field('alias')?.text === 'default');
      if (alias) return { node: statement, value: alias.field('name') };
    } else if (statement.type === 'expression_statement' && /^(?:module\.)?exports(?:\.default)?\s*=/.test(statement.text)) return { node: statement, value: statement.children[0]?.field('right') };
  }
  return undefined;
}

/** The function that answers, inside of what wraps it. */
function handlerOf(exported: SyntaxNode | undefined, value: SyntaxNode | undefined, names: Names): SyntaxNode | undefined {
  const named = (node: SyntaxNode | undefined) => (node?.type === 'identifier' ? names.declarations.get(node.text) ?? names.value(node) : names.value(node));
  return [value, named(exported), ...(value?.type === 'call_expression' ? argumentsOf(value).map(named) : [])].find((each) => isFunction(each));
}

/** Verbs that the text of a pages handler asks for, with what each is said to carry: `req.method === 'POST'`, `case 'PUT':`, `handler.get(…)`, `{ GET: … }`. */
function verbsShown(root: SyntaxNode, exported: SyntaxNode | undefined, names: Names): Map<string, string[]> {
  const shown = new Map<string, string[]>();
  const weak = new Map<string, string[]>();
  const show = (verb: string | undefined, in_ = shown): void => { if (verb && asked.has(verb.toUpperCase()) && !in_.has(verb.toUpperCase())) in_.set(verb.toUpperCase(), []); };
  const listed = (node: SyntaxNode | undefined): string[] => (node?.type === 'array' ? node.children.map((each) => names.text(each) ?? '') : []);
  const called = exported?.type === 'call_expression' ? exported : names.value(exported);
  for (const node of descendants(root)) {
    if (node.type === 'binary_expression' && node.text.length < 160 && /\bmethod\b/i.test(node.text)) show(/['"`]([A-Za-z]+)['"`]/.exec(node.text)?.[1]);
    else if (node.type === 'switch_statement' && /method\b/i.test(node.field('value')?.text ?? '')) {
      for (const each of nodesOf(node, 'switch_case')) show(names.text(each.field('value')));
    } else if (node.type === 'call_expression') {
      const callee = node.field('function');
      if (/^(?:get|post|put|patch|delete)$/.test(nameOf(node)) && /\b(?:createRouter|nc|nextConnect|handler|router|apiRoute)\b/.test(callee?.text ?? '') && argumentsOf(node).length) show(nameOf(node));
      else if (nameOf(node) === 'includes' && /\bmethod\b/.test(argumentsOf(node)[0]?.text ?? '')) for (const verb of listed(names.value(bare(callee?.field('object'))))) show(verb);
      else if (nameOf(node) === 'setHeader' && /^['"]Allow['"]$/i.test(argumentsOf(node)[0]?.text ?? '')) {
        const given = names.value(argumentsOf(node)[1]);
        for (const verb of given?.type === 'array' ? listed(given) : (names.text(given) ?? '').split(/\s*,\s*/)) show(verb, weak);
      }
    } else if (node.type === 'object') {
      for (const [key, value] of membersOf(node)) {
        const verb = verbs.includes(key) ? key : node.parent?.type === 'arguments' && called !== undefined && node.start >= called.start && node.end <= called.end ? /^(?:on|handle)?_?(get|post|put|patch|delete)(?:Handler)?$/i.exec(key)?.[1] : undefined;
        if (!verb || ['string', 'number', 'true', 'false', 'template_string'].includes(value.type)) continue;
        // A list of what each verb must carry may name verbs that the handler never asks for.
        show(verb, isSchema(value) ? weak : shown);
        const said = wrapped(value, names);
        const schema = [said.guards, said.schema, ...checkedBy(value, names)].filter(Boolean).join(';');
        if (schema) shown.get(verb.toUpperCase())?.push(schema);
      }
    }
  }
  if (shown.size) return shown;
  // `withMethods(handler, ['GET'])`
  if (called?.type === 'call_expression') for (const each of descendants(called, (inner) => !isFunction(inner))) {
    if (each.type === 'array') for (const verb of listed(each)) show(verb, weak);
    else if (each.type === 'string' && each.parent?.type === 'arguments' && verbs.includes(each.text.slice(1, -1))) show(each.text.slice(1, -1), weak);
  }
  return weak;
}
