import { GoRoutes } from './goRoutes.js';
import type { Recogniser } from './recogniser.js';

/** echo: groups, middleware behind the handler, `Any`, `Add`, `Match`. */
export const echo: Recogniser = {
  name: 'echo',
  languages: ['go'],
  hint: /labstack\/echo|\becho\./,
  read: ({ root, text }) => (root && !/gin-gonic\/gin"/.test(text) ? new GoRoutes(root, {
    constructors: /^echo\.New$/, types: /\becho\.(?:Echo|Group)\b/, groups: /^Group$/, handler: 'first', anyReceiver: true,
    verbs: { GET: 'GET', POST: 'POST', PUT: 'PUT', PATCH: 'PATCH', DELETE: 'DELETE', OPTIONS: 'OPTIONS', HEAD: 'HEAD', Any: 'ANY', Add: '*', Match: '*' },
  }).read() : []),
};
