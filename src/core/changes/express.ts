import type { RouterDialect } from './nodeRoutes.js';

const verbCall = /\.\s*(?:get|post|put|patch|delete|all|use|route)\s*\(/;

/** Express, and what is built like it (routers with a method per verb): routers, chained and nested, `route('/x')`. */
export const express: RouterDialect = {
  name: 'Express',
  hint: verbCall,
  modules: /^(?:express|express-promise-router|@?koa-router|@koa\/router|restify|polka|router)$/,
  constructors: /^(?:(?:new )?express|express\.Router|(?:new )?Router|new (?:Koa)?Router|PromiseRouter|polka|restify\.createServer|express\.application)$/,
  types: /\b(?:Express|Application|Router|IRouter|express\.\w+|typeof \w*(?:express|app|router))\b/i,
  names: /^(?:app|router|server|expressApp|route|routes)$|(?:Router|Routes|App)$/,
};
