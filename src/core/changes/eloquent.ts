import type { DeclaredStatement } from './facts.js';
import { chainOf, className, outermostCalls } from './phpSyntax.js';
import type { Recogniser } from './recogniser.js';
import { childOf, childrenOf, nodesOf } from './syntax.js';

const relations = /^(?:hasOne|hasMany|belongsTo|belongsToMany|hasOneThrough|hasManyThrough|morphTo|morphOne|morphMany|morphToMany|morphedByMany|hasManyDeep|hasOneDeep|belongsToThrough)$/;
const bases = /^(?:\w*Model|Authenticatable|Pivot|MorphPivot|User|Eloquent|\w*Entity)$/;

/** Eloquent models: entities and their relations. Columns stand in the migrations. */
export const eloquent: Recogniser = {
  name: 'Eloquent',
  languages: ['php'],
  hint: /\bextends\b/,
  *read({ root, path, text }): Generator<DeclaredStatement> {
    if (!root || /(?:^|\/)(?:database|Http|Console|Controllers|Providers|Services|Jobs|Resources|Nova|Filament)\//.test(path)) return;
    if (!/Eloquent|Authenticatable|\\Model\b|\/(?:Models?|Entities)\//.test(`${text.slice(0, 4_000)} /${path}`)) return;
    for (const node of nodesOf(root, 'class_declaration')) {
      const base = className(childOf(node, 'base_clause')?.children[0]);
      const body = node.field('body');
      const name = node.field('name')?.text ?? '';
      const abstract = childOf(node, 'abstract_modifier') !== undefined;
      const found = childrenOf(body, 'method_declaration').flatMap((method) => {
        for (const call of nodesOf(method, 'return_statement').flatMap((each) => [...outermostCalls(each, () => true)])) {
          const chain = chainOf(call);
          const relation = chain.root === '$this' ? chain.calls.find((each) => relations.test(each.name)) : undefined;
          if (relation && (relation.args[0] || relation.name === 'morphTo')) return [{ field: method.field('name')?.text ?? '', line: method.line, kind: relation.name, target: relation.name === 'morphTo' ? undefined : className(relation.args[0]) }];
        }
        return [];
      });
      if (!base || abstract || !(bases.test(base) || (found.length > 0 && /\/Models?\//.test(`/${path}`)))) continue;
      // What extends the model itself is one, whatever it is called: TimelineEvent, PricingRule.
      if (!/^(?:Model|Pivot|MorphPivot)$/.test(base) && /(?:Request|Resource|Controller|Collection|Exception|Event|Policy|Factory|Seeder|Cast|Scope|Observer|Rule|Builder)$/.test(name)) continue;
      yield { kind: 'declared', of: 'entity', name, line: node.line, shape: '' };
      for (const { field, line, kind, target } of found) yield { kind: 'declared', of: 'relation', name: `${name}.${field}`, ...(target ? { target } : {}), line, shape: `${kind} ${target ?? ''}` };
    }
  },
};
