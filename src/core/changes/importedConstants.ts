import type { FilePair, Side } from './compare.js';
import type { Statement } from './facts.js';
import { isJavascriptTarget } from './mounts.js';

/** What is needed of one side of the diff. */
export interface ConstantSources {
  read(path: string): Promise<string | undefined>;
  paths(): Promise<readonly string[]>;
  /** The text that a name of the file stands for: `PREFIX`, `ROUTES.users`. */
  constant(path: string, text: string, name: string): Promise<string | undefined>;
}

const javascript = /\.[cm]?[jt]sx?$/;
const placeholder = /\{([A-Za-z_$][\w$]*(?:\.[\w$]+)*)\}/g;

/** The module that a file imports a name from, and the name there. */
function importOf(text: string, name: string): { module: string; name: string } | undefined {
  for (const match of text.matchAll(/import\s+(?:type\s+)?(?:([\w$]+)\s*(?:,\s*)?)?(?:\{([^{}]*)\}\s*|\*\s+as\s+([\w$]+)\s+)?from\s*['"]([^'"]+)['"]|(?:const|let|var)\s+(?:\{([^{}]*)\}|([\w$]+))\s*=\s*require\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    const module = match[4] ?? match[7] ?? '';
    if (name === match[1]) return { module, name: 'default' };
    if (name === match[3] || name === match[6]) return { module, name: '*' };
    for (const each of (match[2] ?? match[5] ?? '').split(',')) {
      const [exported, local] = each.trim().replace(/^type\s+/, '').split(/\s+as\s+|\s*:\s*/);
      if (exported && (local ?? exported) === name) return { module, name: exported };
    }
  }
  return undefined;
}

/** Reads the constants of other files that routes and mounts name; each file is read once. */
export function openConstants(sources: ConstantSources): (file: string, statements: readonly Statement[]) => Promise<readonly Statement[]> {
  const known = new Map<string, Promise<string | undefined>>();

  const inFile = async (path: string, name: string, depth: number): Promise<string | undefined> => {
    const text = await sources.read(path);
    if (text === undefined || text.length > 400_000) return undefined;
    const own = await sources.constant(path, text, name);
    if (own !== undefined && !own.includes('{')) return own;
    if (depth > 2) return undefined;
    // Handed on from another file: `export * from './routes'`, or imported there itself.
    const imported = importOf(text, name.split('.')[0] ?? '');
    const modules = [...(imported ? [imported.module] : []), ...[...text.matchAll(/export\s+(?:\*|\{[^}]*\})\s+from\s*['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '')];
    for (const module of modules.slice(0, 20)) {
      const found = await inModule(path, module, name, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const inModule = async (file: string, module: string, name: string, depth: number): Promise<string | undefined> => {
    if (!/^[.@~#/]|^src\/|^apps?\/|^libs?\//.test(module)) return undefined;
    const targets = (await sources.paths()).filter((path) => javascript.test(path) && isJavascriptTarget(file, module, path));
    for (const target of targets.slice(0, 3)) {
      const found = await inFile(target, name, depth);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const textOf = (file: string, name: string): Promise<string | undefined> => {
    const key = `${file}\0${name}`;
    let text = known.get(key);
    if (!text) {
      known.set(key, text = (async () => {
        const own = await sources.read(file);
        const [first = '', ...rest] = name.split('.');
        const imported = own === undefined ? undefined : importOf(own, first);
        if (!imported) return undefined;
        return inModule(file, imported.module, [...(imported.name === '*' ? [] : [imported.name === 'default' ? first : imported.name]), ...rest].join('.'), 0);
      })());
    }
    return text;
  };
  const filled = async (file: string, text: string): Promise<string> => {
    let result = text;
    for (const [all, name = ''] of text.matchAll(placeholder)) {
      const value = await textOf(file, name);
      if (value !== undefined) result = result.replace(all, () => value);
    }
    return result.replace(/\/{2,}/g, '/');
  };
  return async (file, statements) => {
    if (!javascript.test(file)) return statements;
    const asks = (text: string | undefined) => text !== undefined && text.search(placeholder) >= 0;
    if (!statements.some((statement) => (statement.kind === 'endpoint' && asks(statement.path)) || (statement.kind === 'mount' && asks(statement.prefix)))) return statements;
    return Promise.all(statements.map(async (statement): Promise<Statement> => {
      if (statement.kind === 'endpoint' && asks(statement.path)) return { ...statement, path: await filled(file, statement.path), ...(statement.group === undefined ? {} : { group: await filled(file, statement.group) }) };
      return statement.kind === 'mount' && asks(statement.prefix) ? { ...statement, prefix: await filled(file, statement.prefix) } : statement;
    }));
  };
}

/** The same pairs with the constants of other files in their paths. */
export async function withConstants(pairs: readonly FilePair[], fill: Record<Side, ReturnType<typeof openConstants>>): Promise<FilePair[]> {
  return Promise.all(pairs.map(async (pair) => ({ ...pair, before: await fill.before(pair.oldPath ?? '', pair.before), after: await fill.after(pair.newPath ?? '', pair.after) })));
}
