import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as TreeSitter from '@vscode/tree-sitter-wasm';
import type { Language, SyntaxNode, SyntaxParser, SyntaxTree } from '../core/changes/syntax.js';

type Runtime = typeof TreeSitter;

/** Parsing one text longer than this is given up, in milliseconds. */
const timeBound = 2_000;

/** Named children are read from WebAssembly once and kept: recognisers ask for them again and again. */
class Node implements SyntaxNode {
  #children: Node[] | undefined;
  #fields: Map<string, Node | undefined> | undefined;
  readonly type: string;
  readonly start: number;

  constructor(private readonly raw: TreeSitter.Node, private readonly source: string, readonly parent: Node | undefined) {
    this.type = raw.type;
    this.start = raw.startIndex;
  }

  get end(): number { return this.raw.endIndex; }
  get text(): string { return this.source.slice(this.start, this.raw.endIndex); }
  get line(): number { return this.raw.startPosition.row + 1; }

  get children(): readonly Node[] {
    this.#children ??= this.raw.namedChildren.flatMap((child) => (child && !child.type.endsWith('comment') ? [new Node(child, this.source, this)] : []));
    return this.#children;
  }

  field(name: string): Node | undefined {
    this.#fields ??= new Map();
    if (this.#fields.has(name)) return this.#fields.get(name);
    const raw = this.raw.childForFieldName(name);
    const node = raw ? this.children.find((child) => child.raw.id === raw.id) ?? new Node(raw, this.source, this) : undefined;
    this.#fields.set(name, node);
    return node;
  }
}

/** The folder that holds the runtime and the grammars: beside the bundle, or the package's own where nothing is bundled (tests). */
function grammarsFolder(): string {
  for (const folder of [join(__dirname, 'grammars'), join(__dirname, '..', 'grammars'), join(__dirname, '..', '..', 'grammars')]) {
    if (existsSync(join(folder, 'tree-sitter.wasm'))) return folder;
  }
  return dirname(createRequire(join(__dirname, 'x.js')).resolve('@vscode/tree-sitter-wasm'));
}

/**
 * Syntax trees by tree-sitter. The runtime and each grammar are loaded on first use, from inside the package.
 * @throws from `parse` if the grammars are missing, which is an installation that is broken
 */
export function openSyntaxParser(): SyntaxParser & { close(): void } {
  let runtime: Promise<Runtime> | undefined;
  const parsers = new Map<Language, Promise<TreeSitter.Parser>>();
  const folder = grammarsFolder();

  const start = async (): Promise<Runtime> => {
    const loaded = (await import('@vscode/tree-sitter-wasm')) as Runtime & { default?: Runtime };
    const api = loaded.default ?? loaded;
    const wasmBinary = readFileSync(join(folder, 'tree-sitter.wasm'));
    await api.Parser.init({ wasmBinary, locateFile: (file: string) => join(folder, file) } as Parameters<typeof api.Parser.init>[0]);
    return api;
  };
  const parserOf = async (language: Language): Promise<TreeSitter.Parser> => {
    runtime ??= start();
    const api = await runtime;
    const parser = new api.Parser();
    parser.setLanguage(await api.Language.load(await readFile(join(folder, `tree-sitter-${language}.wasm`))));
    return parser;
  };

  return {
    async parse(language, text): Promise<SyntaxTree | undefined> {
      let loading = parsers.get(language);
      if (!loading) parsers.set(language, loading = parserOf(language));
      const parser = await loading;
      const until = performance.now() + timeBound;
      // The package's types say void, its documentation and code that `true` cancels.
      const tree = parser.parse(text, null, { progressCallback: (() => performance.now() > until) as unknown as () => void });
      if (!tree) {
        parser.reset();
        return undefined;
      }
      return { root: new Node(tree.rootNode, text, undefined), free: () => { tree.delete(); } };
    },
    close() {
      for (const loading of parsers.values()) void loading.then((parser) => { parser.delete(); }, () => undefined);
      parsers.clear();
    },
  };
}
