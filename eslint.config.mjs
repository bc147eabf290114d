import tseslint from 'typescript-eslint';

/**
 * The direction of the house: sources → suggestions → draft → documents, and core below everything.
 * Each folder names what it may not reach for; core reaches for nothing outside itself.
 */
const outsideCore = [
  { group: ['vscode', 'node:*', 'fs', 'fs/*', 'path', 'os', 'child_process', 'crypto', 'util', 'url', 'worker_threads'], message: 'src/core imports neither vscode nor node:*; put it behind a port.' },
  { group: ['**/vscode/**', '**/node/**', '**/cli/**', '**/protocol', '**/webview/**'], message: 'src/core knows nothing of what stands above it.' },
];
const restrict = (files, patterns) => ({
  files,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', 'test/fixtures/', 'test/editor/sample/*.d.ts'] },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-empty-function': 'off',
      'no-restricted-properties': ['error',
        { property: 'innerHTML', message: 'Text reaches the page through textContent only.' },
        { property: 'outerHTML', message: 'Text reaches the page through textContent only.' },
        { property: 'insertAdjacentHTML', message: 'Text reaches the page through textContent only.' }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  restrict(['src/core/**'], outsideCore),
  restrict(['src/core/documents/**', 'src/core/links/**', 'src/core/changes/**', 'src/core/agents/**'], [...outsideCore,
    { group: ['**/suggestions/**', '**/reminder'], message: 'Sources and documents do not know suggestions or the reminder.' }]),
  restrict(['src/core/changes/**', 'src/core/agents/**'], [...outsideCore,
    { group: ['**/documents/**', '**/suggestions/**', '**/reminder', '**/handoffNote'], message: 'Sources know nothing of documents.' }]),
  restrict(['src/node/**'], [{ group: ['vscode', '**/vscode/**', '**/cli/**', '**/protocol', '**/webview/**'], message: 'src/node is the outside world without the editor.' }]),
  restrict(['src/cli/**', 'src/cli.ts'], [{ group: ['vscode', '**/vscode/**', '**/protocol', '**/webview/**'], message: 'The command line runs without the editor.' }]),
  restrict(['src/vscode/**'], [{ group: ['**/cli/**', '**/webview/**'], message: 'The editor does not call the command line or the page.' }]),
  restrict(['webview/**'], [{ group: ['vscode', 'node:*', '**/src/node/**', '**/src/vscode/**', '**/src/cli/**'], message: 'The page sees the protocol and core types only.' },
    { group: ['@vscode/webview-ui-toolkit', '@vscode/webview-ui-toolkit/*', '@microsoft/fast-*'], message: 'Only webview/toolkit.ts knows the component library.' }]),
  restrict(['webview/toolkit.ts'], [{ group: ['vscode', 'node:*', '**/src/node/**', '**/src/vscode/**', '**/src/cli/**'], message: 'The page sees the protocol and core types only.' }]),
  { files: ['src/cli/**', 'src/cli.ts', 'test/**', '*.mjs'], rules: { 'no-console': 'off' } },
  { files: ['test/**'], rules: { 'no-restricted-syntax': ['error', { selector: "Property[key.name='numRuns'] > Literal.value", message: 'Say runs(n) of test/propertyRuns.ts, so that `npm run guarantees` can run more of it.' }] } },
);
