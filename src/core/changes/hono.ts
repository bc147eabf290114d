import type { RouterDialect } from './nodeRoutes.js';

/** Hono: chained verbs, `route('/x', sub)`, `basePath`, `on`, and createRoute of @hono/zod-openapi. */
export const hono: RouterDialect = {
  name: 'Hono',
  hint: /\bhono\b|createRoute\s*\(|\bHono\b/i,
  modules: /^(?:hono(?:\/.*)?|@hono\/.*)$/,
  constructors: /^new (?:Hono|OpenAPIHono)\b|^(?:createRouter|createApp|factory\.createApp|honoFactory\.createApp)$/,
  types: /\b(?:Hono|OpenAPIHono)\b/,
  names: /^(?:app|router|hono|route|routes|server)$|(?:App|Router|Routes|Route)$/,
};
