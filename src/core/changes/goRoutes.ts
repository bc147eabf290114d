import { joinPaths } from './facts.js';
import type { Statement } from './facts.js';
import { isMarked, mark } from './marks.js';
import { nodesOf, normalised, sumOf } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** A router while a function is read: where it hangs and what guards it. */
interface Router { readonly prefix: string; readonly guards: string[]; readonly key: string; /** One for each that a constructor made. */ readonly made?: number }
type Scope = Map<string, Router>;

/** What tells one Go framework's routers. */
export interface GoDialect {
  /** What makes a router: the text of what is called. */
  readonly constructors: RegExp;
  /** Types of parameters and fields that are routers. */
  readonly types: RegExp;
  /** Verbs by method name: `GET` of gin, `HandleFunc` has none of its own. */
  readonly verbs: Readonly<Record<string, string>>;
  /** Methods that make a group with a prefix as first argument. */
  readonly groups: RegExp;
  /** Where the handler stands among the arguments behind the path: echo has middleware behind it. */
  readonly handler: 'first' | 'last';
  /** Method names are proof enough (upper-case verbs are no client's). */
  readonly anyReceiver: boolean;
  /** `net/http`: the verb may stand in the pattern, or in the handler. */
  readonly patterns?: boolean;
}

const stringOf = (node: SyntaxNode): string | undefined => (node.type === 'interpreted_string_literal' || node.type === 'raw_string_literal' ? node.text.slice(1, -1).replace(/\\(.)/g, '$1') : undefined);
const argumentsOf = (call: SyntaxNode): readonly SyntaxNode[] => call.field('arguments')?.children ?? [];
const listed = (node: SyntaxNode | undefined): readonly SyntaxNode[] => (node?.type === 'expression_list' ? node.children : node ? [node] : []);
const verbNames = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];

/** Texts of the constants and variables that a file declares on its top level. */
export function goConstants(root: SyntaxNode): Map<string, string> {
  const texts = new Map<string, string>();
  for (const node of nodesOf(root, 'const_spec', 'var_spec')) {
    const value = listed(node.field('value'))[0];
    const text = value ? stringOf(value) : undefined;
    const name = node.field('name')?.text;
    if (name && text !== undefined) texts.set(name, text);
  }
  return texts;
}

export class GoRoutes {
  private readonly constants = new Map<string, SyntaxNode>();
  private readonly functions = new Map<string, SyntaxNode>();
  private readonly statements: Statement[] = [];
  /** Routes by the constructor's call that made their router. */
  private readonly routesOf = new Map<number, number[]>();
  /** Constructors' calls by the function around them. */
  private readonly madeBy = new Map<string, number[]>();
  /** What is mounted below another router, settled when all is read: a function may be written behind its use. */
  private readonly mounted: { readonly routers: () => readonly number[]; readonly prefix: string; readonly guards: readonly string[]; readonly key: string }[] = [];
  private readonly walked = new Set<string>();
  private depth = 0;

  constructor(private readonly root: SyntaxNode, private readonly dialect: GoDialect) {
    for (const node of nodesOf(root, 'const_spec', 'var_spec')) {
      const value = listed(node.field('value'))[0];
      const name = node.field('name')?.text;
      if (name && value) this.constants.set(name, value);
    }
    for (const node of root.children) if (node.type === 'function_declaration' || node.type === 'method_declaration') this.functions.set(node.field('name')?.text ?? '', node);
  }

  private text(node: SyntaxNode | undefined, depth = 0): string | undefined {
    if (!node || depth > 6) return undefined;
    const literal = stringOf(node);
    if (literal !== undefined) return literal;
    if (node.type === 'binary_expression') return sumOf(node, (side) => this.text(side, depth + 1));
    if (node.type === 'identifier' && this.constants.has(node.text)) return this.text(this.constants.get(node.text), depth + 1);
    // A constant of another file; what begins with a small letter is more often a variable.
    const verb = /^(?:[a-z]\w*\.)?Method([A-Z]\w*)$/.exec(node.text)?.[1];
    if (verb) return verb.toUpperCase();
    if (node.type === 'identifier' || node.type === 'selector_expression') return /^(?:[a-z]\w*\.)?[A-Z]\w*$/.test(node.text) ? mark(node.text) : undefined;
    if (node.type === 'parenthesized_expression') return this.text(node.children[0], depth + 1);
    if (node.type === 'call_expression' && node.field('function')?.text === 'fmt.Sprintf') {
      let index = 1;
      const format = this.text(argumentsOf(node)[0], depth + 1);
      return format?.replace(/%[svd]/g, () => this.text(argumentsOf(node)[index++], depth + 1) ?? '{}');
    }
    return undefined;
  }

  read(): Statement[] {
    // Functions that others of this file hand a router to are read from there, with its prefix.
    const called = new Set<string>();
    for (const call of nodesOf(this.root, 'call_expression')) {
      const callee = call.field('function');
      const name = callee?.type === 'selector_expression' ? callee.field('field')?.text : callee?.text;
      const known = name === undefined ? undefined : this.functions.get(name);
      if (known && name !== undefined && argumentsOf(call).length && this.routerParameters(known).length && this.enclosing(call) !== known) called.add(name);
    }
    for (const [name, node] of this.functions) if (!called.has(name)) this.function(node, new Map());
    for (const name of called) {
      const node = this.functions.get(name);
      if (node && !this.walked.has(name)) this.function(node, new Map());
    }
    for (const { routers, prefix, guards, key } of this.mounted) {
      for (const index of routers().flatMap((made) => this.routesOf.get(made) ?? [])) {
        const route = this.statements[index];
        if (route?.kind !== 'endpoint') continue;
        const all = [...guards, ...route.shape.guards ? [route.shape.guards] : []].join(', ');
        this.statements[index] = { ...route, path: joinPaths(prefix, route.path), router: key, shape: all ? { ...route.shape, guards: all } : route.shape };
      }
    }
    return this.statements;
  }

  private enclosing(node: SyntaxNode): SyntaxNode | undefined {
    for (let up = node.parent; up; up = up.parent) if (up.type === 'function_declaration' || up.type === 'method_declaration') return up;
    return undefined;
  }

  private routerParameters(node: SyntaxNode): { name: string; index: number }[] {
    const found: { name: string; index: number }[] = [];
    let index = 0;
    for (const parameter of node.field('parameters')?.children ?? []) {
      const names = parameter.children.filter(({ type }) => type === 'identifier');
      for (const name of names.length ? names : [undefined]) {
        if (name && this.dialect.types.test(parameter.field('type')?.text ?? '')) found.push({ name: name.text, index });
        index++;
      }
    }
    return found;
  }

  private function(node: SyntaxNode, given: Scope): void {
    const name = node.field('name')?.text ?? '';
    if (this.depth > 6) return;
    this.walked.add(name);
    const scope: Scope = new Map(given);
    for (const parameter of this.routerParameters(node)) if (!scope.has(parameter.name)) scope.set(parameter.name, { prefix: '', guards: [], key: name });
    const body = node.field('body');
    this.depth++;
    if (body) this.block(body, scope);
    this.depth--;
  }

  /** Statements in order: an inner block sees what stands around it and keeps its own names to itself. */
  private block(node: SyntaxNode, scope: Scope): void {
    for (const child of node.children) {
      switch (child.type) {
        case 'block': case 'statement_list': case 'if_statement': case 'for_statement': case 'switch_statement': case 'expression_switch_statement': case 'expression_case': case 'default_case': case 'type_case':
          this.block(child, child.type === 'statement_list' ? scope : new Map(scope));
          break;
        case 'short_var_declaration': case 'assignment_statement': case 'var_declaration': {
          const specs = child.type === 'var_declaration' ? nodesOf(child, 'var_spec') : [child];
          for (const spec of specs) {
            const left = spec.type === 'var_spec' ? spec.children.filter(({ type }) => type === 'identifier') : listed(spec.field('left'));
            const right = listed(spec.field('right') ?? spec.field('value'));
            right.forEach((value, index) => {
              this.expression(value, scope);
              const router = this.router(value, scope);
              const name = left[index]?.text;
              if (!name) return;
              if (router) scope.set(name, router);
              else if (stringOf(value) !== undefined && value.type.endsWith('string_literal')) this.constants.set(name, value);
            });
          }
          break;
        }
        default:
          this.expression(child, scope);
      }
    }
  }

  /** Routes and groups anywhere in an expression; closures that take a router are read with it. */
  private expression(node: SyntaxNode, scope: Scope): void {
    if (node.type === 'call_expression') {
      this.call(node, scope);
      const callee = node.field('function');
      if (callee) this.expression(callee, scope);
      const taken = this.router(node, scope);
      for (const argument of argumentsOf(node)) {
        if (argument.type !== 'func_literal') {
          this.expression(argument, scope);
          continue;
        }
        const inner: Scope = new Map(scope);
        for (const { name } of this.routerParameters(argument)) inner.set(name, taken ?? { prefix: '', guards: [], key: '' });
        const body = argument.field('body');
        if (body) this.block(body, inner);
      }
      return;
    }
    if (node.type === 'func_literal' || node.type === 'block' || node.type === 'statement_list') {
      const body = node.field('body') ?? node;
      const inner: Scope = new Map(scope);
      if (node.type === 'func_literal') for (const { name } of this.routerParameters(node)) inner.set(name, { prefix: '', guards: [], key: '' });
      this.block(body, inner);
      return;
    }
    for (const child of node.children) this.expression(child, scope);
  }

  /** The router that an expression stands for. */
  private router(node: SyntaxNode | undefined, scope: Scope): Router | undefined {
    if (!node) return undefined;
    if (node.type === 'identifier') return scope.get(node.text);
    if (node.type === 'unary_expression' || node.type === 'parenthesized_expression') return this.router(node.children[0], scope);
    if (node.type === 'selector_expression') return scope.get(node.text) ?? (/(?:^|\.)(?:router|engine|mux|echo|app|Router|Engine|Mux|Echo|e|r|Group|group|srv\.mux)$/.test(node.text) ? { prefix: '', guards: [], key: node.text } : undefined);
    if (node.type !== 'call_expression') return undefined;
    const callee = node.field('function');
    const args = argumentsOf(node);
    if (callee && this.dialect.constructors.test(callee.text)) {
      const by = this.enclosing(node)?.field('name')?.text ?? '';
      this.madeBy.set(by, [...new Set([...this.madeBy.get(by) ?? [], node.start])]);
      return { prefix: '', guards: [], key: by === 'main' ? '' : by, made: node.start };
    }
    if (callee?.type !== 'selector_expression') return undefined;
    const on = this.router(callee.field('operand'), scope);
    const method = callee.field('field')?.text ?? '';
    if (this.dialect.groups.test(method)) {
      const base = on ?? (this.dialect.anyReceiver && this.text(args[0])?.startsWith('/') ? { prefix: '', guards: [], key: callee.field('operand')?.text ?? '' } : undefined);
      if (!base) return undefined;
      const prefix = this.text(args[0]);
      return { prefix: prefix === undefined ? base.prefix : joinPaths(base.prefix, prefix), guards: [...base.guards, ...args.slice(1).filter(({ type }) => type !== 'func_literal').map((each) => normalised(each.text))], key: base.key, ...(base.made === undefined ? {} : { made: base.made }) };
    }
    if (method === 'Use' || method === 'With') {
      return on ? { ...on, guards: method === 'Use' && on ? [...on.guards, ...args.map((each) => normalised(each.text)).filter((each) => !on.guards.includes(each))] : [...on.guards, ...args.map((each) => normalised(each.text))] } : undefined;
    }
    if (method === 'Subrouter' || method === 'Name' || method === 'Methods') return on;
    return undefined;
  }

  private call(node: SyntaxNode, scope: Scope): void {
    const callee = node.field('function');
    const args = argumentsOf(node);
    const name = callee?.type === 'selector_expression' ? callee.field('field')?.text ?? '' : callee?.text ?? '';
    const known = this.functions.get(name);
    if (known && this.depth < 6 && this.enclosing(node) !== known) {
      const parameters = this.routerParameters(known);
      const inner: Scope = new Map();
      for (const parameter of parameters) {
        const router = this.router(args[parameter.index], scope);
        if (router) inner.set(parameter.name, { ...router, key: router.key });
      }
      if (inner.size) this.function(known, inner);
    } else if (!known && callee && args.length) {
      // A router handed to a function of another file.
      for (const argument of args) {
        const router = /^(?:identifier|selector_expression|call_expression)$/.test(argument.type) ? this.router(argument, scope) : undefined;
        if (router && !(name in this.dialect.verbs) && !/^(?:Use|Handle|HandleFunc|ListenAndServe|New\w*|Run|Start|Println|Printf|Group)$/.test(name)) this.statements.push({ kind: 'mount', prefix: router.prefix, module: `go:${name}`, name, router: router.key });
      }
    }
    // A parameter that registers: func (s *Server) Install(handle func(string, http.Handler)).
    if (this.dialect.patterns && callee?.type === 'identifier' && /^handle(?:Func)?$/.test(name) && !known) this.pattern(node, name === 'handle' ? 'Handle' : 'HandleFunc', undefined, args, scope);
    if (name === 'Mount' && args.length === 2 && callee?.type === 'selector_expression') this.mount(callee.field('operand'), args[0], args[1], scope);
    if (callee?.type !== 'selector_expression') return;
    if (this.dialect.patterns && /^Handler(?:Func)?$/.test(name) && args.length === 1) this.matched(node, callee.field('operand'), args[0], scope);
    const operand = callee.field('operand');
    if (name === 'Use' && operand?.type !== 'call_expression') {
      const on = this.router(operand, scope);
      if (on) {
        const guards = args.map((each) => normalised(each.text)).filter((each) => guarding.test(each));
        for (const guard of guards) if (!on.guards.includes(guard)) on.guards.push(guard);
      }
      return;
    }
    if (this.dialect.patterns) this.pattern(node, name, operand, args, scope);
    else if (Object.hasOwn(this.dialect.verbs, name)) this.verb(node, name, operand, args, scope);
  }

  private verb(node: SyntaxNode, name: string, operand: SyntaxNode | undefined, args: readonly SyntaxNode[], scope: Scope): void {
    const on = this.router(operand, scope);
    if (!on && !this.dialect.anyReceiver) return;
    let rest = args;
    let verbs = [this.dialect.verbs[name] ?? 'ANY'];
    if (verbs[0] === '*') {
      const stated = args[0]?.type === 'composite_literal' ? nodesOf(args[0], 'interpreted_string_literal').map((each) => each.text.slice(1, -1)).concat([...args[0].text.matchAll(/http\.Method(\w+)/g)].map((match) => (match[1] ?? '').toUpperCase()))
        : [this.text(args[0]) ?? /http\.Method(\w+)/.exec(args[0]?.text ?? '')?.[1]?.toUpperCase() ?? 'ANY'];
      verbs = stated.map((verb) => (isMarked(verb) ? 'ANY' : verb.toUpperCase()));
      rest = args.slice(1);
    }
    const path = this.text(rest[0]);
    const handlers = rest.slice(1);
    if (path === undefined || !handlers.length || (path !== '' && !isMarked(path) && !/^[/*:]|^\w/.test(path))) return;
    this.state(node, verbs, on, path, this.dialect.handler === 'last' ? handlers.at(-1) : handlers[0], this.dialect.handler === 'last' ? handlers.slice(0, -1) : handlers.slice(1));
  }

  /** `HandleFunc("GET /x", h)`, `Handle("/x", guard(h))`, gorilla's `.Methods("GET")`. */
  private pattern(node: SyntaxNode, name: string, operand: SyntaxNode | undefined, args: readonly SyntaxNode[], scope: Scope): void {
    if (!Object.hasOwn(this.dialect.verbs, name) || args.length < 2) return;
    const on: Router | undefined = operand === undefined || operand.text === 'http' ? { prefix: '', guards: [], key: operand?.text ?? '' } : this.router(operand, scope);
    const stated = this.text(args[0]);
    if (!on || stated === undefined) return;
    const pattern = /^(?:([A-Z]+)\s+)?(?:[\w.{}-]+(?=\/))?([/\u0004].*)$/.exec(stated);
    if (!pattern) return;
    const [, verb, path = ''] = pattern;
    const wrappers: string[] = [];
    let handler: SyntaxNode | undefined = args[1];
    while (handler?.type === 'call_expression' && argumentsOf(handler).length) {
      const callee = handler.field('function')?.text ?? '';
      if (callee !== 'http.HandlerFunc') wrappers.push(callee);
      handler = argumentsOf(handler).at(-1);
    }
    const below = handler?.type === 'identifier' ? scope.get(handler.text)?.made : undefined;
    if (below !== undefined) {
      // A multiplexer below another one: its routes were stated already.
      const prefix = wrappers.includes('http.StripPrefix') ? joinPaths(on.prefix, path.replace(/\/$/, '')) : on.prefix;
      const guards = wrappers.filter((each) => !plumbing.test(each));
      this.mounted.push({ routers: () => [below], prefix, guards, key: on.key });
      return;
    }
    // gorilla: r.HandleFunc("/x", h).Methods("GET", "POST")
    let up = node.parent;
    let verbs = verb ? [verb] : [];
    while (up?.type === 'selector_expression' && up.parent?.type === 'call_expression') {
      if (up.field('field')?.text === 'Methods') verbs = argumentsOf(up.parent).map((each) => this.text(each) ?? /http\.Method(\w+)/.exec(each.text)?.[1]?.toUpperCase() ?? 'ANY').map((each) => each.toUpperCase());
      up = up.parent.parent;
    }
    if (!verbs.length) verbs = this.handlerVerbs(handler);
    this.state(node, verbs.filter((each) => each !== 'OPTIONS' && each !== 'HEAD' || verbs.length === 1), on, path.replace(/\{\$\}$/, ''), handler, [], wrappers);
  }

  /** chi: `r.Mount("/users", usersRouter())`, of a variable, a function of this file or of another package. */
  private mount(operand: SyntaxNode | undefined, at: SyntaxNode | undefined, target: SyntaxNode | undefined, scope: Scope): void {
    const on = this.router(operand, scope);
    const path = this.text(at);
    if (!on || path === undefined || !target) return;
    const prefix = joinPaths(on.prefix, path);
    const made = target.type === 'identifier' ? scope.get(target.text)?.made : undefined;
    const callee = target.type === 'call_expression' ? target.field('function') : undefined;
    const name = callee?.type === 'selector_expression' ? callee.field('field')?.text ?? '' : callee?.text ?? '';
    if (made !== undefined) this.mounted.push({ routers: () => [made], prefix, guards: on.guards, key: on.key });
    else if (callee?.type === 'identifier' && this.functions.has(name)) this.mounted.push({ routers: () => this.madeBy.get(name) ?? [], prefix, guards: on.guards, key: on.key });
    else if (callee?.type === 'selector_expression' && callee.field('operand')?.type === 'identifier') this.statements.push({ kind: 'mount', prefix, module: `go:${callee.text}`, name, router: on.key });
  }

  /** gorilla's other way: `r.Methods("GET").Path("/x").HandlerFunc(h)`, in any order. */
  private matched(node: SyntaxNode, chain: SyntaxNode | undefined, handler: SyntaxNode | undefined, scope: Scope): void {
    let path: string | undefined;
    let verbs: string[] = [];
    let at = chain;
    while (at?.type === 'call_expression' && at.field('function')?.type === 'selector_expression') {
      const callee = at.field('function');
      const name = callee?.field('field')?.text ?? '';
      if (name === 'Path') path = this.text(argumentsOf(at)[0]);
      else if (name === 'Methods') verbs = argumentsOf(at).map((each) => this.text(each)?.toUpperCase() ?? 'ANY');
      else if (name === 'PathPrefix' || name === 'Subrouter') break;
      at = callee?.field('operand');
    }
    const on = this.router(at, scope);
    if (path !== undefined && on) this.state(node, verbs.length ? verbs : this.handlerVerbs(handler), on, path, handler, []);
  }

  /** Verbs that a handler of the same file asks for. */
  private handlerVerbs(handler: SyntaxNode | undefined): string[] {
    const body = handler?.type === 'func_literal' ? handler : this.functions.get((handler?.type === 'selector_expression' ? handler.field('field')?.text : handler?.text) ?? '');
    if (!body) return ['ANY'];
    const text = body.text.slice(0, 20_000);
    if (!/\.Method\b/.test(text)) return ['ANY'];
    const found = [...text.matchAll(/\.Method\s*(?:==|!=)\s*(?:http\.Method(\w+)|"([A-Z]+)")|case\s+((?:(?:http\.Method\w+|"[A-Z]+")\s*,?\s*)+):/g)]
      .flatMap((match) => (match[3] ? [...match[3].matchAll(/http\.Method(\w+)|"([A-Z]+)"/g)].map((each) => each[1] ?? each[2] ?? '') : [match[1] ?? match[2] ?? ''])).map((each) => each.toUpperCase()).filter((each) => verbNames.includes(each));
    const verbs = [...new Set(found)].filter((each) => each !== 'OPTIONS' && each !== 'HEAD');
    return verbs.length ? verbs : ['ANY'];
  }

  private state(node: SyntaxNode, verbs: readonly string[], on: Router | undefined, path: string, handler: SyntaxNode | undefined, middle: readonly SyntaxNode[], wrappers: readonly string[] = []): void {
    const guards = [...on?.guards ?? [], ...wrappers, ...middle.map((each) => normalised(each.text))].map((each) => each.replace(/func\(.*$/s, 'func')).filter((each) => !plumbing.test(each));
    const named = handler && handler.type !== 'func_literal' ? normalised((handler.type === 'call_expression' ? handler.field('function') ?? handler : handler).text) : undefined;
    for (const method of verbs) {
      if (on?.made !== undefined) this.routesOf.set(on.made, [...this.routesOf.get(on.made) ?? [], this.statements.length]);
      this.statements.push({ kind: 'endpoint', method, path: joinPaths(on?.prefix, path), line: node.field('function')?.field('field')?.line ?? node.line, router: on?.key ?? '', ...(named ? { handler: named } : {}),
        ...(on?.guards.length ? { group: on.prefix || '/' } : {}), shape: guards.length ? { guards: guards.join(', ') } : {} });
    }
  }
}

/** Middleware whose name says that it decides who may call. */
const guarding = /auth|guard|jwt|token|session|admin|permission|role|acl|login|require|verify|restrict|secur|owner|csrf|limit|key/i;
/** Middleware that every request passes, whoever sends it. */
const plumbing = /cors|logger|logging|recover|gzip|compress|bodylimit|body_limit|requestid|request_id|timeout|metric|trac(?:e|ing)|static|cache|prometheus|otel|sentry|Strip|maxbytes/i;
