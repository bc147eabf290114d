import { joinPaths } from './facts.js';
import type { EndpointStatement, MountStatement, Statement } from './facts.js';
import { skippedPath, skippedText } from './sourceFiles.js';

/** What is needed of the revision that the endpoints stand in. */
export interface MountSources {
  read(path: string): Promise<string | undefined>;
  search(pattern: string, extensions: readonly string[]): Promise<readonly string[]>;
  statements(path: string, text: string): Promise<readonly Statement[]>;
}

const javascript = ['ts', 'js', 'mts', 'cts', 'mjs', 'cjs', 'tsx', 'jsx'];

/** More mounting files than this are not looked at for one router. */
const candidates = 60;
/** Routers nested deeper than this are not followed. */
const nesting = 6;

const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/');
const extensionOf = (path: string): string => /\.(\w+)$/.exec(path)?.[1] ?? '';
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `a/b` + `../c` → `a/c`. */
function resolved(folder: string, relative: string): string {
  const parts = folder.split('/').filter(Boolean);
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** A module's path without what an import may leave out: extension and `index`. */
const moduleStem = (path: string): string => path.replace(/\.[cm]?[jt]sx?$/, '').replace(/(?:^|\/)index$/, '');

/** Whether a module, as `from` imports it, is the file `target`; an alias (`@/x`) by the end of its path. */
export function isJavascriptTarget(from: string, module: string, target: string): boolean {
  const stem = moduleStem(target);
  if (module.startsWith('.')) return moduleStem(resolved(folderOf(from), module)) === stem;
  const alias = moduleStem(module.replace(/^(?:@|~|#)\/?/, '').replace(/^src\//, ''));
  return alias !== '' && (stem === alias || stem.endsWith(`/${alias}`));
}

/** Whether a dotted module, as `from` imports it, is the file `target`. */
export function isPythonTarget(from: string, module: string, target: string): boolean {
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  const stem = target.replace(/\.py$/, '').replace(/\/__init__$/, '');
  const said = module.slice(dots).replace(/\./g, '/');
  if (dots > 0) {
    // One dot is the folder of the file itself, also where the file is a package's __init__.
    const folder = folderOf(from).split('/').slice(0, dots > 1 ? 1 - dots : undefined).join('/');
    return resolved(folder, said) === stem;
  }
  return said !== '' && (stem === said || stem.endsWith(`/${said}`));
}

/**
 * Whole paths of endpoints by the mounts in other files of the same revision. What was read and found is kept, so that
 * a second question costs nothing.
 */
export function openMounts(sources: MountSources): { fullPath(file: string, endpoint: EndpointStatement): Promise<string | undefined> } {
  const stated = new Map<string, Promise<readonly Statement[]>>();
  const searched = new Map<string, Promise<readonly string[]>>();
  const prefixes = new Map<string, Promise<string | undefined>>();

  const statements = (path: string): Promise<readonly Statement[]> => {
    let known = stated.get(path);
    if (!known) {
      known = (async () => {
        const text = skippedPath(path) ? undefined : await sources.read(path);
        return text === undefined || skippedText(path, text) ? [] : sources.statements(path, text);
      })();
      stated.set(path, known);
    }
    return known;
  };
  const search = (pattern: string, extensions: readonly string[]): Promise<readonly string[]> => {
    const key = `${pattern} ${extensions.join()}`;
    let known = searched.get(key);
    if (!known) searched.set(key, known = sources.search(pattern, extensions));
    return known;
  };
  const mountsIn = async (path: string): Promise<MountStatement[]> => (await statements(path)).filter((statement) => statement.kind === 'mount');

  /** The nearest of several files: the one that shares most folders with the endpoint's. */
  const nearest = (paths: readonly string[], file: string): string[] => {
    const own = file.split('/');
    const shared = (path: string) => path.split('/').findIndex((part, index) => part !== own[index]);
    return [...paths].filter((path) => !skippedPath(path)).sort((a, b) => shared(b) - shared(a));
  };

  /** Folders that Fastify's autoload reads, with the prefix they are given. */
  const autoloaded = async (file: string): Promise<string | undefined> => {
    for (const path of nearest(await search('@fastify/autoload|fastify-autoload', javascript), file)) {
      const text = await sources.read(path);
      if (text === undefined) continue;
      for (const match of text.matchAll(/dir\s*:\s*([^\n]*(?:\n[^\n]*)?)/g)) {
        const said = [...(match[1] ?? '').matchAll(/['"`]([\w./-]+)['"`]/g)].map((each) => each[1] ?? '').filter((each) => /^[\w./-]+$/.test(each));
        if (!said.length || /options/.test(said.join())) continue;
        const folder = resolved(folderOf(path), said.join('/'));
        if (!folder || !file.startsWith(`${folder}/`)) continue;
        const around = text.slice(match.index, match.index + 400).split(/\bdir\s*:/)[1] ?? '';
        const given = /prefix\s*:\s*['"`]([^'"`]*)['"`]/.exec(around)?.[1] ?? '';
        const own = await sources.read(file);
        const auto = /(?:export\s+const|exports\.|\.)\s*autoPrefix\s*(?::\s*\w+\s*)?=\s*['"`]([^'"`]*)['"`]/.exec(own ?? '')?.[1];
        if (auto !== undefined) return joinPaths(given, auto);
        const parts = folderOf(file).slice(folder.length).split('/').filter(Boolean).map((part) => part.replace(/^__?(\w)/, ':$1'));
        return joinPaths(given, ...parts);
      }
    }
    return undefined;
  };

  /** What `RouterModule.register` sets before the paths of the module that has this controller. */
  const modulePrefix = async (file: string, controller: string): Promise<string | undefined> => {
    for (const path of nearest(await search(`\\b${escaped(controller)}\\b`, javascript), file).slice(0, candidates)) {
      const owner = (await mountsIn(path)).find(({ module }) => module === `nest-controller:${controller}`)?.name;
      if (owner === undefined) continue;
      for (const registering of nearest(await search('RouterModule', javascript), file)) {
        const mount = (await mountsIn(registering)).find(({ module }) => module === `nest-module:${owner}`);
        if (mount) return joinPaths(mount.prefix);
      }
    }
    return undefined;
  };

  /** `v1` of an application whose versions stand in its paths. */
  const nestVersion = async (file: string, version: string | undefined): Promise<string | undefined> => {
    for (const path of nearest(await search('enableVersioning', javascript), file)) {
      const mount = (await mountsIn(path)).find(({ name }) => name === '@nest-version');
      if (!mount) continue;
      const stated = version ?? mount.router;
      return stated === undefined || stated === '' ? undefined : `${mount.prefix}${stated}`;
    }
    return undefined;
  };

  const find = async (file: string, router: string, depth: number): Promise<string | undefined> => {
    const extension = extensionOf(file);
    if (depth > nesting) return undefined;
    const above = async (path: string, mount: MountStatement): Promise<string> => joinPaths(await prefixOf(path, mount.router ?? '', depth + 1), mount.prefix);
    if (router.startsWith('class:')) {
      const name = router.slice(6);
      for (const path of nearest(await search(`class ${escaped(name)}\\b`, ['cs']), file)) {
        const mount = (await mountsIn(path)).find(({ module }) => module === router);
        if (mount && path !== file) return mount.prefix;
      }
      return undefined;
    }
    if (router.startsWith('@nest')) {
      const module = router.slice('@nest:'.length);
      const below = module && (await search('RouterModule', javascript)).length ? await modulePrefix(file, module) : undefined;
      for (const path of nearest(await search('setGlobalPrefix', javascript), file)) {
        const mount = (await mountsIn(path)).find(({ name }) => name === '@nest');
        if (mount) return joinPaths(mount.prefix, below);
      }
      return below === '' ? undefined : below;
    }
    if (router === '@spring') {
      for (const path of nearest(await search('context-path|base-path', ['yml', 'yaml', 'properties']), file)) {
        const text = await sources.read(path);
        const prefix = /(?:server\.servlet\.context-path|spring\.webflux\.base-path)\s*[=:]\s*([^\s#]+)|^\s*(?:context-path|base-path)\s*:\s*["']?([^\s"'#]+)/m.exec(text ?? '');
        const said = prefix?.[1] ?? prefix?.[2];
        if (said && !said.includes('$')) return joinPaths(said);
      }
      return undefined;
    }
    if (javascript.includes(extension)) {
      const auto = await autoloaded(file);
      if (auto !== undefined) return auto;
      const name = moduleStem(file).split('/').at(-1) ?? '';
      const found = await search(`${escaped(name)}(\\.[cm]?[jt]sx?)?['"\`]`, javascript);
      const own = new Set((await statements(file)).flatMap((statement) => (statement.kind === 'endpoint' ? [statement.router] : [])));
      const barrels: string[] = [];
      for (const path of nearest(found, file).slice(0, candidates)) {
        if (path === file) continue;
        for (const mount of await mountsIn(path)) {
          if (!isJavascriptTarget(path, mount.module, file)) continue;
          if (mount.name !== undefined && own.has(mount.name) && mount.name !== router) continue;
          return above(path, mount);
        }
        if (/(?:^|\/)index\.[cm]?[jt]s$/.test(path)) barrels.push(path);
      }
      // Re-exported by an index file, mounted by whoever imports that.
      for (const barrel of barrels.slice(0, 3)) {
        const folder = moduleStem(barrel).split('/').at(-1) ?? '';
        for (const path of nearest(await search(`${escaped(folder)}(/index)?(\\.[cm]?[jt]s)?['"\`]`, javascript), file).slice(0, 20)) {
          for (const mount of await mountsIn(path)) if (isJavascriptTarget(path, mount.module, barrel) && mount.name === router) return above(path, mount);
        }
      }
      return undefined;
    }
    if (extension === 'py') {
      for (const path of nearest(await search('include_router|register_blueprint|add_namespace|include\\(', ['py']), file).slice(0, candidates * 3)) {
        for (const mount of await mountsIn(path)) {
          if (path === file && mount.router === router) continue;
          const named = mount.name !== undefined && mount.name !== '*';
          const direct = isPythonTarget(path, mount.module, file) && (!named || mount.name === router || router === '');
          const submodule = named && isPythonTarget(path, `${mount.module}${mount.module.endsWith('.') ? '' : '.'}${mount.name ?? ''}`, file);
          // A package's __init__ that hands on what a module of it defines.
          const handedOn = named && mount.name === router && isPythonTarget(path, mount.module, `${folderOf(file)}/__init__.py`);
          if (direct || submodule || handedOn) return above(path, mount);
        }
      }
      return undefined;
    }
    if (extension === 'php') {
      for (const path of nearest(await search('routes/|routes\\\\|withRouting|(require|include)(_once)?[ (].*\\.php', ['php']), file).slice(0, candidates)) {
        for (const mount of await mountsIn(path)) if (file === mount.module || file.endsWith(`/${mount.module}`)) return above(path, mount);
      }
      return undefined;
    }
    if (extension === 'rb') {
      for (const path of nearest(await search('draw', ['rb']), file).slice(0, candidates)) {
        for (const mount of await mountsIn(path)) if (file.endsWith(mount.module)) return above(path, mount);
      }
      return undefined;
    }
    if (extension === 'go' && /^[A-Za-z_]\w*$/.test(router)) {
      for (const path of nearest(await search(`\\b${router}\\(`, ['go']), file).slice(0, 20)) {
        for (const mount of await mountsIn(path)) if (mount.module === `go:${router}` || mount.module === `go:${folderOf(file).split('/').at(-1) ?? ''}.${router}`) return above(path, mount);
      }
    }
    return undefined;
  };

  const prefixOf = (file: string, router: string, depth: number): Promise<string | undefined> => {
    const key = `${file}\0${router}`;
    let known = prefixes.get(key);
    // A router that mounts itself in a circle is answered by nothing.
    if (!known) {
      prefixes.set(key, Promise.resolve(undefined));
      prefixes.set(key, known = find(file, router, depth));
    }
    return known;
  };

  return {
    async fullPath(file, endpoint) {
      if (endpoint.whole === true) return undefined;
      if (endpoint.router?.startsWith('@nest')) {
        const [prefix, version, below] = [await prefixOf(file, '@nest', 0), await nestVersion(file, endpoint.version), await prefixOf(file, endpoint.router, 0)];
        const inner = below?.slice(prefix?.length ?? 0);
        return prefix === undefined && version === undefined && below === undefined ? undefined : joinPaths(prefix, version, inner, endpoint.path);
      }
      const prefix = await prefixOf(file, endpoint.router ?? '', 0);
      if (prefix === undefined) return undefined;
      return joinPaths(prefix.replace(/\[controller\]/gi, endpoint.group ?? '').replace(/\[action\]/gi, endpoint.handler?.split('.').at(-1) ?? ''), endpoint.below ?? endpoint.path);
    },
  };
}
