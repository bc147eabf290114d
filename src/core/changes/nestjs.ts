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

function guardsOf(decorators: readonly SyntaxNode[], names: Names): string[] {
  return decorators.map(decoratorCall).flatMap((call) => {
    if (!call) return [];
    const name = nameOf(call);
    if (/^Api[A-Z]/.test(name) || name in verbs || !guarding.test(`${name} ${name.startsWith('Use') ? call.text : ''}`)) return [];
    return name === 'UseGuards' ? argumentsOf(call).map((guard) => normalised(guard.text)) : [`@${names.meaning(call)}`];
  });
}

/** Parameters by decorator and type: their local names do not matter to a caller. */
function signatureOf(method: SyntaxNode, names: Names): string {
  const parameters = (method.field('parameters')?.children ?? []).map((parameter) => {
    const decorators = decoratorsOf(parameter).map((decorator) => normalised(decorator.text)).filter((text) => !/^@(?:Api|Inject)/.test(text));
    // How the handler types what Nest hands in is no matter of its callers.
    if (/^@(?:Req|Request|Res|Response|Next|Session|Ip|Headers)\(\)$/.test(decorators.join(' '))) return decorators.join(' ');
    return `${decorators.join(' ')}${names.meaning(parameter.field('type'))}${/^[\w\s@()'"`.,]*\?\s*:/.test(parameter.text) ? '?' : ''}`;
  });
  const returns = method.field('return_type') ? names.meaning(method.field('return_type')).replace(/^:/, '').replace(/^Promise<(.*)>$/s, '$1') : '';
  return `(${parameters.join(',')})${returns}`;
}

/** Controllers of NestJS: `@Controller` and the verbs' decorators, with arrays of paths and constants of the same file. */
export const nestjs: Recogniser = {
  name: 'NestJS',
  languages: javascriptLanguages,
  hint: /@(?:Rest)?Controller\b|setGlobalPrefix|RouterModule/,
  *read({ root, text }): Generator<Statement> {
    if (!root) return;
    const names = Names.of(root);
    for (const node of classesOf(root)) {
      const decorators = decoratorsOf(node);
      const controller = decorators.map(decoratorCall).find((call) => /^(?:Rest|Json)?Controller$/.test(nameOf(call)));
      if (!controller) continue;
      const prefixes = pathsOf(argumentsOf(controller)[0], names);
      const shared = guardsOf(decorators, names);
      for (const method of childrenOf(node.field('body'), 'method_definition')) {
        const own = decoratorsOf(method);
        for (const call of own.map(decoratorCall)) {
          const verb = Object.hasOwn(verbs, nameOf(call)) ? verbs[nameOf(call)] : undefined;
          if (!call || !verb || bare(call)?.type !== 'call_expression') continue;
          const guards = [...shared, ...guardsOf(own, names)];
          for (const prefix of prefixes) {
            for (const path of pathsOf(argumentsOf(call)[0], names)) {
              const endpoint: EndpointStatement = { kind: 'endpoint', method: verb, path: joinPaths(prefix, path), line: call.line, handler: method.field('name')?.text ?? '',
                router: '@nest', ...(shared.length ? { group: joinPaths(prefix) } : {}), shape: { signature: signatureOf(method, names), ...(guards.length ? { guards: guards.join(', ') } : {}) } };
              yield endpoint;
            }
          }
        }
      }
    }
    if (text.includes('setGlobalPrefix')) for (const call of nodesOf(root, 'call_expression')) {
      if (nameOf(call) !== 'setGlobalPrefix') continue;
      const prefix = names.text(argumentsOf(call)[0]);
      if (prefix) yield { kind: 'mount', prefix, module: '*', name: '@nest' };
    }
  },
};
