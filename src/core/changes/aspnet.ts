import { attributesOf, CsNames, typeArguments } from './csharpSyntax.js';
import { joinPaths } from './facts.js';
import type { Statement } from './facts.js';
import type { Recogniser } from './recogniser.js';
import { childOf, childrenOf, expansion, nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

const verbs: Record<string, string> = { HttpGet: 'GET', HttpPost: 'POST', HttpPut: 'PUT', HttpPatch: 'PATCH', HttpDelete: 'DELETE', HttpOptions: 'OPTIONS', HttpHead: 'HEAD' };
const guarding = /authoriz|anonymous|permission|role|policy|auth|access|claim|scope|antiforgery|ratelimit|apikey|requires|admin|disallow/i;
const wrappers = /^(?:(?:System\.Threading\.Tasks\.)?(?:Task|ValueTask)|ActionResult|IActionResult|Results?)<(.*)>$/s;

/** Controllers of ASP.NET Core: attribute routes with tokens, class routes, conventional actions of MVC controllers. */
export const aspnet: Recogniser = {
  name: 'ASP.NET Core',
  languages: ['c-sharp'],
  hint: /Http(?:Get|Post|Put|Patch|Delete)\b|\[(?:Api)?(?:Route|Controller)|:\s*\w*Controller\w*\b|AcceptVerbs/,
  *read({ root, path: file }): Generator<Statement> {
    if (!root) return;
    const names = new CsNames(root);
    const meaning = (type: SyntaxNode | undefined, seen = new Set<string>()): string => {
      if (!type) return '';
      let text = normalised(type.text);
      for (const each of nodesOf(type, 'identifier')) {
        const known = names.classes.get(each.text);
        if (!known || seen.has(each.text) || seen.size > 8) continue;
        seen.add(each.text);
        text += expansion(each.text, [...childrenOf(known.field('body'), 'property_declaration'), ...childrenOf(childOf(known, 'parameter_list'), 'parameter')].map((member) => `${member.field('name')?.text ?? ''}:${meaning(member.field('type'), seen)}`).join(';'));
      }
      return text;
    };
    for (const node of nodesOf(root, 'class_declaration')) {
      const name = node.field('name')?.text ?? '';
      const attributes = attributesOf(node);
      const bases = (childOf(node, 'base_list')?.children ?? []).map(({ text }) => text);
      const own_ = childrenOf(node, 'modifier').map(({ text }) => text);
      // Attributes and bases of a partial class may stand at one of its parts in another file.
      const part = own_.includes('partial') && /Controller$/.test(name);
      const isController = attributes.some((each) => /^(?:ApiController|Controller)$/.test(each.name)) || bases.some((base) => /Controller(?:Base)?(?:<.*>)?$|^EndpointBase/.test(base)) || (/Controller$/.test(name) && attributes.some((each) => each.name === 'Route')) || part;
      if (!isController || attributes.some((each) => each.name === 'NonController')) continue;
      const controller = name.replace(/Controller$/, '');
      const routes = attributes.filter((each) => each.name === 'Route').map((each) => (names.marked(each.positional[0]) ?? '').replace(/^~/, ''));
      const base = bases.find((each) => /Controller\w*(?:<.*>)?$/.test(each) && !/^(?:Microsoft\.\w+\.\w+\.)?(?:ControllerBase|Controller|ODataController)$/.test(each));
      // A route of a base class stands in another file: its tokens are those of the class that inherits it.
      if (routes.length && (part || /\babstract\b|Base|^Api/.test(`${own_.join(' ')} ${name}`))) {
        for (const prefix of routes) yield { kind: 'mount', prefix, module: `class:${name}`, name: 'controller' };
      }
      // MVC 5 and, by custom, ASP.NET Core keep an area's controllers in a folder of its name.
      const area = names.marked(attributes.find((each) => each.name === 'Area')?.positional[0]) ?? /(?:^|\/)Areas\/(\w+)\/Controllers?\//.exec(file)?.[1];
      const above = base ?? (part && !routes.length ? name : undefined);
      const shared = attributes.filter((each) => guarding.test(each.name)).map((each) => normalised(each.node.text));
      const conventional = !routes.length && !base && bases.some((each) => /(?:^|\.)Controller$/.test(each)) && !attributes.some((each) => each.name === 'ApiController');
      for (const method of childrenOf(node.field('body'), 'method_declaration')) {
        const own = attributesOf(method);
        const action = (method.field('name')?.text ?? '').replace(/Async$/, '');
        const modifiers = childrenOf(method, 'modifier').map(({ text }) => text);
        if (own.some((each) => each.name === 'NonAction') || !modifiers.includes('public') || modifiers.includes('static')) continue;
        const routed = own.filter((each) => each.name === 'Route').map((each) => names.marked(each.positional[0]) ?? '');
        const stated: { verb: string; templates: string[]; line: number }[] = [];
        for (const each of own) {
          if (Object.hasOwn(verbs, each.name)) stated.push({ verb: verbs[each.name] ?? '', templates: each.positional[0] ?? each.named.get('template') ? [names.marked(each.positional[0] ?? each.named.get('template')) ?? ''] : routed.length ? routed : [''], line: each.node.line });
          else if (each.name === 'AcceptVerbs') for (const verb of each.positional.flatMap((one) => names.texts(one))) stated.push({ verb: verb.toUpperCase(), templates: routed.length ? routed : [names.text(each.named.get('Route')) ?? ''], line: each.node.line });
        }
        const returns = method.field('returns') ?? method.field('type');
        if (!stated.length) {
          if (routed.length) stated.push({ verb: 'ANY', templates: routed, line: method.field('name')?.line ?? method.line });
          else if (conventional && /ActionResult|ViewResult|JsonResult|IResult|PartialView|FileResult/.test(returns?.text ?? '')) stated.push({ verb: 'ANY', templates: [''], line: method.field('name')?.line ?? method.line });
        }
        if (!stated.length) continue;
        const guards = [...shared, ...own.filter((each) => guarding.test(each.name)).map((each) => normalised(each.node.text))];
        const parameters = childrenOf(method.field('parameters'), 'parameter').flatMap((parameter) => {
          const type = parameter.field('type');
          const said = attributesOf(parameter);
          if (/^(?:CancellationToken\??|(?:Func|Action)<.*>)$/s.test(type?.text ?? '') || said.some((each) => each.name === 'FromServices')) return [];
          return [`${said.map((each) => normalised(each.node.text)).join(' ')} ${meaning(type)}`];
        });
        let result = meaning(returns);
        for (let depth = 0; depth < 4; depth++) result = result.replace(wrappers, '$1');
        void typeArguments;
        const tokens = (template: string): string => template.replace(/\[controller\]/gi, controller).replace(/\[action\]/gi, action).replace(/\[area\]/gi, area ?? '');
        for (const { verb, templates, line } of stated) {
          for (const template of templates) {
            const prefixes = /^[~/]/.test(template) || !routes.length ? [''] : routes;
            for (const prefix of prefixes) {
              const said = joinPaths(tokens(prefix), tokens(template.replace(/^~/, '')));
              const inherits = above !== undefined && !routes.length && !/^[~/]/.test(template);
              // Without any route in sight the conventional one holds: below a route of the base class it does not.
              const path = !template && !routed.length && !routes.length && (conventional || inherits) ? joinPaths(area, controller, action) : said;
              yield { kind: 'endpoint', method: verb, path, line, handler: `${controller}.${action}`, ...(inherits ? { router: `class:${above.replace(/<.*$/, '')}`, group: controller, ...(path === said ? {} : { below: said }) } : { whole: true, ...(shared.length ? { group: joinPaths(tokens(prefix)) } : {}) }),
                ...(part ? { scattered: true } : {}), shape: { signature: `(${parameters.join(',')})${result}`, ...(guards.length ? { guards: guards.join(', ') } : {}) } };
            }
          }
        }
      }
    }
  },
};
