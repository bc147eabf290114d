import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorKey, natureOf, tellingLine, tellsOfFailure } from '../../../src/core/suggestions/errorLine.js';
import { maskSecrets } from '../../../src/core/suggestions/maskSecrets.js';
import { code, commandLine, prose } from '../../../src/core/suggestions/plainText.js';
import { runsOf, splitShell } from '../../../src/core/suggestions/shellCommand.js';
import { isLastingStatement, kindOfStatement } from '../../../src/core/suggestions/agentStatements.js';

describe('secrets', () => {
  // Made up, in the forms that the issuers publish.
  const secrets = ['ghp_abcdefghijklmnopqrstuvwxyz0123456789', 'github_pat_11ABCDEFG0abcdefghijkl_mnop', 'sk-ant-api03-abcdefghijklmnop-qrstuv', 'AKIAIOSFODNN7EXAMPLE', 'xoxb-123456789012-abcdefghij', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123', 'glpat-abcdefghij0123456789', 'AIzaSyA1234567890abcdefghijklmnopqrstuv', 'sk_live_abcdefghijklmnop'];
  for (const secret of secrets) it(`hides ${secret.slice(0, 8)}…`, () => { expect(maskSecrets(`before ${secret} after`)).toBe('before •••• after'); });

  const named = ['DB_PASSWORD=correct7horse', 'password: "correct7horse"', "apiKey: 'correct7horse'", 'postgres://shop:correct7horse@db/shop', 'curl -H "Authorization: Bearer correct7horse.battery"', '--token correct7horse', 'client_secret => correct7horse', 'the password is correct7horse'];
  for (const text of named) it(`hides the value in ${text}`, () => { expect(maskSecrets(text)).not.toContain('correct7horse'); });

  it('hides a private key, cut off or whole', () => {
    expect(maskSecrets('-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----')).toBe('••••');
    expect(maskSecrets('-----BEGIN PRIVATE KEY-----\nMIIEow')).toBe('••••');
  });

  for (const text of ['the token expired', 'password: string', 'token: ${TOKEN}', 'apiKey = process.env.API_KEY', 'reset the password form', 'secret: required', 'see https://example.org/docs?page=2']) it(`leaves "${text}" alone`, () => { expect(maskSecrets(text)).toBe(text); });

  it('takes long hostile text in its stride', () => {
    for (const text of ['-'.repeat(200_000), 'a_'.repeat(100_000), 'password'.repeat(20_000), 'x://'.repeat(50_000), `${'token='.repeat(30_000)}`]) expect(maskSecrets(text).length).toBeGreaterThan(0);
  });
});

describe('shell lines', () => {
  const bases: [string, string[]][] = [
    ['cd api && npm test -- --run cart 2>&1 | tail -40', ['test npm test']], ['NODE_ENV=test npx vitest run src/a.test.ts', ['test vitest run']], ['docker compose -f dev.yml up -d db', ['service docker compose -f dev.yml up']],
    ['docker compose exec -T web python manage.py migrate', ['migrate docker compose exec -T web python manage.py migrate']], ['poetry run alembic upgrade head', ['migrate alembic upgrade']], ['git commit -m "fix: npm test && build"', ['git git commit']],
    ['echo "npm install" > x.txt', []], ['for f in *.ts; do echo $f; done', []], ["bash -lc 'cargo test --all'", ['test cargo test']], ['pnpm --filter web run build', ['build pnpm --filter web run build']], ['python -m pytest tests -k cart', ['test python -m pytest']],
    ['npm ci && npm run migrate; npm run seed', ['install npm ci', 'migrate npm run migrate', 'seed npm run seed']], ['cat <<EOF > a.sh\nnpm install evil\nEOF\nls', []], ['timeout 60 go test ./...', ['test go test']], ['php artisan migrate --seed', ['migrate php artisan migrate']],
  ];
  for (const [line, wanted] of bases) {
    it(`understands ${line.split('\n', 1)[0] ?? ''}`, () => {
      expect(runsOf(line).filter(({ kind }) => kind !== 'search' && kind !== 'shell').map(({ kind, base }) => `${kind} ${base}`)).toEqual(wanted);
    });
  }

  it('says where a command ran and whether a filter hides its exit code', () => {
    expect(runsOf('cd packages/api && npm test | tail -5')[0]).toMatchObject({ folder: 'packages/api', masked: true });
    expect(runsOf('npm test')[0]).toMatchObject({ masked: false, targets: [] });
    expect(runsOf('npx jest src/cart -t "adds tax"')[0]?.targets).toEqual(['src/cart', 'adds tax']);
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (line) => { expect(Array.isArray(runsOf(line)) && Array.isArray(splitShell(line))).toBe(true); }));
  });
});

describe('the telling line', () => {
  const outputs: [string, string][] = [
    ['Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n    x()\nValueError: bad literal', 'ValueError: bad literal'],
    ['npm error code ERESOLVE\nnpm error ERESOLVE unable to resolve dependency tree\nnpm error A complete log of this run can be found in: x', 'ERESOLVE unable to resolve dependency tree'],
    ['src/a.ts(3,5): error TS2345: Argument of type x\n\nFound 1 error.', 'src/a.ts(3,5): error TS2345: Argument of type x'],
    ['   Compiling x\nerror[E0382]: borrow of moved value: `a`\nerror: could not compile `x`', 'error[E0382]: borrow of moved value: `a`'],
    ['Exception in thread "main" java.lang.RuntimeException: outer\n\tat A.b(A.java:1)\nCaused by: java.io.IOException: disk full', 'java.io.IOException: disk full'],
    ['=== RUN   TestX\n    x_test.go:10: setting up\n    x_test.go:14: got 1, want 2\n--- FAIL: TestX (0.00s)\nFAIL', 'x_test.go:14: got 1, want 2'],
    ['\u001b[31mError: Cannot find module \'zod\'\u001b[0m\n    at Module._resolve', "Error: Cannot find module 'zod'"],
    ['bash: pnpm: command not found', 'bash: pnpm: command not found'],
    ['SQLSTATE[42S02]: Base table or view not found', 'SQLSTATE[42S02]: Base table or view not found'],
  ];
  for (const [output, line] of outputs) it(`is "${line.slice(0, 50)}"`, () => { expect(tellingLine(output)).toBe(line); });

  it('is none where nothing is said', () => { expect(tellingLine('\n\nDone in 2s\n')).toBeUndefined(); });

  it('tells a failure whose exit code a filter hid', () => {
    expect(tellsOfFailure('Tests: 1 failed, 3 passed, 4 total')).toBe(true);
    expect(tellsOfFailure('Tests: 4 passed, 4 total')).toBe(false);
    expect(tellsOfFailure('src/error.ts | 3 +++\nHandle missing tokens')).toBe(false);
  });

  it('is the same error with other numbers and places', () => {
    expect(errorKey('src/a.ts:3:5 - error TS2345: 12 items')).toBe(errorKey('/x/src/a.ts:90:1 - error TS2345: 7 items'));
  });

  it('tells what sort of error it is', () => {
    expect([natureOf("Cannot find module 'zod'"), natureOf("Cannot find module './zod'"), natureOf('error TS2304: x'), natureOf('expected 1 to be 2'), natureOf('TypeError: x is null')]).toEqual(['environment', 'runtime', 'compile', 'assertion', 'runtime']);
  });

  it('takes any output', () => { fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (output) => { tellingLine(output); tellsOfFailure(output); })); });
});

describe('lasting statements', () => {
  it('tell rules of the business from ways of writing code', () => {
    expect([kindOfStatement('Refunds are never issued after 30 days'), kindOfStatement('always validate request bodies with zod in the controller')]).toEqual(['businessRule', 'pattern']);
  });
  it('are not questions, reports or tasks', () => {
    for (const text of ['why does it always reload twice?', 'it never updates the badge', 'make sure the tests pass please', 'I always forget how this works']) expect(isLastingStatement(text), text).toBe(false);
  });
  it('takes any sentence', () => { fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => { isLastingStatement(text); })); });
});

describe('plain text', () => {
  it('keeps what was said and takes its markup away', () => {
    expect(prose('## Use **zod** for [forms](https://x.y)\n---\nnot `yup`')).toBe('Use zod for forms (`https://x.y`) not `yup`');
    expect(code('a `b`\nc')).toBe("`a 'b' c`");
  });

  const marks: [string, string][] = [['>  ---', ''], ['> ***', ''], ['- - -', ''], ['1. ## Title', 'Title'], ['**# **x', 'x'], ['__--__-', ''], ['a |\n--|--', 'a |'], ['~~~', ''], ['#42 is back', '#42 is back'], ['-v is a flag', '-v is a flag'], ['[x]: https://a.b', '[x] : `https://a.b`']];
  for (const [given, left] of marks) it(`makes no block of ${JSON.stringify(given)}`, () => { expect(prose(given)).toBe(left); });

  it('lets no backslash take code font from a link', () => {
    expect([prose('\\https://a.b'), prose('see \\`x` now'), prose('_www.a.b'), prose('<-@a>')]).toEqual(['`\\https://a.b`', 'see `x` now', '_`www.a.b`', '`<-@a>`']);
  });

  it('takes along what is joined to an address', () => { expect(prose('ask a@b.c+d@e.f, or \\x@y.z.')).toBe('ask `a@b.c+d@e.f`, or `\\x@y.z`.'); });

  // With a pattern that starts anew at each letter these would not end.
  for (const run of ['a', '\\', 'a.b-', 'a@', 'a@b-']) it(`reads a long run of ${JSON.stringify(run)} once`, () => { expect(commandLine(run.repeat(150_000 / run.length))).toContain(run); });
});
