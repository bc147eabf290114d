import { Names } from './javascriptSyntax.js';
import { isJavascriptTarget } from './mounts.js';
import { languageOf, skippedText } from './sourceFiles.js';
import type { SyntaxParser } from './syntax.js';

/** What is needed of the revision that the statements stand in. */
export interface ImportSources {
  read(path: string): Promise<string | undefined>;
  paths(): Promise<readonly string[]>;
}

export const javascript = /\.[cm]?[jt]sx?$/;

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

/** The text that a name of a JavaScript file stands for: `PREFIX`, `ROUTES.users`. */
async function constantOf(path: string, text: string, name: string, parser: SyntaxParser): Promise<string | undefined> {
  const language = languageOf(path);
  if (!language || !text.includes(name.split('.')[0] ?? '') || skippedText(path, text)) return undefined;
  const tree = await parser.parse(language, text);
  const found = tree ? Names.of(tree.root).named(name) : undefined;
  tree?.free();
  return found;
}

/** Looks a JavaScript file's constants up in the modules that it imports them from. @returns the text, or undefined where it is not found */
export function openImports(sources: ImportSources, parser: SyntaxParser): (name: string, file: string) => Promise<string | undefined> {
  const known = new Map<string, Promise<string | undefined>>();

  const inFile = async (path: string, name: string, depth: number): Promise<string | undefined> => {
    const text = await sources.read(path);
    if (text === undefined || text.length > 400_000) return undefined;
    const own = await constantOf(path, text, name, parser);
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
  return (name, file) => {
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
}
