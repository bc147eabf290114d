import { joinPaths } from './facts.js';
import type { EndpointStatement, Statement } from './facts.js';
import { argumentsOf, bare, classesOf, decoratorCall, decoratorsOf, javascriptLanguages, membersOf, nameOf, Names } from './javascriptSyntax.js';
import type { Recogniser } from './recogniser.js';
import { childrenOf, nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

const verbs: Record<string, string> = { Get: 'GET', Post: 'POST', Put: 'PUT', Patch: 'PATCH', Delete: 'DELETE', All: 'ANY', Options: 'OPTIONS', Head: 'HEAD', Sse: 'GET', Search: 'SEARCH' };

/** Decorators that decide who may call, or what a call must carry; documentation and logging ones do not. */
const guarding = /guard|auth|role|permission|public|acl|polic|access|throttle|scope|admin|jwt|protect|secur|private|session|claims?$|subject|tenant|license|FileInterceptor|FilesInterceptor|AnyFiles/i;

function pathsOf(argument: SyntaxNode | undefined, names: Names): string[] {
  const value = names.value(argument);
  if (!value) return [''];
  if (value.type === 'array') return value.children.map((each) => names.text(each) ?? '');
  if (value.type === 'object') return pathsOf(membersOf(value).get('path'), names);
  return [names.text(value) ?? (value.type === 'identifier' || value.type === 'member_expression' ? `{${value.text}}` : '')];
}

export function guardsOf(decorators: readonly SyntaxNode[], names: Names): string[] {
  return decorators.map(decoratorCall).flatMap((call) => {
    if (!call) return [];
    const name = nameOf(call);
    if (/^Api[A-Z]/.test(name) || name in verbs || !guarding.test(`${name} ${name.startsWith('Use') ? call.text : ''}`)) return [];
    return name === 'UseGuards' ? argumentsOf(call).map((guard) => normalised(guard.text)) : [`@${names.meaning(call)}`];
  });
}

/** Parameters by decorator and type: their local names do not matter to a caller. */
export function signatureOf(method: SyntaxNode, names: Names): string {
  const parameters = (method.field('parameters')?.children ?? []).map((parameter) => {
    const decorators = decoratorsOf(parameter).map((decorator) => normalised(decorator.text)).filter((text) => !/^@(?:Api|Inject)/.test(text));
    // How the handler types what Nest hands in is no matter of its callers.
    if (/^@(?:Req|Request|Res|Response|Next|Session|Ip|Headers)\(\)$/.test(decorators.join(' '))) return decorators.join(' ');
    return `${decorators.join(' ')}${names.meaning(parameter.field('type'))}${/^[\w\s@()'"`.,]*\?\s*:/.test(parameter.text) ? '?' : ''}`;
  });
  const returns = method.field('return_type') ? names.meaning(method.field('return_type')).replace(/^:/, '').replace(/^Promise<(.*)>$/s, '$1') : '';
  return `(${parameters.join(',')})${returns}`;
}

/** The version that `version:` or `@Version()` states; `''`: every version. */
function versionOf(stated: SyntaxNode | undefined, names: Names): string | undefined {
  const value = names.value(stated);
  if (!value) return undefined;
  if (/VERSION_NEUTRAL/.test(value.text)) return '';
  return names.text(value.type === 'array' ? value.children[0] : value) ?? (value.type === 'number' ? value.text : undefined);
}

/** Controllers of NestJS: `@Controller` and the verbs' decorators, with arrays of paths and constants of the same file. */
export const nestjs: Recogniser = {
  name: 'NestJS',
  languages: javascriptLanguages,
  hint: /@(?:Rest)?Controller\b|setGlobalPrefix|enableVersioning|RouterModule|@Module\s*\(/,
  *read({ root, text }): Generator<Statement> {
    if (!root) return;
    const names = Names.of(root);
    for (const node of classesOf(root)) {
      const decorators = decoratorsOf(node);
      const controller = decorators.map(decoratorCall).find((call) => /^(?:Rest|Json)?Controller$/.test(nameOf(call)));
      if (!controller) continue;
      const prefixes = pathsOf(argumentsOf(controller)[0], names);
      const atVersion = (list: readonly SyntaxNode[]) => versionOf(argumentsOf(list.map(decoratorCall).find((call) => nameOf(call) === 'Version'))[0], names);
      const version = versionOf(membersOf(names.value(argumentsOf(controller)[0])).get('version'), names) ?? atVersion(decorators);
      const shared = guardsOf(decorators, names);
      for (const method of childrenOf(node.field('body'), 'method_definition')) {
        const own = decoratorsOf(method);
        for (const call of own.map(decoratorCall)) {
          const verb = Object.hasOwn(verbs, nameOf(call)) ? verbs[nameOf(call)] : undefined;
          if (!call || !verb || bare(call)?.type !== 'call_expression') continue;
          const guards = [...shared, ...guardsOf(own, names)];
          const stated = atVersion(own) ?? version;
          const versioned = stated === undefined ? {} : { version: stated };
          for (const prefix of prefixes) {
            for (const path of pathsOf(argumentsOf(call)[0], names)) {
              const endpoint: EndpointStatement = { kind: 'endpoint', method: verb, path: joinPaths(prefix, path), line: call.line, handler: method.field('name')?.text ?? '',
                router: `@nest:${node.field('name')?.text ?? ''}`, ...versioned, ...(shared.length ? { group: joinPaths(prefix) } : {}), shape: { signature: signatureOf(method, names), ...(guards.length ? { guards: guards.join(', ') } : {}) } };
              yield endpoint;
            }
          }
        }
      }
    }
    if (text.includes('@Module')) for (const node of classesOf(root)) {
      const module = decoratorsOf(node).map(decoratorCall).find((call) => nameOf(call) === 'Module');
      for (const each of names.value(membersOf(names.value(argumentsOf(module)[0])).get('controllers'))?.children ?? []) yield { kind: 'mount', prefix: '', module: `nest-controller:${each.text}`, name: node.field('name')?.text ?? '' };
    }
    if (!/setGlobalPrefix|enableVersioning|RouterModule/.test(text)) return;
    for (const call of nodesOf(root, 'call_expression')) {
      const [first] = argumentsOf(call);
      const callee = nameOf(call);
      if (callee === 'setGlobalPrefix') {
        // What is set outside of the text, glued to what stands in it (`${CONTEXT_PATH}v1`), is mostly nothing.
        const prefix = names.text(first)?.replace(/^\/?\{[^{}]*\}(?=[^/{])/, '');
        if (prefix) yield { kind: 'mount', prefix, module: '*', name: '@nest', line: call.line };
      } else if (callee === 'enableVersioning') {
        const options = membersOf(names.value(first));
        if (/HEADER|MEDIA_TYPE|CUSTOM/.test(options.get('type')?.text ?? '')) continue;
        const [prefix, version] = [options.get('prefix'), versionOf(options.get('defaultVersion'), names)];
        yield { kind: 'mount', prefix: prefix?.text === 'false' ? '' : names.text(prefix) ?? 'v', module: '*', name: '@nest-version', ...(version === undefined ? {} : { router: version }) };
      } else if (callee === 'register' && /\bRouterModule$/.test(call.field('function')?.field('object')?.text ?? '')) yield* registered(first, names, '');
    }
  },
};

/** `RouterModule.register([{ path, module, children }])`. */
function* registered(list: SyntaxNode | undefined, names: Names, above: string, depth = 0): Generator<Statement> {
  for (const each of names.value(list)?.children ?? []) {
    if (each.type === 'identifier') yield { kind: 'mount', prefix: above, module: `nest-module:${each.text}` };
    const said = membersOf(names.value(each));
    const prefix = joinPaths(above, names.text(said.get('path')) ?? '');
    const module = said.get('module');
    if (module) yield { kind: 'mount', prefix, module: `nest-module:${module.text}` };
    if (said.has('children') && depth < 8) yield* registered(said.get('children'), names, prefix, depth + 1);
  }
}
