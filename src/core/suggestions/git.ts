import type { ChangedFile, ChangeKind, GitState } from '../gitState.js';
import type { CodeLink, Suggestion } from '../session.js';

/** So many files are named with a link; the others are counted. */
export const namedFiles = 20;

const order: readonly ChangeKind[] = ['conflicted', 'modified', 'added', 'renamed', 'deleted', 'typeChanged', 'submodule', 'untracked'];
const kindWords: Record<ChangeKind, string> = {
  conflicted: 'in conflict', modified: 'modified', added: 'added', renamed: 'renamed', deleted: 'deleted', typeChanged: 'of another type', submodule: 'submodule', untracked: 'untracked',
};
const count = (number: number, one: string, many: string): string => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
/** A path as inline code that nothing in it can end. */
const code = (path: string): string => `\`${path.replaceAll('`', "'").replace(/\s/g, ' ')}\``;

function linkOf(file: ChangedFile): CodeLink | undefined {
  if (file.kind === 'deleted' || file.kind === 'submodule') return undefined;
  return { path: file.path, line: file.firstChangedLine ?? 1, ...(file.lineText ? { text: file.lineText } : {}) };
}

function kindsOf(files: readonly ChangedFile[]): string {
  return order.map((kind) => ({ kind, number: files.filter((file) => file.kind === kind).length }))
    .filter(({ number }) => number > 0).map(({ kind, number }) => `${number} ${kindWords[kind]}`).join(', ');
}

/**
 * What git says that needs attention: the uncommitted files (each with a link to its first changed line; beyond twenty
 * they are counted), and an operation that was begun and not finished. The text is what is written, so it is English.
 */
export function suggestFromGit(state: GitState): Suggestion[] {
  const suggestions: Suggestion[] = [];
  const { files, changedCount, upstream, stashes, operation } = state;
  const conflicts = files.filter(({ kind }) => kind === 'conflicted');
  if (operation || conflicts.length) {
    const what = operation ? `Finish the ${operation}` : 'Resolve the conflicts';
    suggestions.push({
      id: `git:operation:${operation ?? 'conflicts'}`, item: 'nextStep', source: 'git', rank: 5,
      text: conflicts.length ? `${what}: ${count(conflicts.length, 'file is', 'files are')} in conflict` : what,
      links: conflicts.slice(0, namedFiles).flatMap((file) => linkOf(file) ?? []),
      evidence: [{ text: operation ? `an unfinished ${operation}` : 'conflicted files' }],
    });
  }
  if (changedCount > 0) {
    const named = files.slice(0, namedFiles);
    const left = changedCount - named.length;
    const links = named.flatMap((file) => linkOf(file) ?? []);
    const staged = files.filter((file) => file.staged).length;
    const unlinked = named.filter((file) => !linkOf(file) || file.from);
    const detail = [
      ...unlinked.map((file) => (file.from ? `${kindWords[file.kind]}: ${code(file.from)} → ${code(file.path)}` : `${kindWords[file.kind]}: ${code(file.path)}`)),
      ...(left > 0 ? [`and ${left.toLocaleString('en')} more`] : []),
      ...(upstream?.ahead ? [`${count(upstream.ahead, 'commit', 'commits')} not pushed to ${code(upstream.name)}`] : []),
      ...(stashes ? [count(stashes, 'stash', 'stashes')] : []),
    ].join('\n');
    // Kinds are counted only where every file was read.
    const kinds = changedCount === files.length ? ` (${kindsOf(files)}${staged ? `; ${staged} staged` : ''})` : '';
    suggestions.push({
      id: 'git:uncommitted', item: 'uncommitted', source: 'git', rank: 3,
      text: `${count(changedCount, 'file', 'files')} uncommitted${kinds}`,
      ...(detail ? { detail } : {}), links, evidence: [{ text: 'git status', ...(links[0] ? { link: links[0] } : {}) }],
    });
  } else if (stashes) {
    suggestions.push({ id: 'git:stashes', item: 'uncommitted', source: 'git', rank: 1, text: `${count(stashes, 'stash', 'stashes')} to look at`, links: [], evidence: [{ text: 'git stash list' }] });
  }
  return suggestions;
}
