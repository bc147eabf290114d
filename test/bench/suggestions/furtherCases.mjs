// A third round of labelled excerpts: what people report, decide, refuse and run themselves, and what other tools print. Labelled
// before the rules were run on them; the first run over the 28 first ones gave a precision of 93 % and a recall of 78 %. Those
// under "must not" were written with the rules that came of it. Outputs follow those of the tools and of public issue threads.

/** @typedef {import('./cases.mjs').Case} Case */
/** @typedef {import('./transcript.mjs').Step} Step */

/** @type {Step} */
const done = { say: 'Done. Everything passes now.' };

const session = '5f0e6f0a-0000-4000-8000-000000000001';

/** @type {Case[]} */
export const furtherCases = [
  { name: 'port in use, freed', steps: [
    { user: 'start the app so I can click around' }, { run: 'npm run dev', code: 1, out: '\n> shop@1.0.0 dev\n> next dev\n\n ⨯ Failed to start server\nError: listen EADDRINUSE: address already in use :::3000\n    at <unknown> (Error: listen EADDRINUSE: address already in use :::3000) {\n  code: \'EADDRINUSE\',\n  errno: -98,\n  syscall: \'listen\',\n  port: 3000\n}' },
    { say: 'An old dev server is still holding port 3000.' }, { run: 'lsof -ti:3000 | xargs kill -9', out: '' }, { run: 'npm run dev', background: true }, { say: 'The app is at http://localhost:3000.' }],
  // Labelled first with an error as well; a process in the way is an accident of the moment (shellCommand.ts).
  expect: [{ item: 'restartCommand', has: ['npm run dev'] }] },

  { name: 'compose: a health check failed because of a password', steps: [
    { user: 'the api container keeps restarting' }, { run: 'docker compose up -d --wait', code: 1, out: ' Container shop-db-1  Started\n Container shop-api-1  Started\n Container shop-db-1  Waiting\ncontainer shop-db-1 is unhealthy' }, { run: 'docker compose logs db --tail 20', out: 'db-1  | Error: Database is uninitialized and superuser password is not specified.\ndb-1  |        You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.' },
    { say: 'The database never initialises since POSTGRES_PASSWORD is not passed to the container.' }, { edit: 'docker-compose.yml', line: 8, old: '    image: postgres:16', new: '    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD}' }, { run: 'docker compose up -d --wait', out: ' Container shop-db-1  Healthy\n Container shop-api-1  Healthy' }, done],
  expect: [{ item: ['error', 'bug'], has: ['docker compose up', 'docker-compose.yml'] }, { item: 'restartCommand', has: ['docker compose up -d'] }] },

  { name: 'Codex 0.1xx: exec_command, a failing test mended, a plan left open', agent: 'codex', steps: [
    { user: 'make the CSV export stream instead of loading everything' }, { todos: [['Write a streaming exporter', 'in_progress'], ['Use it in the controller', 'pending'], ['Remove the old exporter', 'pending']] },
    { raw: { timestamp: '2026-11-20T09:01:00.000Z', type: 'response_item', payload: { type: 'function_call', name: 'exec_command', arguments: JSON.stringify({ cmd: 'pnpm vitest run src/export', workdir: '/home/dev/shop' }), call_id: 'e1' } } },
    { raw: { timestamp: '2026-11-20T09:01:03.000Z', type: 'response_item', payload: { type: 'function_call_output', call_id: 'e1', output: 'Chunk ID: 4f1\nWall time: 2.1 seconds\nProcess exited with code 1\nOriginal token count: 120\nOutput:\n FAIL  src/export/stream.test.ts > streams rows\nTypeError: rows.pipe is not a function\n ❯ src/export/stream.ts:14:8\n\n Test Files  1 failed (1)' } } },
    { say: 'The issue is that `rows` is an async iterator, not a Node stream.' }, { edit: 'src/export/stream.ts', old: '  rows.pipe(out)', new: '  Readable.from(rows).pipe(out)' },
    { raw: { timestamp: '2026-11-20T09:02:00.000Z', type: 'response_item', payload: { type: 'function_call', name: 'exec_command', arguments: JSON.stringify({ cmd: 'pnpm vitest run src/export', workdir: '/home/dev/shop' }), call_id: 'e2' } } },
    { raw: { timestamp: '2026-11-20T09:02:03.000Z', type: 'response_item', payload: { type: 'function_call_output', call_id: 'e2', output: 'Chunk ID: 4f2\nWall time: 2.0 seconds\nProcess exited with code 0\nOutput:\n Test Files  1 passed (1)\n      Tests  3 passed (3)' } } },
    { todos: [['Write a streaming exporter', 'completed'], ['Use it in the controller', 'in_progress'], ['Remove the old exporter', 'pending']] }],
  expect: [{ item: 'bug', has: ['rows.pipe is not a function', 'src/export/stream.ts'] }, { item: 'nextStep', has: ['Use it in the controller'] }, { item: 'nextStep', has: ['Remove the old exporter'] }, { item: 'inProgress', has: ['stream.ts'] }] },

  { name: 'tasks: one deleted, one internal, one in progress', steps: [
    { user: 'clean up the checkout' }, { task: 'Split the checkout component' }, { task: 'Remove the legacy coupon field' }, { task: 'Update the snapshots' }, { taskDone: '1' },
    { raw: { parentUuid: null, isSidechain: false, type: 'assistant', sessionId: session, uuid: 'tt1', timestamp: '2026-11-20T09:20:00.000Z', cwd: '/home/dev/shop', message: { id: 'mt1', type: 'message', role: 'assistant', model: 'claude-opus-4-7', content: [{ type: 'tool_use', id: 'tu_x1', name: 'TaskUpdate', input: { taskId: '3', status: 'deleted' } }] } } },
    { raw: { parentUuid: 'tt1', isSidechain: false, type: 'user', sessionId: session, uuid: 'tt2', timestamp: '2026-11-20T09:20:01.000Z', cwd: '/home/dev/shop', message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'tu_x1', content: 'Updated task #3 deleted' }] } } },
    { say: 'The component is split. The coupon field is next.' }],
  expect: [{ item: 'nextStep', has: ['Remove the legacy coupon field'] }] },

  { name: 'a turned-down dependency, with the rule', steps: [
    { user: 'show dates like "3 days ago" in the comments' }, { run: 'npm install date-fns', out: 'added 1 package in 2s' }, { edit: 'src/comments/Comment.tsx', line: 3, old: 'const when = comment.createdAt;', new: "import { formatDistance } from 'date-fns';\nconst when = formatDistance(comment.createdAt, new Date());" }, { say: 'Relative dates are shown with date-fns.' },
    { user: "no, we don't add dependencies for things the platform can do. use Intl.RelativeTimeFormat" }, { run: 'npm uninstall date-fns', out: 'removed 1 package' }, { edit: 'src/comments/Comment.tsx', line: 3, old: "import { formatDistance } from 'date-fns';\nconst when = formatDistance(comment.createdAt, new Date());", new: 'const when = relative(comment.createdAt);' }, { say: 'Now it uses Intl.RelativeTimeFormat.' }],
  expect: [{ item: 'pattern', has: ["don't add dependencies"] }, { item: 'deadEnd', has: ['date-fns'] }] },

  { name: 'an attempt that did not help, replaced by another', steps: [
    { user: 'the dashboard test times out' }, { run: 'npx jest dashboard', code: 1, out: 'FAIL src/dashboard.test.ts\n  ● Dashboard › loads\n\n    thrown: "Exceeded timeout of 5000 ms for a test."\n\nTests:       1 failed, 4 passed, 5 total' },
    { say: 'Let me raise the timeout of the test first.' }, { edit: 'src/dashboard.test.ts', line: 12, old: "it('loads', async () => {", new: "it('loads', { timeout: 20_000 }, async () => {" }, { run: 'npx jest dashboard', code: 1, out: 'FAIL src/dashboard.test.ts\n  ● Dashboard › loads\n\n    thrown: "Exceeded timeout of 20000 ms for a test."\n\nTests:       1 failed, 4 passed, 5 total' },
    { say: "Raising the timeout didn't help, so I'll undo it. The root cause is that the widgets wait for each other: `load` awaits inside the loop." }, { edit: 'src/dashboard.test.ts', line: 12, old: "it('loads', { timeout: 20_000 }, async () => {", new: "it('loads', async () => {" }, { edit: 'src/dashboard.ts', line: 40, old: '  for (const widget of widgets) await widget.load();', new: '  await Promise.all(widgets.map((widget) => widget.load()));' },
    { run: 'npx jest dashboard', out: 'PASS src/dashboard.test.ts\nTests:       5 passed, 5 total' }, done],
  expect: [{ item: 'bug', has: ['dashboard.ts', 'await'] }, { item: 'deadEnd', has: ['timeout', 'dashboard.test.ts'] }] },

  { name: 'Prisma: migration and client', steps: [
    { user: 'add a slug to products' }, { edit: 'prisma/schema.prisma', line: 20, old: '  name String', new: '  name String\n  slug String @unique' }, { run: 'npx prisma migrate dev --name add_product_slug', out: 'Applying migration `20261120_add_product_slug`\nYour database is now in sync with your schema.\n✔ Generated Prisma Client' }, { run: 'npx prisma generate', out: '✔ Generated Prisma Client (v6.1.0)' }, { run: 'npm test', out: 'Tests: 12 passed, 12 total' }, { say: 'Products have a unique slug now.' }],
  expect: [{ item: 'restartCommand', has: ['prisma migrate'] }, { item: 'restartCommand', has: ['prisma generate'] }] },

  { name: 'a missing environment variable', steps: [
    { user: 'checkout tests are red on my machine' }, { run: 'npm test -- checkout', code: 1, out: ' FAIL  test/checkout.test.ts\n  ● Test suite failed to run\n\n    Error: STRIPE_SECRET_KEY is not set\n\n      at loadConfig (src/config.ts:18:11)\n\nTest Suites: 1 failed, 1 total' }, { say: 'The tests need STRIPE_SECRET_KEY, which only exists in CI.' }, { write: '.env.test', content: 'STRIPE_SECRET_KEY=sk_test_dummy_value_000000\n' }, { run: 'npm test -- checkout', out: 'Test Suites: 1 passed, 1 total\nTests:       8 passed, 8 total' }, done],
  expect: [{ item: 'error', has: ['STRIPE_SECRET_KEY is not set', '.env.test'] }] },

  { name: 'Python: environment, migration, server', steps: [
    { user: 'get the backend running' }, { run: 'python3 -m venv .venv && source .venv/bin/activate && pip install -r requirements.txt', out: 'Successfully installed fastapi-0.115 uvicorn-0.32' }, { run: 'source .venv/bin/activate && alembic upgrade head', out: 'INFO  [alembic.runtime.migration] Running upgrade 1a2b -> 3c4d' }, { run: 'source .venv/bin/activate && uvicorn app.main:app --reload --port 8000', background: true }, { say: 'The backend runs on port 8000.' }],
  expect: [{ item: 'restartCommand', has: ['pip install -r requirements.txt'] }, { item: 'restartCommand', has: ['alembic upgrade head'] }, { item: 'restartCommand', has: ['uvicorn app.main:app'] }] },

  { name: 'a rule said while refusing a command', steps: [
    { user: 'the client has a wrong type for price' }, { run: "sed -i 's/price: string/price: number/' src/gen/client.ts", reject: 'never edit files in src/gen by hand, they are generated from the OpenAPI file' }, { edit: 'openapi.yaml', line: 80, old: '          type: string', new: '          type: number' }, { run: 'npm run generate:client', out: 'Generated src/gen/client.ts' }, { say: 'The type is right now.' }],
  expect: [{ item: 'pattern', has: ['never edit files in src/gen'] }, { item: 'restartCommand', has: ['npm run generate:client'] }] },

  { name: 'business rules without the word always', steps: [
    { user: 'add refunds to the admin page. Refunds over 500 € need a second approval by finance. A refund can only go back to the card that was charged.' }, { write: 'src/refunds/Refunds.tsx', content: 'export const Refunds = () => null;' }, { say: 'Refunds are on the admin page, with a second approval above 500 €.' }],
  expect: [{ item: 'businessRule', has: ['second approval by finance'] }, { item: 'businessRule', has: ['only go back to the card'] }] },

  { name: 'corrections in few words', steps: [
    { user: 'delete orders older than a year' }, { edit: 'src/orders/cleanup.ts', line: 4, old: 'export {}', new: 'await db.orders.deleteMany({ olderThan: year });' }, { say: 'Old orders are deleted nightly.' },
    { user: 'No! Orders are never deleted, they get archived. The tax office wants them for ten years.' }, { edit: 'src/orders/cleanup.ts', line: 4, old: 'await db.orders.deleteMany({ olderThan: year });', new: 'await db.orders.archive({ olderThan: year });' }, { say: 'They are archived now.' }],
  expect: [{ item: 'businessRule', has: ['Orders are never deleted'] }, { item: 'deadEnd', has: ['cleanup.ts'] }] },

  { name: 'style said as a standing wish', steps: [
    { user: 'tidy up the helpers. Stop adding comments that repeat the code, and keep using early returns like everywhere else in this codebase.' }, { edit: 'src/helpers.ts', line: 5, old: '// add one\nn + 1', new: 'n + 1' }, { say: 'Tidied.' },
    { user: 'thanks. from now on put helpers next to the feature that uses them, not into src/helpers' }, { say: 'Understood.' }],
  expect: [{ item: 'pattern', has: ['next to the feature'] }] },

  { name: 'only tests were run', steps: [
    { user: 'do the tests still pass?' }, { run: 'npm test', out: 'Tests: 120 passed, 120 total' }, { say: 'Yes, all 120 pass.' }],
  expect: [] },

  { name: 'the limit was reached in the middle', steps: [
    { user: 'add rate limiting to the login endpoint, 5 tries a minute per address' }, { say: 'I will add a guard.' }, { write: 'src/auth/throttle.guard.ts', content: 'export class ThrottleGuard {\n  canActivate() { return true; }\n}' },
    { raw: { parentUuid: '00000000-0000-4000-8000-000000000004', isSidechain: false, type: 'assistant', sessionId: session, uuid: 'lim1', timestamp: '2026-11-20T09:20:00.000Z', cwd: '/home/dev/shop', isApiErrorMessage: true, error: 'rate_limit', message: { id: 'l1', type: 'message', role: 'assistant', model: '<synthetic>', content: [{ type: 'text', text: 'You have hit your session limit · resets 3pm' }] } } }],
  expect: [{ item: 'nextStep', has: ['rate limiting to the login endpoint'] }, { item: 'inProgress', has: ['throttle.guard.ts'] }] },

  { name: 'a feature and a fix, committed', steps: [
    { user: 'commit what we have in two commits' }, { run: 'git add src/api && git commit -m "feat(api): add GET /api/ideas/:id/history endpoint"', out: '[main 1a2b3c4] feat(api): add GET /api/ideas/:id/history endpoint\n 3 files changed' },
    { run: "git add -A && git commit -m \"$(cat <<'EOF'\nfix(votes): count a vote once when the button is clicked twice\n\nThe handler was registered on every render.\n\n🤖 Generated with [Claude Code](https://claude.com/claude-code)\n\nCo-Authored-By: Claude <noreply@anthropic.com>\nEOF\n)\"", out: '[main 2b3c4d5] fix(votes): count a vote once when the button is clicked twice\n 1 file changed' }, { say: 'Two commits made.' }],
  expect: [{ item: 'endpoint', has: ['/api/ideas/:id/history'] }, { item: 'bug', has: ['count a vote once', 'registered on every render'] }] },

  { name: 'a network hiccup', steps: [
    { user: 'install the new packages' }, { run: 'npm install', code: 1, out: 'npm error code ETIMEDOUT\nnpm error network request to https://registry.npmjs.org/zod failed, reason: connect ETIMEDOUT' }, { say: 'The registry timed out. Let me try again.' }, { run: 'npm install', out: 'added 14 packages in 6s' }, { say: 'Installed.' }],
  expect: [{ item: 'restartCommand', has: ['npm install'] }] },

  { name: 'it still fails at the end', steps: [
    { user: 'make the e2e login test pass' }, { run: 'npx playwright test login', code: 1, out: '  1) login.spec.ts:5:1 › logs in\n\n    Error: expect(locator).toBeVisible() failed\n\n    Locator: getByText("Welcome")\n\n  1 failed' }, { edit: 'src/login/Login.tsx', line: 9, old: 'navigate("/")', new: 'navigate("/home")' }, { run: 'npx playwright test login', code: 1, out: '  1) login.spec.ts:5:1 › logs in\n\n    Error: expect(locator).toBeVisible() failed\n\n    Locator: getByText("Welcome")\n\n  1 failed' }, { say: 'It still fails: the session cookie is not set in the test browser. I would look at the SameSite attribute next.' }],
  expect: [{ item: 'nextStep', has: ['e2e login test'] }, { item: 'inProgress', has: ['Login.tsx'] }] },

  { name: 'make targets', steps: [
    { user: 'bring the dev environment up' }, { run: 'make up', out: 'docker compose up -d\n Container db Started' }, { run: 'make migrate', out: 'migrations applied' }, { run: 'make seed', out: 'seeded 20 users' }, { run: 'make dev', background: true }, { say: 'It is up.' }],
  expect: [{ item: 'restartCommand', has: ['make up'] }, { item: 'restartCommand', has: ['make migrate'] }, { item: 'restartCommand', has: ['make seed'] }, { item: 'restartCommand', has: ['make dev'] }] },

  { name: 'pnpm workspaces', steps: [
    { user: 'run api and web' }, { run: 'pnpm install --frozen-lockfile', out: 'Done in 3.1s' }, { run: 'pnpm --filter api db:migrate', out: 'All migrations have been applied' }, { run: 'pnpm --filter web dev', background: true }, { say: 'Both run.' }],
  expect: [{ item: 'restartCommand', has: ['pnpm install'] }, { item: 'restartCommand', has: ['pnpm --filter api db:migrate'] }, { item: 'restartCommand', has: ['pnpm --filter web dev'] }] },

  { name: 'Supabase', steps: [
    { user: 'reset the local database, the seed is broken' }, { run: 'supabase start', out: 'Started supabase local development setup.' }, { run: 'supabase db reset', code: 1, out: 'Resetting local database...\nApplying migration 20261101_init.sql...\nSeeding data from supabase/seed.sql...\nERROR: insert or update on table "votes" violates foreign key constraint "votes_idea_id_fkey" (SQLSTATE 23503)' }, { say: 'The seed inserts votes before the ideas they belong to.' }, { edit: 'supabase/seed.sql', line: 4, old: 'insert into votes values (1, 7);\ninsert into ideas values (7);', new: 'insert into ideas values (7);\ninsert into votes values (1, 7);' }, { run: 'supabase db reset', out: 'Finished supabase db reset on branch main.' }, done],
  expect: [{ item: ['bug', 'error'], has: ['violates foreign key constraint', 'seed.sql'] }, { item: 'restartCommand', has: ['supabase start'] }] },

  { name: 'CocoaPods', steps: [
    { user: 'the iOS build broke after I pulled' }, { run: 'xcodebuild -workspace App.xcworkspace -scheme App build', code: 65, out: "error: The sandbox is not in sync with the Podfile.lock. Run 'pod install' or update your CocoaPods installation.\n\n** BUILD FAILED **" }, { run: 'cd ios && pod install', out: 'Pod installation complete! There are 42 dependencies' }, { run: 'xcodebuild -workspace App.xcworkspace -scheme App build', out: '** BUILD SUCCEEDED **' }, { say: 'It builds again.' }],
  expect: [{ item: 'error', has: ['not in sync with the Podfile.lock', 'pod install'] }, { item: 'restartCommand', has: ['pod install'] }] },

  { name: 'a choice of several', steps: [
    { user: 'which logins should we support?' }, { ask: 'Which sign-in methods should be supported?', options: ['Password | classic', 'Passkeys | no passwords to leak', 'Google | most customers have it', 'SAML | enterprise'], answer: 'Passkeys, Google' }, { say: 'Passkeys and Google it is.' }],
  expect: [{ item: 'decision', has: ['Passkeys, Google', 'SAML'] }] },

  { name: 'chosen in the conversation', steps: [
    { user: 'should the job queue be Redis or Postgres?' }, { say: 'Redis with BullMQ is faster; Postgres with pg-boss needs no new service. I would take pg-boss.' }, { user: "let's go with pg-boss instead of BullMQ, we don't want another service to run" }, { run: 'npm install pg-boss', out: 'added 5 packages' }, { write: 'src/queue.ts', content: "import PgBoss from 'pg-boss';" }, { say: 'The queue runs on pg-boss.' }],
  expect: [{ item: 'decision', has: ['pg-boss', 'BullMQ'] }, { item: 'restartCommand', has: ['npm install'] }] },

  { name: 'a workaround said as such', steps: [
    { user: 'CI fails on windows only' }, { run: 'npm run build', code: 1, out: "Error: EPERM: operation not permitted, rename 'dist\\tmp' -> 'dist\\out'" }, { say: 'Antivirus holds the folder open. As a workaround I copy and delete instead of renaming.' }, { edit: 'scripts/build.mjs', line: 30, old: 'renameSync(tmp, out);', new: '// Windows: rename fails while the scanner holds the folder\ncpSync(tmp, out, { recursive: true });\nrmSync(tmp, { recursive: true });' }, { run: 'npm run build', out: 'built in 2.1s' }, done],
  expect: [{ item: 'workaround', has: ['EPERM', 'build.mjs'] }] },

  { name: 'Codex: a finished feature', agent: 'codex', steps: [
    { user: 'add a --json flag to the list command' }, { edit: 'src/cli/list.ts', old: 'print(table)', new: 'print(json ? JSON.stringify(rows) : table)' }, { run: 'npm test', out: 'Tests: 31 passed, 31 total' }, { todos: [['Add the flag', 'completed'], ['Test it', 'completed']] }, { say: '`list --json` prints the rows as JSON.' }],
  expect: [] },

  { name: 'a query that was slow', steps: [
    { user: 'the ideas page takes 8 seconds' }, { run: 'npm run profile:ideas', out: 'GET /api/ideas 8123 ms, 1001 queries' }, { say: 'Found it: this is an N+1 query. The root cause is that the author of each idea is loaded on its own.' }, { edit: 'src/ideas/ideas.service.ts', line: 22, old: '.find()', new: ".find({ relations: ['author'] })" }, { run: 'npm run profile:ideas', out: 'GET /api/ideas 95 ms, 2 queries' }, { say: 'The page needs 95 ms now: the authors come with the ideas in one query.' }],
  expect: [{ item: ['bug', 'performanceSecurity'], has: ['N+1'] }] },

  { name: 'typed in the agent\'s shell', steps: [
    { user: '<bash-input>npm run migrate</bash-input>' }, { user: '<bash-stdout>Applied 2 migrations</bash-stdout><bash-stderr></bash-stderr>' }, { user: 'now write the seed for the new tables' }, { write: 'seeds/teams.ts', content: 'export const teams = [];' }, { run: 'npm run seed', out: 'seeded 4 teams' }, { say: 'Seeded.' }],
  expect: [{ item: 'restartCommand', has: ['npm run seed'] }, { item: 'restartCommand', has: ['npm run migrate'] }] },

  { name: 'must not: the agent\u2019s own fresh work does not work yet', steps: [
    { user: 'add a dark mode switch' }, { edit: 'src/theme.ts', line: 3, old: 'export {}', new: 'export const dark = store(false);' }, { say: 'The switch is in the header.' },
    { user: "the switch doesn't do anything" }, { say: 'The problem is that the class is never set on the body.' }, { edit: 'src/theme.ts', line: 4, old: 'store(false);', new: 'store(false, apply);' }, { say: 'It switches now.' }],
  expect: [] },

  { name: 'must not: a cause that is only supposed', steps: [
    { user: 'why does the page flicker?' }, { say: 'The problem is probably the font: it might be swapped after the first paint.' }, { edit: 'src/fonts.css', line: 2, old: 'font-display: swap;', new: 'font-display: optional;' }, { say: 'Please have a look whether it is better.' }],
  expect: [] },

  { name: 'must not: a reported bug that is not finished', steps: [
    { user: 'logout does not work on Safari' }, { say: 'Found the bug: the cookie is deleted with another path than it was set with, so Safari keeps it.' }, { edit: 'src/auth/logout.ts', line: 9, old: "clearCookie('sid')", new: "clearCookie('sid', { path: '/' })" }, { interrupt: true }],
  expect: [{ item: 'nextStep', has: ['logout does not work on Safari'] }, { item: 'inProgress', has: ['logout.ts'] }] },

  { name: 'must not: how something is to be done is no decision', steps: [
    { user: 'make the buttons consistent' }, { edit: 'src/Button.tsx', line: 7, old: 'radius: 2', new: 'radius: 4' }, { say: 'They all have a radius of 4 now. Should I also align the inputs?' },
    { user: 'yes. use a slightly larger font for the labels' }, { edit: 'src/Input.tsx', line: 5, old: 'font: 12', new: 'font: 13' }, { say: 'The labels are larger.' }],
  expect: [] },

  { name: 'an option by its number', steps: [
    { user: 'how should we cache the idea list?' }, { say: 'There are three options:\n\n1. Cache in the browser with ETags\n2. Redis with a TTL of one minute\n3. A materialized view\n\nI would take the first.' }, { user: 'go with option 2' }, { write: 'src/ideas/cache.ts', content: 'export const ttl = 60;' }, { say: 'The list is cached in Redis for a minute.' }],
  expect: [{ item: 'decision', has: ['option 2', 'Redis with a TTL', 'materialized view'] }] },

  { name: 'must not: what the person ran without success', steps: [
    { user: '<bash-input>npm run migrate</bash-input>' }, { user: '<bash-stdout></bash-stdout><bash-stderr>error: database "shop" does not exist</bash-stderr>' }, { user: 'is there a word for this kind of table?' }, { say: 'A junction table.' }],
  expect: [] },

  { name: 'must not: a workaround that was taken away', steps: [
    { user: 'the date test fails since the upgrade' }, { run: 'npm test -- dates', code: 1, out: ' FAIL  src/dates.test.ts\n  ● dates › parses\n\n    RangeError: Invalid time value\n\nTests:       1 failed, 3 passed, 4 total' }, { say: 'The root cause is that the old polyfill is still loaded. I remove it instead of working around it.' }, { edit: 'src/setup.ts', line: 1, old: "import './polyfill';", new: '' }, { run: 'npm test -- dates', out: 'Tests:       4 passed, 4 total' }, done],
  expect: [{ item: 'bug', has: ['Invalid time value', 'setup.ts', 'polyfill'] }] },

  { name: 'run first, which is not written first', steps: [
    { user: 'run the tests first, then fix what is red' }, { run: 'npm test', code: 1, out: ' FAIL  src/slug.test.ts\n  ● slug › keeps umlauts\n\n    TypeError: text.normalise is not a function\n\nTests:       1 failed, 9 passed, 10 total' }, { say: 'It is a misspelt method.' }, { edit: 'src/slug.ts', line: 2, old: 'text.normalise()', new: 'text.normalize()' }, { run: 'npm test', out: 'Tests:       10 passed, 10 total' }, done],
  expect: [{ item: 'bug', has: ['text.normalise is not a function', 'src/slug.ts'] }] },

  { name: 'must not: what empties the database is not run again', steps: [
    { user: 'start over with a fresh database' }, { run: 'php artisan migrate:fresh --seed', out: '   INFO  Running migrations.\n   INFO  Seeding database.' }, { run: 'php bin/console doctrine:migrations:migrate -n', out: '[notice] finished in 12ms' }, { say: 'The database is fresh.' }],
  expect: [{ item: 'restartCommand', has: ['doctrine:migrations:migrate'] }] },

  // A fourth round, labelled after the rules above and run once before the rules were touched again: precision 92.6 %, recall 86.2 %.
  { name: 'reported bug, cause named, tests run green', steps: [
    { user: 'Users get logged out after 15 minutes even when they tick "remember me"' }, { say: "I'll look at how the refresh token is issued." }, { run: 'grep -rn "expiresIn" src/auth', out: 'src/auth/auth.service.ts:88: expiresIn: "15m"' },
    { say: 'The root cause: `refresh()` signs the refresh token with the access token lifetime (15m) instead of the configured 30 days.' }, { edit: 'src/auth/auth.service.ts', line: 88, old: "expiresIn: '15m'", new: 'expiresIn: this.config.refreshTtl' }, { run: 'npm test -- auth', out: 'Tests: 14 passed, 14 total' }, { say: 'Fixed. Refresh tokens now live as long as configured.' }],
  expect: [{ item: 'bug', has: ['auth.service.ts', '15m'] }] },
  { name: 'the user pastes an error, it is fixed', steps: [
    { user: 'I get this when opening /admin:\n\nTypeError: Cannot read properties of undefined (reading \'role\')\n    at AdminGuard (src/guards/admin.ts:12:20)' }, { say: "The issue is that `session.user` is undefined for expired sessions, and the guard reads `role` without checking." }, { edit: 'src/guards/admin.ts', line: 12, old: 'return session.user.role === "admin"', new: 'return session.user?.role === "admin"' }, { say: 'The guard now handles expired sessions.' }],
  expect: [{ item: ['bug', 'error'], has: ['admin.ts', 'session.user'] }] },
  { name: 'two approaches tried and dropped', steps: [
    { user: 'speed up the image upload test, it takes 40s' }, { say: 'First I try mocking the S3 client with aws-sdk-client-mock.' }, { edit: 'test/upload.test.ts', line: 4, old: 'const s3 = real();', new: 'const s3 = mockClient(S3Client);' }, { run: 'npx vitest run upload', code: 1, out: ' FAIL  test/upload.test.ts > uploads\nTypeError: stream.getReader is not a function\n\n Tests  1 failed (1)' }, { say: "Mocking doesn't work here: the uploader uses raw streams. I'll revert that and run MinIO in memory instead." }, { edit: 'test/upload.test.ts', line: 4, old: 'const s3 = mockClient(S3Client);', new: 'const s3 = real();' }, { edit: 'src/upload/client.ts', line: 6, old: 'retries: 5', new: 'retries: env.test ? 0 : 5' }, { run: 'npx vitest run upload', out: ' Tests  1 passed (1)' }, { say: 'Down to 2 seconds.' }],
  expect: [{ item: 'deadEnd', has: ['mock', 'upload.test.ts'] }] },
  { name: 'revert asked by the user', steps: [
    { user: 'make the sidebar collapsible' }, { edit: 'src/Sidebar.tsx', line: 10, old: '<aside>', new: '<aside className={open ? "w-64" : "w-0"}>' }, { say: 'The sidebar collapses with a CSS width transition.' }, { user: 'please revert that, it breaks the focus order for keyboard users' }, { run: 'git checkout -- src/Sidebar.tsx', out: '' }, { say: 'Reverted.' }],
  expect: [{ item: 'deadEnd', has: ['Sidebar.tsx', 'focus order'] }] },
  { name: 'todo list with cancelled and done', steps: [
    { user: 'migrate to the new mail provider' }, { todos: [['Add the Postmark client', 'completed'], ['Move templates', 'in_progress'], ['Delete SendGrid code', 'pending'], ['Update the runbook', 'pending']] }, { write: 'src/mail/postmark.ts', content: 'export class Postmark {}' }, { say: 'The client is in; I am moving the templates.' }, { run: 'ls templates', out: 'a b' }],
  expect: [{ item: 'nextStep', has: ['Move templates'] }, { item: 'nextStep', has: ['Delete SendGrid code'] }, { item: 'nextStep', has: ['Update the runbook'] }, { item: 'inProgress', has: ['postmark.ts'] }] },
  { name: 'restart commands dedupe', steps: [
    { user: 'get it running' }, { run: 'npm i', out: 'added 300 packages' }, { run: 'npm install', out: 'up to date' }, { run: 'npx drizzle-kit push', out: '[✓] Changes applied' }, { run: 'PORT=4000 npm run dev', background: true }, { run: 'npm run dev -- --port 4001', background: true }, { say: 'Running on 4001.' }],
  expect: [{ item: 'restartCommand', has: ['npm install'] }, { item: 'restartCommand', has: ['drizzle-kit push'] }, { item: 'restartCommand', has: ['npm run dev'] }] },
  { name: 'lasting instruction among the task', steps: [
    { user: 'Add the tags endpoint. Keep in mind that all timestamps in the API must be UTC ISO strings, and that we never return internal ids.' }, { write: 'src/tags/tags.controller.ts', content: "@Controller('tags')\nexport class TagsController {}" }, { run: 'git commit -qam "wip"', out: '' }, { say: 'The endpoint returns UTC strings and public ids.' }],
  expect: [{ item: ['pattern', 'businessRule'], has: ['never return internal ids'] }] },
  { name: 'memory by hash', steps: [
    { memory: 'use pnpm, not npm, in this repository' }, { user: 'ok' }, { say: 'Noted.' }],
  expect: [{ item: 'pattern', has: ['pnpm, not npm'] }] },
  { name: 'plan approved', steps: [
    { user: 'plan how to split the monolith' }, { plan: '# Split billing out first\n\n## Approach\nBilling gets its own schema and talks over an outbox; the rest stays.\n\n## Steps\n1. Schema\n2. Outbox' }, { say: 'Starting with the schema.' }, { todos: [['Create the billing schema', 'in_progress'], ['Add the outbox', 'pending']] }, { run: 'ls', out: '' }],
  expect: [{ item: 'decision', has: ['Split billing out first'] }, { item: 'nextStep', has: ['Create the billing schema'] }, { item: 'nextStep', has: ['Add the outbox'] }] },
  { name: 'search that found nothing and a wrong path', steps: [
    { user: 'where is the mailer configured?' }, { run: 'grep -rn "createTransport" src', code: 1, out: '' }, { run: 'cat config/mail.js', code: 1, out: 'cat: config/mail.js: No such file or directory' }, { run: 'cat config/mailer.ts', out: 'export const mailer = {}' }, { say: 'In config/mailer.ts.' }],
  expect: [] },
  { name: 'expected failure: red, green', steps: [
    { user: 'add slugify with TDD' }, { write: 'src/slug.test.ts', content: "it('slugs', () => expect(slug('A b')).toBe('a-b'))" }, { run: 'npx vitest run slug', code: 1, out: ' FAIL  src/slug.test.ts\nError: Failed to resolve import "./slug"' }, { write: 'src/slug.ts', content: "export const slug = (t) => t.toLowerCase().replace(/ /g, '-');" }, { run: 'npx vitest run slug', out: ' Tests  1 passed (1)' }, done],
  expect: [] },
  { name: 'type errors of the agent while it works', steps: [
    { user: 'rename Idea.author to Idea.owner' }, { edit: 'src/idea.ts', line: 4, old: 'author', new: 'owner' }, { run: 'npx tsc --noEmit', code: 2, out: "src/list.ts(9,14): error TS2339: Property 'author' does not exist on type 'Idea'." }, { edit: 'src/list.ts', line: 9, old: 'idea.author', new: 'idea.owner' }, { run: 'npx tsc --noEmit', out: '' }, done],
  expect: [] },
  { name: 'node version', steps: [
    { user: 'npm ci fails for me' }, { run: 'npm ci', code: 1, out: 'npm error code EBADENGINE\nnpm error engine Unsupported engine\nnpm error engine Not compatible with your version of node/npm: shop@1.0.0\nnpm error notsup Required: {"node":">=22"}\nnpm error notsup Actual:   {"npm":"10.2.4","node":"v20.11.0"}' }, { run: 'nvm install 22 && nvm use 22', out: 'Now using node v22.4.0' }, { run: 'npm ci', out: 'added 812 packages in 9s' }, { say: 'It needs Node 22.' }],
  expect: [{ item: 'error', has: ['npm ci', 'nvm'] }, { item: 'restartCommand', has: ['npm ci'] }] },
  { name: 'env file missing', steps: [
    { user: 'docker compose fails' }, { run: 'docker compose up -d', code: 14, out: 'env file /home/dev/shop/.env not found: stat /home/dev/shop/.env: no such file or directory' }, { run: 'cp .env.example .env', out: '' }, { run: 'docker compose up -d', out: ' Container shop-db-1  Started' }, { say: 'It was the missing .env.' }],
  expect: [{ item: 'error', has: ['.env', 'cp .env.example .env'] }, { item: 'restartCommand', has: ['docker compose up -d'] }] },
  { name: 'codex: user corrects and instructs', agent: 'codex', steps: [
    { user: 'add a delete button for comments' }, { edit: 'src/Comment.tsx', old: '</li>', new: '<button onClick={remove}>x</button></li>' }, { say: 'Added a delete button.' }, { user: "that's wrong: we never delete comments, only hide them. use the hide endpoint" }, { edit: 'src/Comment.tsx', old: 'onClick={remove}', new: 'onClick={hide}' }, { say: 'The button hides the comment now.' }],
  expect: [{ item: ['businessRule', 'pattern'], has: ['we never delete comments'] }, { item: 'deadEnd', has: ['Comment.tsx'] }] },
  { name: 'codex: interrupted in the middle', agent: 'codex', steps: [
    { user: 'convert the settings page to the new form library' }, { edit: 'src/Settings.tsx', old: 'useState()', new: 'useForm()' }, { interrupt: true }],
  expect: [{ item: 'nextStep', has: ['settings page to the new form library'] }, { item: 'inProgress', has: ['Settings.tsx'] }] },
  { name: 'a rule restated and a question', steps: [
    { user: 'should we cache this?' }, { say: 'It is called once a day, so no.' }, { user: 'good. as a rule we only cache what is requested more than ten times a minute' }, { say: 'Noted.' }],
  expect: [{ item: ['pattern', 'businessRule', 'performanceSecurity'], has: ['only cache what is requested'] }] },
  { name: 'the flaky one', steps: [
    { user: 'run the e2e suite' }, { run: 'npx playwright test', code: 1, out: '  1) checkout.spec.ts:9:1 › pays\n    Error: Timed out 5000ms waiting for expect(locator).toBeVisible()\n  1 failed\n  22 passed' }, { say: 'That looks flaky; running again.' }, { run: 'npx playwright test', out: '  23 passed (41s)' }, { say: 'All green now.' }],
  expect: [] },
  { name: 'dead lock in the database', steps: [
    { user: 'orders import deadlocks under load' }, { run: 'npm run test:load', code: 1, out: 'error: deadlock detected\n    at Parser.parseErrorMessage (node_modules/pg-protocol/src/parser.ts:369:69)\n  detail: \'Process 71 waits for ShareLock on transaction 991; blocked by process 72.\'' }, { say: 'The cause: two workers update the same stock rows in different order. Sorting by id before the update avoids it.' }, { edit: 'src/orders/import.ts', line: 50, old: 'for (const row of rows)', new: 'for (const row of sortBy(rows, "id"))' }, { run: 'npm run test:load', out: 'ok' }, done],
  expect: [{ item: 'bug', has: ['deadlock detected', 'import.ts', 'different order'] }] },
  { name: 'integration facts said by the user', steps: [
    { user: 'The payment webhook comes from Adyen, not Stripe. We must answer within 10 seconds, otherwise they retry.' }, { say: 'Understood, I will answer first and process later.' }],
  expect: [{ item: ['integration', 'businessRule', 'pattern'], has: ['within 10 seconds'] }] },
  { name: 'answers to a question with other', steps: [
    { user: 'set up error tracking' }, { ask: 'Which service should errors go to?', options: ['Sentry | hosted', 'GlitchTip | self-hosted, Sentry API', 'None | logs only'], answer: 'GlitchTip' }, { run: 'npm install @sentry/node', out: 'added 30 packages' }, { say: 'Errors go to GlitchTip.' }],
  expect: [{ item: 'decision', has: ['GlitchTip', 'Sentry'] }, { item: 'restartCommand', has: ['npm install'] }] },
  { name: 'questions only', steps: [
    { user: 'is it ok to use any here?' }, { say: 'Better not; unknown is safer.' }, { user: 'why?' }, { say: 'Because it turns checks off.' }],
  expect: [] },

  { name: 'must not: a deadline is no rule', steps: [
    { user: 'we must finish the import before Friday, otherwise the release slips. what is left?' }, { say: 'Only the progress bar.' }],
  expect: [] },

  { name: 'must not: a root cause that was only explained', steps: [
    { user: 'why is the nightly job slow?' }, { say: 'The root cause is that it rebuilds the whole search index instead of what changed. Shall I change that?' }],
  expect: [] },

  { name: 'must not: a module of the project that is not written yet is no missing package', steps: [
    { user: 'write the parser, tests first' }, { write: 'src/parse.test.ts', content: "import { parse } from './parse';\nit('parses', () => expect(parse('1')).toBe(1));" }, { run: 'npx vitest run parse', code: 1, out: ' FAIL  src/parse.test.ts\nError: Failed to resolve import "./parse" from "src/parse.test.ts". Does the file exist?' }, { write: 'src/parse.ts', content: 'export const parse = Number;' }, { run: 'npx vitest run parse', out: ' Tests  1 passed (1)' }, done],
  expect: [] },

  // A fifth round, in the same way: 11 of 14 right, 2 too many.
  { name: 'rewound attempt does not count', steps: [
    { user: 'speed up search' }, { say: 'ok' }, { user: 'never use raw SQL here' }, { say: 'Understood.' }, { rewindTo: 1, user: 'use a materialized view' }, { run: 'npm run migrate', out: 'ok' }, { say: 'The view is there.' }],
  expect: [{ item: 'restartCommand', has: ['npm run migrate'] }] },
  { name: 'a secret in the command and the output', steps: [
    { user: 'seed the staging db' }, { run: 'DATABASE_URL=postgres://app:hunter2supersecret@db.local/shop npm run seed', code: 1, out: 'Error: password authentication failed for user "app"' }, { say: 'The password was rotated; the new one is in the vault.' }, { run: 'DATABASE_URL=postgres://app:othersecret99xx@db.local/shop npm run seed', out: 'seeded' }, { say: 'Seeded.' }],
  expect: [{ item: ['error', 'workaround'], has: ['password authentication failed'] }, { item: 'restartCommand', has: ['npm run seed'] }] },
  { name: 'the same error three times, then solved', steps: [
    { user: 'get the storybook build green' }, { run: 'npm run build-storybook', code: 1, out: 'ModuleNotFoundError: Module not found: Error: Can\'t resolve \'@storybook/theming\' in \'/home/dev/shop/.storybook\'' }, { run: 'npm cache clean --force', out: '' }, { run: 'npm run build-storybook', code: 1, out: 'ModuleNotFoundError: Module not found: Error: Can\'t resolve \'@storybook/theming\' in \'/home/dev/shop/.storybook\'' }, { run: 'rm -rf node_modules && npm install', out: 'added 900 packages' }, { run: 'npm run build-storybook', code: 1, out: 'ModuleNotFoundError: Module not found: Error: Can\'t resolve \'@storybook/theming\' in \'/home/dev/shop/.storybook\'' }, { say: 'The package was merged into storybook/internal in version 9; the import must change.' }, { edit: '.storybook/manager.ts', line: 1, old: "from '@storybook/theming'", new: "from 'storybook/theming'" }, { run: 'npm run build-storybook', out: 'info => Output directory: storybook-static' }, done],
  expect: [{ item: ['error', 'bug'], has: ["Can't resolve '@storybook/theming'", '3 times', 'manager.ts'] }, { item: 'restartCommand', has: ['npm install'] }] },
  { name: 'a subagent only read', steps: [
    { user: 'find where prices are rounded' }, { run: 'grep -rn round src', out: 'src/price.ts:4', side: true }, { todos: [['Look at price.ts', 'pending']], side: true }, { say: 'In src/price.ts line 4.' }],
  expect: [] },
  { name: 'skipping tests as a workaround', steps: [
    { user: 'unblock the release, CI fails on the pdf test' }, { run: 'npm test', code: 1, out: ' FAIL  src/pdf.test.ts\n  ● pdf › renders\n\n    Error: Could not find Chrome (ver. 121.0.6167.85)\n\nTests:       1 failed, 40 passed, 41 total' }, { say: 'Chrome is not on the CI image. For now I skip the test there.' }, { edit: 'src/pdf.test.ts', line: 3, old: "it('renders', async () => {", new: "it.skip('renders', async () => { // no Chrome in CI" }, { run: 'npm test', out: 'Tests:       1 skipped, 40 passed, 41 total' }, done],
  expect: [{ item: 'workaround', has: ['Could not find Chrome', 'pdf.test.ts'] }] },
  { name: 'thanks, and a new rule', steps: [
    { user: 'thanks! one more thing: migrations must be reversible, our DBA rejects them otherwise' }, { say: 'Noted.' }],
  expect: [{ item: ['pattern', 'businessRule'], has: ['migrations must be reversible'] }] },
  { name: 'emphatic task words', steps: [
    { user: 'you must rename all of the three files, and make sure you never leave the old imports in this PR' }, { run: 'git mv a.ts b.ts', out: '' }, { say: 'Renamed.' }],
  expect: [] },
  { name: 'codex: a plan all done, tests still red', agent: 'codex', steps: [
    { user: 'fix the tax calculation for Switzerland' }, { run: 'pytest tests/test_tax.py', code: 1, out: 'E       assert 7.7 == 8.1\n\n1 failed in 0.10s' }, { edit: 'tax/rates.py', old: '"CH": 7.7', new: '"CH": 8.0' }, { run: 'pytest tests/test_tax.py', code: 1, out: 'E       assert 8.0 == 8.1\n\n1 failed in 0.10s' }, { say: 'The rate is still not right.' }],
  expect: [{ item: 'nextStep', has: ['tax calculation for Switzerland'] }, { item: 'inProgress', has: ['rates.py'] }] },
  { name: 'service, then the tests pass', steps: [
    { user: 'integration tests fail on my laptop' }, { run: 'npm run test:integration', code: 1, out: 'Error: connect ECONNREFUSED 127.0.0.1:6379\n    at TCPConnectWrap.afterConnect' }, { run: 'docker run -d --name redis -p 6379:6379 redis:7', out: 'f3a9' }, { run: 'npm run test:integration', out: 'Tests: 33 passed, 33 total' }, { say: 'Redis was not running.' }],
  expect: [{ item: 'error', has: ['ECONNREFUSED 127.0.0.1:6379', 'docker run'] }, { item: 'restartCommand', has: ['docker run -d'] }] },
  { name: 'decision with reasons in a free answer', steps: [
    { user: 'plan the search' }, { ask: 'Postgres full-text search or Meilisearch?', options: ['Postgres FTS | no new service', 'Meilisearch | typo tolerance'], answer: 'Postgres FTS, we are five people and cannot run another service' }, { say: 'Then Postgres.' }],
  expect: [{ item: 'decision', has: ['Postgres FTS', 'another service'] }] },
  { name: 'a commit that fixes, made by the user in the shell', steps: [
    { user: 'commit it as fix(cart): keep the quantity when the page is reloaded' }, { run: 'git commit -am "fix(cart): keep the quantity when the page is reloaded"', out: '[main 9a8b7c6] fix(cart): keep the quantity when the page is reloaded\n 2 files changed' }, { say: 'Committed.' }],
  expect: [{ item: 'bug', has: ['keep the quantity'] }] },
  { name: 'undo of a commit', steps: [
    { user: 'the lazy loading commit broke printing, take it out' }, { run: 'git revert --no-edit 1a2b3c4', out: '[main 5d6e7f8] Revert "perf(images): load images lazily"\n 1 file changed' }, { say: 'Reverted; printing works again.' }],
  expect: [{ item: 'deadEnd', has: ['load images lazily'] }] },

  { name: 'must not: what the task itself has to be', steps: [
    { user: 'the header buttons must be blue, and the two new migrations must be renamed' }, { edit: 'src/Header.tsx', line: 4, old: 'grey', new: 'blue' }, { run: 'git commit -qam "style: blue header"', out: '' }, { say: 'Done.' }],
  expect: [] },

  { name: 'must not: a revert that met a conflict', steps: [
    { user: 'take the lazy loading commit out' }, { run: 'git revert --no-edit 1a2b3c4', code: 1, out: 'error: could not revert 1a2b3c4... perf(images): load images lazily\nhint: after resolving the conflicts, mark the corrected paths' }, { run: 'git revert --abort', out: '' }, { say: 'It conflicts with what came after; I left it in.' }],
  expect: [] },
];
