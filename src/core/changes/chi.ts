import { GoRoutes } from './goRoutes.js';
import type { Recogniser } from './recogniser.js';

/** chi: nested routers in functions, groups without a prefix, `With`, `Method`. */
export const chi: Recogniser = {
  name: 'chi',
  languages: ['go'],
  hint: /go-chi\/chi/,
  read: ({ root }) => (root ? new GoRoutes(root, {
    constructors: /^chi\.New(?:Router|Mux)$/, types: /\bchi\.(?:Router|Mux)\b/, groups: /^(?:Route|Group)$/, handler: 'last', anyReceiver: false,
    verbs: { Get: 'GET', Post: 'POST', Put: 'PUT', Patch: 'PATCH', Delete: 'DELETE', Options: 'OPTIONS', Head: 'HEAD', Handle: 'ANY', HandleFunc: 'ANY', Method: '*', MethodFunc: '*' },
  }).read() : []),
};
