/** A state of the files: a full commit id, or `now` (the working tree with what open editors have not saved). */
export type Version = string;

/** One file of a change; `before` is undefined for an added file, `after` for a removed one, and they differ for a renamed one. */
export interface FileChange {
  before?: string;
  after?: string;
}

/** One change: from one state to the next one. */
export interface Step {
  from: Version;
  to: Version;
  files: FileChange[];
  /** it takes a commit back, on the way to an older state or another branch */
  back?: true;
}

/** What finding lines asks of the outside world. Paths are POSIX, relative to the repository. */
export interface LineHistory {
  /** The text of a file, undefined if there is none (or it is binary, or too large to be worth it). */
  read(version: Version, path: string): Promise<string | undefined>;
  /**
   * The changes that lead from one state to another: to an older one or another branch some are taken back first. Undefined if
   * the two have nothing in common, or one of them is unknown.
   * @param path the file that is asked for: changes that do not touch it may be missing
   */
  way(from: Version, to: Version, path: string): Promise<WayFrom | undefined>;
  /** The two states compared at once, renames found; undefined if one is unknown. */
  compare(from: Version, to: Version): Promise<FileChange[] | undefined>;
}

/** A way and where on it to begin. */
export interface WayFrom {
  way: Way;
  /** a change to make before it, where the way is joined from beside */
  first?: Step;
  /** the first step to take */
  start: number;
}

/** Changes in the order they were made, oldest first. Asked for by file, so that a long way costs a line only what touched its file. */
export class Way {
  private byPath: Map<string, number[]> | undefined;
  private byVersion: Map<Version, number> | undefined;

  /** @param paths the files that it is complete for; undefined: all */
  constructor(readonly steps: readonly Step[], readonly paths?: ReadonlySet<string>) {}

  /** The index of the step that leads to a version. */
  indexOf(version: Version): number | undefined {
    this.byVersion ??= new Map(this.steps.map(({ to }, index) => [to, index]));
    return this.byVersion.get(version);
  }

  /** The first step from `start` on that touches a file, as it was called before it. */
  nextTouching(path: string, start: number): number | undefined {
    if (!this.byPath) {
      this.byPath = new Map();
      for (const [index, { files }] of this.steps.entries()) {
        for (const { before } of files) {
          if (before === undefined) continue;
          const indices = this.byPath.get(before);
          if (indices) indices.push(index);
          else this.byPath.set(before, [index]);
        }
      }
    }
    const indices = this.byPath.get(path) ?? [];
    let low = 0;
    let high = indices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((indices[middle] ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return indices[low];
  }

  /** The versions in which a file was written, from a step on, oldest first. */
  *versionsOf(path: string, start: number): Generator<Version> {
    for (let at = start; at < this.steps.length; at++) {
      const step = this.steps[at];
      if (step?.files.some(({ after }) => after === path)) yield step.to;
    }
  }
}
