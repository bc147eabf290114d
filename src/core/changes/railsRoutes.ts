import { joinPaths } from './facts.js';
import type { Statement } from './facts.js';
import type { Recogniser } from './recogniser.js';
import { callOf, listOf, rubyText, statementsIn, textOf } from './rubySyntax.js';
import type { RubyCall } from './rubySyntax.js';
import { nodesOf } from './syntax.js';
import type { SyntaxNode } from './syntax.js';
import { singular } from './words.js';

const verbs: Record<string, string> = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE', options: 'OPTIONS' };
const many: Record<string, readonly [string, string, 'collection' | 'member']> = { index: ['GET', '', 'collection'], create: ['POST', '', 'collection'], new: ['GET', '/new', 'collection'], edit: ['GET', '/edit', 'member'], show: ['GET', '', 'member'], update: ['PATCH', '', 'member'], destroy: ['DELETE', '', 'member'] };
const one: Record<string, readonly [string, string]> = { new: ['GET', '/new'], edit: ['GET', '/edit'], show: ['GET', ''], update: ['PATCH', ''], destroy: ['DELETE', ''], create: ['POST', ''] };

/** Actions that add nothing to the path of `member` and `collection` (ActionDispatch's CANONICAL_ACTIONS). */
const canonical = new Set(['index', 'create', 'new', 'show', 'update', 'destroy']);

interface Scope {
  /** Where routes without `on:` stand. */
  readonly path: string;
  /** Of the resource around, for `member`, `collection` and `on:`. */
  readonly collection?: string;
  readonly member?: string;
  readonly resource?: string;
  /** Inside of `member`, `collection` or `new`. */
  readonly onResource?: boolean;
  readonly shallow?: string;
  readonly modules: string;
  readonly guards: readonly string[];
  readonly only?: readonly string[];
  readonly except?: readonly string[];
}

/** Without what is optional at the end: `(.:format)`, `(/:page)`. */
const required = (path: string): string => path.replace(/\([^()]*\)/g, '').replace(/\([^()]*\)/g, '');

/** Rails' routes: resources in all their forms, scopes, namespaces, concerns, single routes. */
export const railsRoutes: Recogniser = {
  name: 'Rails',
  languages: ['ruby'],
  path: /(?:^|\/)routes(?:\.rb|\/.*\.rb)$/,
  hint: /\b(?:resources?|get|post|put|patch|delete|match|root|namespace|scope|draw)\b/,
  *read({ root }): Generator<Statement> {
    if (!root) return;
    const concerns = new Map<string, SyntaxNode>();
    for (const node of nodesOf(root, 'call')) {
      const call = callOf(node);
      const name = call?.name === 'concern' ? textOf(call.positional[0]) : undefined;
      if (name !== undefined && call?.block) concerns.set(name, call.block);
    }
    const endpoint = (method: string, path: string, line: number, scope: Scope, handler?: string): Statement => ({ kind: 'endpoint', method, path: joinPaths(required(path)), line, router: 'routes',
      ...(handler ? { handler: `${scope.modules}${handler}` } : {}), ...(scope.guards.length ? { group: joinPaths(scope.path) } : {}), shape: scope.guards.length ? { guards: scope.guards.join(', ') } : {} });

    const block = function* (node: SyntaxNode | undefined, scope: Scope, words: ReadonlyMap<string, string>, depth: number): Generator<Statement> {
      if (depth > 30) return;
      for (const statement of statementsIn(node)) yield* one_(statement, scope, words, depth);
    };
    const one_ = function* (statement: SyntaxNode, scope: Scope, words: ReadonlyMap<string, string>, depth: number): Generator<Statement> {
      if (['if', 'unless', 'else', 'elsif', 'if_modifier', 'unless_modifier', 'begin', 'then', 'body_statement', 'case', 'when', 'parenthesized_statements'].includes(statement.type)) {
        for (const child of statement.children) yield* one_(child, scope, words, depth + 1);
        return;
      }
      const call = callOf(statement);
      if (!call || (statement.type === 'identifier' && call.name !== 'root')) return;
      yield* route(call, scope, words, depth);
    };
    const said = (node: SyntaxNode | undefined, words: ReadonlyMap<string, string>): string | undefined => {
      const text = node?.type === 'identifier' ? words.get(node.text) : textOf(node);
      return text?.replace(/\{(\w+)\}/g, (all, name: string) => words.get(name) ?? all);
    };

    const route = function* (call: RubyCall, scope: Scope, words: ReadonlyMap<string, string>, depth: number): Generator<Statement> {
      const { name, positional, named, mapped } = call;
      const line = call.node.line;
      if (call.block && call.node.field('receiver') && (name === 'each' || name === 'map')) {
        const list = listOf(call.node.field('receiver'));
        const variable = call.block.field('parameters')?.children[0]?.text ?? '';
        for (const word of list) yield* block(call.block, scope, new Map([...words, [variable, word]]), depth + 1);
        return;
      }
      if (name === 'draw') {
        const target = textOf(positional[0]);
        if (target !== undefined && !call.receiver) yield { kind: 'mount', prefix: scope.path, module: `config/routes/${target}.rb`, name: 'routes' };
        else yield* block(call.block, scope, words, depth + 1);
        return;
      }
      if (Object.hasOwn(verbs, name) || name === 'match') {
        const via = listOf(named.get('via')).map((each) => (each === 'all' ? 'ANY' : each.toUpperCase()));
        const methods = name === 'match' ? (via.length ? via : ['ANY']) : [verbs[name] ?? 'ANY'];
        const on = textOf(named.get('on'));
        const base = on === 'member' ? scope.member ?? scope.path : on === 'collection' ? scope.collection ?? scope.path : on === 'new' ? `${scope.collection ?? scope.path}/new` : scope.path;
        const paths: [string, string | undefined][] = [
          ...positional.map((each): [string, string | undefined] => [said(each, words) ?? '', undefined]),
          ...[...mapped].map(([path, target]): [string, string | undefined] => [path.replace(/\{(\w+)\}/g, (all, word: string) => words.get(word) ?? all), textOf(target)]),
        ].filter(([path], index) => path !== '' || (index === 0 && positional[0]?.type === 'string'));
        const to = textOf(named.get('to')) ?? (named.has('action') ? `${textOf(named.get('controller')) ?? scope.resource ?? ''}#${textOf(named.get('action')) ?? ''}` : undefined);
        const suffix = (path: string): string => textOf(named.get('path')) ?? (canonical.has(path) && (scope.onResource || on !== undefined) ? '' : path);
        for (const [path, target] of paths) for (const method of methods) yield endpoint(method, joinPaths(base, suffix(path)), line, scope, target ?? to ?? (scope.resource ? `${scope.resource}#${path}` : path.replace(/^\//, '').replace('/', '#')));
        return;
      }
      switch (name) {
        case 'root':
          yield endpoint('GET', joinPaths(scope.path, '/'), line, scope, textOf(named.get('to')) ?? textOf(positional[0]));
          return;
        case 'resources': case 'resource': {
          const single = name === 'resource';
          for (const given of positional) {
            const resource = said(given, words);
            if (resource === undefined) continue;
            const segment = textOf(named.get('path')) ?? resource;
            const only = named.has('only') ? listOf(named.get('only')) : named.has('except') ? undefined : scope.only;
            const except = named.has('except') ? listOf(named.get('except')) : named.has('only') ? [] : scope.except ?? [];
            const parameter = textOf(named.get('param')) ?? 'id';
            const shallow = named.get('shallow')?.text === 'true' ? scope.shallow ?? scope.path : scope.shallow;
            const controller = textOf(named.get('controller')) ?? resource;
            const modules = named.has('module') ? `${scope.modules}${textOf(named.get('module')) ?? ''}/` : scope.modules;
            const collection = joinPaths(scope.path, segment);
            const member = single ? collection : joinPaths(scope.shallow ?? scope.path, segment, `:${parameter}`);
            const inner: Scope = { ...scope, modules };
            for (const [action, definition] of Object.entries(single ? one : many)) {
              if (only ? !only.includes(action) : except.includes(action)) continue;
              const [method, suffix, place] = definition;
              yield endpoint(method, joinPaths(place === 'member' ? member : collection, suffix), line, inner, `${controller}#${action}`);
            }
            const { only: _only, except: _except, onResource: _on, ...rest } = inner;
            const nested: Scope = { ...rest, path: single ? collection : joinPaths(scope.shallow ?? scope.path, segment, `:${singular(resource.split('/').at(-1) ?? resource)}_${parameter}`), collection, member, resource: controller, ...(shallow === undefined ? {} : { shallow }) };
            yield* block(call.block, nested, words, depth + 1);
            for (const concern of listOf(named.get('concerns'))) yield* block(concerns.get(concern), nested, words, depth + 1);
          }
          return;
        }
        case 'member':
          yield* block(call.block, { ...scope, onResource: true, path: scope.member ?? scope.path }, words, depth + 1);
          return;
        case 'collection':
          yield* block(call.block, { ...scope, onResource: true, path: scope.collection ?? scope.path }, words, depth + 1);
          return;
        case 'new':
          yield* block(call.block, { ...scope, onResource: true, path: `${scope.collection ?? scope.path}/new` }, words, depth + 1);
          return;
        case 'concerns':
          for (const concern of positional.flatMap((each) => listOf(each))) yield* block(concerns.get(concern), scope, words, depth + 1);
          return;
        case 'namespace': case 'scope': {
          const given = said(positional[0], words);
          const path = named.has('path') ? textOf(named.get('path')) ?? '' : given ?? '';
          const inside = name === 'namespace' ? textOf(named.get('module')) ?? given : textOf(named.get('module'));
          const only = named.has('only') ? { only: listOf(named.get('only')) } : {};
          const except = named.has('except') ? { except: listOf(named.get('except')) } : {};
          const { collection: _collection, member: _member, resource: _resource, onResource: _on, ...rest } = scope;
          const shallow = named.get('shallow')?.text === 'true' || scope.shallow !== undefined ? { shallow: joinPaths(scope.shallow ?? scope.path, path) } : {};
          yield* block(call.block, { ...rest, ...only, ...except, ...shallow, path: joinPaths(scope.path, path), modules: inside ? `${scope.modules}${inside}/` : scope.modules, ...(textOf(named.get('controller')) ? { resource: textOf(named.get('controller')) ?? '' } : {}) }, words, depth + 1);
          return;
        }
        case 'with_options':
          yield* block(call.block, { ...scope, ...(named.has('only') ? { only: listOf(named.get('only')) } : {}), ...(named.has('except') ? { except: listOf(named.get('except')) } : {}) }, words, depth + 1);
          return;
        case 'nested': case 'defaults': case 'controller': case 'shallow': case 'unauthenticated': case 'direct_routes': case 'constraints': case 'authenticate': case 'authenticated': case 'devise_scope': case 'as': {
          const guard = /^(?:authenticate|authenticated|constraints)$/.test(name) ? `${name} ${positional.map(rubyText).concat([...named].map(([key, value]) => `${key}: ${rubyText(value)}`)).join(', ')}`.trim() : undefined;
          yield* block(call.block, { ...scope, ...(name === 'shallow' ? { shallow: scope.path } : {}), ...(name === 'controller' ? { resource: textOf(positional[0]) ?? '' } : {}), guards: guard && /auth|admin|user|role|token/i.test(guard) ? [...scope.guards, guard] : scope.guards }, words, depth + 1);
          return;
        }
        case 'concern': case 'mount': case 'devise_for': case 'direct': case 'resolve': case 'use_doorkeeper': case 'lambda': case 'proc':
          return;
        default:
          if (call.block) yield* block(call.block, scope, words, depth + 1);
      }
    };
    yield* block(root, { path: '', modules: '', guards: [] }, new Map(), 0);
  },
};
