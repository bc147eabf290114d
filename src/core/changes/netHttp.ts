import { GoRoutes } from './goRoutes.js';
import type { Recogniser } from './recogniser.js';

/** net/http and gorilla/mux: `HandleFunc` and `Handle`, verbs in the pattern, in `.Methods()` or in the handler. */
export const netHttp: Recogniser = {
  name: 'net/http',
  languages: ['go'],
  hint: /\.(?:HandleFunc|Handle)\s*\(/,
  read: ({ root, text }) => (root && !/gin-gonic\/gin"|labstack\/echo|go-chi\/chi/.test(text) ? new GoRoutes(root, {
    constructors: /^(?:http\.NewServeMux|mux\.NewRouter)$/, types: /\b(?:http\.ServeMux|mux\.Router)\b/, groups: /^PathPrefix$/, handler: 'first', anyReceiver: false, patterns: true,
    verbs: { HandleFunc: 'ANY', Handle: 'ANY' },
  }).read() : []),
};
