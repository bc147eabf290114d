import { joinPaths } from './facts.js';
import type { Statement } from './facts.js';
import { argumentsOf, javascriptLanguages, nameOf, Names } from './javascriptSyntax.js';
import type { Recogniser } from './recogniser.js';
import { childrenOf, descendants, nodesOf } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];

/** `app/api/(group)/users/[id]/route.ts` → `/api/users/[id]`; undefined where the path is no route. */
function routeOf(path: string): { kind: 'app' | 'pages'; path: string } | undefined {
  const app = /(?:^|\/)app\/((?:.*\/)?)route\.[cm]?[jt]sx?$/.exec(path);
  if (app) return { kind: 'app', path: joinPaths(...(app[1] ?? '').split('/').filter((part) => part && !/^\(.*\)$|^@/.test(part)), '') };
  const pages = /(?:^|\/)pages\/(api\/.*?)(?:\/?index)?\.[cm]?[jt]sx?$/.exec(path);
  return pages ? { kind: 'pages', path: joinPaths(pages[1] ?? '') } : undefined;
}

/** The wrapper around a handler, such as `withAuth(handler)`: it guards. */
const wrapperOf = (node: SyntaxNode | undefined): string | undefined => (node?.type === 'call_expression' ? node.field('function')?.text : undefined);

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
    const endpoint = (method: string, node: SyntaxNode, guards?: string): Statement => ({ kind: 'endpoint', method, path: route.path === '' ? '/' : route.path, line: node.line, whole: true, handler: `${method}`, shape: guards ? { guards } : {} });
    for (const statement of childrenOf(root, 'export_statement')) {
      const declaration = statement.field('declaration');
      if (route.kind === 'app') {
        if (declaration?.type === 'function_declaration' && verbs.includes(declaration.field('name')?.text ?? '')) yield endpoint(declaration.field('name')?.text ?? '', declaration);
        for (const declarator of nodesOf(statement, 'variable_declarator')) {
          if (declarator.parent?.parent !== statement) continue;
          const name = declarator.field('name');
          if (name?.type === 'object_pattern') {
            for (const each of name.children) if (verbs.includes((each.field('value') ?? each).text)) yield endpoint((each.field('value') ?? each).text, each);
          } else if (name && verbs.includes(name.text)) yield endpoint(name.text, declarator, wrapperOf(names.value(declarator.field('value'))));
        }
        for (const each of nodesOf(statement, 'export_specifier')) {
          const exported = (each.field('alias') ?? each.field('name'))?.text ?? '';
          if (verbs.includes(exported)) yield endpoint(exported, each, wrapperOf(names.value(each.field('name'))));
        }
      } else if (/^export\s+default\b/.test(statement.text) || nodesOf(statement, 'export_specifier').some((each) => each.field('alias')?.text === 'default')) {
        const guard = wrapperOf(statement.field('value'));
        const shown = verbsShown(root);
        for (const verb of shown.length ? shown : ['ANY']) yield endpoint(verb, statement, guard && !/^(?:createRouter|nc|handler)\b/.test(guard) ? guard : undefined);
      }
    }
  },
};

/** Verbs that the text of a pages handler asks for: `req.method === 'POST'`, `case 'PUT':`, `handler.get(…)`. */
function verbsShown(root: SyntaxNode): string[] {
  const shown = new Set<string>();
  for (const node of descendants(root)) {
    if (node.type === 'binary_expression' && /\.method\b/.test(node.text) && node.text.length < 120) {
      const verb = /['"]([A-Z]+)['"]/.exec(node.text)?.[1];
      if (verb && verbs.includes(verb)) shown.add(verb);
    } else if (node.type === 'switch_statement' && /method\b/.test(node.field('value')?.text ?? '')) {
      for (const each of nodesOf(node, 'switch_case')) {
        const verb = each.field('value')?.text.slice(1, -1) ?? '';
        if (verbs.includes(verb)) shown.add(verb);
      }
    } else if (node.type === 'call_expression' && /^(?:get|post|put|patch|delete)$/.test(nameOf(node)) && /\b(?:createRouter|nc|nextConnect|handler|router|apiRoute)\b/.test(node.field('function')?.text ?? '') && argumentsOf(node).length) shown.add(nameOf(node).toUpperCase());
  }
  return [...shown];
}
