import { joinPaths } from './facts.js';
import type { Statement } from './facts.js';
import { annotationsOf, JavaNames } from './javaSyntax.js';
import type { Annotation } from './javaSyntax.js';
import type { Recogniser } from './recogniser.js';
import { childrenOf, expansion, nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

const verbs: Record<string, string> = { GetMapping: 'GET', PostMapping: 'POST', PutMapping: 'PUT', PatchMapping: 'PATCH', DeleteMapping: 'DELETE' };
const guarding = /authoriz|secured|roles|permit|permission|requires|auth|admin|access|scope|login|denyall|acl|protected|login/i;
/** Parameters that Spring hands in: callers do not see them. */
const injected = /^(?:Http\w*(?:Request|Response|Session)|ServletRequest|ServletResponse|WebRequest|NativeWebRequest|ServerHttpRe\w+|ServerWebExchange|Principal|Authentication|Model|ModelMap|ModelAndView|BindingResult|Errors|RedirectAttributes|Locale|UriComponentsBuilder|UserDetails|SessionStatus|Map<String,Object>)$/;

/** Controllers of Spring MVC and WebFlux: class and method mappings, arrays of paths and verbs, constants. */
export const spring: Recogniser = {
  name: 'Spring MVC',
  languages: ['java'],
  hint: /@(?:Request|Get|Post|Put|Patch|Delete)Mapping\b/,
  *read({ root }): Generator<Statement> {
    if (!root) return;
    const names = new JavaNames(root);
    const fieldsOf = (name: string, seen: Set<string>): string => {
      const known = names.classes.get(name);
      if (!known || seen.has(name) || seen.size > 8) return '';
      seen.add(name);
      const parameters = known.type === 'record_declaration' ? known.field('parameters')?.children ?? [] : childrenOf(known.field('body'), 'field_declaration');
      return expansion(name, parameters.map((each) => normalised(each.text.replace(/@(?!Json)\w+(?:\((?:[^()]|\([^()]*\))*\))?/g, ''))).join(';'));
    };
    const meaning = (type: SyntaxNode | undefined): string => {
      if (!type) return '';
      const seen = new Set<string>();
      return normalised(type.text) + nodesOf(type, 'type_identifier').map(({ text }) => fieldsOf(text, seen)).join('');
    };
    const paths = (annotation: Annotation | undefined): string[] => {
      const list = names.list(annotation?.values.get('value') ?? annotation?.values.get('path')).map((each) => names.marked(each) ?? `{${each.text}}`);
      return list.length ? list : [''];
    };
    for (const node of nodesOf(root, 'class_declaration', 'interface_declaration')) {
      const annotations = annotationsOf(node);
      if (annotations.some(({ name }) => /^(?:FeignClient|HttpExchange|RetrofitClient|ReactiveFeignClient)$/.test(name))) continue;
      const mapping = annotations.find(({ name }) => name === 'RequestMapping');
      const controller = annotations.some(({ name }) => /Controller$/.test(name));
      if (!controller && !mapping && node.type === 'class_declaration' && !/Controller|Resource|Endpoint|Api/.test(node.field('name')?.text ?? '')) continue;
      const shared = annotations.filter(({ name }) => guarding.test(name)).map((each) => normalised(each.node.text));
      for (const method of childrenOf(node.field('body'), 'method_declaration')) {
        const own = annotationsOf(method);
        for (const annotation of own) {
          const verb = Object.hasOwn(verbs, annotation.name) ? verbs[annotation.name] : undefined;
          if (!verb && annotation.name !== 'RequestMapping') continue;
          const stated = verb ? [verb] : names.list(annotation.values.get('method')).map((each) => each.text.replace(/^.*\./, ''));
          const inherited = names.list(mapping?.values.get('method')).map((each) => each.text.replace(/^.*\./, ''));
          const methods = stated.length ? stated : inherited.length ? inherited : ['ANY'];
          const guards = [...shared, ...own.filter(({ name }) => guarding.test(name)).map((each) => normalised(each.node.text))];
          const parameters = childrenOf(method.field('parameters'), 'formal_parameter', 'spread_parameter').flatMap((parameter) => {
            const type = parameter.field('type');
            const bare = normalised(type?.text ?? '');
            const said = annotationsOf(parameter).filter(({ name }) => !/^(?:Parameter|Api\w*|Schema|Nullable|NonNull|Nonnull|Hidden|SuppressWarnings)$/.test(name));
            if (injected.test(bare) && !said.length) return [];
            if (said.some(({ name }) => /^(?:AuthenticationPrincipal|CurrentUser|CurrentSecurityContext)$/.test(name))) return [];
            const named = said.some(({ name, values }) => /^(?:RequestParam|RequestHeader|CookieValue)$/.test(name) && !values.has('value') && !values.has('name')) ? parameter.field('name')?.text ?? '' : '';
            return [`${said.map((each) => normalised(each.node.text)).join(' ')} ${named} ${meaning(type)}`];
          });
          const returns = meaning(method.field('type')).replace(/^(?:ResponseEntity|Mono|Flux|CompletableFuture|Callable|DeferredResult|HttpEntity)<(.*)>$/s, '$1').replace(/^ResponseEntity<(.*)>$/s, '$1');
          const schema = ['consumes', 'produces', 'params', 'headers'].flatMap((key) => (annotation.values.has(key) ? [`${key}=${normalised(annotation.values.get(key)?.text ?? '')}`] : [])).join(';');
          for (const prefix of paths(mapping)) {
            for (const path of paths(annotation)) {
              for (const each of methods) {
                yield { kind: 'endpoint', method: each, path: joinPaths(prefix, path), line: annotation.node.line, router: '@spring', handler: `${node.field('name')?.text ?? ''}.${method.field('name')?.text ?? ''}`,
                  ...(shared.length ? { group: joinPaths(prefix) } : {}), shape: { signature: `(${parameters.join(',')})${returns}`, ...(guards.length ? { guards: guards.join(', ') } : {}), ...(schema ? { schema } : {}) } };
              }
            }
          }
        }
      }
    }
  },
};
