import type { DeclaredStatement } from './facts.js';
import type { Recogniser } from './recogniser.js';
import { callOf, statementsIn, textOf } from './rubySyntax.js';
import { nodesOf } from './syntax.js';
import { classCase, singular } from './words.js';

const relations = /^(?:has_many|has_one|belongs_to|has_and_belongs_to_many|has_one_attached|has_many_attached|has_rich_text|embeds_many|embeds_one|delegated_type)$/;

/** Active Record models: entities and their associations. Columns stand in migrations and schema.rb. */
export const activeRecord: Recogniser = {
  name: 'Active Record',
  languages: ['ruby'],
  hint: /ApplicationRecord|ActiveRecord::Base|< \w+Record\b|\/models\//,
  *read({ root }): Generator<DeclaredStatement> {
    if (!root) return;
    for (const node of nodesOf(root, 'class')) {
      const base = node.field('superclass')?.children[0]?.text ?? '';
      if (!/^(?:(?:\w+::)*\w*Record|ActiveRecord::Base)$/.test(base)) continue;
      const name = node.field('name')?.text.replace(/^.*::/, '') ?? '';
      const body = statementsIn(node);
      if (body.some((each) => /^self\.abstract_class\s*=\s*true/.test(each.text)) || name === 'ApplicationRecord') continue;
      yield { kind: 'declared', of: 'entity', name, line: node.line, shape: '' };
      for (const each of body.flatMap((inner) => (inner.type === 'call' && inner.field('method')?.text === 'with_options' ? statementsIn(inner.field('block')) : [inner]))) {
        const call = callOf(each);
        if (!call || !relations.test(call.name) || /attached$|rich_text$/.test(call.name)) continue;
        const field = textOf(call.positional[0]);
        if (field === undefined) continue;
        const stated = textOf(call.named.get('class_name'))?.replace(/^.*::/, '');
        const target = stated ?? (call.named.has('polymorphic') ? undefined : classCase(call.name === 'has_many' || call.name === 'has_and_belongs_to_many' ? singular(field) : field));
        yield { kind: 'declared', of: 'relation', name: `${name}.${field}`, ...(target ? { target } : {}), line: each.line, shape: `${call.name} ${target ?? ''}${call.named.has('through') ? ` through ${textOf(call.named.get('through')) ?? ''}` : ''}` };
      }
    }
  },
};
