import { joinPaths } from './facts.js';
import type { EndpointShape, Statement } from './facts.js';
import { argumentsOf, bare, isFunction, javascriptLanguages, membersOf, nameOf, Names } from './javascriptSyntax.js';
import type { Recogniser } from './recogniser.js';
import { checkedBy, typesOf } from './requestSchemas.js';
import { ancestorOf, childrenOf, descendants, nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** What tells one framework's routers from any other object with a method called `get`. */
export interface RouterDialect {
  readonly name: string;
  readonly hint: RegExp;
  /** Modules whose import says that a file speaks this dialect. */
  readonly modules: RegExp;
  /** What makes a router: the text of what is called. */
  readonly constructors: RegExp;
  /** Types of parameters that are routers. */
  readonly types: RegExp;
  /** Names of parameters and imported routers that are taken at their word. */
  readonly names: RegExp;
  /** Verbs' methods beyond those common to all. */
  readonly verbs?: Readonly<Record<string, string>>;
  /** An options object may stand between path and handler: guards and schemas are in it. */
  readonly options?: boolean;
}

const commonVerbs: Record<string, string> = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE', all: 'ANY', options: 'OPTIONS', head: 'HEAD' };

/** Middleware whose name says that it decides who may call: what `router.use()` names otherwise (parsers, logs) is no guard. */
const guarding = /auth|guard|protect|jwt|token|session|admin|permission|role|acl|login|signed|verif|require|passport|ensure|restrict|secur|owner|csrf|private|allow|limit/i;

/** Middleware that every request passes, whoever sends it. */
const plumbing = /^(?:\w+\.)?(?:cors|helmet|morgan|compression|express\.|bodyParser|json|urlencoded|cookieParser|logger|pino|log\w*|cache\w*|timeout|etag|trace\w*|metrics?)\b/i;

/** Middleware that slows down who calls too often: that it does, not how much, is what a caller sees. */
const limiting = /rate_?limit|limiter|throttl|slow_?down/i;

/** Middleware that says what a request must look like. */
const validating = /valid|schema|celebrate|body|params|query|check|sanitiz|upload|multer|parse/i;

/** Callees whose result is surely no router, whatever its variable is called. */
const clients = /axios|supertest|superagent|request\b|\bgot\b|\bky\b|fetch|client|nock|cache|redis|knex|map\b|new (?:Map|URL|Headers|FormData|Set)\b|useRouter|createBrowserRouter|store|i18n/i;

/** A variable, parameter or field that is a router. */
interface Router {
  readonly key: string;
  /** Prefixes that the same file shows; several when it is mounted several times. */
  prefixes: string[];
  guards: { text: string; from: number }[];
  /** Only its name says that it is one: what is called on it must look like a route in every way. */
  guessed?: boolean;
  /** What it hangs on in the same file. */
  parent?: Router;
}

/**
 * Reads routes of frameworks whose routers have a method per verb. Receivers are followed, not guessed: to a constructor,
 * a typed or well-named parameter, a chain.
 */
class RouteReader {
  readonly names: Names;
  readonly routers = new Map<string, Router>();
  readonly speaks: boolean;
  readonly statements: Statement[] = [];

  constructor(private readonly root: SyntaxNode, private readonly dialect: RouterDialect, others: readonly RouterDialect[]) {
    this.names = Names.of(root);
    const modules = [...this.names.imports.values()].map(({ module }) => module);
    const says = (each: RouterDialect) => modules.some((module) => each.modules.test(module));
    this.speaks = says(dialect) || !others.some(says);
  }

  /** The node that a receiver's name is declared by: the scope that makes two `instance` parameters two. */
  private scopeOf(name: string, at: SyntaxNode): SyntaxNode | undefined {
    for (let up = at.parent; up; up = up.parent) {
      if (!isFunction(up)) continue;
      const parameters = up.field('parameters')?.children ?? (up.field('parameter') ? [up.field('parameter')] : []);
      for (const parameter of parameters) {
        if (!parameter) continue;
        const pattern = parameter.field('pattern') ?? parameter.field('left') ?? parameter;
        if (pattern.text === name) return parameter;
        if (pattern.type === 'object_pattern' && pattern.children.some((each) => (each.field('value') ?? each).text === name)) return parameter;
      }
      const body = up.field('body');
      if (body) for (const each of descendants(body, (inner) => !isFunction(inner))) if (each.type === 'variable_declarator' && each.field('name')?.text === name) return each;
    }
    return undefined;
  }

  private make(key: string, prefix = '', parent?: Router): Router {
    const known = this.routers.get(key);
    if (known) return known;
    const router: Router = { key, prefixes: [prefix], guards: [], ...(parent ? { parent } : {}) };
    this.routers.set(key, router);
    return router;
  }

  private guess(key: string): Router {
    const router = this.make(key);
    router.guessed = true;
    return router;
  }

  /** The router made by an expression, if it makes one: its own prefix. */
  private made(value: SyntaxNode | undefined): { prefix: string } | undefined {
    let node = bare(value);
    let prefix = '';
    for (let depth = 0; node && depth < 200; depth++) {
      if (node.type !== 'call_expression' && node.type !== 'new_expression') return undefined;
      const callee = bare(node.field('function') ?? node.field('constructor'));
      const text = callee?.text ?? '';
      if (callee && text.length < 200 && this.dialect.constructors.test(node.type === 'new_expression' ? `new ${text}` : text)) {
        const options = membersOf(this.names.value(argumentsOf(node)[0]));
        return { prefix: joinPrefix(this.names.text(options.get('prefix')) ?? '', prefix) };
      }
      if (callee?.type !== 'member_expression') return undefined;
      if (nameOf(callee) === 'basePath' || nameOf(callee) === 'prefix') prefix = joinPrefix(this.names.text(argumentsOf(node)[0]) ?? '', prefix);
      node = bare(callee.field('object'));
    }
    return undefined;
  }

  /** The router that an expression stands for. */
  receiver(given: SyntaxNode | undefined, depth = 0): { router: Router; path: string; guards: string[] } | undefined {
    const node = bare(given);
    if (!node || depth > 300) return undefined;
    if (node.type === 'call_expression' || node.type === 'new_expression') {
      const callee = bare(node.field('function'));
      if (callee?.type === 'member_expression') {
        const below = this.receiver(callee.field('object'), depth + 1);
        if (!below) return this.constructed(node);
        const method = nameOf(callee);
        const args = argumentsOf(node);
        if (method === 'route' && args.length === 1 && this.dialect.name !== 'Hono') return { ...below, path: joinPrefix(below.path, this.names.text(args[0]) ?? '{}') };
        if (method === 'basePath') return { ...below, path: joinPrefix(below.path, this.names.text(args[0]) ?? '{}') };
        if (method === 'all' && below.path && args.length && args.every((each) => !isFunction(each))) return { ...below, guards: [...below.guards, ...args.map((each) => normalised(each.text))] };
        if (method in commonVerbs || ['use', 'route', 'on', 'register', 'withTypeProvider', 'after', 'openapi', 'param', 'mount', 'addHook', 'get', 'prefix'].includes(method)) return below;
        return undefined;
      }
      return this.constructed(node);
    }
    if (node.type === 'identifier') {
      const scope = this.scopeOf(node.text, node);
      const key = scope ? `${node.text}@${String(scope.start)}` : node.text;
      const known = this.routers.get(key);
      if (known) return { router: known, path: '', guards: [] };
      if (scope && scope.type !== 'variable_declarator') {
        const type = scope.field('type')?.text ?? '';
        const pattern = scope.field('pattern') ?? scope.field('left') ?? scope;
        const named = this.dialect.names.test(node.text) && (!type || this.dialect.types.test(type) || pattern.type === 'object_pattern' || /^:\s*any$/.test(type));
        if (!this.dialect.types.test(type) && !(named && this.speaks)) return undefined;
        const owner = this.pluginOwner(scope);
        const router = this.make(key, owner?.prefix ?? '', owner?.parent);
        if (!this.dialect.types.test(type)) router.guessed = true;
        return { router, path: '', guards: [] };
      }
      const value = scope?.type === 'variable_declarator' ? scope.field('value') : this.names.values.get(node.text);
      if (value) {
        const made = this.made(value);
        if (made) return { router: this.make(key, made.prefix), path: '', guards: [] };
        const inner = bare(value);
        if (inner?.type === 'call_expression' && inner.text !== node.text) {
          const chained = this.receiver(inner, depth + 1);
          if (chained) {
            const router = this.make(key, chained.path, chained.router);
            return { router, path: '', guards: [] };
          }
          const callee = inner.field('function')?.text ?? '';
          if (!this.speaks || clients.test(callee.slice(0, 80)) || !/app|router|server|express|hono|fastify/i.test(callee.slice(0, 80)) || !this.dialect.names.test(node.text)) return undefined;
          return { router: this.guess(key), path: '', guards: [] };
        }
        if (inner?.type === 'member_expression' && this.speaks && /(?:^|\.)(?:app|router|server|express)$/.test(inner.text) && this.dialect.names.test(node.text)) return { router: this.guess(key), path: '', guards: [] };
        return undefined;
      }
      const imported = this.names.imports.get(node.text);
      if (imported && /^[.@~]/.test(imported.module) && this.speaks && this.dialect.names.test(node.text)) return { router: this.guess(key), path: '', guards: [] };
      return undefined;
    }
    if (node.type === 'member_expression') {
      const value = this.names.values.get(node.text);
      const made = value ? this.made(value) : undefined;
      if (made) return { router: this.make(node.text, made.prefix), path: '', guards: [] };
      const last = nameOf(node);
      if (!value && this.speaks && /^(?:this\.)?(?:[\w.]*\.)?(?:app|router|server|expressApp|fastify)$/.test(node.text) && this.dialect.names.test(last)) return { router: this.guess(node.text), path: '', guards: [] };
      if (value && bare(value)?.type === 'identifier' && last !== node.text) return this.receiver(value, depth + 1);
      return undefined;
    }
    return undefined;
  }

  private constructed(node: SyntaxNode): { router: Router; path: string; guards: string[] } | undefined {
    const made = this.made(node);
    if (!made) return undefined;
    const declarator = ancestorOf(node, 'variable_declarator', 'export_statement', 'assignment_expression');
    const name = declarator?.type === 'variable_declarator' && bare(declarator.field('value')) !== undefined && contains(declarator.field('value'), node) ? declarator.field('name')?.text : undefined;
    const scope = name === undefined ? undefined : this.scopeOf(name, node);
    return { router: this.make(name === undefined ? 'default' : scope ? `${name}@${String(scope.start)}` : name, made.prefix), path: '', guards: [] };
  }

  /** The router whose `register` or `use` takes the function that has this parameter, with the prefix it gives. */
  private pluginOwner(parameter: SyntaxNode): { prefix: string; parent: Router } | undefined {
    const owner = ancestorOf(parameter, 'arrow_function', 'function_expression', 'function_declaration', 'method_definition');
    if (!owner) return undefined;
    let call = owner.parent?.type === 'arguments' ? owner.parent.parent : undefined;
    if (!call) {
      const name = owner.type === 'function_declaration' ? owner.field('name')?.text : owner.parent?.type === 'variable_declarator' ? owner.parent.field('name')?.text : undefined;
      if (name === undefined) return undefined;
      call = nodesOf(this.root, 'call_expression').find((each) => nameOf(each) === 'register' && argumentsOf(each)[0]?.text === name);
    }
    if (!call || nameOf(call) !== 'register') return undefined;
    const callee = bare(call.field('function'));
    const parent = this.receiver(callee?.field('object'));
    if (!parent) return undefined;
    return { prefix: this.names.text(membersOf(this.names.value(argumentsOf(call)[1])).get('prefix')) ?? '', parent: parent.router };
  }

  private wholePrefixes(router: Router, depth = 0): string[] {
    const own = router.prefixes;
    if (!router.parent || depth > 10) return own;
    return this.wholePrefixes(router.parent, depth + 1).flatMap((above) => own.map((below) => joinPrefix(above, below)));
  }

  private guardsAt(router: Router, at: number, depth = 0): string[] {
    const above = router.parent && depth < 10 ? this.guardsAt(router.parent, at, depth + 1) : [];
    return [...above, ...router.guards.filter(({ from }) => from < at).map(({ text }) => text)];
  }

  private topOf(router: Router): Router {
    let top = router;
    for (let depth = 0; top.parent && depth < 10; depth++) top = top.parent;
    return top;
  }

  read(): Statement[] {
    const calls = nodesOf(this.root, 'call_expression').filter((call) => call.field('function')?.type === 'member_expression');
    for (const call of calls) this.mount(call);
    for (const call of calls) this.route(call);
    for (const call of nodesOf(this.root, 'call_expression')) if (nameOf(call) === 'createRoute') this.definition(call);
    return this.statements;
  }

  /** `app.use('/api', router)`, `app.route('/api', sub)`, `app.register(plugin, { prefix })`. */
  private mount(call: SyntaxNode): void {
    const callee = call.field('function');
    const method = nameOf(callee);
    const hono = method === 'route' && argumentsOf(call).length === 2;
    if (!['use', 'register', 'addHook', 'mount'].includes(method) && !hono) return;
    const on = this.receiver(callee?.field('object'));
    if (!on) return;
    const args = argumentsOf(call).flatMap((each) => (each.type === 'array' ? each.children : [each]));
    if (method === 'addHook') {
      if (/onRequest|preHandler|preValidation/.test(args[0]?.text ?? '') && args[1] && guarding.test(args[1].text.slice(0, 200))) on.router.guards.push({ text: normalised(isFunction(args[1]) ? 'hook' : args[1].text), from: call.start });
      return;
    }
    const [first] = args;
    if (method === 'use' && this.mountList(args, on.router, on.path)) return;
    const stated = first ? this.names.text(first) : undefined;
    const prefix = method === 'register' ? this.names.text(membersOf(this.names.value(args[1])).get('prefix')) ?? '' : stated ?? '';
    const targets = method === 'register' ? args.slice(0, 1) : stated === undefined ? args : args.slice(1);
    for (const target of targets) {
      const inner = bare(target);
      if (!inner || isFunction(inner)) continue;
      const local = inner.type === 'identifier' || inner.type === 'member_expression' ? this.receiver(inner) : undefined;
      const imported = this.moduleOf(inner);
      if (imported) {
        this.statements.push({ kind: 'mount', prefix: joinPrefix(...this.wholePrefixes(on.router).slice(0, 1), joinPrefix(on.path, prefix)), module: imported.module, name: imported.name, router: this.topOf(on.router).key, line: call.line });
      } else if (local && local.router !== on.router) {
        const router = local.router;
        if (!router.parent) {
          router.parent = on.router;
          router.prefixes = router.prefixes.map((own) => joinPrefix(joinPrefix(on.path, prefix), own));
        } else if (router.parent === on.router) router.prefixes.push(joinPrefix(on.path, prefix));
      } else if (inner.type !== 'object' && method === 'use') {
        // Its name says whether it guards; what it is configured with may hold any word.
        const name = calledName(inner);
        const text = normalised(inner.text);
        if (text.length < 400 && guarding.test(name) && !/^(?:express|cors|helmet|morgan|compression|bodyParser|cookieParser|session)\b|\binitialize$/.test(name) && prefix === '') on.router.guards.push({ text: limiting.test(name) ? name : text, from: call.start });
      }
    }
  }

  /** `routes.forEach((each) => router.use(each.path, each.route))`: what the list of the same file holds. */
  private mountList(args: readonly SyntaxNode[], on: Router, path: string): boolean {
    const [given, target] = [bare(args[0]), bare(args.at(-1))];
    if (given?.type !== 'member_expression' || target?.type !== 'member_expression' || args.length < 2) return false;
    const [item, other] = [given.field('object'), target.field('object')];
    if (item?.type !== 'identifier' || item.text !== other?.text) return false;
    let found = false;
    for (const value of this.names.values.values()) {
      const list = bare(value);
      if (list?.type !== 'array') continue;
      for (const each of list.children) {
        const members = membersOf(each);
        const [prefix, router] = [this.names.text(members.get(nameOf(given))), bare(members.get(nameOf(target)))];
        const imported = router ? this.moduleOf(router) : undefined;
        if (prefix === undefined || !imported) continue;
        found = true;
        this.statements.push({ kind: 'mount', prefix: joinPrefix(...this.wholePrefixes(on).slice(0, 1), joinPrefix(path, prefix)), module: imported.module, name: imported.name, router: this.topOf(on).key });
      }
    }
    return found;
  }

  /** The other file that an expression comes from: an import, `require('./x')`, `import('./x')`. */
  private moduleOf(node: SyntaxNode): { module: string; name: string } | undefined {
    if (node.type === 'identifier') {
      const imported = this.names.imports.get(node.text);
      if (imported) return /^[.@~#/]|^src\//.test(imported.module) ? imported : undefined;
      const value = bare(this.names.values.get(node.text));
      return value && value.type === 'member_expression' ? this.moduleOf(value) : undefined;
    }
    if (node.type === 'member_expression') {
      const object = bare(node.field('object'));
      const below = object ? this.moduleOf(object) : undefined;
      return below ? { module: below.module, name: nameOf(node) } : undefined;
    }
    if (node.type === 'call_expression') {
      const callee = node.field('function')?.text;
      if (callee === 'require' || callee === 'import') {
        const module = this.names.text(argumentsOf(node)[0]);
        return module?.startsWith('.') ? { module, name: 'default' } : undefined;
      }
      const object = bare(node.field('function'));
      if (object?.type === 'member_expression') return this.moduleOf(object);
      return object ? this.moduleOf(object) : undefined;
    }
    return undefined;
  }

  private route(call: SyntaxNode): void {
    const callee = call.field('function');
    const method = nameOf(callee);
    const args = argumentsOf(call);
    const verbs = { ...commonVerbs, ...this.dialect.verbs };
    if (method === 'route' && args.length === 1 && ['object', 'identifier'].includes(args[0]?.type ?? '')) {
      this.routeObject(call);
      return;
    }
    const listed = method === 'on' && args.length >= 3 ? this.texts(args[0]) : undefined;
    const verb = Object.hasOwn(verbs, method) ? verbs[method] : undefined;
    if (!verb && !listed) return;
    const on = this.receiver(callee?.field('object'));
    if (!on) return;
    const rest = listed ? args.slice(1) : args;
    const [first] = rest;
    const chained = on.path !== '' && chainedRoute(callee?.field('object'));
    let paths: string[];
    let handlers: readonly SyntaxNode[];
    if (chained) {
      paths = [''];
      handlers = rest;
    } else if (first && isFunction(bare(first)) && this.dialect.name === 'Hono') {
      paths = ['/'];
      handlers = rest;
    } else {
      paths = this.texts(first) ?? [];
      handlers = rest.slice(1);
      // `app.get('setting')` of Express reads a setting; a path alone answers nothing.
      if (!paths.length || !handlers.length) return;
    }
    if (paths.some((path) => path !== '' && !/^[/*{:(^]|^[\w-]+(?:\/|$)/.test(path)) || (handlers.length === 0 && !chained)) return;
    if (!handlers.length || isAnswered(call)) return;
    if (on.router.guessed === true && (paths.some((path) => path !== '' && !/^[/*{]/.test(path)) || !answers(handlers.at(-1)))) return;
    for (const path of paths) this.state(call, on, listed?.map((each) => each.toUpperCase()) ?? [verb ?? 'ANY'], path, handlers);
  }

  private texts(node: SyntaxNode | undefined): string[] | undefined {
    const value = this.names.value(node);
    if (value?.type === 'array') return value.children.map((each) => this.names.text(each) ?? '{}');
    if (value?.type === 'regex') return [`{${value.text}}`];
    const text = this.names.text(node);
    if (text !== undefined) return [text];
    return value && (value.type === 'member_expression' || value.type === 'identifier') && /path|route|url|endpoint/i.test(value.text) ? [`{${value.text}}`] : undefined;
  }

  private state(call: SyntaxNode, on: { router: Router; path: string; guards: string[] }, verbs: readonly string[], path: string, handlers: readonly SyntaxNode[]): void {
    const flat = handlers.flatMap((each) => (each.type === 'array' ? each.children : [each]));
    const last = flat.at(-1);
    const options = this.dialect.options === true ? flat.find((each) => this.names.value(each)?.type === 'object') : undefined;
    const shape = options ? this.optionsShape(options) : {};
    const middle = flat.slice(0, -1).filter((each) => each !== options && !isFunction(each) && !plumbing.test(each.text.slice(0, 60))).map((each) => (limiting.test(calledName(each)) ? calledName(each) : this.names.meaning(each)));
    const checks = middle.filter((text) => validating.test(text.split('(')[0] ?? ''));
    const guards = [...this.guardsAt(on.router, call.start), ...on.guards, ...middle.filter((text) => !checks.includes(text)), ...shape.guards ? [shape.guards] : []];
    const answering = isFunction(bare(last)) ? bare(last) : last?.type === 'identifier' ? this.functionNamed(last.text) : undefined;
    const generic = call.field('type_arguments');
    const schemaOf = (verb: string) => [...checks, ...shape.schema ? [shape.schema] : [], ...generic ? [this.typesGiven(generic, verb)] : [], ...answering ? checkedBy(answering, this.names) : []].join('; ');
    const signature = typesOf(answering, this.names);
    const handler = handlerName(last);
    const line = call.field('function')?.field('property')?.line ?? call.line;
    for (const prefix of this.wholePrefixes(on.router)) {
      for (const verb of verbs) {
        const schema = schemaOf(verb);
        this.statements.push({ kind: 'endpoint', method: verb, path: joinPaths(joinPrefix(prefix, on.path), path), line, router: this.topOf(on.router).key.split('@')[0] ?? '',
          ...(handler ? { handler } : {}), shape: { ...(guards.length ? { guards: guards.join(', ') } : {}), ...(schema ? { schema } : {}), ...(signature ? { signature } : {}) } });
      }
    }
  }

  /** What the type arguments of a route come down to; what has no body has no part in the body's type that routes of other verbs share with it. */
  private typesGiven(generic: SyntaxNode, verb: string): string {
    if (!/^(?:GET|HEAD|DELETE)$/.test(verb)) return this.names.meaning(generic);
    return generic.children.map((type) => {
      const declared = type.type === 'type_identifier' ? this.names.declarations.get(type.text) : undefined;
      const members = (declared ? declared.field('body') ?? declared.field('value') : type)?.children ?? [];
      if (!members.some((member) => member.field('name')?.text === 'Body')) return this.names.meaning(type);
      const bases = declared ? childrenOf(declared, 'extends_type_clause', 'extends_clause') : [];
      return [...bases, ...members.filter((member) => member.field('name')?.text !== 'Body')].map((part) => this.names.meaning(part)).join('; ');
    }).join(', ');
  }

  /** A handler that the same file declares. */
  private functionNamed(name: string): SyntaxNode | undefined {
    const declared = this.names.declarations.get(name) ?? bare(this.names.values.get(name));
    return isFunction(declared) ? declared : undefined;
  }

  private optionsShape(node: SyntaxNode): EndpointShape {
    const members = membersOf(this.names.value(node));
    const guards = ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'config'].flatMap((key) => {
      const value = members.get(key);
      return value && (key !== 'config' || guarding.test(value.text)) ? [isFunction(value) ? key : this.names.meaning(value)] : [];
    });
    const schema = members.get('schema');
    return { ...(guards.length ? { guards: guards.join(', ') } : {}), ...(schema ? { schema: this.schemaOf(schema) } : {}) };
  }

  /** A route's schema without what only documents it. */
  private schemaOf(schema: SyntaxNode): string {
    const members = membersOf(this.names.value(schema));
    if (!members.size) return this.names.meaning(schema);
    return [...members].filter(([key]) => !['tags', 'summary', 'description', 'operationId', 'security', 'deprecated', 'hide', 'examples', 'example'].includes(key)).map(([key, value]) => `${key}:${this.names.meaning(value)}`).join(';');
  }

  /** Fastify's `route({ method, url, … })`. */
  private routeObject(call: SyntaxNode): void {
    const members = membersOf(this.names.value(argumentsOf(call)[0]));
    const stated = members.get('url') ?? members.get('path');
    const path = this.names.text(stated) ?? (stated?.type === 'member_expression' || stated?.type === 'identifier' ? `{${stated.text}}` : undefined);
    if (path === undefined || !members.has('method')) return;
    const on = this.receiver(call.field('function')?.field('object'));
    if (!on) return;
    const verbs = (this.texts(members.get('method')) ?? []).map((verb) => (verb.startsWith('{') || verb === '*' ? 'ANY' : verb.toUpperCase()));
    const options = this.optionsShape(argumentsOf(call)[0] ?? call);
    const generic = call.field('type_arguments');
    const guards = [...this.guardsAt(on.router, call.start), ...options.guards ? [options.guards] : []];
    for (const prefix of this.wholePrefixes(on.router)) {
      for (const verb of verbs) {
        const schema = [...options.schema ? [options.schema] : [], ...generic ? [this.typesGiven(generic, verb)] : []].join('; ');
        const shape = { ...options, ...(schema ? { schema } : {}) };
        this.statements.push({ kind: 'endpoint', method: verb, path: joinPaths(joinPrefix(prefix, on.path), path), line: call.line, router: this.topOf(on.router).key.split('@')[0] ?? '',
          shape: { ...shape, ...(guards.length ? { guards: guards.join(', ') } : {}) } });
      }
    }
  }

  /** `createRoute({ method, path, request, responses })` of @hono/zod-openapi. */
  private definition(call: SyntaxNode): void {
    if (this.dialect.name !== 'Hono') return;
    const members = membersOf(this.names.value(argumentsOf(call)[0]));
    const [path, verb] = [this.names.text(members.get('path')), this.names.text(members.get('method'))];
    if (path === undefined || verb === undefined) return;
    const schema = ['request', 'responses'].map((key) => (members.get(key) ? `${key}:${this.names.meaning(members.get(key))}` : '')).join(';');
    const guards = members.get('middleware');
    this.statements.push({ kind: 'endpoint', method: verb.toUpperCase(), path: joinPaths(path), line: call.line, shape: { schema, ...(guards ? { guards: this.names.meaning(guards) } : {}) } });
  }
}

const joinPrefix = (...parts: string[]): string => {
  const joined = parts.filter(Boolean).join('/').replace(/\/{2,}/g, '/');
  return joined === '/' ? '' : joined;
};
/** A request is awaited or its answer used; a route is only stated. */
const isAnswered = (call: SyntaxNode): boolean => call.parent?.type === 'await_expression'
  || (call.parent?.type === 'member_expression' && /^(?:then|catch|finally|data|json|text|pipe|subscribe|toPromise|expect|reply|persist|set|send|attach)$/.test(nameOf(call.parent)));
/** Whether the last argument can be a handler at all. */
const answers = (node: SyntaxNode | undefined): boolean => node !== undefined && (isFunction(bare(node)) || ['identifier', 'member_expression', 'call_expression'].includes(bare(node)?.type ?? ''));
/** The name of what is called or named: `passport.authenticate` of `passport.authenticate('jwt')`. */
const calledName = (node: SyntaxNode): string => {
  let callee: SyntaxNode | undefined = node;
  while (callee?.type === 'call_expression') callee = bare(callee.field('function'));
  return callee?.text.slice(0, 120) ?? '';
};
const contains = (outer: SyntaxNode | undefined, inner: SyntaxNode): boolean => outer !== undefined && outer.start <= inner.start && outer.end >= inner.end;

/** Whether a receiver ends in `.route('/path')` and verbs called on it: its verbs take no path of their own. */
function chainedRoute(given: SyntaxNode | undefined): boolean {
  let node = bare(given);
  while (node?.type === 'call_expression') {
    const callee = bare(node.field('function'));
    if (nameOf(callee) === 'route') return argumentsOf(node).length === 1;
    node = callee?.type === 'member_expression' ? bare(callee.field('object')) : undefined;
  }
  return false;
}

/** The handler's name: `list` of `controller.list`, of `asyncHandler(controller.list)`. */
function handlerName(node: SyntaxNode | undefined): string | undefined {
  const inner = bare(node);
  if (!inner || isFunction(inner)) return undefined;
  if (inner.type === 'call_expression') return handlerName(argumentsOf(inner).at(-1)) ?? handlerName(bare(inner.field('function'))?.field('object'));
  return inner.type === 'identifier' || inner.type === 'member_expression' ? inner.text.replace(/\s+/g, '') : undefined;
}

/** A recogniser of one such framework; `others` are those that a file may speak instead. */
export const routesOf = (dialect: RouterDialect, others: () => readonly RouterDialect[]): Recogniser => ({
  name: dialect.name,
  languages: javascriptLanguages,
  hint: dialect.hint,
  read: ({ root }) => (root ? new RouteReader(root, dialect, others()).read() : []),
});
