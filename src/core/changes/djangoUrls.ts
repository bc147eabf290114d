import { joinPaths } from './facts.js';
import type { Statement } from './facts.js';
import { argumentsOf, calleeOf, lastName, PythonNames } from './pythonSyntax.js';
import type { Recogniser } from './recogniser.js';
import { ancestorOf, nodesOf, normalised } from './syntax.js';
import type { SyntaxNode } from './syntax.js';

/** A regular expression of `re_path` as a path: `^users/(?P<id>\d+)/$` → `users/<id>/`. */
function plain(pattern: string): string {
  let text = pattern.replace(/^\^/, '').replace(/\$$|\\Z$/, '');
  for (let depth = 0; depth < 6; depth++) text = text.replace(/\((?:\?P<(\w+)>|\?:)?[^()]*\)\??/g, (_, name: string | undefined) => `<${name ?? 'arg'}>`);
  return text.replace(/\\([-./_])/g, '$1').replace(/\[[^\]]*\][+*]?/g, '<arg>').replace(/\/\?$/, '/').replace(/\\[dw][+*]?/g, '<arg>');
}

/** `path`, `re_path` and `url` of Django's urls.py, with the lists that the same file includes. */
export const djangoUrls: Recogniser = {
  name: 'Django',
  languages: ['python'],
  hint: /\b(?:path|re_path|url)\s*\(/,
  *read({ root, text }): Generator<Statement> {
    if (!root || !/django|urlpatterns/.test(text)) return;
    const names = new PythonNames(root);
    interface Entry { prefix: string; list: string; call: SyntaxNode }
    const entries: Entry[] = [];
    /** list name → prefixes under which this file includes it, and the list that does. */
    const included = new Map<string, { prefix: string; list: string }[]>();
    for (const call of nodesOf(root, 'call')) {
      const kind = lastName(calleeOf(call));
      if (!['path', 're_path', 'url'].includes(kind) || (call.field('function')?.type === 'attribute' && !/^(?:urls|django)/.test(calleeOf(call)))) continue;
      const { positional } = argumentsOf(call);
      const stated = names.text(positional[0]) ?? (lastName(calleeOf(positional[0])) === '_' ? names.text(argumentsOf(positional[0]).positional[0]) : undefined);
      if (stated === undefined || !positional[1]) continue;
      // Inside of include([...]) the outer path is a prefix.
      let prefix = '';
      for (let up = ancestorOf(call, 'call'); up; up = ancestorOf(up, 'call')) {
        if (['path', 're_path', 'url'].includes(lastName(calleeOf(up)))) {
          const outer = names.text(argumentsOf(up).positional[0]) ?? '';
          prefix = (lastName(calleeOf(up)) === 'path' ? outer : plain(outer)) + prefix;
        }
      }
      const assignment = ancestorOf(call, 'assignment', 'augmented_assignment');
      const list = assignment?.field('left')?.text ?? 'urlpatterns';
      const path = prefix + (kind === 'path' ? stated : plain(stated));
      const [, view] = positional;
      if (lastName(calleeOf(view)) === 'include') {
        const target = names.value(argumentsOf(view).positional[0]);
        const first = target?.type === 'tuple' ? target.children[0] : argumentsOf(view).positional[0];
        const module = names.text(first);
        if (module !== undefined) yield { kind: 'mount', prefix: path, module, name: 'urlpatterns', router: list };
        else if (first?.type === 'identifier' && names.values.has(first.text)) included.set(first.text, [...included.get(first.text) ?? [], { prefix: path, list }]);
        else if (first?.type === 'identifier' && names.imports.has(first.text)) {
          const imported = names.imports.get(first.text);
          if (imported) yield { kind: 'mount', prefix: path, module: imported.name === '*' ? imported.module : `${imported.module}${imported.module.endsWith('.') ? '' : '.'}${imported.name}`, name: 'urlpatterns', router: list };
        }
        continue;
      }
      entries.push({ prefix: path, list, call });
    }
    const prefixes = (list: string, depth = 0): { prefix: string; top: string }[] => {
      const above = depth < 6 ? included.get(list) : undefined;
      return above ? above.flatMap((each) => prefixes(each.list, depth + 1).map(({ prefix, top }) => ({ prefix: prefix + each.prefix, top }))) : [{ prefix: '', top: list }];
    };
    for (const { prefix, list, call } of entries) {
      const [, view] = argumentsOf(call).positional;
      const wrappers: string[] = [];
      let inner = view;
      while (inner?.type === 'call' && lastName(calleeOf(inner)) !== 'as_view') {
        if (/auth|login|admin|staff|permission|require|only|guard|csrf|protect|token/i.test(calleeOf(inner))) wrappers.push(calleeOf(inner));
        inner = argumentsOf(inner).positional[0];
      }
      const handler = normalised((inner?.type === 'call' ? inner.field('function')?.field('object') ?? inner : inner)?.text ?? '', true);
      for (const above of prefixes(list)) {
        yield { kind: 'endpoint', method: 'ANY', path: joinPaths(above.prefix, prefix), line: call.line, router: 'urlpatterns', ...(handler ? { handler } : {}), shape: wrappers.length ? { guards: wrappers.join(', ') } : {} };
      }
    }
  },
};
