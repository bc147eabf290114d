import { pythonModuleOf } from './fastapi.js';
import { joinPaths } from './facts.js';
import type { Statement } from './facts.js';
import { argumentsOf, calleeOf, decoratorsOf, lastName, PythonNames } from './pythonSyntax.js';
import type { Recogniser } from './recogniser.js';
import { childrenOf, nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

const verbs = ['get', 'post', 'put', 'patch', 'delete'];
const guarding = /auth|login|admin|token|permission|guard|role|scope|require|only|owner|limit|restrict|access|verified|protect|csrf|jwt|session|member/i;
const documenting = /\.(?:doc|expect|response|marshal_with|param|header)$|swag|apispec|openapi/;

const guardsOf = (definition: SyntaxNode): string[] => decoratorsOf(definition).filter((each) => guarding.test((calleeOf(each) || each.text)) && !documenting.test(calleeOf(each)) && !/\.(?:route|get|post|put|patch|delete)$/.test(calleeOf(each))).map((each) => normalised(each.text, true));

/** Request and response models that flask-restx, flask-smorest and the like declare on a handler. */
const schemaOf = (definition: SyntaxNode, names: PythonNames): string => decoratorsOf(definition)
  .filter((each) => /\.(?:expect|marshal_with|response|arguments)$|^(?:expect|marshal_with|use_args|use_kwargs|validate)$/.test(calleeOf(each))).map((each) => names.meaning(each)).join(';');

/** Verbs that a class-based view answers. */
function classVerbs(definition: SyntaxNode | undefined, names: PythonNames): { verb: string; node: SyntaxNode }[] {
  const body = definition?.field('body');
  return (body?.children ?? []).flatMap((each) => {
    const method = each.type === 'decorated_definition' ? each.field('definition') : each;
    const name = method?.type === 'function_definition' ? method.field('name')?.text ?? '' : '';
    void names;
    return method && verbs.includes(name) ? [{ verb: name.toUpperCase(), node: method }] : [];
  });
}

/** Routes of Flask, Flask-RESTful and flask-restx: `route` and verbs' decorators, blueprints, add_url_rule, resources. */
export const flask: Recogniser = {
  name: 'Flask',
  languages: ['python'],
  hint: /\.route\s*\(|add_url_rule|register_blueprint|add_\w*resource\s*\(|add_namespace|\bflask\b|class \w+\([^)]*(?:Resource|View)\b/,
  *read({ root, text }): Generator<Statement> {
    if (!root) return;
    const names = new PythonNames(root);
    const speaks = /\b(?:flask|quart|sanic|bottle)/i.test(text);
    const mounted = new Map<string, { prefix: string; on: string }[]>();
    const own = (name: string): string => {
      const made = names.values.get(name);
      const { positional, named } = argumentsOf(made);
      const callee = lastName(calleeOf(made));
      if (callee === 'Namespace') return names.text(named.get('path')) ?? `/${names.text(positional[0]) ?? ''}`;
      return names.text(named.get('url_prefix') ?? named.get('prefix') ?? (callee === 'Api' ? undefined : undefined)) ?? '';
    };
    const appOf = (name: string): string | undefined => {
      const made = names.values.get(name);
      const first = lastName(calleeOf(made)) === 'Api' ? argumentsOf(made).positional[0] : undefined;
      return first?.type === 'identifier' && names.values.has(first.text) ? first.text : undefined;
    };
    const calls = nodesOf(root, 'call');
    for (const call of calls) {
      const callee = calleeOf(call);
      const last = lastName(callee);
      if (last !== 'register_blueprint' && last !== 'add_namespace') continue;
      const { positional, named } = argumentsOf(call);
      const [target] = positional;
      if (!target) continue;
      const on = callee.slice(0, callee.lastIndexOf('.'));
      const given = named.get('url_prefix') ?? named.get('path') ?? (last === 'add_namespace' ? positional[1] : undefined);
      const prefix = names.text(given) ?? '';
      if (target.type === 'identifier' && names.values.has(target.text)) mounted.set(target.text, [...mounted.get(target.text) ?? [], { prefix: given ? prefix : '\0', on }]);
      else {
        const imported = pythonModuleOf(target, names);
        if (imported) yield { kind: 'mount', prefix: joinPaths(own(on), prefix).replace(/\/$/, ''), ...imported, router: on };
      }
    }
    const prefixesOf = (name: string, depth = 0): string[] => {
      const app = appOf(name);
      if (app && depth < 5) return prefixesOf(app, depth + 1).map((each) => each + own(name));
      const above = depth < 5 ? mounted.get(name) : undefined;
      // A prefix given at registration replaces the blueprint's own.
      return above ? above.flatMap(({ prefix, on }) => prefixesOf(on, depth + 1).map((outer) => outer + (prefix === '\0' ? own(name) : prefix))) : [own(name)];
    };
    const top = (name: string, depth = 0): string => {
      const app = appOf(name) ?? mounted.get(name)?.[0]?.on;
      return app && depth < 5 && app !== name ? top(app, depth + 1) : name;
    };
    const state = function* (receiver: string, method: string, path: string, line: number, definition: SyntaxNode | undefined, handler: string | undefined, shared: readonly string[] = []): Generator<Statement> {
      const guards = [...shared, ...definition ? guardsOf(definition) : []].join(', ');
      const schema = definition ? schemaOf(definition, names) : '';
      for (const prefix of prefixesOf(receiver)) {
        yield { kind: 'endpoint', method, path: joinPaths(prefix, path), line, router: top(receiver), ...(handler ? { handler } : {}), shape: { ...(guards ? { guards } : {}), ...(schema ? { schema } : {}) } };
      }
    };
    for (const definition of nodesOf(root, 'function_definition', 'class_definition')) {
      for (const call of decoratorsOf(definition)) {
        const callee = calleeOf(call);
        const last = lastName(callee);
        const receiver = callee.slice(0, Math.max(0, callee.lastIndexOf('.')));
        if (!receiver || !(last === 'route' || (speaks && verbs.includes(last)))) continue;
        if (last !== 'route' && /fastapi/.test(text)) continue;
        const { positional, named } = argumentsOf(call);
        for (const [index, given] of [...positional, ...named.has('rule') ? [named.get('rule')] : []].entries()) {
          const path = names.text(given);
          if (path === undefined || (path !== '' && !/^[/<{]/.test(path)) || (definition.type === 'function_definition' && index > 0)) continue;
          if (definition.type === 'class_definition') {
            for (const { verb, node } of classVerbs(definition, names)) yield* state(receiver, verb, path, node.line, node, definition.field('name')?.text, guardsOf(definition));
            continue;
          }
          const stated = names.texts(named.get('methods')).map((each) => each.toUpperCase());
          const methods = last === 'route' ? (stated.length ? stated : named.has('methods') ? ['ANY'] : ['GET']) : [last.toUpperCase()];
          for (const method of methods) if (method !== 'OPTIONS' && method !== 'HEAD') yield* state(receiver, method, path, call.line, definition, definition.field('name')?.text);
        }
      }
    }
    for (const call of calls) {
      const callee = calleeOf(call);
      const last = lastName(callee);
      const receiver = callee.slice(0, Math.max(0, callee.lastIndexOf('.')));
      const { positional, named } = argumentsOf(call);
      if (last === 'add_url_rule') {
        const path = names.text(positional[0] ?? named.get('rule'));
        const view = positional[2] ?? named.get('view_func');
        if (path === undefined) continue;
        const viewed = names.value(view);
        const className = /^(\w+)\.as_view/.exec(viewed?.text ?? '')?.[1];
        const stated = names.texts(named.get('methods')).map((each) => each.toUpperCase());
        const shown = className ? classVerbs(names.classes.get(className), names).map(({ verb }) => verb) : [];
        for (const method of stated.length ? stated : shown.length ? shown : className ? ['ANY'] : ['GET']) yield* state(receiver, method, path, call.line, names.functions.get(view?.text ?? ''), className ?? view?.text);
      } else if (/^add_(?:\w+_)?resource$/.test(last) && positional[0]) {
        const className = positional[0].text;
        const local = names.classes.get(className);
        const shown = classVerbs(local, names);
        const guards = local ? classGuards(local) : [];
        for (const given of positional.slice(1)) {
          const path = names.text(given);
          if (path === undefined) continue;
          if (shown.length) for (const { verb, node } of shown) yield* state(receiver, verb, path, node.line, node, className, guards);
          else {
            const imported = pythonModuleOf(positional[0], names);
            for (const prefix of prefixesOf(receiver)) {
              yield { kind: 'endpoint', method: 'ANY', path: joinPaths(prefix, path), line: call.line, router: top(receiver), handler: className, shape: {}, ...(imported ? { answeredBy: imported } : {}) };
            }
          }
        }
      }
    }
    for (const definition of names.classes.values()) {
      if (!/\b\w*(?:Resource|MethodView|APIView|View)\b/.test(definition.field('superclasses')?.text ?? '')) continue;
      for (const { verb, node } of classVerbs(definition, names)) {
        const guards = [...classGuards(definition), ...guardsOf(node)].join(', ');
        yield { kind: 'answer', name: definition.field('name')?.text ?? '', method: verb, line: node.line, shape: guards ? { guards } : {} };
      }
    }
  },
};

/** `decorators = [login_required]` of a class-based view. */
const classGuards = (definition: SyntaxNode): string[] => childrenOf(definition.field('body'), 'expression_statement').flatMap((each) => {
  const assignment = each.children[0];
  return assignment?.type === 'assignment' && /^(?:decorators|method_decorators)$/.test(assignment.field('left')?.text ?? '') ? [normalised(assignment.field('right')?.text ?? '', true)] : [];
});
