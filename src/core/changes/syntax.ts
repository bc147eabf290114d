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
  /** Frees what the tree holds outside of JavaScript's memory; nodes must not be used afterwards. */
  free(): void;
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
  for (const each of descendants(node)) if (types.includes(each.type)) found.push(each);
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
