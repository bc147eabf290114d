import { joinPaths } from './facts.js';
import type { Statement } from './facts.js';
import { chainOf, className, looped, outermostCalls, PhpNames } from './phpSyntax.js';
import type { Call } from './phpSyntax.js';
import type { Recogniser } from './recogniser.js';
import { nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';
import { singular } from './words.js';

const verbs: Record<string, string> = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE', options: 'OPTIONS', any: 'ANY', view: 'GET', redirect: 'ANY', permanentRedirect: 'ANY' };
const actions: Record<string, readonly [string, string]> = { index: ['GET', ''], create: ['GET', '/create'], store: ['POST', ''], show: ['GET', '/{}'], edit: ['GET', '/{}/edit'], update: ['PUT', '/{}'], destroy: ['DELETE', '/{}'] };
const singletonActions: Record<string, readonly [string, string]> = { show: ['GET', ''], edit: ['GET', '/edit'], update: ['PUT', ''], store: ['POST', ''], create: ['GET', '/create'], destroy: ['DELETE', ''] };

interface Group { readonly prefix: string; readonly guards: readonly string[]; readonly controller?: string }

const isClosure = (node: SyntaxNode | undefined): boolean => node?.type === 'anonymous_function' || node?.type === 'anonymous_function_creation_expression' || node?.type === 'arrow_function';

/** Laravel's and Lumen's routes: verbs, match, resources, groups by chain or by array, with their prefixes and middleware. */
export const laravelRoutes: Recogniser = {
  name: 'Laravel',
  languages: ['php'],
  hint: /\bRoute::|\$(?:router|app|api|this->router)->|withRouting/,
  *read({ root, path }): Generator<Statement> {
    if (!root) return;
    const names = new PhpNames(root);
    const folder = path.split('/').slice(0, -1).join('/');
    const isRouter = (name: string) => name === 'Route' || name === 'RouteFacade' || /^\$(?:router|route|api|this->router)$/.test(name) || (name === '$app' && /routes?\//.test(path));
    const guardsOf = (call: Call): string[] => call.args.flatMap((each) => names.list(each)).map((each) => names.text(each) ?? (each.type === 'class_constant_access_expression' ? className(each) : normalised(each.text)));
    const handlerOf = (node: SyntaxNode | undefined, controller: string | undefined): string | undefined => {
      if (!node || isClosure(node)) return undefined;
      if (node.type === 'array_creation_expression') {
        const [first, second] = names.list(node);
        const uses = names.pairs(node).get('uses');
        if (uses) return handlerOf(uses, controller);
        return first && second ? `${className(first)}@${names.text(second) ?? ''}` : className(first);
      }
      const text = names.text(node);
      return text === undefined ? className(node) : controller !== undefined && !text.includes('@') ? `${controller}@${text}` : text.replace(/^.*\\/, '');
    };

    const walk = function* (block: SyntaxNode, group: Group): Generator<Statement> {
      // Routes of another file, in the group that requires it.
      for (const node of nodesOf(block, 'require_expression', 'require_once_expression', 'include_expression', 'include_once_expression')) {
        const module = enclosedByGroup(node, block) ? undefined : /['"]([^'"]*\.php)['"]/.exec(node.text)?.[1];
        if (module && !/vendor|autoload|bootstrap/.test(module)) yield { kind: 'mount', prefix: group.prefix, module: joinPaths(module.includes('/') ? '' : folder, module.replace(/^.*\.\.\//, '')).replace(/^\//, ''), name: 'routes' };
      }
      // Closures of groups are walked by their own call, with the group's prefix.
      for (const node of outermostCalls(block, () => true)) {
        if (enclosedByGroup(node, block)) continue;
        const { root: receiver, calls } = chainOf(node);
        const routing = calls.find(({ name }) => name === 'withRouting');
        if (routing) {
          for (const key of ['api', 'web']) {
            for (const target of names.list(routing.named.get(key))) {
              const module = /['"]([^'"]*\.php)['"]/.exec(target.text)?.[1];
              if (module) yield { kind: 'mount', prefix: key === 'api' ? names.text(routing.named.get('apiPrefix')) ?? 'api' : '', module: module.replace(/^.*\.\.\//, ''), name: 'routes' };
            }
          }
        }
        if (!isRouter(receiver)) continue;
        for (const _ of looped(node, names)) yield* chain(calls, group);
      }
    };

    const chain = function* (calls: readonly Call[], outer: Group): Generator<Statement> {
      let prefix = outer.prefix;
      let controller = outer.controller;
      const guards = [...outer.guards];
      let without: string[] = [];
      const only = new Map<string, string[]>();
      let shallow = false;
      for (const call of calls) {
        if (call.name === 'prefix') prefix = joinPaths(prefix, names.text(call.args[0]) ?? '');
        else if (call.name === 'middleware' || call.name === 'can' || call.name === 'scopes') guards.push(...(call.name === 'can' ? [`can:${guardsOf(call).join(',')}`] : guardsOf(call)));
        else if (call.name === 'withoutMiddleware') without = guardsOf(call);
        else if (call.name === 'controller') controller = className(call.args[0]);
        else if (call.name === 'only' || call.name === 'except') only.set(call.name, call.args.length > 1 ? call.args.map((each) => names.text(each) ?? '') : names.texts(call.args[0]));
        else if (call.name === 'shallow') shallow = true;
      }
      const guarded = guards.filter((each) => !without.includes(each));
      const shared = outer.guards.length ? { group: joinPaths(outer.prefix) } : {};
      for (const call of calls) {
        const line = call.node.field('name')?.line ?? call.node.line;
        const state = (method: string, uri: string, handler: string | undefined): Statement => ({ kind: 'endpoint', method, path: joinPaths(prefix, uri).replace(/\?\}/g, '}'), line, router: 'routes', ...shared, ...(handler ? { handler } : {}), shape: guarded.length ? { guards: guarded.join(', ') } : {} });
        if (call.name === 'group') {
          const closure = call.args.find(isClosure);
          const attributes = names.pairs(call.args[0]);
          const inner: Group = {
            prefix: joinPaths(prefix, names.text(attributes.get('prefix')) ?? '').replace(/^\/$/, ''),
            guards: [...guarded, ...names.list(attributes.get('middleware')).map((each) => names.text(each) ?? className(each))],
            ...(controller === undefined ? {} : { controller }),
          };
          if (closure) yield* walk(closure.field('body') ?? closure, inner);
          else {
            const module = /['"]([^'"]*\.php)['"]/.exec(call.args.at(-1)?.text ?? '')?.[1];
            if (module) yield { kind: 'mount', prefix: inner.prefix, module: module.replace(/^.*\.\.\//, '').replace(/^\//, ''), name: 'routes' };
          }
        } else if (Object.hasOwn(verbs, call.name) && call.args.length >= 2) {
          const uri = names.text(call.args[0]);
          if (uri !== undefined) yield state(verbs[call.name] ?? 'ANY', uri, handlerOf(call.args[1], controller));
        } else if (call.name === 'match' && call.args.length >= 2) {
          const uri = names.text(call.args[1]);
          if (uri !== undefined) for (const verb of names.texts(call.args[0])) yield state(verb.toUpperCase(), uri, handlerOf(call.args[2], controller));
        } else if (/^(?:apiResource|resource|singleton|apiSingleton|apiResources|resources)$/.test(call.name)) {
          const several = call.name.endsWith('s');
          const listed: [string, SyntaxNode | undefined][] = several ? [...names.pairs(call.args[0])] : [[names.text(call.args[0]) ?? '', call.args[1]]];
          const options = names.pairs(call.args[several ? 1 : 2]);
          const wanted = only.get('only') ?? (options.has('only') ? names.texts(options.get('only')) : undefined);
          const unwanted = only.get('except') ?? names.texts(options.get('except'));
          const api = call.name.startsWith('api');
          const single = /singleton/i.test(call.name);
          const table = single ? singletonActions : actions;
          for (const [name, target] of listed) {
            if (!name) continue;
            const parts = name.split('.');
            const parameter = (part: string) => `{${singular(part.split('/').at(-1) ?? part).replace(/-/g, '_')}}`;
            const base = parts.slice(0, -1).flatMap((part) => [part, parameter(part)]);
            const uri = [...base, parts.at(-1) ?? ''].join('/');
            for (const [action, [method, suffix]] of Object.entries(table)) {
              if ((api && (action === 'create' || action === 'edit')) || (single && ['store', 'create', 'destroy'].includes(action) && !calls.some((each) => each.name === 'creatable' || (action === 'destroy' && each.name === 'destroyable')))) continue;
              if (wanted ? !wanted.includes(action) : unwanted.includes(action)) continue;
              const start = shallow && suffix.startsWith('/{}') ? parts.at(-1) ?? '' : uri;
              yield state(method, `${start}${suffix.replace('{}', parameter(parts.at(-1) ?? ''))}`, `${className(target)}@${action}`);
            }
          }
        }
      }
    };
    const enclosedByGroup = (node: SyntaxNode, block: SyntaxNode): boolean => {
      for (let up = node.parent; up && up.start >= block.start && up.end <= block.end && up !== block; up = up.parent) {
        if (!isClosure(up)) continue;
        const call = up.parent?.parent?.parent;
        if (call && /^(?:group)$/.test((call.field('name'))?.text ?? '') && isRouter(chainOf(call).root)) return true;
      }
      return false;
    };
    yield* walk(root, { prefix: '', guards: [] });
  },
};
