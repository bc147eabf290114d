import { GoRoutes } from './goRoutes.js';
import type { Recogniser } from './recogniser.js';

/** gin: groups, middleware, `Any`, `Handle`, `Match`. */
export const gin: Recogniser = {
  name: 'gin',
  languages: ['go'],
  hint: /gin-gonic\/gin|\bgin\./,
  read: ({ root }) => (root ? new GoRoutes(root, {
    constructors: /^gin\.(?:Default|New)$/, types: /\bgin\.(?:RouterGroup|Engine|IRouter|IRoutes)\b/, groups: /^Group$/, handler: 'last', anyReceiver: true,
    verbs: { GET: 'GET', POST: 'POST', PUT: 'PUT', PATCH: 'PATCH', DELETE: 'DELETE', OPTIONS: 'OPTIONS', HEAD: 'HEAD', Any: 'ANY', Handle: '*', Match: '*' },
  }).read() : []),
};
