// Labelled excerpts: what a sensible colleague would write down after reading each. Modelled on public sessions and
// issue threads (facts on Claude Code, §7 and §8); laterCases.mjs holds the ones over other languages, furtherCases.mjs a third round.
// An expectation is an item (or several that a person could choose between) and texts that the suggestion must hold.

import { furtherCases } from './furtherCases.mjs';
import { laterCases } from './laterCases.mjs';

/** @typedef {import('./transcript.mjs').Step} Step */
/** @typedef {{ item: string | string[], has: string[] }} Expected */
/** @typedef {{ name: string, agent?: 'claude' | 'codex', steps: Step[], expect: Expected[] }} Case */

/** @type {Step} */
const done = { say: 'All done. The change is in place and the checks pass.' };

const jestFail = `FAIL test/cart.test.ts
  ● applies the discount once

    TypeError: Cannot read properties of undefined (reading 'rate')

      at total (src/cart/total.ts:31:18)

Tests: 1 failed, 11 passed, 12 total`;
const jestPass = 'PASS test/cart.test.ts\nTests: 12 passed, 12 total';

/** @type {Case[]} */
const first = [
  { name: 'missing package, installed', steps: [
    { user: 'run the tests and fix whatever is broken' },
    { run: 'npm test', code: 1, out: "FAIL test/api.test.ts\n  ● Test suite failed to run\n\n    Cannot find module 'supertest' from 'test/api.test.ts'\n\nTests: 0 total" },
    { say: 'The package is missing from node_modules.' }, { run: 'npm install --save-dev supertest', out: 'added 14 packages in 2s' }, { run: 'npm test', out: jestPass }, done],
  expect: [{ item: 'error', has: ["Cannot find module 'supertest'", 'npm install --save-dev supertest'] }, { item: 'restartCommand', has: ['npm install'] }] },

  { name: 'bug found by a test, mended in the source', steps: [
    { user: 'the cart total is wrong for members without a plan, please fix' },
    { run: 'npm test', code: 1, out: jestFail }, { say: 'The issue is that `plan` is undefined for members without a subscription, and `total` reads `plan.rate` unconditionally.' },
    { edit: 'src/cart/total.ts', line: 31, old: '  const rate = member.plan.rate;', new: '  const rate = member.plan?.rate ?? 0;' }, { run: 'npm test', out: jestPass }, done],
  expect: [{ item: 'bug', has: ["Cannot read properties of undefined (reading 'rate')", 'src/cart/total.ts'] }] },

  { name: 'a test written first', steps: [
    { user: 'add a coupon limit, test first' },
    { write: 'test/coupon.test.ts', content: "it('refuses a second use of a coupon', () => {\n  expect(use(coupon, 2)).toBe(false);\n});" },
    { run: 'npx vitest run test/coupon.test.ts', code: 1, out: ' ❯ test/coupon.test.ts\n   × refuses a second use\nAssertionError: expected true to be false\n\n Test Files  1 failed (1)' },
    { say: 'Fails as expected. Now the implementation.' }, { edit: 'src/coupon.ts', old: 'return true;', new: 'return used < limit;' }, { run: 'npx vitest run test/coupon.test.ts', out: ' ✓ test/coupon.test.ts\n Tests  1 passed (1)' }, done],
  expect: [] },

  { name: 'a search that found nothing', steps: [
    { user: 'where is the retry logic?' }, { run: 'grep -rn "retryWithBackoff" src', code: 1, out: '' }, { run: 'rg -n "backoff" src', code: 1, out: '' }, { run: 'grep -rn "retry" src', out: 'src/http.ts:12: retry(3)' }, { say: 'The retry logic is in src/http.ts:12.' }],
  expect: [] },

  { name: 'a flaky run, repeated', steps: [
    { user: 'run the e2e tests' }, { run: 'npx playwright test', code: 1, out: '  1) checkout.spec.ts:14:3 › pays\n    Error: Timed out 5000ms waiting for expect(locator).toBeVisible()\n  1 failed' },
    { say: 'That looks flaky; let me run it again.' }, { run: 'npx playwright test', out: '  9 passed (31s)' }, { say: 'All nine pass on the second run.' }],
  expect: [] },

  { name: 'a failure that never passed', steps: [
    { user: 'upgrade to React 19' }, { run: 'npm test', code: 1, out: 'FAIL src/App.test.tsx\n  ● renders\n    TypeError: root.render is not a function\nTests: 1 failed, 1 total' },
    { edit: 'src/index.tsx', old: 'ReactDOM.render(<App/>, el)', new: 'createRoot(el).render(<App/>)' }, { run: 'npm test', code: 1, out: 'FAIL src/App.test.tsx\n  ● renders\n    TypeError: root.render is not a function\nTests: 1 failed, 1 total' }, { interrupt: true }],
  expect: [{ item: 'nextStep', has: ['upgrade to React 19'] }, { item: 'inProgress', has: ['index.tsx'] }] },

  { name: 'open to-dos', steps: [
    { user: 'add CSV export to the orders page' }, { todos: [['Add the export endpoint', 'completed'], ['Add the button to the orders page', 'in_progress'], ['Write a test for empty orders', 'pending']] },
    { write: 'src/orders/export.ts', content: 'export function toCsv(orders) {\n  return orders.map(row).join("\\n");\n}' }, { say: 'The endpoint is there; next comes the button.' }],
  expect: [{ item: 'nextStep', has: ['Add the button to the orders page'] }, { item: 'nextStep', has: ['Write a test for empty orders'] }, { item: 'inProgress', has: ['export.ts'] }] },

  { name: 'tasks made one by one', steps: [
    { user: 'prepare the release' }, { task: 'Bump the version' }, { task: 'Write the changelog' }, { task: 'Tag the release' }, { taskDone: '1' }, { say: 'The version is bumped.' }],
  expect: [{ item: 'nextStep', has: ['Write the changelog'] }, { item: 'nextStep', has: ['Tag the release'] }] },

  { name: 'all to-dos done', steps: [
    { user: 'rename the service' }, { todos: [['Rename the class', 'completed'], ['Update imports', 'completed']] }, done],
  expect: [] },

  { name: 'to-dos of a subagent are not the session\'s', steps: [
    { user: 'look into slow queries' }, { todos: [['Read the slow log', 'pending'], ['Explain the top query', 'pending']], side: true }, { say: 'The slowest query is the orders listing; an index on created_at would help.' }],
  expect: [] },

  { name: 'migration and dev server', steps: [
    { user: 'add an index on orders.created_at and start the app' }, { write: 'prisma/migrations/20261120_index/migration.sql', content: 'CREATE INDEX orders_created_at ON orders(created_at);' },
    { run: 'docker compose up -d postgres', out: ' Container shop-postgres-1  Started' }, { run: 'npx prisma migrate dev --name index', out: 'Your database is now in sync with your schema.' }, { run: 'npx prisma generate', out: '✔ Generated Prisma Client' }, { run: 'npm run dev', background: true }, done],
  expect: [{ item: 'restartCommand', has: ['docker compose up -d postgres'] }, { item: 'restartCommand', has: ['prisma migrate dev'] }, { item: 'restartCommand', has: ['npx prisma generate'] }, { item: 'restartCommand', has: ['npm run dev'] }] },

  { name: 'a migration whose last run failed', steps: [
    { user: 'run the migrations' }, { run: 'npm run migration:run', out: 'ok' }, { edit: 'src/migrations/2.ts', old: 'a', new: 'addColumn("users", "age")' }, { run: 'npm run migration:run', code: 1, out: 'QueryFailedError: column "age" of relation "users" already exists' }, { say: 'The migration fails because the column exists already. Should I drop it first?' }],
  expect: [{ item: 'nextStep', has: ['run the migrations'] }, { item: 'inProgress', has: ['2.ts'] }] },

  { name: 'a table was missing until the migration ran', steps: [
    { user: 'the API tests fail on my machine, have a look' }, { run: 'pytest tests/api', code: 1, out: 'E       sqlalchemy.exc.ProgrammingError: (psycopg2.errors.UndefinedTable) relation "invoices" does not exist\nFAILED tests/api/test_invoices.py::test_list - sqlalchemy.exc.ProgrammingError\n=== 1 failed in 0.42s ===' },
    { say: 'The invoices table was never created: the newest migration has not been applied to the test database.' }, { run: 'alembic upgrade head', out: 'INFO  [alembic.runtime.migration] Running upgrade 41 -> 42, invoices' }, { run: 'pytest tests/api', out: '=== 18 passed in 2.11s ===' }, done],
  expect: [{ item: 'error', has: ['relation "invoices" does not exist', 'alembic upgrade head'] }, { item: 'restartCommand', has: ['alembic upgrade head'] }] },

  { name: 'a service was not running', steps: [
    { user: 'why do the worker tests fail?' }, { run: 'npm run test:worker', code: 1, out: 'Error: connect ECONNREFUSED 127.0.0.1:6379\n    at TCPConnectWrap.afterConnect' }, { say: 'Redis is not running.' }, { run: 'docker compose up -d redis', out: 'Container shop-redis-1 Started' }, { run: 'npm run test:worker', out: 'Tests: 7 passed, 7 total' }, done],
  expect: [{ item: 'error', has: ['ECONNREFUSED 127.0.0.1:6379', 'docker compose up -d redis'] }, { item: 'restartCommand', has: ['docker compose up -d redis'] }] },

  { name: 'peer dependencies were gone around', steps: [
    { user: 'add the date picker' }, { run: 'npm install react-datepicker', code: 1, out: 'npm error code ERESOLVE\nnpm error ERESOLVE unable to resolve dependency tree\nnpm error Could not resolve dependency:\nnpm error peer react@"^18" from react-datepicker@6.1.0' },
    { run: 'npm install react-datepicker --legacy-peer-deps', out: 'added 5 packages' }, { say: 'Installed with legacy peer resolution.' }],
  expect: [{ item: 'workaround', has: ['ERESOLVE', '--legacy-peer-deps'] }, { item: 'restartCommand', has: ['npm install'] }] },

  { name: 'a slip while typing', steps: [
    { user: 'add a currency option to the price formatter' }, { edit: 'src/price.ts', old: 'format(price)', new: 'format(price, currency)' },
    { run: 'npx tsc --noEmit', code: 2, out: "src/price.ts(12,18): error TS2304: Cannot find name 'currency'." }, { edit: 'src/price.ts', old: 'function show(price)', new: 'function show(price, currency)' }, { run: 'npx tsc --noEmit', out: '' }, done],
  expect: [] },

  { name: 'the build was broken when the session began', steps: [
    { user: 'the build is broken since this morning, can you fix it?' }, { run: 'npm run build', code: 1, out: "src/auth/jwt.ts:14:22 - error TS2345: Argument of type 'string | undefined' is not assignable to parameter of type 'Secret'.\n\nFound 1 error in src/auth/jwt.ts:14" },
    { say: 'The problem is that `JWT_SECRET` became optional in the config type, and `sign` needs a value.' }, { edit: 'src/auth/jwt.ts', line: 14, old: 'sign(payload, config.secret)', new: 'sign(payload, required(config.secret, "JWT_SECRET"))' }, { run: 'npm run build', out: 'Done in 2.1s' }, done],
  expect: [{ item: ['error', 'bug'], has: ['TS2345', 'src/auth/jwt.ts'] }] },

  { name: 'an approach that was undone after failing', steps: [
    { user: 'make the report load faster' }, { run: 'npm test', out: jestPass }, { say: 'Let me cache the report rows in a module-level map.' },
    { edit: 'src/report.ts', line: 20, old: 'const rows = await load(id);', new: 'const rows = cache.get(id) ?? await loadIntoCache(cache, id);' }, { run: 'npm test', code: 1, out: 'FAIL test/report.test.ts\n  ● shows new rows\n    expect(received).toHaveLength(expected)\n    Expected length: 3\nTests: 1 failed, 11 passed' },
    { say: 'The cache serves stale rows; this approach does not work. Reverting it.' }, { edit: 'src/report.ts', line: 20, old: 'const rows = cache.get(id) ?? await loadIntoCache(cache, id);', new: 'const rows = await load(id);' },
    { say: 'Instead I add an index.' }, { write: 'migrations/3_index.sql', content: 'CREATE INDEX rows_report ON rows(report_id);' }, { run: 'npm test', out: jestPass }, done],
  expect: [{ item: 'deadEnd', has: ['cache', 'src/report.ts'] }] },

  { name: 'the person had it taken back', steps: [
    { user: 'make the sidebar collapsible' }, { edit: 'src/Sidebar.tsx', line: 5, old: 'return <aside>', new: 'return <aside style={{ width: open ? 240 : 0 }}>' }, { say: 'The sidebar now collapses by setting its inline width from component state.' },
    { user: "no, that doesn't work on mobile, revert that and use the existing Drawer component" }, { edit: 'src/Sidebar.tsx', line: 5, old: 'return <aside style={{ width: open ? 240 : 0 }}>', new: 'return <Drawer open={open}>' }, { say: 'The sidebar uses Drawer now.' }],
  expect: [{ item: 'deadEnd', has: ['src/Sidebar.tsx', "doesn't work on mobile"] }] },

  { name: 'a debugging line that was taken out again', steps: [
    { user: 'why is the webhook called twice?' }, { edit: 'src/webhook.ts', old: 'handle(event);', new: 'console.log("event", event.id);\nhandle(event);' }, { run: 'npm test', code: 1, out: jestFail }, { edit: 'src/webhook.ts', old: 'console.log("event", event.id);\nhandle(event);', new: 'handle(event);' }, { say: 'It is called twice because the provider retries after a timeout.' }],
  expect: [] },

  { name: 'breaking the code to see the test notice', steps: [
    { user: 'add a test for the tax rounding' }, { write: 'test/tax.test.ts', content: "it('rounds half up', () => expect(tax(10.005)).toBe(10.01));" }, { run: 'npx vitest run test/tax.test.ts', out: ' Tests  1 passed (1)' },
    { say: 'Let me temporarily break the rounding to verify that the test catches it.' }, { edit: 'src/tax.ts', old: 'Math.round(x * 100)', new: 'Math.floor(x * 100)' }, { run: 'npx vitest run test/tax.test.ts', code: 1, out: 'AssertionError: expected 10 to be 10.01\n Tests  1 failed (1)' }, { edit: 'src/tax.ts', old: 'Math.floor(x * 100)', new: 'Math.round(x * 100)' }, { run: 'npx vitest run test/tax.test.ts', out: ' Tests  1 passed (1)' }, done],
  expect: [] },

  { name: 'lasting instructions', steps: [
    { user: 'Add the refund form. From now on always validate request bodies with zod in the controller, never in the service.' }, { write: 'src/refund/form.ts', content: 'export const Refund = z.object({ amount: z.number() });' }, { run: 'git add -A && git commit -m "feat: refund form"', out: '[main 1a2b3c4] feat: refund form\n 1 file changed' }, done],
  expect: [{ item: 'pattern', has: ['always validate request bodies with zod'] }] },

  { name: 'a business rule', steps: [
    { user: 'Orders over 500 € need approval. The rule is that a manager must approve within 48 hours, otherwise the order is cancelled.' }, { say: 'Understood. Where should the approval be recorded?' }],
  expect: [{ item: 'businessRule', has: ['a manager must approve within 48 hours'] }] },

  { name: 'what the team does not do', steps: [
    { user: "we don't mock the database in integration tests here, use the test container" }, { edit: 'test/integration/orders.test.ts', old: 'const db = mockDb();', new: 'const db = await testContainer();' }, { run: 'git commit -am "test: use the container"', out: '[main 2b3c4d5] test: use the container' }, done],
  expect: [{ item: 'pattern', has: ["we don't mock the database in integration tests"] }] },

  { name: 'always and never that are no rules', steps: [
    { user: 'the page always shows the old price after a refresh and it never updates the badge. why does it always happen on Safari?' }, { say: 'Safari keeps the page in its back/forward cache, so the effect does not run again.' }],
  expect: [] },

  { name: 'added to memory', steps: [
    { memory: 'Use pnpm, never npm, in this repository' }, { user: 'thanks' }, { say: 'Noted.' }],
  expect: [{ item: 'pattern', has: ['Use pnpm, never npm'] }] },

  { name: 'a question answered', steps: [
    { user: 'store the uploaded avatars' }, { ask: 'Where should avatars be stored?', options: ['S3 | Costs a bucket, survives deploys', 'Local disk | Simple, lost on redeploy', 'Database | Backed up with the rest'], answer: 'S3' }, { write: 'src/avatar/store.ts', content: 'export const put = (key) => s3.put(key);' }, { run: 'git commit -am "feat: avatars in S3"', out: '[main 3c4d5e6] feat: avatars in S3' }, done],
  expect: [{ item: 'decision', has: ['Where should avatars be stored?', 'S3', 'Local disk'] }] },

  { name: 'a question about how to go on', steps: [
    { user: 'review my branch' }, { say: 'Two findings.' }, { ask: 'Ready to commit these changes?', options: ['Yes, commit | Create a commit', 'No | Leave it'], answer: 'Yes, commit' }, { run: 'git commit -am "chore: tidy"', out: '[main 4d5e6f7] chore: tidy' }, done],
  expect: [] },

  { name: 'a plan approved after another was turned down', steps: [
    { user: 'we need rate limiting' }, { plan: '# Rate limiting in Express middleware\n\n## Approach\nCount in memory per process.', approve: false, reject: 'we run four instances, memory does not work' },
    { plan: '# Rate limiting with Redis\n\n## Approach\nA sliding window in Redis, shared by all instances.' }, { write: 'src/limit.ts', content: 'export const limit = redisWindow(60);' }, { run: 'git commit -am "feat: rate limiting"', out: '[main 5e6f7a8] feat: rate limiting' }, done],
  expect: [{ item: 'decision', has: ['Rate limiting with Redis', 'four instances'] }] },

  { name: 'a fix that was committed', steps: [
    { user: 'refresh tokens do not update last_login' }, { edit: 'src/auth/auth.service.ts', line: 245, old: 'return this.sign(user);', new: 'await this.users.touch(user.id);\nreturn this.sign(user);' }, { run: 'npm test', out: jestPass },
    { run: 'git commit -am "fix(auth): update last_login when a token is refreshed" -m "The refresh path skipped the login hook."', out: '[main 6f7a8b9] fix(auth): update last_login when a token is refreshed\n 1 file changed' }, done],
  expect: [{ item: 'bug', has: ['update last_login when a token is refreshed', 'skipped the login hook'] }] },

  { name: 'a fix and its commit are one', steps: [
    { user: 'the invoice job crashes' }, { run: 'npm run job:invoice', code: 1, out: "TypeError: Cannot read properties of null (reading 'vatId')\n    at render (src/invoice/render.ts:40:11)" }, { say: 'The cause is that private customers have no vatId and render reads it anyway.' },
    { edit: 'src/invoice/render.ts', line: 40, old: 'customer.company.vatId', new: 'customer.company?.vatId ?? ""' }, { run: 'npm run job:invoice', out: 'rendered 40 invoices' }, { run: 'git commit -am "fix: invoice render reads vatId of private customers"', out: '[main 7a8b9c0] fix: invoice render reads vatId of private customers' }, done],
  expect: [{ item: 'bug', has: ["reading 'vatId'", 'src/invoice/render.ts'] }] },

  { name: 'commits that teach nothing', steps: [
    { user: 'tidy up' }, { run: 'git commit -am "chore: bump deps"', out: '[main 8b9c0d1] chore: bump deps' }, { run: 'git commit -am "fix: typo in readme"', out: '[main 9c0d1e2] fix: typo in readme' }, { run: 'git commit -am "style: format"', out: '[main 0d1e2f3] style: format' }, done],
  expect: [] },

  { name: 'interrupted in the middle', steps: [
    { user: 'split the checkout component into steps' }, { say: 'I start with the address step.' }, { write: 'src/checkout/AddressStep.tsx', content: 'export function AddressStep() {\n  return <Form />;\n}' }, { interrupt: true }],
  expect: [{ item: 'nextStep', has: ['split the checkout component into steps'] }, { item: 'inProgress', has: ['AddressStep.tsx'] }] },

  { name: 'a request that is finished', steps: [
    { user: 'rename getCwd to currentFolder' }, { edit: 'src/fs.ts', old: 'getCwd()', new: 'currentFolder()' }, { run: 'npx tsc --noEmit', out: '' }, { run: 'git commit -am "refactor: rename"', out: '[main 1e2f3a4] refactor: rename' }, { say: 'Renamed everywhere.' }],
  expect: [] },

  { name: 'only what came after the compaction', steps: [
    { user: 'never use default exports' }, { run: 'npm test', code: 1, out: jestFail }, { edit: 'src/cart/total.ts', old: 'a.b', new: 'a?.b' }, { run: 'npm test', out: jestPass }, { todos: [['Write the migration guide', 'pending'], ['Fix the cart', 'completed']] }, { compact: true }, { user: 'go on' }, { say: 'The cart is fixed; the guide is left.' }],
  expect: [{ item: 'nextStep', has: ['Write the migration guide'] }] },

  { name: 'only what came after clear', steps: [
    { user: 'always use tabs' }, { say: 'ok' }, { clear: true }, { user: 'what does this project do?' }, { say: 'It is a shop.' }],
  expect: [] },

  { name: 'a rewound branch does not count', steps: [
    { user: 'add dark mode' }, { say: 'Which way?' }, { user: 'always inline the colours' }, { edit: 'src/theme.ts', old: 'x', new: 'const dark = "#000";' }, { say: 'Inlined.' },
    { rewindTo: 1 }, { user: 'use CSS variables' }, { edit: 'src/theme.css', old: ':root {', new: ':root { --bg: #fff;' }, { run: 'git commit -am "feat: dark mode"', out: '[main 2f3a4b5] feat: dark mode' }, { say: 'Dark mode uses CSS variables.' }],
  expect: [] },

  { name: 'a subagent met and mended an error', steps: [
    { user: 'get the import script running' }, { run: 'python scripts/import.py', code: 1, out: "Traceback (most recent call last):\n  File \"scripts/import.py\", line 3, in <module>\nModuleNotFoundError: No module named 'openpyxl'", side: true }, { run: 'pip install -r requirements-dev.txt', out: 'Successfully installed openpyxl-3.1.5', side: true }, { run: 'python scripts/import.py', out: 'imported 120 rows', side: true }, { say: 'The import script runs.' }],
  expect: [{ item: 'error', has: ["No module named 'openpyxl'", 'pip install -r requirements-dev.txt'] }, { item: 'restartCommand', has: ['pip install -r requirements-dev.txt'] }] },

  { name: 'a pipe hides the exit code', steps: [
    { user: 'why is CI red?' }, { run: 'npm test 2>&1 | tail -30', out: jestFail }, { say: 'The root cause is that the discount table is not loaded before the cart is built.' }, { edit: 'src/cart/total.ts', line: 31, old: 'discounts.rate', new: '(await discounts()).rate' }, { run: 'npm test 2>&1 | tail -30', out: jestPass }, done],
  expect: [{ item: 'bug', has: ["reading 'rate'", 'src/cart/total.ts'] }] },

  { name: 'an error met again and again', steps: [
    { user: 'get docker builds working' }, { run: 'docker build -t shop .', code: 1, out: 'ERROR: failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1\nnpm error Missing: sharp@0.33.2 from lock file' }, { edit: 'Dockerfile', old: 'RUN npm ci', new: 'RUN npm ci --include=optional' },
    { run: 'docker build -t shop .', code: 1, out: 'npm error Missing: sharp@0.33.2 from lock file' }, { edit: 'Dockerfile', old: 'FROM node:20', new: 'FROM node:22' }, { run: 'docker build -t shop .', code: 1, out: 'npm error Missing: sharp@0.33.2 from lock file' },
    { say: 'The problem is that the lock file was written on macOS without the Linux optional packages.' }, { run: 'npm install --os=linux --cpu=x64 sharp', out: 'added 3 packages' }, { run: 'docker build -t shop .', out: 'writing image sha256:aa' }, { say: 'The image builds.' }],
  expect: [{ item: ['error', 'workaround'], has: ['sharp', '3 times', 'npm install'] }, { item: 'restartCommand', has: ['npm install'] }] },

  { name: 'secrets are not shown', steps: [
    { user: 'always pass API_TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789 when calling the deploy hook' }, { say: 'Understood.' }],
  expect: [{ item: 'pattern', has: ['when calling the deploy hook', '••••'] }] },

  { name: 'Codex: a plan with open steps', agent: 'codex', steps: [
    { user: 'port the cron jobs to the queue' }, { todos: [['Inventory the cron jobs', 'completed'], ['Port the nightly report', 'in_progress'], ['Remove crontab entries', 'pending']] }, { write: 'src/jobs/report.ts', content: 'export const report = job("report");' }, { say: 'The nightly report is half ported.' }],
  expect: [{ item: 'nextStep', has: ['Port the nightly report'] }, { item: 'nextStep', has: ['Remove crontab entries'] }, { item: 'inProgress', has: ['report.ts'] }] },

  { name: 'Codex: failed, mended, passed', agent: 'codex', steps: [
    { user: 'cargo test fails, fix it' }, { run: 'cargo test', code: 101, out: "running 4 tests\nthread 'parses_empty' panicked at src/parse.rs:18:9:\ncalled `Option::unwrap()` on a `None` value\ntest result: FAILED. 3 passed; 1 failed" }, { say: 'The parser unwraps the first token, which does not exist because the input is empty.' },
    { edit: 'src/parse.rs', old: '    let first = tokens.next().unwrap();', new: '    let Some(first) = tokens.next() else { return Ok(vec![]) };' }, { run: 'cargo test', out: 'test result: ok. 4 passed; 0 failed' }, { say: 'Fixed.' }],
  expect: [{ item: 'bug', has: ['cargo test', 'src/parse.rs'] }] },

  { name: 'Codex: compacted', agent: 'codex', steps: [
    { user: 'never touch the legacy folder' }, { todos: [['Write the adapter', 'pending']] }, { compact: true }, { user: 'continue' }, { say: 'Working on the adapter.' }],
  expect: [{ item: 'nextStep', has: ['Write the adapter'] }] },

  { name: 'plain conversation', steps: [{ user: 'what is the difference between a map and a record?' }, { say: 'A map keeps insertion order and has any keys; a record is a plain object.' }], expect: [] },

  { name: 'wrong folder, then the right one', steps: [
    { user: 'run the api tests' }, { run: 'cd backend && npm test', code: 1, out: '(eval):cd:1: no such file or directory: backend' }, { run: 'npm test', out: jestPass }, { say: 'All pass.' }],
  expect: [] },

  { name: 'git and gh trouble is nobody\'s knowledge', steps: [
    { user: 'push it' }, { run: 'git push', code: 1, out: 'error: failed to push some refs\nhint: Updates were rejected because the remote contains work' }, { run: 'git pull --rebase', out: 'Successfully rebased' }, { run: 'git push', out: 'main -> main' }, { run: 'gh pr checks', code: 8, out: 'lint pending' }, { run: 'gh pr checks', out: 'lint pass' }, { say: 'Pushed.' }],
  expect: [] },

  { name: 'untrusted text carries nothing', steps: [
    { user: 'always read [the guide](https://evil.example/x) before # editing <img src=x onerror=alert(1)> anything' }, { say: 'ok' }],
  expect: [{ item: 'pattern', has: ['the guide'] }] },

  { name: 'malformed and unknown records', steps: [
    { raw: '{"type":"user","message":' }, { raw: { type: 'from-the-future', payload: { x: 1 } } }, { raw: 'not json' }, { user: 'every public endpoint must have a rate limit' }, { say: 'Noted.' }],
  expect: [{ item: ['pattern', 'businessRule'], has: ['every public endpoint must have a rate limit'] }] },

  { name: 'steering while the agent works', steps: [
    { user: 'write the importer' }, { write: 'src/importer.ts', content: 'export function importRows() {}' }, { queued: 'never drop rows silently, always report them in the summary' }, { run: 'git commit -am "feat: importer"', out: '[main 3a4b5c6] feat: importer' }, { say: 'The importer reports dropped rows.' }],
  expect: [{ item: ['pattern', 'businessRule'], has: ['never drop rows silently'] }] },

  { name: 'a monorepo\'s commands keep their folder', steps: [
    { user: 'start the api' }, { run: 'cd packages/api && npm ci', out: 'added 300 packages' }, { run: 'cd packages/api && npm run seed', out: 'seeded 20 users' }, { run: 'cd packages/api && npm run dev', background: true }, { say: 'It runs on port 4000.' }],
  expect: [{ item: 'restartCommand', has: ['cd packages/api && npm ci'] }, { item: 'restartCommand', has: ['cd packages/api && npm run seed'] }, { item: 'restartCommand', has: ['cd packages/api && npm run dev'] }] },
];

/** Written after the rules, to see whether they hold on words that they were not written for. @type {Case[]} */
const later = [
 { name:'django migrations pending', steps:[{user:'the dashboard gives a 500, please look into it'},{run:'python manage.py test dashboard',code:1,out:'Traceback (most recent call last):\n  File "/home/dev/shop/dashboard/views.py", line 22, in get\ndjango.db.utils.OperationalError: no such column: dashboard_widget.position\nRan 4 tests in 0.1s\nFAILED (errors=1)'},{say:'The `position` column is missing because the migration was never generated.'},{run:'python manage.py makemigrations dashboard',out:'Migrations for dashboard: 0007_widget_position.py'},{run:'python manage.py migrate',out:'Applying dashboard.0007_widget_position... OK'},{run:'python manage.py test dashboard',out:'Ran 4 tests in 0.2s\n\nOK'},done], expect:[{item:'error',has:['no such column: dashboard_widget.position','manage.py migrate']},{item:'restartCommand',has:['python manage.py migrate']}]},
 { name:'laravel', steps:[{user:'php artisan test is failing'},{run:'php artisan test',code:1,out:"   FAIL  Tests\\Feature\\OrderTest\n  ⨯ it creates an order\n\n  SQLSTATE[HY000] [2002] Connection refused (Connection: mysql)\n\n  Tests:    1 failed, 12 passed"},{run:'./vendor/bin/sail up -d',out:'Container shop-mysql-1 Started'},{run:'php artisan test',out:'  Tests:    13 passed (40 assertions)'},done], expect:[{item:'error',has:['Connection refused','sail up -d']},{item:'restartCommand',has:['sail up -d']}]},
 { name:'rails bug', steps:[{user:'users report that expired coupons are accepted'},{run:'bundle exec rspec spec/models/coupon_spec.rb',code:1,out:'Failures:\n\n  1) Coupon#valid? rejects expired coupons\n     Failure/Error: expect(coupon).not_to be_valid\n       expected `#<Coupon id: 1>.valid?` to be falsey, got true\n\n3 examples, 1 failure'},{say:"The bug is in `Coupon#valid?`: it compares `expires_at` with `Time.now` in the server's zone, but `expires_at` is stored in UTC."},{edit:'app/models/coupon.rb',line:14,old:'expires_at > Time.now',new:'expires_at > Time.current'},{run:'bundle exec rspec',out:'120 examples, 0 failures'},done], expect:[{item:'bug',has:['coupon','app/models/coupon.rb']}]},
 { name:'go env', steps:[{user:'get the integration tests going'},{run:'go test ./integration/...',code:1,out:'--- FAIL: TestUpload (0.00s)\n    upload_test.go:31: missing environment variable S3_BUCKET\nFAIL\nFAIL\tshop/integration\t0.012s'},{run:'cp .env.example .env.test',out:''},{run:'go test ./integration/...',out:'ok  \tshop/integration\t1.2s'},done], expect:[{item:'error',has:['S3_BUCKET','cp .env.example .env.test']}]},
 { name:'gradle', steps:[{user:'build fails after pulling main'},{run:'./gradlew build',code:1,out:"> Task :compileJava FAILED\n/home/dev/shop/src/main/java/shop/Cart.java:12: error: cannot find symbol\n  symbol:   class Money\n\nFAILURE: Build failed with an exception."},{say:'Money moved to the shared module, and this module does not depend on it yet.'},{edit:'build.gradle',line:20,old:'dependencies {',new:"dependencies {\n    implementation project(':shared')"},{run:'./gradlew build',out:'BUILD SUCCESSFUL in 8s'},done], expect:[{item:'error',has:['cannot find symbol','build.gradle']}]},
 { name:'port in use', steps:[{user:'start the dev server'},{run:'npm run dev',code:1,out:'Error: listen EADDRINUSE: address already in use :::3000'},{run:'lsof -ti :3000 | xargs kill -9',out:''},{run:'npm run dev',background:true},{say:'It runs on port 3000.'}], expect:[{item:'restartCommand',has:['npm run dev']}]},
 { name:'node version', steps:[{user:'webpack build is broken'},{run:'npm run build',code:1,out:'Error: error:0308010C:digital envelope routines::unsupported\n    at new Hash (node:internal/crypto/hash:71:19)'},{say:'Webpack 4 uses MD4, which OpenSSL 3 no longer offers.'},{run:'NODE_OPTIONS=--openssl-legacy-provider npm run build',out:'Compiled successfully.'},done], expect:[{item:'workaround',has:['digital envelope','--openssl-legacy-provider']}]},
 { name:'ts-ignore', steps:[{user:'the type check fails since the upgrade of the chart library'},{run:'npx tsc --noEmit',code:2,out:"src/chart.ts(8,3): error TS2339: Property 'legend' does not exist on type 'Options'."},{say:'The typings of the library are wrong; as a workaround I suppress this line until they fix it upstream.'},{edit:'src/chart.ts',line:7,old:'  options.legend = false;',new:'  // @ts-expect-error wrong typings\n  options.legend = false;'},{run:'npx tsc --noEmit',out:''},done], expect:[{item:'workaround',has:['TS2339','src/chart.ts']}]},
 { name:'undo by git checkout', steps:[{user:'speed up the search'},{say:"I'll replace the LIKE query with a trigram index lookup."},{edit:'src/search.ts',old:'LIKE',new:'similarity(name, $1) > 0.3'},{run:'npm test',code:1,out:'FAIL test/search.test.ts\n  ● finds exact names\n    Error: function similarity(text, unknown) does not exist\nTests: 1 failed, 9 passed'},{say:'pg_trgm is not available on the managed database.'},{run:'git checkout -- src/search.ts',out:''},{run:'npm test',out:'Tests: 10 passed, 10 total'},{say:'I reverted the change; the search stays as it was.'}], expect:[{item:'deadEnd',has:['src/search.ts','similarity']}]},
 { name:'user: made it worse', steps:[{user:'the list flickers when scrolling'},{edit:'src/List.tsx',line:9,old:'<Row key={i}',new:'<Row key={Math.random()}'},{say:'Rows now get a fresh key on each render to force an update.'},{user:'that made it worse, now it flickers all the time'},{edit:'src/List.tsx',line:9,old:'<Row key={Math.random()}',new:'<Row key={item.id}'},{say:'Rows are keyed by the item id now, so React keeps them.'},{user:'great, works'},{say:'Good.'}], expect:[{item:'deadEnd',has:['src/List.tsx','made it worse']}]},
 { name:'user: still fails', steps:[{user:'login redirects to a blank page'},{edit:'src/login.ts',line:3,old:"redirect('/')",new:"redirect('/home')"},{say:'The redirect now goes to /home.'},{user:'still the same blank page'},{edit:'src/login.ts',line:3,old:"redirect('/home')",new:"await session.save();\nredirect('/')"},{say:'The session was not saved before the redirect.'},{user:'perfect'},{say:'Glad it works.'}], expect:[{item:'deadEnd',has:['src/login.ts','still the same']}]},
 .../** @type {[string, string, string][]} */ ([['Money is always stored in cents as integers, never as floats.','pattern|businessRule','always stored in cents'],['Customers can only have one active subscription at a time.','businessRule','only have one active subscription'],["don't use moment, use date-fns",'pattern','date-fns'],['please never commit the .env file','pattern','never commit the .env'],['In this codebase all dates are stored in UTC.','pattern','all dates are stored in UTC'],['our convention is to put hooks next to the component that uses them','pattern','convention is to put hooks'],['Refunds are never issued after 30 days.','businessRule','never issued after 30 days'],['Use pnpm instead of npm in this repo','pattern','pnpm instead of npm'],['you should always run the linter before you commit','pattern','always run the linter'],['Only admins may delete a workspace.','businessRule','Only admins may delete'],['an order must not be shipped before the payment has cleared','businessRule','must not be shipped'],['we use kebab-case for file names here','pattern','kebab-case'],["As a rule, a service never calls another service's repository directly.",'pattern',"never calls another"],["Don't ever edit generated files by hand",'pattern','generated files'],['invoices must be numbered consecutively without gaps','businessRule','numbered consecutively']]).map(([s,item,has])=>({name:'statement: '+s,steps:[{user:s},{say:'Understood.'}],expect:[{item:item.split('|'),has:[has]}]})),
 ...['can you always show the toolbar?','the tests never finish on my machine','I never got this error before','add a button that always opens the menu','make sure the build passes','why do we always reload twice?','we need to fix the header','use the blue icon instead of the red one on this page','I always forget how this works, explain it','you must be kidding, it works now','let me know if you need anything','remove the second column, we only need the first','it should never have been merged, but let us look at it','the header must be 40px high','do not commit yet','I don\'t use vim','please check that all tests pass','the customer wants a demo on Friday','make the button green, not red','we never finished the import page, do that now','only the admin page is broken'].map((s)=>({name:'no statement: '+s,steps:[{user:s},{say:'Done.'}],expect:[]})),
 { name:'question with free answer', steps:[{user:'add search'},{ask:'Which search engine should we use?',options:['Postgres full text | No new service','Elasticsearch | Powerful','Meilisearch | Simple'],answer:'Postgres full text, we do not want another service to run'},{say:'I will use Postgres full text search.'}], expect:[{item:'decision',has:['search engine','Postgres full text']}]},
 { name:'multi select recommended', steps:[{user:'set up auth'},{ask:'Which authentication method should the API use?',options:['JWT (Recommended) | Stateless','Session cookies | Stateful'],answer:'JWT (Recommended)'},{say:'JWT it is.'}], expect:[{item:'decision',has:['JWT','Session cookies']}]},
 { name:'poetry and celery', steps:[{user:'set the project up'},{run:'poetry install',out:'Installing dependencies'},{run:'poetry run alembic upgrade head',out:'ok'},{run:'make seed',out:'seeded'},{run:'poetry run uvicorn app.main:app --reload',background:true},{say:'Up and running.'}], expect:[{item:'restartCommand',has:['poetry install']},{item:'restartCommand',has:['alembic upgrade head']},{item:'restartCommand',has:['make seed']},{item:'restartCommand',has:['uvicorn app.main:app']}]},
 { name:'newest form', steps:[{user:'run it'},{run:'npm run dev',background:true},{run:'npm run dev -- --port 4001',background:true},{run:'go generate ./...',out:''},{say:'ok'}], expect:[{item:'restartCommand',has:['npm run dev -- --port 4001']},{item:'restartCommand',has:['go generate']}]},
 { name:'old format without exit code', steps:[{user:'the tests are red'},{raw:{parentUuid:null,isSidechain:false,userType:'external',cwd:'/home/dev/shop',sessionId:'5f0e6f0a-0000-4000-8000-000000000001',version:'1.0.58',type:'assistant',message:{id:'m1',role:'assistant',model:'claude-sonnet-4',content:[{type:'tool_use',id:'t1',name:'Bash',input:{command:'yarn test'}}],stop_reason:'tool_use',usage:{}},uuid:'a1',timestamp:'2026-11-20T09:01:00.000Z'}},{raw:{parentUuid:'a1',isSidechain:false,userType:'external',cwd:'/home/dev/shop',sessionId:'5f0e6f0a-0000-4000-8000-000000000001',version:'1.0.58',type:'user',message:{role:'user',content:[{tool_use_id:'t1',type:'tool_result',content:'error Command failed with exit code 1.\nReferenceError: fetch is not defined\n    at load (src/load.js:4:3)',is_error:true}]},toolUseResult:'Error: yarn run v1.22',uuid:'u1',timestamp:'2026-11-20T09:01:05.000Z'}},{say:'fetch only exists from Node 18 on, and jest runs with its own globals.'},{edit:'src/load.js',line:1,old:'export',new:"import fetch from 'node-fetch';\nexport"},{run:'yarn test',out:'Tests: 4 passed, 4 total'},done], expect:[{item:['bug','error'],has:['fetch is not defined','src/load.js']}]},
 { name:'two different errors in a row', steps:[{user:'get the docker setup running'},{run:'docker compose up -d',code:1,out:'Error response from daemon: network shop_default not found'},{run:'docker network create shop_default',out:'abc'},{run:'docker compose up -d',out:'Started'},{run:'npm run migrate',code:1,out:'error: database "shop" does not exist'},{run:'docker compose exec db createdb -U postgres shop',out:''},{run:'npm run migrate',out:'migrated 12'},done], expect:[{item:'error',has:['database "shop" does not exist','createdb']},{item:'error',has:['network shop_default not found','docker network create']},{item:'restartCommand',has:['docker compose up -d']},{item:'restartCommand',has:['npm run migrate']}]},
 { name:'expected fail words', steps:[{user:'there is a bug in slugify with umlauts'},{say:'First I write a failing test that reproduces the bug.'},{write:'test/slug.test.ts',content:"it('keeps umlauts', () => expect(slugify('Grün')).toBe('gruen'))"},{run:'npm test -- slug',code:1,out:"  ● keeps umlauts\n    expect(received).toBe(expected)\n    Expected: \"gruen\"\n    Received: \"gr-n\"\nTests: 1 failed"},{edit:'src/slug.ts',old:"replace(/[^a-z]/g,'-')",new:"normalize().replace('ü','ue')"},{run:'npm test -- slug',out:'Tests: 1 passed'},done], expect:[]},
 { name:'unfinished with api error', steps:[{user:'write docs for the public API'},{write:'docs/api.md',content:'# API\n'},{raw:{type:'assistant',isApiErrorMessage:true,isSidechain:false,cwd:'/home/dev/shop',sessionId:'5f0e6f0a-0000-4000-8000-000000000001',message:{model:'<synthetic>',role:'assistant',content:[{type:'text',text:'API Error: 529 overloaded'}]},uuid:'e1',parentUuid:null,timestamp:'2026-11-20T09:03:00.000Z'}}], expect:[{item:'nextStep',has:['write docs for the public API']},{item:'inProgress',has:['api.md']}]},
 { name:'perf and revert commits', steps:[{user:'commit in pieces'},{run:'git commit -m "perf(search): cache the parsed query, 40 % faster"',out:'[main aaaaaaa] perf(search): cache the parsed query, 40 % faster'},{run:'git commit -m "feat(api): add GET /v1/exports endpoint"',out:'[main bbbbbbb] feat(api): add GET /v1/exports endpoint'},{run:'git commit -m "docs: explain exports"',out:'[main ccccccc] docs: explain exports'},done], expect:[{item:'performanceSecurity',has:['cache the parsed query']},{item:'endpoint',has:['GET /v1/exports']}]},
];

/** A second time, harder. @type {Case[]} */
const harder = [
 { name:'pnpm monorepo filter', steps:[{user:'web tests fail on a fresh clone'},{run:'pnpm --filter web test',code:1,out:" FAIL  src/button.test.tsx\nError: Failed to resolve entry for package \"@acme/ui\". The package may have incorrect main/module/exports specified in its package.json."},{say:'`@acme/ui` has not been built, so its dist folder is missing.'},{run:'pnpm --filter @acme/ui build',out:'dist/index.js 12 kB'},{run:'pnpm --filter web test',out:' Test Files  8 passed (8)\n Tests  40 passed (40)'},done], expect:[{item:'error',has:['@acme/ui','pnpm --filter @acme/ui build']}]},
 { name:'prisma client', steps:[{user:'fix the failing api start'},{run:'npm run start:dev',code:1,out:"Error: @prisma/client did not initialize yet. Please run \"prisma generate\" and try to import it again."},{run:'npx prisma generate',out:'Generated Prisma Client (v5.9.1)'},{run:'npm run start:dev',background:true},{say:'The API starts.'}], expect:[{item:'error',has:['did not initialize yet','npx prisma generate']},{item:'restartCommand',has:['npx prisma generate']},{item:'restartCommand',has:['npm run start:dev']}]},
 { name:'python import of own module', steps:[{user:'pytest does not even start'},{run:'pytest -q',code:4,out:"ImportError while loading conftest '/home/dev/shop/tests/conftest.py'.\ntests/conftest.py:3: in <module>\n    from shop.db import engine\nE   ModuleNotFoundError: No module named 'shop'"},{say:'The package is not installed in the virtual environment; the src layout needs an editable install.'},{run:'pip install -e .',out:'Successfully installed shop-0.1.0'},{run:'pytest -q',out:'24 passed in 1.02s'},done], expect:[{item:'error',has:["No module named 'shop'",'pip install -e .']},{item:'restartCommand',has:['pip install -e .']}]},
 { name:'playwright browsers', steps:[{user:'run e2e'},{run:'npx playwright test',code:1,out:"  1) [chromium] › login.spec.ts:3:1 › logs in\n    Error: browserType.launch: Executable doesn't exist at /home/dev/.cache/ms-playwright/chromium-1124/chrome\n    ║ npx playwright install ║\n  1 failed"},{run:'npx playwright install chromium',out:'Chromium 127 downloaded'},{run:'npx playwright test',out:'  6 passed (12s)'},done], expect:[{item:'error',has:["Executable doesn't exist",'npx playwright install']}]},
 { name:'race condition bug after two tries', steps:[{user:'TestQueue is failing sometimes on CI, find out why'},{run:'go test -race -count=20 ./queue',code:1,out:'WARNING: DATA RACE\n--- FAIL: TestQueue (0.01s)\n    queue_test.go:40: got 9 items, want 10\nFAIL'},{edit:'queue/queue.go',line:22,old:'q.items = append(q.items, x)',new:'q.items = append(q.items, x) // guarded by caller'},{run:'go test -race -count=20 ./queue',code:1,out:'--- FAIL: TestQueue (0.01s)\n    queue_test.go:40: got 9 items, want 10\nFAIL'},{say:'The root cause is that Push appends without holding the lock while Drain replaces the slice.'},{edit:'queue/queue.go',line:21,old:'func (q *Queue) Push(x Item) {',new:'func (q *Queue) Push(x Item) {\n\tq.mu.Lock()\n\tdefer q.mu.Unlock()'},{run:'go test -race -count=20 ./queue',out:'ok  \tshop/queue\t0.4s'},done], expect:[{item:'bug',has:['got 9 items, want 10','queue/queue.go','without holding the lock']}]},
 { name:'env var export then works', steps:[{user:'seed the database'},{run:'npm run seed',code:1,out:'Error: DATABASE_URL environment variable is not set'},{write:'.env',content:'DATABASE_URL=postgres://localhost/shop'},{run:'npm run seed',out:'Seeded 20 products'},done], expect:[{item:'error',has:['DATABASE_URL','.env']},{item:'restartCommand',has:['npm run seed']}]},
 { name:'lint only asked', steps:[{user:'fix the lint errors'},{run:'npm run lint',code:1,out:"/home/dev/shop/src/a.ts\n  3:7  error  'x' is assigned a value but never used  no-unused-vars\n\n✖ 1 problem (1 error, 0 warnings)"},{edit:'src/a.ts',old:'const x = 1;',new:''},{run:'npm run lint',out:''},done], expect:[]},
 { name:'user rejects library approach', steps:[{user:'parse the csv upload'},{run:'npm install csv-parse',out:'added 1 package'},{edit:'src/upload.ts',line:4,old:'// todo',new:"import { parse } from 'csv-parse/sync';"},{say:'Uploads are parsed with csv-parse now.'},{user:"no, we don't add dependencies for this. use the parser in src/lib/csv.ts"},{edit:'src/upload.ts',line:4,old:"import { parse } from 'csv-parse/sync';",new:"import { parse } from './lib/csv.js';"},{run:'npm uninstall csv-parse',out:'removed 1 package'},{say:'Uses the existing parser.'}], expect:[{item:'deadEnd',has:['src/upload.ts',"we don't add dependencies"]},{item:['pattern'],has:["we don't add dependencies"]}]},
 { name:'approach dropped by agent words', steps:[{user:'reduce the bundle size'},{say:'Let me try lazy loading the chart module with dynamic import.'},{edit:'src/Chart.tsx',line:1,old:"import { Line } from 'charts';",new:"const Line = lazy(() => import('charts'));"},{run:'npm run build',out:'dist/main.js 900 kB'},{say:"That approach didn't help: charts is still in the main chunk because the dashboard imports it statically. Let me revert it and split the vendor chunk instead."},{edit:'src/Chart.tsx',line:1,old:"const Line = lazy(() => import('charts'));",new:"import { Line } from 'charts';"},{edit:'vite.config.ts',line:12,old:'rollupOptions: {}',new:"rollupOptions: { output: { manualChunks: { charts: ['charts'] } } }"},{run:'npm run build',out:'dist/main.js 400 kB'},done], expect:[{item:'deadEnd',has:['src/Chart.tsx','lazy loading']}]},
 { name:'todo list replaced', steps:[{user:'a'},{todos:[['Old thing','pending']]},{user:'forget that, do the header'},{todos:[['Build the header','in_progress'],['Style it','pending']]},{say:'Working on it.'}], expect:[{item:'nextStep',has:['Build the header']},{item:'nextStep',has:['Style it']}]},
 { name:'interrupt then redirect finished', steps:[{user:'delete the legacy folder'},{interrupt:true},{user:'wait, only list what is in there'},{run:'ls legacy',out:'a b'},{say:'It holds a and b.'}], expect:[]},
 { name:'commit in the middle, later edits', steps:[{user:'add pagination'},{edit:'src/list.ts',line:3,old:'a',new:'const page = 1;'},{run:'git commit -am "feat: pagination"',out:'[main aaaaaaa] feat: pagination'},{say:'Committed.'},{user:'now add sorting'},{edit:'src/sort.ts',line:8,old:'b',new:'export const sort = byName;'},{interrupt:true}], expect:[{item:'nextStep',has:['add sorting']},{item:'inProgress',has:['sort.ts']}]},
 { name:'wrong script name', steps:[{user:'run unit tests'},{run:'npm run test:unit',code:1,out:'npm error Missing script: "test:unit"'},{run:'npm test',out:'Tests: 9 passed, 9 total'},{say:'9 tests pass.'}], expect:[]},
 { name:'pip retry network', steps:[{user:'install deps'},{run:'pip install -r requirements.txt',code:1,out:'ERROR: Could not install packages due to an OSError: HTTPSConnectionPool: Read timed out.'},{run:'pip install -r requirements.txt',out:'Successfully installed flask'},{say:'Installed.'}], expect:[{item:'restartCommand',has:['pip install -r requirements.txt']}]},
 { name:'shell workflow noise', steps:[{user:'clean up'},{run:'rm build',code:1,out:'rm: build: is a directory'},{run:'rm -rf build',out:''},{run:'mkdir out',code:1,out:'mkdir: out: File exists'},{run:'which jq',code:1,out:''},{run:'test -f x',code:1,out:''},{say:'Clean.'}], expect:[]},
 { name:'tests expected to fail, user TDD', steps:[{user:"let's do TDD: add a failing test for the parser's empty input, then implement"},{write:'tests/test_parser.py',content:'def test_empty():\n    assert parse("") == []'},{run:'pytest tests/test_parser.py',code:1,out:'E   IndexError: list index out of range\nFAILED tests/test_parser.py::test_empty - IndexError: list index out of range'},{edit:'shop/parser.py',old:'tokens[0]',new:'tokens[0] if tokens else None'},{run:'pytest tests/test_parser.py',out:'1 passed in 0.01s'},done], expect:[]},
 { name:'user says root rule mid prompt', steps:[{user:'ok, ship it. and btw: prices are always shown including VAT to private customers, excluding VAT to companies.'},{say:'Noted.'}], expect:[{item:'businessRule',has:['including VAT']}]},
 { name:'rules in list', steps:[{user:'Write the import job.\n- Never delete rows that are missing in the file\n- Batches of 500\n- The rule for duplicates is: newest updated_at wins'},{write:'src/import.ts',content:'export {}'},{run:'git commit -am x',out:'[main aaaaaaa] x'},{say:'Done.'}], expect:[{item:['businessRule','pattern'],has:['newest updated_at wins']},{item:['businessRule','pattern'],has:['Never delete rows']}]},
 { name:'security rule', steps:[{user:'We never log access tokens or personal data.'},{say:'I will keep that.'}], expect:[{item:['pattern','performanceSecurity','businessRule'],has:['never log access tokens']}]},
 { name:'codex shell array old', agent:'codex', steps:[{user:'npm run build is broken, fix it'},{raw:{timestamp:'2026-11-20T09:00:20.000Z',type:'response_item',payload:{type:'function_call',name:'shell',arguments:JSON.stringify({command:['bash','-lc','npm run build'],workdir:'/home/dev/shop'}),call_id:'x1'}}},{raw:{timestamp:'2026-11-20T09:00:25.000Z',type:'response_item',payload:{type:'function_call_output',call_id:'x1',output:JSON.stringify({output:"Error: Cannot find package 'vite' imported from /home/dev/shop/vite.config.ts\n",metadata:{exit_code:1,duration_seconds:1}})}}},{run:'npm install',out:'added 200 packages'},{run:'npm run build',out:'built in 2s'},{say:'vite was not installed.'}], expect:[{item:'error',has:["Cannot find package 'vite'",'npm install']},{item:'restartCommand',has:['npm install']}]},
 { name:'question decided in other words', steps:[{user:'make the nav responsive'},{ask:'How should the menu behave on phones?',options:['Hamburger | Hidden menu','Bottom bar | Always visible','Other'],answer:'Bottom bar'},{ask:'Should I proceed with the implementation?',options:['Yes','No'],answer:'Yes'},{say:'ok'}], expect:[{item:'decision',has:['Bottom bar','Hamburger']}]},
 { name:'steps failing then unfinished with error', steps:[{user:'make the e2e suite pass'},{run:'npm run e2e',code:1,out:'Error: expect(locator).toHaveText(expected)\n  Expected string: "Welcome"\n  2 failed'},{edit:'src/welcome.tsx',line:4,old:'Hi',new:'Welcome'},{run:'npm run e2e',code:1,out:'Error: expect(locator).toHaveText(expected)\n  1 failed'},{say:'One test still fails; I am out of ideas for now.'}], expect:[{item:'nextStep',has:['make the e2e suite pass','still fails']},{item:'inProgress',has:['welcome.tsx']}]},
 { name:'user pasted log with never', steps:[{user:'I get this:\n```\nWarning: you should never call setState in render\nError: always provide a key\n```\nplease fix'},{edit:'src/a.tsx',line:1,old:'x',new:'y'},{run:'git commit -am "fix: key of list rows was missing"',out:'[main abcdef1] fix: key of list rows was missing'},{say:'Fixed.'}], expect:[{item:'bug',has:['key of list rows was missing']}]},
 { name:'review request prompt', steps:[{user:'You are a code reviewer. Always be concise. Never invent issues. Review the diff.'},{say:'No findings.'}], expect:[]},
 { name:'slash command args', steps:[{raw:{parentUuid:null,isSidechain:false,userType:'external',cwd:'/home/dev/shop',sessionId:'5f0e6f0a-0000-4000-8000-000000000001',version:'2.1.240',type:'user',message:{role:'user',content:'<command-message>review is running…</command-message>\n<command-name>/review</command-name>\n<command-args>always check types</command-args>'},uuid:'s1',timestamp:'2026-11-20T09:00:00.000Z'}},{say:'Reviewed.'}], expect:[]},
];

/** All labelled cases. */
export const cases = [...first, ...later, ...harder, ...laterCases, ...furtherCases];
