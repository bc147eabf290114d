// More labelled excerpts, over other languages and tools than cases.mjs: labelled before the rules were run on them. The
// outputs follow those of public sessions (marot/spotter's transcripts, MIT; issue threads) and of the tools themselves.

/** @typedef {import('./cases.mjs').Case} Case */
/** @typedef {import('./transcript.mjs').Step} Step */

/** @type {Step} */
const done = { say: 'Done. Everything passes now.' };

/** @type {Case[]} */
export const laterCases = [
  { name: 'Elixir: a test dependency was missing', steps: [
    { user: 'add LiveView tests for the session page' }, { write: 'test/shop_web/live/session_live_test.exs', content: 'defmodule ShopWeb.SessionLiveTest do\n  use ExUnit.Case\nend' },
    { run: 'mix test test/shop_web/live/session_live_test.exs 2>&1', code: 2, out: 'Compiling 40 files (.ex)\nGenerated shop app\nRunning ExUnit with seed: 645441, max_cases: 32\n\n\n\n  1) test rows have a class (ShopWeb.SessionLiveTest)\n     test/shop_web/live/session_live_test.exs:42\n     ** (RuntimeError) Phoenix LiveView requires lazy_html as a test dependency.\n     Please add to your mix.exs:\n\n     {:lazy_html, ">= 0.1.0", only: :test}\n\n     stacktrace:\n       (phoenix_live_view 1.1.22) lib/phoenix_live_view/test/dom.ex:13: Phoenix.LiveViewTest.DOM.ensure_loaded!/0\n\nFinished in 1.0 seconds\n12 tests, 12 failures' },
    { say: 'Need `lazy_html` dependency. Let me add it.' }, { edit: 'mix.exs', line: 40, old: '      {:credo, "~> 1.7", only: [:dev, :test]},', new: '      {:lazy_html, ">= 0.1.0", only: :test},\n      {:credo, "~> 1.7", only: [:dev, :test]},' },
    { run: 'mix deps.get 2>&1', out: 'Resolving Hex dependencies...\nNew:\n  lazy_html 0.1.8' }, { run: 'mix test test/shop_web/live/session_live_test.exs 2>&1', out: '............\nFinished in 2.5 seconds\n12 tests, 0 failures' }, done],
  expect: [{ item: ['error', 'bug'], has: ['lazy_html', 'mix'] }, { item: 'restartCommand', has: ['mix deps.get'] }] },

  { name: 'Ruby: a spec failed, the model was mended', steps: [
    { user: 'the coupon code is case sensitive, customers complain. please fix' },
    { run: 'bundle exec rspec spec/models/coupon_spec.rb', code: 1, out: 'F\n\nFailures:\n\n  1) Coupon finds a code in any case\n     Failure/Error: expect(Coupon.lookup("summer")).to eq(coupon)\n\n       expected: #<Coupon id: 1, code: "SUMMER">\n            got: nil\n\n       (compared using ==)\n     # ./spec/models/coupon_spec.rb:12:in `block (2 levels) in <top (required)>\'\n\nFinished in 0.05 seconds\n1 example, 1 failure\n\nFailed examples:\n\nrspec ./spec/models/coupon_spec.rb:10 # Coupon finds a code in any case' },
    { say: 'The root cause: `lookup` compares the code as typed, while codes are stored in upper case.' }, { edit: 'app/models/coupon.rb', line: 8, old: '    find_by(code: code)', new: '    find_by(code: code.upcase)' },
    { run: 'bundle exec rspec spec/models/coupon_spec.rb', out: '.\n\nFinished in 0.05 seconds\n1 example, 0 failures' }, done],
  expect: [{ item: 'bug', has: ['rspec', 'app/models/coupon.rb', 'upper case'] }] },

  { name: 'PHP: Laravel, a migration had not run', steps: [
    { user: 'why does the invoice page crash' }, { run: 'php artisan test --filter=InvoiceTest', code: 2, out: "   FAIL  Tests\\Feature\\InvoiceTest\n  ⨯ it lists invoices\n\n  ───────────────────────────────────\n   FAILED  Tests\\Feature\\InvoiceTest > it lists invoices   QueryException\n  SQLSTATE[42S02]: Base table or view not found: 1146 Table 'shop.invoices' doesn't exist (Connection: mysql, SQL: select * from `invoices`)\n\n  Tests:    1 failed (0 assertions)" },
    { say: 'The invoices table is missing because the migration has not been run.' }, { run: 'php artisan migrate', out: '   INFO  Running migrations.\n  2026_11_19_create_invoices_table .......... 24ms DONE' }, { run: 'php artisan test --filter=InvoiceTest', out: '   PASS  Tests\\Feature\\InvoiceTest\n  ✓ it lists invoices\n\n  Tests:    1 passed (2 assertions)' }, done],
  expect: [{ item: 'error', has: ["Table 'shop.invoices' doesn't exist", 'php artisan migrate'] }, { item: 'restartCommand', has: ['php artisan migrate'] }] },

  { name: '.NET: a test failed, the service was mended', steps: [
    { user: 'shipping is charged twice for split orders' },
    { run: 'dotnet test --filter ShippingTests', code: 1, out: '  Failed Split_orders_pay_once [12 ms]\n  Error Message:\n   Assert.Equal() Failure: Values differ\nExpected: 490\nActual:   980\n  Stack Trace:\n     at Shop.Tests.ShippingTests.Split_orders_pay_once() in /home/dev/shop/tests/ShippingTests.cs:line 31\n\nFailed!  - Failed:     1, Passed:     6, Skipped:     0, Total:     7' },
    { say: 'The problem is that `Quote` adds the fee for every parcel instead of once an order.' }, { edit: 'src/Shop/ShippingService.cs', line: 22, old: '        total += parcel.Fee;', new: '        total = Math.Max(total, parcel.Fee);' },
    { run: 'dotnet test --filter ShippingTests', out: 'Passed!  - Failed:     0, Passed:     7, Skipped:     0, Total:     7' }, done],
  expect: [{ item: 'bug', has: ['dotnet test', 'ShippingService.cs', 'once an order'] }] },

  { name: 'Rust: a panic, then mended', steps: [
    { user: 'cargo test panics on empty input' }, { run: 'cargo test parse', code: 101, out: "running 3 tests\ntest parse::empty ... FAILED\n\nfailures:\n\n---- parse::empty stdout ----\n\nthread 'parse::empty' panicked at src/parse.rs:41:30:\nindex out of bounds: the len is 0 but the index is 0\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n\ntest result: FAILED. 2 passed; 1 failed; 0 ignored" },
    { edit: 'src/parse.rs', line: 41, old: '    let head = tokens[0];', new: '    let Some(head) = tokens.first() else { return Ok(Ast::Empty) };' }, { run: 'cargo test parse', out: 'running 3 tests\ntest result: ok. 3 passed; 0 failed; 0 ignored' }, done],
  expect: [{ item: 'bug', has: ['index out of bounds', 'src/parse.rs'] }] },

  { name: 'Go: a data race, mended', steps: [
    { user: 'CI says there is a race in the hub' }, { run: 'go test -race ./hub/...', code: 1, out: '==================\nWARNING: DATA RACE\nWrite at 0x00c0000b4010 by goroutine 9:\n  shop/hub.(*Hub).Join()\n      /home/dev/shop/hub/hub.go:33 +0x84\n==================\n--- FAIL: TestJoin (0.01s)\n    testing.go:1399: race detected during execution of test\nFAIL\nFAIL\tshop/hub\t0.031s\nFAIL' },
    { say: 'The cause is that `Join` writes the members map without holding the lock.' }, { edit: 'hub/hub.go', line: 33, old: '\th.members[id] = c', new: '\th.mu.Lock()\n\tdefer h.mu.Unlock()\n\th.members[id] = c' }, { run: 'go test -race ./hub/...', out: 'ok  \tshop/hub\t1.042s' }, done],
  expect: [{ item: 'bug', has: ['race', 'hub/hub.go', 'without holding the lock'] }] },

  { name: 'Python: an import error because of the environment', steps: [
    { user: 'run the api tests' }, { run: 'pytest tests/api -q', code: 2, out: "==================================== ERRORS ====================================\n____________________ ERROR collecting tests/api/test_orders.py ____________________\nImportError while importing test module '/home/dev/shop/tests/api/test_orders.py'.\nTraceback:\ntests/api/test_orders.py:3: in <module>\n    import httpx\nE   ModuleNotFoundError: No module named 'httpx'\n=========================== short test summary info ============================\nERROR tests/api/test_orders.py\n1 error in 0.21s" },
    { run: 'pip install -r requirements-dev.txt', out: 'Successfully installed httpx-0.27.0' }, { run: 'pytest tests/api -q', out: '....\n4 passed in 0.91s' }, done],
  expect: [{ item: 'error', has: ["No module named 'httpx'", 'pip install -r requirements-dev.txt'] }, { item: 'restartCommand', has: ['pip install -r requirements-dev.txt'] }] },

  { name: 'Docker build: a file was ignored', steps: [
    { user: 'docker build is broken, fix it' }, { run: 'docker build -t shop .', code: 1, out: '#9 [4/6] COPY prisma ./prisma\n#9 ERROR: failed to calculate checksum of ref abc::def: "/prisma": not found\n------\n > [4/6] COPY prisma ./prisma:\n------\nERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref abc::def: "/prisma": not found' },
    { say: 'The `prisma` folder is excluded by .dockerignore, which is why COPY cannot find it.' }, { edit: '.dockerignore', line: 4, old: 'prisma\n', new: '' }, { run: 'docker build -t shop .', out: '#14 exporting layers done\n#14 naming to docker.io/library/shop done' }, done],
  expect: [{ item: ['error', 'bug'], has: ['/prisma', '.dockerignore'] }] },

  { name: 'a stale cache was cleared away', steps: [
    { user: 'next build fails since this morning' }, { run: 'npx next build', code: 1, out: "Error: Cannot find module './chunks/vendor.js'\n    at .next/server/webpack-runtime.js:1\n> Build error occurred" }, { run: 'rm -rf .next', out: '' }, { run: 'npx next build', out: 'Compiled successfully' }, { say: 'The cache was stale; the build passes.' }],
  expect: [{ item: ['error', 'workaround'], has: ["Cannot find module './chunks/vendor.js'", 'rm -rf .next'] }] },

  { name: 'Playwright browsers were missing', steps: [
    { user: 'run the e2e suite' }, { run: 'npx playwright test', code: 1, out: "  1) [chromium] › checkout.spec.ts:4:1 › pays\n\n    Error: browserType.launch: Executable doesn't exist at /home/dev/.cache/ms-playwright/chromium-1091/chrome-linux/chrome\n    ╔═════════════════════════╗\n    ║ Looks like Playwright Test or Playwright was just installed or updated. ║\n    ║ Please run the following command to download new browsers: ║\n    ║     npx playwright install ║\n    ╚═════════════════════════╝\n\n  1 failed" },
    { run: 'npx playwright install chromium', out: 'Chromium 119 downloaded' }, { run: 'npx playwright test', out: '  12 passed (20s)' }, done],
  expect: [{ item: 'error', has: ["Executable doesn't exist", 'npx playwright install'] }] },

  { name: 'only questions were answered', steps: [
    { user: 'how does the retry queue work?' }, { run: 'cat src/queue.ts', out: 'export const retries = 3;' }, { say: 'Jobs are retried three times with a doubling pause; the settings are in src/queue.ts.' }, { user: 'and where is the pause set?' }, { say: 'In `backoff` of the same file.' }],
  expect: [] },

  { name: 'a refactoring without any trouble', steps: [
    { user: 'rename OrderDto to OrderView everywhere' }, { edit: 'src/order.view.ts', old: 'export class OrderDto {', new: 'export class OrderView {' }, { edit: 'src/orders.service.ts', old: 'OrderDto', new: 'OrderView' }, { run: 'npx tsc --noEmit', out: '' }, { run: 'npm test', out: 'Tests: 31 passed, 31 total' }, { say: 'Renamed in 2 files; types and tests pass.' }],
  expect: [] },

  { name: 'a lint error in the agent\u2019s own edit', steps: [
    { user: 'add a helper that formats money' }, { write: 'src/money.ts', content: 'export const money = (cents: number) => {\n  let text = (cents / 100).toFixed(2);\n  return text;\n};' }, { run: 'npm run lint', code: 1, out: "/home/dev/shop/src/money.ts\n  2:7  error  'text' is never reassigned. Use 'const' instead  prefer-const\n\n✖ 1 problem (1 error, 0 warnings)" },
    { edit: 'src/money.ts', old: '  let text', new: '  const text' }, { run: 'npm run lint', out: '' }, { say: 'The helper is there and lint is clean.' }],
  expect: [] },

  { name: 'the person corrects where things belong', steps: [
    { user: 'add an endpoint that exports orders' }, { write: 'src/orders/export.controller.ts', content: '@Controller("export")\nexport class ExportController {}' }, { say: 'I added an ExportController with GET /export.' },
    { user: "No, we don't put business logic in controllers here. It goes into a service, always." }, { write: 'src/orders/export.service.ts', content: 'export class ExportService {}' }, { edit: 'src/orders/export.controller.ts', old: 'export class ExportController {}', new: 'export class ExportController {\n  constructor(private readonly orders: ExportService) {}\n}' }, { say: 'Moved the logic into ExportService.' }],
  expect: [{ item: ['pattern', 'businessRule'], has: ["we don't put business logic in controllers"] }, { item: 'deadEnd', has: ['ExportController'] }] },

  { name: 'rules said in passing, among tasks', steps: [
    { user: 'Add a discount field to the order form. Prices are always stored in cents, so convert before saving. Also make the button blue.' }, { edit: 'src/order-form.tsx', old: '<Button>', new: '<Button color="blue">' }, { say: 'The field is in; values are converted to cents.' },
    { user: 'looks good. from now on run prettier before you tell me you are done' }, { run: 'npx prettier --write src', out: 'src/order-form.tsx 40ms' }, { say: 'Formatted.' }],
  expect: [{ item: 'businessRule', has: ['stored in cents'] }, { item: 'pattern', has: ['run prettier before'] }] },

  { name: 'emphatic words that are no rules', steps: [
    { user: 'this never worked for me, and the page always shows an empty list. can you have a look?' }, { run: 'curl -s localhost:3000/api/orders', out: '[]' }, { edit: 'src/api/orders.ts', old: '.where({ shop: id })', new: '.where({ shopId: id })' }, { say: 'The query filtered by a column that does not exist; it is `shopId`. The list is filled now.' }, { user: 'great, you always save me' }, { say: 'Glad it works.' }],
  expect: [] },

  { name: 'Codex: a shell call in the array form, failing and mended', agent: 'codex', steps: [
    { user: 'fix the failing unit test in the parser' },
    { raw: { timestamp: '2026-11-20T09:01:00.000Z', type: 'response_item', payload: { type: 'function_call', name: 'shell', arguments: JSON.stringify({ command: ['bash', '-lc', 'pytest tests/test_parser.py -q'], workdir: '/home/dev/shop' }), call_id: 'x1' } } },
    { raw: { timestamp: '2026-11-20T09:01:05.000Z', type: 'response_item', payload: { type: 'function_call_output', call_id: 'x1', output: JSON.stringify({ output: "F\n=================================== FAILURES ===================================\n    def test_empty():\n>       assert parse('') == []\nE       AttributeError: 'NoneType' object has no attribute 'group'\n\nparser.py:12: AttributeError\n=========================== short test summary info ============================\nFAILED tests/test_parser.py::test_empty - AttributeError: 'NoneType' object has no attribute 'group'\n1 failed in 0.04s\n", metadata: { exit_code: 1, duration_seconds: 0.6 } }) } } },
    { say: 'The bug is that `parse` calls `group` on a match that is None for empty input.' }, { edit: 'parser.py', old: '    head = HEAD.match(text).group(1)', new: '    match = HEAD.match(text)\n    if match is None:\n        return []\n    head = match.group(1)' },
    { raw: { timestamp: '2026-11-20T09:02:00.000Z', type: 'response_item', payload: { type: 'function_call', name: 'shell', arguments: JSON.stringify({ command: ['bash', '-lc', 'pytest tests/test_parser.py -q'], workdir: '/home/dev/shop' }), call_id: 'x2' } } },
    { raw: { timestamp: '2026-11-20T09:02:05.000Z', type: 'response_item', payload: { type: 'function_call_output', call_id: 'x2', output: JSON.stringify({ output: '.\n1 passed in 0.02s\n', metadata: { exit_code: 0, duration_seconds: 0.4 } }) } } },
    { say: 'Fixed.' }],
  expect: [{ item: 'bug', has: ["'NoneType' object has no attribute 'group'", 'parser.py'] }] },

  { name: 'Codex: the turn was aborted', agent: 'codex', steps: [
    { user: 'Migrate the settings page to the new form library' }, { todos: [['Replace the form on the profile tab', 'completed'], ['Replace the form on the billing tab', 'in_progress'], ['Remove the old library', 'pending']] },
    { edit: 'src/settings/Billing.tsx', old: 'useOldForm()', new: 'useForm()' }, { interrupt: true }],
  expect: [{ item: 'nextStep', has: ['Replace the form on the billing tab'] }, { item: 'nextStep', has: ['Remove the old library'] }, { item: 'inProgress', has: ['Billing.tsx'] }] },

  { name: 'a decision with the options not taken, and a free answer', steps: [
    { user: 'we need background jobs' }, { ask: 'Which queue should the jobs use?', options: ['BullMQ | Redis based, we run Redis already', 'pg-boss | Postgres based, one service fewer'], answer: 'pg-boss' }, { write: 'src/jobs/queue.ts', content: 'export const boss = new PgBoss(url);' }, { say: 'The queue runs on pg-boss.' }],
  expect: [{ item: 'decision', has: ['pg-boss', 'BullMQ'] }] },

  { name: 'a plan turned down and another approved', steps: [
    { user: 'make the search faster' }, { plan: '# Elasticsearch for search\n\nAdd an Elasticsearch cluster and index products.', approve: false, reject: 'too heavy for us, use postgres full text search' }, { plan: '# Postgres full text search\n\nAdd a tsvector column with a GIN index and query it.' },
    { write: 'migrations/20261120_search.sql', content: 'ALTER TABLE products ADD COLUMN search tsvector;' }, { run: 'npm run migrate', out: 'Applied 20261120_search' }, { say: 'Search uses the tsvector column now.' }],
  expect: [{ item: 'decision', has: ['Postgres full text search', 'Elasticsearch'] }, { item: 'restartCommand', has: ['npm run migrate'] }] },

  { name: 'an attempt that was reverted with git', steps: [
    { user: 'the list flickers when it updates' }, { say: 'I will memoise the rows with React.memo to avoid the re-render.' }, { edit: 'src/List.tsx', line: 12, old: 'export function Row(props) {', new: 'export const Row = React.memo(function Row(props) {' }, { run: 'npm test', code: 1, out: 'FAIL src/List.test.tsx\n  ● keeps the selection\n\n    Expected: "b"\n    Received: "a"\n\nTests: 1 failed, 8 passed, 9 total' },
    { say: 'Memoising the rows breaks the selection, so that approach does not work.' }, { run: 'git checkout -- src/List.tsx', out: '' }, { edit: 'src/List.tsx', line: 30, old: '<Row key={index}', new: '<Row key={item.id}' }, { run: 'npm test', out: 'Tests: 9 passed, 9 total' }, { say: 'Using stable keys stops the flicker.' }],
  expect: [{ item: 'deadEnd', has: ['List.tsx', 'memo'] }] },

  { name: 'a fix through the environment file', steps: [
    { user: 'the worker does not start' }, { run: 'node worker.js', code: 1, out: "/home/dev/shop/src/env.ts:9\n    throw new Error('Missing environment variable: QUEUE_URL');\n    ^\n\nError: Missing environment variable: QUEUE_URL\n    at load (/home/dev/shop/src/env.ts:9:11)" }, { edit: '.env', line: 3, old: 'PORT=3000', new: 'PORT=3000\nQUEUE_URL=redis://localhost:6379' }, { run: 'node worker.js', background: true, out: 'ready' }, { say: 'The worker runs.' }],
  expect: [{ item: 'error', has: ['Missing environment variable: QUEUE_URL', '.env'] }] },

  { name: 'Gradle: a compile error in code that was there', steps: [
    { user: 'the build fails since the upgrade to Spring Boot 3, please fix' }, { run: './gradlew build', code: 1, out: "> Task :compileJava FAILED\n/home/dev/shop/src/main/java/shop/SecurityConfig.java:14: error: package javax.servlet does not exist\nimport javax.servlet.Filter;\n                    ^\n1 error\n\nFAILURE: Build failed with an exception.\n\n* What went wrong:\nExecution failed for task ':compileJava'.\n> Compilation failed; see the compiler error output for details." },
    { say: 'Spring Boot 3 moved to the jakarta namespace, so `javax.servlet` no longer exists.' }, { edit: 'src/main/java/shop/SecurityConfig.java', line: 14, old: 'import javax.servlet.Filter;', new: 'import jakarta.servlet.Filter;' }, { run: './gradlew build', out: 'BUILD SUCCESSFUL in 12s' }, done],
  expect: [{ item: ['error', 'bug'], has: ['javax.servlet', 'SecurityConfig.java', 'jakarta'] }] },

  { name: 'Flutter: a widget test, mended', steps: [
    { user: 'flutter test is red, fix it' }, { run: 'flutter test test/cart_test.dart', code: 1, out: "00:02 +3 -1: shows the total [E]\n  Expected: exactly one matching candidate\n    Actual: _TextWidgetFinder:<Found 0 widgets with text \"12.50\": []>\n  test/cart_test.dart 21:5  main.<fn>\n\n00:02 +3 -1: Some tests failed." },
    { say: 'The issue is that the total is formatted with a comma in the German locale.' }, { edit: 'lib/cart.dart', line: 18, old: 'total.toString()', new: 'NumberFormat("0.00", "en").format(total)' }, { run: 'flutter test test/cart_test.dart', out: '00:02 +4: All tests passed!' }, done],
  expect: [{ item: 'bug', has: ['lib/cart.dart', 'German locale'] }] },

  { name: 'Terraform: a lock was left', steps: [
    { user: 'plan the infra change' }, { run: 'terraform plan', code: 1, out: '╷\n│ Error: Error acquiring the state lock\n│ \n│ Error message: ConditionalCheckFailedException\n│ Lock Info:\n│   ID:        1b2c\n╵' }, { run: 'terraform force-unlock -force 1b2c', out: 'Terraform state has been successfully unlocked!' }, { run: 'terraform plan', out: 'Plan: 1 to add, 0 to change, 0 to destroy.' }, { say: 'The plan adds one bucket.' }],
  expect: [{ item: ['error', 'workaround'], has: ['Error acquiring the state lock', 'force-unlock'] }] },

  { name: 'seed and compose, newest form', steps: [
    { user: 'set the project up' }, { run: 'docker-compose up -d', code: 127, out: 'bash: docker-compose: command not found' }, { run: 'docker compose up -d', out: ' Container shop-db-1  Started' }, { run: 'pnpm install', out: 'Done in 3s' }, { run: 'pnpm install --frozen-lockfile', out: 'Done in 1s' }, { run: 'pnpm prisma migrate dev', out: 'Your database is now in sync with your schema.' }, { run: 'pnpm db:seed', out: 'Seeded 20 products' }, { run: 'pnpm dev', background: true }, { say: 'Everything is up at localhost:3000.' }],
  expect: [{ item: 'restartCommand', has: ['docker compose up -d'] }, { item: 'restartCommand', has: ['pnpm install'] }, { item: 'restartCommand', has: ['pnpm prisma migrate dev'] }, { item: 'restartCommand', has: ['pnpm db:seed'] }, { item: 'restartCommand', has: ['pnpm dev'] }] },

  { name: 'steered while working, then stopped', steps: [
    { user: 'Add a CSV import for customers' }, { todos: [['Parse the file', 'completed'], ['Validate rows', 'in_progress'], ['Show errors by row', 'pending']] }, { queued: 'never import rows without an e-mail address' }, { edit: 'src/import/validate.ts', old: 'return true;', new: 'return row.email !== "";' }, { interrupt: true }],
  expect: [{ item: 'nextStep', has: ['Validate rows'] }, { item: 'nextStep', has: ['Show errors by row'] }, { item: ['businessRule', 'pattern'], has: ['never import rows without an e-mail address'] }, { item: 'inProgress', has: ['validate.ts'] }] },

  { name: 'a subagent explored and failed on the way', steps: [
    { user: 'explain the billing module' }, { run: 'npm run billing:dry', code: 1, out: 'npm error Missing script: "billing:dry"', side: true }, { run: 'cat package.json', out: '{"scripts":{}}', side: true }, { say: 'There is no dry run.', side: true }, { say: 'Billing runs nightly: it reads the usage, makes invoices and sends them.' }],
  expect: [] },

  { name: 'the same error until the cause was found', steps: [
    { user: 'login fails in the integration test' }, { run: 'npm run test:int', code: 1, out: 'FAIL test/login.int.ts\n  ● logs in\n    Error: connect ECONNREFUSED 127.0.0.1:6379\nTests: 1 failed, 1 total' }, { edit: 'src/session.ts', line: 4, old: "host: 'localhost'", new: "host: '127.0.0.1'" }, { run: 'npm run test:int', code: 1, out: 'FAIL test/login.int.ts\n  ● logs in\n    Error: connect ECONNREFUSED 127.0.0.1:6379\nTests: 1 failed, 1 total' },
    { say: 'Redis is not running at all.' }, { run: 'docker compose up -d redis', out: ' Container shop-redis-1  Started' }, { run: 'npm run test:int', out: 'PASS test/login.int.ts\nTests: 1 passed, 1 total' }, done],
  expect: [{ item: 'error', has: ['ECONNREFUSED', 'docker compose up -d redis'] }, { item: 'restartCommand', has: ['docker compose up -d redis'] }] },

  { name: 'an unfinished request after a finished one', steps: [
    { user: 'fix the typo in the header' }, { edit: 'src/Header.tsx', old: 'Accout', new: 'Account' }, { say: 'Fixed the typo.' }, { user: 'Now add a dark mode toggle next to it and remember the choice' }, { edit: 'src/Header.tsx', line: 20, old: '</nav>', new: '<ThemeToggle /></nav>' }, { run: 'cat src/theme.ts', out: 'export const theme = "light";' }],
  expect: [{ item: 'nextStep', has: ['dark mode toggle'] }, { item: 'inProgress', has: ['Header.tsx'] }] },

  { name: 'a commit hook stopped the commit, the code was mended', steps: [
    { user: 'commit this' }, { run: 'git commit -m "feat: waiting summary"', code: 1, out: "Pre-commit validation failed:\n\n[DIALYZER]\nlib/shop/waiting_summary.ex:112:pattern_match\nThe pattern can never match the type.\n\nPattern:\n{:error, _reason}\n\nFix these issues before committing." }, { say: 'Dialyzer says `LLMChain.run` returns a 3-tuple on errors. Let me fix the pattern.' }, { edit: 'lib/shop/waiting_summary.ex', line: 112, old: '        {:error, reason} ->', new: '        {:error, _chain, reason} ->' }, { run: 'git commit -m "feat: waiting summary"', out: '[main 1a2b3c4] feat: waiting summary\n 1 file changed' }, { say: 'Committed.' }],
  expect: [] },

  { name: 'performance found and mended', steps: [
    { user: 'the orders page takes 8 seconds' }, { run: 'node scripts/profile.js', out: 'GET /orders 8120 ms, 412 queries' }, { say: 'It loads the customer of each order in a query of its own (N+1).' }, { edit: 'src/orders/orders.service.ts', line: 14, old: 'this.orders.find()', new: "this.orders.find({ relations: ['customer'] })" }, { run: 'node scripts/profile.js', out: 'GET /orders 130 ms, 2 queries' }, { run: 'git commit -am "perf(orders): load customers with their orders instead of one by one"', out: '[main 9f8e7d6] perf(orders): load customers with their orders instead of one by one\n 1 file changed' }, { say: 'From 8 s to 0.13 s.' }],
  expect: [{ item: 'performanceSecurity', has: ['load customers with their orders'] }] },

  { name: 'a lasting word while the agent is at work', steps: [
    { user: 'add a list of voters to the idea page' }, { edit: 'src/ideas/IdeaPage.tsx', old: '</main>', new: '<Voters /></main>' }, { say: 'The list is in; next comes its style.' }, { user: 'Never show the e-mail address of a voter in this project.' }],
  expect: [{ item: ['businessRule', 'pattern'], has: ['Never show the e-mail address'] }, { item: 'nextStep', has: ['add a list of voters'] }, { item: 'inProgress', has: ['IdeaPage.tsx'] }] },
];
