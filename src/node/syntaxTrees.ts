import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as TreeSitter from '@vscode/tree-sitter-wasm';
import type { Language, SyntaxNode, SyntaxParser, SyntaxTree } from '../core/changes/syntax.js';

type Runtime = typeof TreeSitter;

/** Parsing one text longer than this is given up, in milliseconds. */
const timeBound = 2_000;

/**
 * Types that have no named children in any of the grammars: asking WebAssembly for them costs most of a walk, and they
 * are most of a tree.
 */
const leaves = new Set(['identifier', 'property_identifier', 'type_identifier', 'field_identifier', 'package_identifier', 'shorthand_property_identifier', 'shorthand_property_identifier_pattern', 'statement_identifier', 'private_property_identifier',
  'string_fragment', 'string_content', 'string_start', 'string_end', 'escape_sequence', 'number', 'integer', 'float', 'true', 'false', 'null', 'none', 'this', 'super', 'undefined', 'predefined_type', 'primitive_type', 'accessibility_modifier', 'visibility_modifier',
  'string_literal_content', 'modifier', 'boolean_literal', 'integer_literal', 'null_literal', 'decimal_integer_literal', 'void_type', 'integral_type', 'boolean_type', 'floating_point_type', 'interpreted_string_literal_content', 'raw_string_literal_content', 'int_literal', 'nil',
  'simple_symbol', 'hash_key_symbol', 'constant', 'instance_variable', 'self', 'name', 'regex_pattern', 'regex_flags', 'php_tag', 'break_statement', 'pass_statement', 'ellipsis', 'implicit_parameter', 'static_modifier', 'override_modifier']);
const none: readonly Node[] = [];

/** Named children are read from WebAssembly once and kept: recognisers ask for them again and again. */
class Node implements SyntaxNode {
  private known: readonly Node[] | undefined;
  private fields: Map<string, Node | undefined> | undefined;
  private until = -1;
  readonly type: string;
  readonly start: number;

  constructor(private readonly raw: TreeSitter.Node, private readonly source: string, readonly parent: Node | undefined) {
    this.type = raw.type;
    this.start = raw.startIndex;
    // `name` of PHP holds nothing, `super` and `constant` neither; what may hold something is asked when it is needed.
    this.known = leaves.has(this.type) ? none : undefined;
  }

  get end(): number { return this.until < 0 ? this.until = this.raw.endIndex : this.until; }
  get text(): string { return this.source.slice(this.start, this.end); }
  get line(): number { return this.raw.startPosition.row + 1; }

  get children(): readonly Node[] {
    if (this.known) return this.known;
    const children: Node[] = [];
    for (const raw of this.raw.namedChildren) {
      if (!raw) continue;
      const child = new Node(raw, this.source, this);
      if (!child.type.endsWith('comment')) children.push(child);
    }
    return this.known = children;
  }

  field(name: string): Node | undefined {
    this.fields ??= new Map();
    if (this.fields.has(name)) return this.fields.get(name);
    const raw = this.raw.childForFieldName(name);
    const node = raw ? this.children.find((child) => child.start === raw.startIndex && child.raw.id === raw.id) ?? new Node(raw, this.source, this) : undefined;
    this.fields.set(name, node);
    return node;
  }
}

/** Offsets at which the lines of a text start, its end included. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  starts.push(text.length);
  return starts;
}

/**
 * The stretches of whole lines in which two texts differ, from the last to the first, so that applying one leaves the
 * offsets of the next as they are. Lines that stand once in both texts, in one order, hold them apart.
 */
function editsBetween(old: string, now: string): TreeSitter.Edit[] {
  const [oldStarts, newStarts] = [lineStarts(old), lineStarts(now)];
  const lineOf = (text: string, starts: readonly number[], index: number): string => text.slice(starts[index], starts[index + 1]);
  const [oldCount, newCount] = [oldStarts.length - 1, newStarts.length - 1];
  let first = 0;
  while (first < oldCount && first < newCount && lineOf(old, oldStarts, first) === lineOf(now, newStarts, first)) first++;
  let tail = 0;
  while (tail < Math.min(oldCount, newCount) - first && lineOf(old, oldStarts, oldCount - 1 - tail) === lineOf(now, newStarts, newCount - 1 - tail)) tail++;
  const places = new Map<string, number>();
  for (let index = first; index < oldCount - tail; index++) {
    const line = lineOf(old, oldStarts, index);
    places.set(line, places.has(line) ? -1 : index);
  }
  const edits: TreeSitter.Edit[] = [];
  const between = (oldFrom: number, oldTo: number, newFrom: number, newTo: number): void => {
    if (oldFrom === oldTo && newFrom === newTo) return;
    edits.unshift({ startIndex: oldStarts[oldFrom] ?? old.length, oldEndIndex: oldStarts[oldTo] ?? old.length, newEndIndex: (oldStarts[oldFrom] ?? old.length) + (newStarts[newTo] ?? now.length) - (newStarts[newFrom] ?? now.length),
      startPosition: { row: oldFrom, column: 0 }, oldEndPosition: { row: oldTo, column: 0 }, newEndPosition: { row: oldFrom + newTo - newFrom, column: 0 } });
  };
  let [oldAt, newAt] = [first, first];
  for (let index = first; index < newCount - tail; index++) {
    const place = places.get(lineOf(now, newStarts, index));
    if (place === undefined || place < oldAt) continue;
    // Lines that follow a common one are common as well, where they are the same.
    between(oldAt, place, newAt, index);
    [oldAt, newAt] = [place + 1, index + 1];
    while (oldAt < oldCount - tail && newAt < newCount - tail && lineOf(old, oldStarts, oldAt) === lineOf(now, newStarts, newAt)) {
      oldAt++;
      newAt++;
    }
    index = newAt - 1;
  }
  between(oldAt, oldCount - tail, newAt, newCount - tail);
  return edits;
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
      const parsed = (source: string, previous: TreeSitter.Tree | null): SyntaxTree | undefined => {
        const until = performance.now() + timeBound;
        // The package's types say void, its documentation and code that `true` cancels.
        const tree = parser.parse(source, previous, { progressCallback: (() => performance.now() > until) as unknown as () => void });
        if (!tree) {
          parser.reset();
          return undefined;
        }
        return {
          root: new Node(tree.rootNode, source, undefined),
          broken: tree.rootNode.hasError,
          free: () => { tree.delete(); },
          next: (text) => {
            for (const edit of editsBetween(source, text)) tree.edit(edit);
            return parsed(text, tree);
          },
        };
      };
      return parsed(text, null);
    },
    close() {
      for (const loading of parsers.values()) void loading.then((parser) => { parser.delete(); }, () => undefined);
      parsers.clear();
    },
  };
}
