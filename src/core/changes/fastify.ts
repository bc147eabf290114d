import type { RouterDialect } from './nodeRoutes.js';

/** Fastify: verbs' methods, `route({ method, url })`, plugins with prefixes, schemas, hooks that guard. */
export const fastify: RouterDialect = {
  name: 'Fastify',
  hint: /\.\s*(?:get|post|put|patch|delete|all|route|register)\s*(?:<[^(]*>)?\s*\(/,
  modules: /^(?:fastify|@fastify\/[\w-]+|fastify-plugin|fastify-type-provider-zod)$/,
  constructors: /^(?:[Ff]astify|[Ff]astify\.default|require\(['"]fastify['"]\))$/,
  types: /\bFastify(?:Instance|PluginAsync|PluginCallback|TypedInstance)\b|\bFastify\w*Instance\b/,
  names: /^(?:fastify|app|server|instance|scope|child|f|router|route)$/,
  options: true,
};
