import type { Statement } from './facts.js';
import { argumentsOf, classesOf, decoratorCall, decoratorsOf, javascriptLanguages, membersOf, nameOf, Names } from './javascriptSyntax.js';
import { guardsOf, signatureOf } from './nestjs.js';
import type { Recogniser } from './recogniser.js';
import { childrenOf } from './syntax.js';

const operations: Record<string, string> = { Query: 'QUERY', Mutation: 'MUTATION' };

/** Queries and mutations of resolver classes: NestJS's code-first GraphQL, and TypeGraphQL, whose decorators it took. */
export const nestGraphql: Recogniser = {
  name: 'GraphQL resolvers',
  languages: javascriptLanguages,
  hint: /@Resolver\b/,
  *read({ root }): Generator<Statement> {
    if (!root) return;
    const names = Names.of(root);
    for (const node of classesOf(root)) {
      const decorators = decoratorsOf(node);
      if (!decorators.map(decoratorCall).some((call) => nameOf(call) === 'Resolver')) continue;
      const shared = guardsOf(decorators, names);
      for (const method of childrenOf(node.field('body'), 'method_definition')) {
        const own = decoratorsOf(method);
        for (const call of own.map(decoratorCall)) {
          const operation = Object.hasOwn(operations, nameOf(call)) ? operations[nameOf(call)] : undefined;
          if (!call || !operation || call.type !== 'call_expression') continue;
          const args = argumentsOf(call);
          const handler = method.field('name')?.text ?? '';
          const name = names.text(args[0]) ?? args.map((each) => names.text(membersOf(names.value(each)).get('name'))).find(Boolean) ?? handler;
          const guards = [...shared, ...guardsOf(own, names)];
          const returns = args.filter((each) => names.text(each) === undefined && each.type !== 'object').map((each) => names.meaning(each.field('body') ?? each)).join();
          yield { kind: 'endpoint', method: operation, path: name, line: call.line, whole: true, handler, ...(shared.length ? { group: name } : {}),
            shape: { signature: `${signatureOf(method, names)}${returns}`, ...(guards.length ? { guards: guards.join(', ') } : {}) } };
        }
      }
    }
  },
};
