import type { Statement } from './facts.js';
import type { Language, SyntaxNode } from './syntax.js';

/** One file's text as the recognisers see it. */
export interface SourceFile {
  /** POSIX, relative to the repository's root. */
  readonly path: string;
  readonly text: string;
  /** Absent where the language has no grammar here (SQL, Prisma). */
  readonly root?: SyntaxNode;
}

/** What knows one framework or dialect: a file of its own, listed in recognisers.ts. */
export interface Recogniser {
  /** As people call it. */
  readonly name: string;
  /** Language of the tree it reads; `undefined`: it reads the text itself. */
  readonly languages: readonly Language[] | undefined;
  /** Whether the path may hold its statements; by default every path of its languages. */
  readonly path?: RegExp;
  /** What a text must contain to be worth parsing: cheap, and never false where there is something to state. */
  readonly hint: RegExp;
  /** The hint in either text of a file is reason to read both: what marks a statement may come or go while the thing stays. */
  readonly eitherText?: boolean;
  /** What the text states. Throws nothing on any text; what cannot be read states nothing. */
  read(file: SourceFile): Iterable<Statement>;
}
