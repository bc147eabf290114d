import { joinPaths } from './facts.js';
import type { EndpointShape, Statement } from './facts.js';
import { argumentsOf, calleeOf, decoratorsOf, lastName, PythonNames } from './pythonSyntax.js';
import type { Recogniser } from './recogniser.js';
import { nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

const verbs: Record<string, string> = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE', options: 'OPTIONS', head: 'HEAD' };
/** Dependencies that decide who may call; a database session or a service is none. */
const guarding = /auth|user|admin|token|permission|perm\b|guard|role|scope|security|api_?key|verify|require|owner|login|account|tenant|principal|acl|limit|superuser|oauth|bearer|Depends\(get_current/i;
const plumbing = /^(?:Request|Response|BackgroundTasks|WebSocket|HTTPConnection|Session|AsyncSession|Connection|Settings)$|(?:Session|Db|DB|Database|Service|Repo|Repository|Dao|UoW|Client|Settings|Config)(?:Dep|Depends)?$|^Session/;

/** Parameters by name, type and default; dependencies by what they guard. */
function signatureOf(definition: SyntaxNode, names: PythonNames): { signature: string; guards: string[] } {
  const parameters: string[] = [];
  const guards: string[] = [];
  for (const parameter of definition.field('parameters')?.children ?? []) {
    const name = (parameter.field('name') ?? parameter.children[0] ?? parameter).text;
    const [type, initial] = [parameter.field('type'), parameter.field('value')];
    if (name === 'self' || name === 'cls' || name.startsWith('*')) continue;
    const said = `${type?.text ?? ''} ${initial?.text ?? ''}`;
    if (/\b(?:Depends|Security)\s*\(/.test(said)) {
      if (guarding.test(said)) guards.push(normalised(initial && /\b(?:Depends|Security)\s*\(/.test(initial.text) ? initial.text : type?.text ?? '', true));
      continue;
    }
    const bare = (type?.text ?? '').replace(/\s/g, '');
    if (plumbing.test(bare)) continue;
    if (/Dep(?:s|endency)?$|^(?:Current|Authenticated|Active|Admin|Super|Auth)\w*$/.test(bare) && !initial && !names.classes.has(bare)) {
      if (guarding.test(bare)) guards.push(bare);
      continue;
    }
    parameters.push(`${name}:${names.meaning(type)}${initial ? `=${withoutDocumentation(normalised(initial.text, true))}` : ''}`);
  }
  const returns = definition.field('return_type');
  return { signature: `(${parameters.sort().join(',')})${returns ? names.meaning(returns) : ''}`, guards };
}
const withoutDocumentation = (text: string): string => text.replace(/,?(?:description|example|examples|title|deprecated)=(?:"[^"]*"|\w+)/g, '').replace(/\(,/g, '(');

function shapeOf(call: SyntaxNode, definition: SyntaxNode | undefined, names: PythonNames, shared: readonly string[]): EndpointShape {
  const { named } = argumentsOf(call);
  const { signature, guards } = definition ? signatureOf(definition, names) : { signature: '', guards: [] };
  const dependencies = named.get('dependencies');
  const all = [...shared, ...guards, ...dependencies ? [normalised(dependencies.text, true)] : []];
  const others = definition ? decoratorsOf(definition).filter((each) => each !== call && guarding.test(each.text) && !(lastName(calleeOf(each)) in verbs)).map((each) => normalised(each.text, true)) : [];
  const schema = ['response_model', 'status_code', 'responses', 'response_class'].flatMap((key) => (named.has(key) ? [`${key}=${names.meaning(named.get(key))}`] : [])).join(';');
  const guarded = [...all, ...others].join(', ');
  return { signature, ...(guarded ? { guards: guarded } : {}), ...(schema ? { schema } : {}) };
}

/** Routes of FastAPI (and what has its decorators): verbs' decorators, api_route, add_api_route, include_router. */
export const fastapi: Recogniser = {
  name: 'FastAPI',
  languages: ['python'],
  hint: /@\s*[\w.]+\.(?:get|post|put|patch|delete|options|head|api_route)\s*\(|include_router|add_api_route/,
  *read({ root, text }): Generator<Statement> {
    if (!root || (/\b(?:from|import)\s+flask\b/i.test(text) && !/fastapi/.test(text))) return;
    const names = new PythonNames(root);
    const routerOf = (name: string): { prefix: string; guards: string[] } => {
      const made = names.values.get(name);
      const { named } = argumentsOf(made);
      const dependencies = named.get('dependencies');
      return { prefix: names.marked(named.get('prefix')) ?? '', guards: dependencies ? [normalised(dependencies.text, true)] : [] };
    };
    /** Prefixes under which the same file includes one of its routers. */
    const included = new Map<string, { prefix: string; on: string; guards: string[] }[]>();
    for (const call of nodesOf(root, 'call')) {
      const callee = calleeOf(call);
      if (lastName(callee) !== 'include_router') continue;
      const { positional, named } = argumentsOf(call);
      const target = positional[0] ?? named.get('router');
      if (!target) continue;
      const on = callee.slice(0, callee.lastIndexOf('.'));
      const prefix = names.marked(named.get('prefix') ?? (positional[1]?.type === 'string' ? positional[1] : undefined)) ?? '';
      const dependencies = named.get('dependencies');
      const local = target.type === 'identifier' && names.values.has(target.text) ? target.text : undefined;
      if (local) included.set(local, [...included.get(local) ?? [], { prefix, on, guards: dependencies ? [normalised(dependencies.text, true)] : [] }]);
      else {
        const imported = moduleOf(target, names);
        if (imported) yield { kind: 'mount', prefix: joinPaths(routerOf(on).prefix, prefix).replace(/\/$/, ''), ...imported, router: on };
      }
    }
    const prefixesOf = (name: string, depth = 0): { prefix: string; guards: string[]; top: string }[] => {
      const own = routerOf(name);
      const above = depth < 5 ? included.get(name) : undefined;
      if (!above) return [{ ...own, top: name }];
      return above.flatMap(({ prefix, on, guards }) => prefixesOf(on, depth + 1).map((outer) => ({ prefix: `${outer.prefix}${prefix}${own.prefix}`, guards: [...outer.guards, ...guards, ...own.guards], top: outer.top })));
    };
    const state = function* (receiver: string, methods: readonly string[], path: string, call: SyntaxNode, definition: SyntaxNode | undefined, handler: string | undefined): Generator<Statement> {
      for (const { prefix, guards, top } of prefixesOf(receiver)) {
        for (const method of methods) {
          yield { kind: 'endpoint', method, path: joinPaths(prefix, path), line: call.line, router: top, ...(handler ? { handler } : {}), ...(guards.length ? { group: joinPaths(prefix) } : {}), shape: shapeOf(call, definition, names, guards) };
        }
      }
    };
    for (const definition of nodesOf(root, 'function_definition')) {
      for (const call of decoratorsOf(definition)) {
        const callee = calleeOf(call);
        const last = lastName(callee);
        const receiver = callee.slice(0, Math.max(0, callee.lastIndexOf('.')));
        const { positional, named } = argumentsOf(call);
        const path = names.text(positional[0] ?? named.get('path')) ?? (positional[0] && positional[0].type !== 'string' && Object.hasOwn(verbs, last) ? `{${positional[0].text}}` : undefined);
        if (!receiver || path === undefined || (path !== '' && !/^[/{]/.test(path)) || /mock|respx|responses|httpretty|pytest/i.test(receiver)) continue;
        const methods = last === 'api_route' ? names.texts(named.get('methods')).map((each) => each.toUpperCase()) : Object.hasOwn(verbs, last) ? [verbs[last] ?? ''] : [];
        yield* state(receiver, last === 'api_route' && !methods.length ? ['GET'] : methods, path, call, definition, definition.field('name')?.text);
      }
    }
    for (const call of nodesOf(root, 'call')) {
      const callee = calleeOf(call);
      if (lastName(callee) !== 'add_api_route') continue;
      const { positional, named } = argumentsOf(call);
      const path = names.text(positional[0] ?? named.get('path'));
      const target = positional[1] ?? named.get('endpoint');
      if (path === undefined || !target) continue;
      const methods = names.texts(named.get('methods')).map((each) => each.toUpperCase());
      yield* state(callee.slice(0, callee.lastIndexOf('.')), methods.length ? methods : ['GET'], path, call, names.functions.get(lastName(target.text)), lastName(target.text));
    }
  },
};

/** Module and name of a router that an expression takes from another file. */
function moduleOf(node: SyntaxNode, names: PythonNames): { module: string; name: string } | undefined {
  if (node.type === 'identifier') return names.imports.get(node.text);
  if (node.type !== 'attribute') return undefined;
  const object = node.field('object')?.text ?? '';
  const imported = names.imports.get(object);
  if (imported) return { module: imported.name === '*' ? imported.module : `${imported.module}${imported.module.endsWith('.') ? '' : '.'}${imported.name}`, name: node.field('attribute')?.text ?? '' };
  return { module: object, name: node.field('attribute')?.text ?? '' };
}
export { moduleOf as pythonModuleOf };
