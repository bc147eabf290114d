/** The languages whose grammars ship with us. */
export type Language = 'typescript' | 'tsx' | 'javascript' | 'python' | 'java' | 'go' | 'c-sharp' | 'ruby' | 'php';

/** A named node of a syntax tree; comments are left out everywhere. */
export interface SyntaxNode {
  readonly type: string;
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  /** Offsets in the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly children: readonly SyntaxNode[];
  readonly parent: SyntaxNode | undefined;
  field(name: string): SyntaxNode | undefined;
}

export interface SyntaxTree {
  readonly root: SyntaxNode;
  /** Parts of the text could not be read. */
  readonly broken: boolean;
  /** Frees what the tree holds outside of JavaScript's memory; nodes must not be used afterwards. */
  free(): void;
  /**
   * The tree of a later state of the same text, which reuses what did not change. This tree's nodes must not be used
   * afterwards; it still has to be freed.
   * @returns undefined if the parser gave up
   */
  next(text: string): SyntaxTree | undefined;
}

/** The port to a parser. */
export interface SyntaxParser {
  /**
   * @returns the tree, with error nodes where the text cannot be read; undefined if the parser gave up
   *   (the time bound of one file)
   */
  parse(language: Language, text: string): Promise<SyntaxTree | undefined>;
}

/** The node and everything below it, depth first, in the order of the text; `enter` may refuse what is below a node. */
export function* descendants(node: SyntaxNode, enter: (node: SyntaxNode) => boolean = () => true): Generator<SyntaxNode> {
  const stack = [node];
  for (let next = stack.pop(); next; next = stack.pop()) {
    yield next;
    if (next !== node && !enter(next)) continue;
    for (let index = next.children.length - 1; index >= 0; index--) {
      const child = next.children[index];
      if (child) stack.push(child);
    }
  }
}

/** All nodes below that have one of these types, in the order of the text. */
export function nodesOf(node: SyntaxNode, ...types: string[]): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const stack = [node];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (types.includes(next.type)) found.push(next);
    const { children } = next;
    for (let index = children.length - 1; index >= 0; index--) stack.push(children[index] as SyntaxNode);
  }
  return found;
}

/** The direct children of one of these types. */
export const childrenOf = (node: SyntaxNode | undefined, ...types: string[]): SyntaxNode[] => (node ? node.children.filter(({ type }) => types.includes(type)) : []);
export const childOf = (node: SyntaxNode | undefined, ...types: string[]): SyntaxNode | undefined => node?.children.find(({ type }) => types.includes(type));

/** The nearest ancestor of one of these types. */
export function ancestorOf(node: SyntaxNode, ...types: string[]): SyntaxNode | undefined {
  for (let up = node.parent; up; up = up.parent) if (types.includes(up.type)) return up;
  return undefined;
}

/** What stands for a part of a text that its file does not spell out. */
export const unknownPart = (node: SyntaxNode | undefined): string => `{${node?.text ?? ''}}`;

/**
 * The text of a sum of two sides of which at least one is known.
 * @param text what a side spells out, if it does
 * @param unknownLeft what stands for an unknown left side; by default nothing: most often it is the host in front of a path
 */
export function sumOf(node: SyntaxNode, text: (side: SyntaxNode | undefined) => string | undefined, unknownLeft: (side: SyntaxNode | undefined) => string = () => ''): string | undefined {
  const [left, right] = [node.field('left'), node.field('right')];
  const [before, after] = [text(left), text(right)];
  return before === undefined && after === undefined ? undefined : `${before ?? unknownLeft(left)}${after ?? unknownPart(right)}`;
}

/**
 * Text without what does not matter to its meaning: comments, white space between tokens, the style of quotes and
 * trailing commas. Two texts with the same result differ in formatting only (of the code of all our languages).
 * @param hash `#` starts a comment (Python, Ruby)
 */
export function normalised(text: string, hash = false): string {
  const token = hash
    ? /("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|#[^\n]*|\s+/g
    : /(`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\/[^\n]*|\/\*[\s\S]*?\*\/|\s+/g;
  return text.replace(token, (_, literal: string | undefined) => (literal ? `"${literal.slice(1, -1)}"` : ' '))
    .replace(/ ?([^\w"$@ ]) ?/g, '$1').replace(/[,;]+([)\]}])/g, '$1').replace(/,$/, '').trim();
}

/** What a name of the same file comes down to, in a form that `sameMeaning` takes apart again. */
export const expansion = (name: string, content: string): string => `\u0001${name}\u0003${content}\u0002`;

/** A meaning without its expansions: what the text itself says. */
export function unexpanded(meaning: string): string {
  let text = meaning;
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replace(/\u0001[^\u0001\u0002]*\u0002/g, '');
  }
  return text;
}

/**
 * Whether two meanings are the same: what the texts say, and what the names stand for that both files define. A type
 * that only moved to another file is no other type.
 */
export function sameMeaning(a: string, b: string): boolean {
  if (a === b) return true;
  const taken = (meaning: string): Map<string, string> => {
    const parts = new Map<string, string>();
    let text = meaning;
    for (let before = ''; before !== text;) {
      before = text;
      text = text.replace(/\u0001([^\u0001-\u0003]*)\u0003([^\u0001\u0002]*)\u0002/g, (_, name: string, content: string) => {
        parts.set(name, content);
        return '';
      });
    }
    return parts;
  };
  if (unexpanded(a) !== unexpanded(b)) return false;
  const [left, right] = [taken(a), taken(b)];
  return [...left].every(([name, content]) => !right.has(name) || right.get(name) === content);
}
