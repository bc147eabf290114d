/*
 * What a shell command does, as far as its words show it. Nothing is run; an unusual spelling is only understood less.
 */

/** One command of a line, without the operators around it. */
interface SimpleCommand {
  readonly words: readonly string[];
  /** The operator before it; empty for the first. */
  readonly after: '' | '&&' | '||' | ';' | '|' | '&';
}

/** A run of characters that mean nothing to the shell, wherever in a word they stand. */
const ordinary = /[^\\'"$#\n<>&|;(){}\s]+/y;

/** Splits a line into simple commands; quotes, substitutions, redirections, comments and here-documents are understood. */
export function splitShell(line: string): SimpleCommand[] {
  const commands: SimpleCommand[] = [];
  let words: string[] = [];
  let word: string | undefined;
  let after: SimpleCommand['after'] = '';
  let skipRedirect = false;
  const heredocs: string[] = [];
  const endWord = (): void => {
    if (word !== undefined && !skipRedirect) words.push(word);
    if (word !== undefined) skipRedirect = false;
    word = undefined;
  };
  const endCommand = (next: SimpleCommand['after']): void => {
    endWord();
    skipRedirect = false;
    if (words.length > 0) commands.push({ words, after });
    words = [];
    after = next;
  };
  for (let at = 0; at < line.length; at++) {
    ordinary.lastIndex = at;
    const plain = ordinary.exec(line)?.[0];
    if (plain !== undefined) {
      word = (word ?? '') + plain;
      at += plain.length - 1;
      continue;
    }
    const character = line[at] ?? '';
    if (character === '\\') {
      const next = line[++at] ?? '';
      if (next !== '\n') word = (word ?? '') + next;
    } else if (character === "'") {
      const end = line.indexOf("'", at + 1);
      word = (word ?? '') + line.slice(at + 1, end < 0 ? line.length : end);
      at = end < 0 ? line.length : end;
    } else if (character === '"') {
      let text = '';
      for (at++; at < line.length && line[at] !== '"'; at++) {
        if (line[at] === '\\' && /["\\$`]/.test(line[at + 1] ?? '')) at++;
        text += line[at] ?? '';
      }
      word = (word ?? '') + text;
    } else if (character === '$' && line[at + 1] === '(') {
      let depth = 0;
      const from = at;
      for (at++; at < line.length; at++) {
        if (line[at] === '(') depth++;
        else if (line[at] === ')' && --depth === 0) break;
      }
      word = (word ?? '') + line.slice(from, at + 1);
    } else if (character === '#' && word === undefined) {
      const end = line.indexOf('\n', at);
      at = end < 0 ? line.length : end - 1;
    } else if (character === '\n') {
      endCommand(';');
      for (const end of heredocs.splice(0)) {
        const rest = line.slice(at + 1);
        const lines = rest.split('\n');
        const stop = lines.findIndex((one) => one.trim() === end);
        at += stop < 0 ? rest.length : lines.slice(0, stop + 1).join('\n').length + 1;
      }
    } else if (character === '<' && line[at + 1] === '<' && line[at + 2] !== '<') {
      const match = /^<<-?\s*(['"]?)([\w-]+)\1/.exec(line.slice(at));
      endWord();
      if (match?.[2] !== undefined) heredocs.push(match[2]);
      at += (match?.[0].length ?? 2) - 1;
    } else if (character === '>' || character === '<') {
      if (word !== undefined && /^\d$/.test(word)) word = undefined;
      endWord();
      while (/[<>&|]/.test(line[at + 1] ?? '')) at++;
      if (line[at] === '&' && /\d|-/.test(line[at + 1] ?? '')) at++;
      else skipRedirect = true;
    } else if (character === '&' && line[at + 1] === '>') {
      endWord();
    } else if (character === '&' && line[at + 1] === '&') {
      endCommand('&&');
      at++;
    } else if (character === '|') {
      const double = line[at + 1] === '|';
      endCommand(double ? '||' : '|');
      if (double || line[at + 1] === '&') at++;
    } else if (character === ';' || character === '&') {
      endCommand(character === '&' ? '&' : ';');
    } else if ((character === '(' || character === ')' || character === '{' || character === '}') && word === undefined && /[\s(){};]|^$/.test(line[at + 1] ?? '')) {
      endCommand(';');
    } else if (character === '(' && word === undefined) {
      endCommand(';');
    } else if (character === ')') {
      endCommand(';');
    } else if (/\s/.test(character)) {
      endWord();
    } else {
      word = (word ?? '') + character;
    }
  }
  endCommand('');
  return commands;
}

export type CommandKind =
  | 'test' | 'build' | 'typecheck' | 'lint' | 'format' | 'install' | 'migrate' | 'generate' | 'seed' | 'service' | 'server' | 'setup' | 'run'
  /** Takes something out of the way: a lock, what a tool left behind, a missing right. */
  | 'repair'
  | 'search' | 'git' | 'shell' | 'remote';

export type Ecosystem = 'js' | 'python' | 'go' | 'rust' | 'jvm' | 'ruby' | 'php' | 'dotnet' | 'elixir' | 'any';

/** A command that does something of its own, without what only wraps, filters or leads to it. */
export interface ShellRun {
  readonly kind: CommandKind;
  readonly ecosystem: Ecosystem;
  /** Program and subcommand or script: what stays the same from run to run. */
  readonly base: string;
  /** What the run is narrowed to: paths, names of tests, filters. Empty: everything. */
  readonly targets: readonly string[];
  readonly flags: readonly string[];
  /** As it is typed: environment and wrappers included, pipes and redirections not. */
  readonly text: string;
  /** The folder that the line changed to before, as written. */
  readonly folder?: string;
  /** Its own exit code is not the line's: a filter, `||` or a later command comes after it. */
  readonly masked: boolean;
}

const wrappers = new Set(['sudo', 'time', 'nohup', 'env', 'command', 'exec', 'npx', 'bunx', 'pnpx', 'cross-env', 'dotenv', 'stdbuf', 'xvfb-run', 'nice', 'caffeinate', 'arch']);
const doubleWrappers = new Map([['poetry', ['run']], ['uv', ['run']], ['pipenv', ['run']], ['pdm', ['run']], ['rye', ['run']], ['hatch', ['run']], ['bundle', ['exec']], ['pnpm', ['exec', 'dlx']], ['yarn', ['exec', 'dlx', 'run']], ['npm', ['exec']], ['bun', ['x']], ['mise', ['exec', 'x']], ['asdf', ['exec']], ['nvm', ['exec']], ['direnv', ['exec']], ['op', ['run']], ['doppler', ['run']], ['infisical', ['run']]]);
const filters = new Set(['tail', 'head', 'grep', 'egrep', 'rg', 'sed', 'awk', 'tee', 'cat', 'sort', 'uniq', 'wc', 'jq', 'cut', 'tr', 'less', 'more', 'xargs', 'column', 'nl', 'fold', 'strings', 'pino-pretty', 'base64', 'python3', 'python', 'node']);
const nothing = new Set(['cd', 'echo', 'printf', 'export', 'set', 'source', '.', 'sleep', 'true', ':', 'pwd', 'wait', 'pushd', 'popd', 'clear', 'unset', 'alias', 'if', 'then', 'else', 'fi', 'for', 'do', 'done', 'while', 'exit', 'read', 'shopt', 'ulimit', 'trap', 'local', 'test', '[', '[[', 'false', 'date', 'return', 'case', 'esac', 'tput', 'history']);
const searches = new Set(['grep', 'egrep', 'fgrep', 'rg', 'ag', 'ack', 'find', 'fd', 'ls', 'cat', 'head', 'tail', 'less', 'wc', 'which', 'where', 'whereis', 'type', 'file', 'stat', 'diff', 'cmp', 'tree', 'du', 'df', 'ps', 'pgrep', 'lsof', 'netstat', 'ss', 'jq', 'awk', 'sed', 'sort', 'uniq', 'cut', 'xxd', 'od', 'strings', 'nm', 'otool', 'readlink', 'realpath', 'basename', 'dirname', 'env', 'printenv', 'whoami', 'id', 'uname', 'hostname', 'md5', 'md5sum', 'shasum', 'sha256sum', 'bat', 'eza', 'nl', 'tr', 'Get-ChildItem', 'Select-String', 'dir']);
const shellTools = new Set(['rm', 'mkdir', 'rmdir', 'mv', 'kill', 'pkill', 'killall', 'touch', 'open', 'xdg-open', 'code', 'tar', 'zip', 'unzip', 'gzip', 'man', 'osascript', 'tmux', 'screen', 'expect', 'script', 'timeout', 'tee', 'xargs', 'yes', 'seq', 'bc', 'tmp']);
const remotes = new Set(['curl', 'wget', 'http', 'https', 'xh', 'ssh', 'scp', 'rsync', 'ping', 'nc', 'telnet', 'dig', 'nslookup', 'gh', 'glab', 'hub', 'aws', 'gcloud', 'az', 'heroku', 'vercel', 'netlify', 'fly', 'flyctl', 'claude', 'codex', 'gemini', 'linear', 'jira', 'grpcurl', 'websocat']);

/** A process that was in the way is not among them: that was an accident of the moment. */
const repairing = /^(?:chmod|chown)\b|^rm -\w*r|^(?:terraform|tofu) force-unlock\b/;

const scriptKinds: readonly (readonly [RegExp, CommandKind])[] = [
  // `build-storybook`, `build:dev`: a build of what is served otherwise.
  [/^build[:_-](?:storybook|dev|server|watch|preview)$/, 'build'],
  [/(?:^|[:_-])(?:migrat\w*|db:(?:migrate|push|deploy|up|setup|create|prepare)|migrate|dbmate|db-push)(?:$|[:_-])/, 'migrate'],
  [/(?:^|[:_-])seeds?(?:$|[:_-])/, 'seed'],
  [/(?:^|[:_-])(?:generate|codegen|gen|proto|protos|openapi|graphql-codegen|prisma:generate|sqlc|i18n:extract|icons)(?:$|[:_-])/, 'generate'],
  [/(?:^|[:_-])(?:type-?check|check-types|types|tsc)(?:$|[:_-])/, 'typecheck'],
  [/(?:^|[:_-])(?:lint|eslint|stylelint|knip|check)(?:$|[:_-])/, 'lint'],
  [/(?:^|[:_-])(?:format|fmt|prettier)(?:$|[:_-])/, 'format'],
  [/(?:^|[:_-])(?:tests?|e2e|spec|specs|unit|integration|coverage|cov|jest|vitest|playwright|cypress)(?:$|[:_-])/, 'test'],
  [/(?:^|[:_-])(?:dev|start|serve|server|watch|preview|storybook|run-dev|up)(?:$|[:_-])/, 'server'],
  [/(?:^|[:_-])(?:build|compile|bundle|package|dist|all)(?:$|[:_-])/, 'build'],
  [/(?:^|[:_-])(?:install|setup|bootstrap|deps|init)(?:$|[:_-])/, 'install'],
];
const scriptKind = (name: string): CommandKind => (/^(?:make|create|new)[:_-]|:(?:diff|status|list|rollback|down)$/.test(name) ? 'run' : scriptKindOf(name));
const scriptKindOf = (name: string): CommandKind => scriptKinds.find(([pattern]) => pattern.test(name))?.[1] ?? 'run';

interface Understood { readonly kind: CommandKind; readonly ecosystem: Ecosystem; readonly base: string; readonly rest: readonly string[] }

const understood = (kind: CommandKind, ecosystem: Ecosystem, words: readonly string[], length: number): Understood => ({ kind, ecosystem, base: words.slice(0, length).join(' '), rest: words.slice(length) });

/** What the words of one command do, wrappers taken away. */
function understand(words: readonly string[]): Understood {
  if (repairing.test(words.join(' '))) return understood('repair', 'any', words, words[0] === 'terraform' || words[0] === 'tofu' ? 2 : 1);
  const program = (words[0] ?? '').replace(/^.*[\\/](?=[^\\/]+$)/, (path) => (/node_modules[\\/]\.bin|(?:^|[\\/])(?:\.?venv|vendor)[\\/]|^\/usr\/|^\/opt\/|^\/bin\//.test(path) ? '' : path));
  const names = [program, ...words.slice(1)];
  const plain = names.slice(1).filter((word) => !word.startsWith('-'));
  const first = plain[0] ?? '';
  const at = (word: string): number => Math.max(1, names.indexOf(word) + 1);
  const is = (kind: CommandKind, ecosystem: Ecosystem, length = 1): Understood => understood(kind, ecosystem, names, length);
  switch (program) {
    case 'npm': case 'pnpm': case 'yarn': case 'bun': {
      const run = first === 'run' || first === 'run-script';
      const script = run ? plain[1] ?? '' : first;
      const filter = names.findIndex((word) => /^(?:--filter|-F|--workspace|-w|--prefix|-C|--cwd|--dir)$/.test(word));
      const called = filter >= 0 && (first === (names[filter + 1] ?? '')) ? plain.filter((word) => word !== names[filter + 1]) : plain;
      const name = called[0] === 'run' || called[0] === 'run-script' ? called[1] ?? '' : called[0] ?? '';
      if (name === '' ) return is(program === 'yarn' ? 'install' : 'run', 'js', names.length);
      const length = at(name);
      if (/^(?:i|install|ci|add|clean-install|isntall)$/.test(name) && called[0] !== 'run') return is('install', 'js', length);
      if (/^(?:remove|uninstall|rm|un|up|update|upgrade|dedupe|link|rebuild|prune)$/.test(name) && called[0] !== 'run') return is('setup', 'js', length);
      if (/^(?:audit|outdated|ls|list|view|info|why|explain|config|cache|login|whoami|publish|pack|version|init|create|help|search|doctor|root|bin)$/.test(name) && called[0] !== 'run') return is(name === 'cache' ? 'setup' : 'search', 'js', length);
      if (name === 't' || name === 'tst') return is('test', 'js', length);
      // `pnpm prisma …` runs the program of that name; npm needs `exec`.
      if (program !== 'npm' && called[0] !== 'run' && called[0] !== 'run-script') {
        const inner = understand(names.slice(length - 1));
        if (inner.kind !== 'run' && inner.kind !== 'shell' && inner.kind !== 'search') return { ...inner, base: `${names.slice(0, length - 1).join(' ')} ${inner.base}` };
      }
      return is(scriptKind(script === name ? script : name), 'js', length);
    }
    case 'vitest': case 'jest': case 'mocha': case 'ava': case 'cypress': case 'tap': return is('test', 'js', first === 'run' || first === 'watch' ? 2 : 1);
    case 'playwright': return first === 'install' ? is('setup', 'js', at(first)) : is('test', 'js', first === 'test' ? at(first) : 1);
    case 'tsc': case 'vue-tsc': case 'svelte-check': return is(names.includes('--noEmit') || program === 'svelte-check' ? 'typecheck' : 'build', 'js');
    case 'eslint': case 'biome': case 'oxlint': case 'stylelint': return is('lint', 'js', first === 'check' || first === 'lint' ? at(first) : 1);
    case 'prettier': case 'gofmt': case 'goimports': case 'rustfmt': case 'black': case 'isort': case 'dprint': case 'shfmt': case 'clang-format': return is('format', 'any');
    case 'next': case 'vite': case 'nuxt': case 'astro': case 'remix': case 'ng': case 'gatsby': case 'webpack': case 'rollup': case 'esbuild': case 'parcel': case 'tsup': case 'turbo': case 'nx': case 'expo': case 'wrangler': case 'react-scripts': case 'svelte-kit': case 'electron-vite': {
      if (/^(?:build|export|bundle)$/.test(first)) return is('build', 'js', at(first));
      if (/^(?:dev|start|serve|preview|develop)$/.test(first) || (first === '' && program === 'vite')) return is('server', 'js', first === '' ? 1 : at(first));
      if (first === 'run') return is(scriptKind(plain[1] ?? ''), 'js', at(plain[1] ?? first));
      if (/^(?:test|lint)$/.test(first)) return is(first as 'test' | 'lint', 'js', at(first));
      return is('build', 'js', first === '' ? 1 : at(first));
    }
    case 'prisma': return is(first === 'migrate' || first === 'db' ? (plain[1] === 'seed' ? 'seed' : /^(?:status|diff|pull|execute)$/.test(plain[1] ?? '') ? 'run' : 'migrate') : first === 'generate' ? 'generate' : 'run', 'js', first === '' ? 1 : plain[1] !== undefined && first !== 'generate' ? at(plain[1]) : at(first));
    case 'drizzle-kit': case 'typeorm': case 'sequelize': case 'sequelize-cli': case 'knex': case 'typeorm-ts-node-commonjs': case 'typeorm-ts-node-esm': case 'mikro-orm': case 'kysely': case 'migrate-mongo': case 'node-pg-migrate': {
      if (/seed/.test(first)) return is('seed', 'js', at(first));
      if (/(?:generate|create|make|init)$/.test(first)) return is('run', 'js', at(first));
      return is(/status|list|check|studio/.test(first) ? 'run' : 'migrate', 'js', first === '' ? 1 : at(first));
    }
    case 'graphql-codegen': case 'openapi-generator': case 'openapi-generator-cli': case 'openapi-typescript': case 'buf': case 'protoc': case 'sqlc': case 'swag': case 'wire': case 'mockgen': case 'mockery': case 'orval': case 'stringer': return is(program === 'buf' && first !== 'generate' ? 'lint' : 'generate', 'any', first === '' || program === 'protoc' ? 1 : at(first));
    case 'node': case 'tsx': case 'ts-node': case 'deno': {
      if (program === 'deno' && /^(?:test|lint|fmt|check|task|install)$/.test(first)) return is(first === 'fmt' ? 'format' : first === 'check' ? 'typecheck' : first === 'task' ? scriptKind(plain[1] ?? '') : first as 'test' | 'lint' | 'install', 'js', at(first));
      if (names.includes('--test')) return is('test', 'js', 2);
      if (names.some((word) => /^(?:-e|-p|--eval|--print|-)$/.test(word)) || first === '') return is('shell', 'js');
      if (/^(?:\.\/)?ace$/.test(first)) return is(scriptKind(plain[1] ?? ''), 'js', plain[1] === undefined ? 2 : at(plain[1]));
      const script = program === 'deno' && first === 'run' ? plain[1] ?? first : first;
      return is(scriptOf(script), 'js', at(script));
    }
    case 'python': case 'python3': case 'py': case 'python3.11': case 'python3.12': case 'python3.13': {
      if (names[1] === '-c' || names[1] === '-' || names.length === 1) return is('shell', 'python');
      if (names[1] === '-m') {
        const inner = understand(names.slice(2));
        if (inner.base === 'http.server') return is('server', 'python', 3);
        return { ...inner, base: `${names.slice(0, 2).join(' ')} ${inner.base}`, ecosystem: 'python' };
      }
      if (/manage\.py$/.test(first)) {
        const verb = plain[1] ?? '';
        const kind: CommandKind = verb === 'migrate' ? 'migrate' : verb === 'test' ? 'test' : verb === 'runserver' ? 'server' : verb === 'loaddata' || /seed/.test(verb) ? 'seed' : verb === 'collectstatic' || verb === 'compilemessages' ? 'generate' : verb === 'check' ? 'lint' : verb === 'shell' || verb === 'dbshell' ? 'shell' : 'run';
        return is(kind, 'python', verb === '' ? 2 : at(verb));
      }
      return is(scriptOf(first), 'python', at(first));
    }
    case 'pytest': case 'py.test': case 'nose2': case 'unittest': case 'tox': case 'nox': case 'behave': return is('test', 'python');
    case 'mypy': case 'pyright': case 'basedpyright': case 'pyre': return is('typecheck', 'python');
    case 'ruff': case 'flake8': case 'pylint': case 'bandit': return is(first === 'format' ? 'format' : 'lint', 'python', first === 'check' || first === 'format' ? at(first) : 1);
    case 'pip': case 'pip3': case 'pipx': return is(first === 'install' ? 'install' : 'search', 'python', first === '' ? 1 : at(first));
    case 'uv': case 'poetry': case 'pipenv': case 'pdm': case 'rye': case 'conda': case 'mamba': case 'hatch': {
      const verb = first === 'pip' ? plain[1] ?? '' : first;
      return is(/^(?:install|sync|add)$/.test(verb) ? 'install' : /^(?:lock|update|remove|create|venv|env)$/.test(verb) ? 'setup' : 'run', 'python', verb === '' ? 1 : at(verb));
    }
    case 'alembic': return is(first === 'upgrade' || first === 'downgrade' ? 'migrate' : 'run', 'python', first === '' ? 1 : at(first));
    case 'flask': return is(first === 'db' ? (plain[1] === 'upgrade' ? 'migrate' : 'run') : first === 'run' ? 'server' : /seed/.test(first) ? 'seed' : 'run', 'python', plain[1] !== undefined && first === 'db' ? at(plain[1]) : first === '' ? 1 : at(first));
    case 'uvicorn': case 'gunicorn': case 'hypercorn': case 'celery': case 'fastapi': case 'streamlit': case 'daphne': return is('server', 'python', /^(?:run|dev|worker)$/.test(first) ? at(first) : 1);
    case 'go': {
      const kind: CommandKind = first === 'test' ? 'test' : first === 'build' || first === 'install' ? 'build' : first === 'vet' ? 'lint' : first === 'generate' ? 'generate' : first === 'fmt' ? 'format' : first === 'mod' || first === 'get' || first === 'work' ? 'install' : first === 'run' ? 'run' : 'search';
      return is(kind, 'go', first === 'mod' && plain[1] !== undefined ? at(plain[1]) : first === '' ? 1 : at(first));
    }
    case 'golangci-lint': case 'staticcheck': return is('lint', 'go', first === 'run' ? at(first) : 1);
    case 'gotestsum': case 'ginkgo': return is('test', 'go');
    case 'goose': case 'dbmate': case 'flyway': case 'liquibase': case 'migrate': case 'atlas': case 'sql-migrate': case 'tern': case 'refinery': case 'golang-migrate': return is(/status|version|new|create/.test(first) ? 'run' : 'migrate', 'any', first === '' ? 1 : at(first));
    case 'air': case 'reflex': case 'nodemon': case 'live-server': case 'http-server': case 'serve': case 'caddy': case 'nginx': case 'json-server': return is('server', 'any');
    case 'cargo': {
      const kind: CommandKind = first === 'test' || first === 'nextest' ? 'test' : first === 'build' ? 'build' : first === 'check' ? 'typecheck' : first === 'clippy' ? 'lint' : first === 'fmt' ? 'format' : first === 'fetch' || first === 'add' || first === 'install' ? 'install' : first === 'sqlx' ? (plain.includes('run') ? 'migrate' : 'generate') : first === 'update' || first === 'clean' ? 'setup' : 'run';
      return is(kind, 'rust', first === '' ? 1 : at(first));
    }
    case 'sqlx': case 'diesel': case 'sea-orm-cli': return is(/run|up|reset|setup/.test(plain.join(' ')) ? 'migrate' : 'run', 'rust', Math.min(3, names.length));
    case 'mvn': case './mvnw': case 'mvnw': case 'gradle': case './gradlew': case 'gradlew': case 'sbt': case 'ant': case 'bazel': {
      const goals = plain.join(' ');
      const kind: CommandKind = /flyway|liquibase|migrate/i.test(goals) ? 'migrate' : /test|verify|check/i.test(goals) ? 'test' : /bootrun|spring-boot:run|quarkus:dev|quarkusdev|jettyrun/i.test(goals) ? 'server' : /generate/i.test(goals) ? 'generate' : /lint|checkstyle|spotless/i.test(goals) ? 'lint' : 'build';
      return is(kind, 'jvm', first === '' ? 1 : at(first));
    }
    case 'rails': case 'rake': case 'bin/rails': case './bin/rails': case 'bin/rake': {
      const kind: CommandKind = /^db:seed/.test(first) ? 'seed' : /^db:/.test(first) ? 'migrate' : /^(?:test|spec)/.test(first) ? 'test' : /^(?:s|server)$/.test(first) ? 'server' : 'run';
      return is(kind, 'ruby', first === '' ? 1 : at(first));
    }
    case 'ruby': return /^(?:\.\/)?bin\//.test(first) ? understand(names.slice(at(first) - 1)) : is(scriptOf(first), 'ruby', first === '' ? 1 : at(first));
    case 'bin/dev': case './bin/dev': case 'foreman': case 'overmind': case 'hivemind': return is('server', 'any', names.length);
    case 'bin/setup': case './bin/setup': return is('install', 'any');
    case 'rspec': case 'minitest': case 'cucumber': return is('test', 'ruby');
    case 'rubocop': case 'standardrb': return is('lint', 'ruby');
    case 'bundle': case 'gem': return is(first === 'install' || first === '' || first === 'add' ? 'install' : 'setup', 'ruby', first === '' ? 1 : at(first));
    case 'composer': return is(/^(?:install|require|update|dump-autoload)$/.test(first) ? 'install' : first === 'test' ? 'test' : scriptKind(first), 'php', first === '' ? 1 : at(first));
    case 'php': case 'artisan': case './artisan': case 'sail': case './vendor/bin/sail': {
      const verb = plain.find((word) => word !== 'artisan') ?? '';
      if (program === 'php' && names.includes('-S')) return is('server', 'php', names.length);
      if (program === 'php' && /^(?:\.\/)?(?:bin\/(?:console|cake)|spark|yii|craft)$/.test(first)) return is(scriptKind(plain.slice(1).join(':')), 'php', plain[1] === undefined ? 2 : at(plain[1]));
      if (program === 'php' && first !== 'artisan') return is(/phpunit|pest/.test(first) ? 'test' : names.includes('-r') ? 'shell' : 'run', 'php', first === '' ? 1 : at(first));
      if (/sail$/.test(program) && verb === 'up') return is('service', 'php', at(verb));
      const kind: CommandKind = /^migrate/.test(verb) ? (/status/.test(verb) ? 'run' : 'migrate') : verb === 'db:seed' ? 'seed' : verb === 'test' ? 'test' : verb === 'serve' || /^(?:horizon|queue:(?:work|listen)|reverb:start|octane:start)$/.test(verb) ? 'server' : verb === 'tinker' ? 'shell' : 'run';
      return is(kind, 'php', verb === '' ? names.length : at(verb));
    }
    case 'symfony': case 'bin/console': case './bin/console': {
      const verb = first === 'console' ? plain[1] ?? '' : first;
      return is(scriptKind(verb), 'php', verb === '' ? 1 : at(verb));
    }
    case 'phpunit': case 'pest': return is('test', 'php');
    case 'phpstan': case 'psalm': case 'phpcs': case 'pint': return is('lint', 'php');
    case 'dotnet': {
      const kind: CommandKind = first === 'test' ? 'test' : first === 'build' || first === 'publish' ? 'build' : first === 'restore' || first === 'add' || first === 'tool' ? 'install' : first === 'ef' ? (/update/.test(plain.join(' ')) ? 'migrate' : 'run') : first === 'watch' || first === 'run' ? 'server' : first === 'format' ? 'format' : 'run';
      return is(kind, 'dotnet', first === 'ef' ? Math.min(4, names.length) : first === '' ? 1 : at(first));
    }
    case 'mix': return is(/^ecto\.(?:migrate|setup|create|reset)$/.test(first) ? 'migrate' : first === 'test' ? 'test' : first === 'deps.get' ? 'install' : first === 'phx.server' ? 'server' : first === 'compile' ? 'build' : first === 'format' ? 'format' : first === 'credo' || first === 'dialyzer' ? 'lint' : /seeds/.test(plain.join(' ')) ? 'seed' : 'run', 'elixir', first === '' ? 1 : at(first));
    case 'docker': case 'docker-compose': case 'podman': case 'podman-compose': case 'nerdctl': {
      const compose = program.endsWith('-compose') || first === 'compose';
      // Options of compose with a value stand before its verb.
      const verb = names.slice(1).find((word, index, all) => !word.startsWith('-') && word !== 'compose' && !/^(?:-f|-p|--file|--project-name|--profile|--env-file|--project-directory)$/.test(all[index - 1] ?? '')) ?? '';
      const inner = names.slice(at(verb));
      if (verb === 'exec' || (compose && verb === 'run')) {
        const service = inner.findIndex((word, index) => !word.startsWith('-') && !/^(?:-e|-u|-w|--env|--user|--workdir)$/.test(inner[index - 1] ?? ''));
        const command = inner.slice(service + 1);
        if (service >= 0 && command.length > 0) {
          const nested = understand(/^(?:ba|z)?sh$/.test(command[0] ?? '') && command[1]?.startsWith('-') ? (splitShell(command[2] ?? '').at(-1)?.words ?? command) : command);
          return { ...nested, base: `${names.slice(0, names.length - command.length).join(' ')} ${nested.base}` };
        }
      }
      if (compose) return is(/^(?:up|start|restart)$/.test(verb) ? 'service' : verb === 'build' ? 'build' : verb === 'down' || verb === 'stop' || verb === 'rm' ? 'setup' : 'search', 'any', verb === '' ? names.length : at(verb));
      return is(/^(?:start|run|restart)$/.test(verb) ? 'service' : verb === 'build' || verb === 'buildx' ? 'build' : verb === 'pull' || ((verb === 'network' || verb === 'volume') && plain.includes('create')) ? 'setup' : 'search', 'any', verb === '' ? 1 : at(verb));
    }
    case 'pod': case 'carthage': return is(/^(?:install|update|bootstrap)$/.test(first) ? 'install' : 'run', 'any', first === '' ? 1 : at(first));
    case 'colima': case 'minikube': case 'vagrant': case 'orbctl': case 'multipass': case 'kind': case 'k3d': return is(/^(?:start|up|create)$/.test(first) ? 'service' : 'setup', 'any', first === '' ? 1 : at(first));
    case 'tilt': case 'skaffold': case 'sst': case 'convex': case 'encore': case 'hugo': case 'jekyll': case 'mkdocs': case 'trunk': case 'strapi': case 'storybook': case 'medusa': case 'directus': case 'tauri': case 'hasura': {
      if (program === 'hasura') return is(first === 'migrate' ? 'migrate' : first === 'seed' || first === 'seeds' ? 'seed' : 'run', 'any', plain[1] === undefined ? 1 : at(plain[1]));
      return is(/^(?:dev|serve|server|s|start|up|develop|run)$/.test(first) ? 'server' : /^(?:build|deploy)$/.test(first) ? 'build' : scriptKind(first), 'any', first === '' ? 1 : at(first));
    }
    case 'brew': return first === 'services' ? is(/^(?:start|restart)$/.test(plain[1] ?? '') ? 'service' : 'setup', 'any', 3) : is(first === 'install' ? 'install' : 'search', 'any', first === '' ? 1 : at(first));
    case 'systemctl': case 'service': case 'pg_ctl': case 'pg_ctlcluster': case 'rc-service': case 'launchctl': return is(/\b(?:start|restart)\b/.test(names.join(' ')) ? 'service' : 'search', 'any', names.length);
    case 'redis-server': case 'mongod': case 'mysqld': case 'postgres': case 'minio': case 'elasticsearch': case 'rabbitmq-server': case 'supabase': case 'localstack': case 'firebase': return is(program === 'supabase' && first === 'db' ? 'migrate' : program === 'supabase' && first === 'gen' ? 'generate' : 'service', 'any', first === '' ? 1 : at(first));
    case 'apt-get': case 'apt': case 'apk': case 'yum': case 'dnf': case 'pacman': case 'choco': case 'winget': case 'scoop': case 'rustup': case 'nvm': case 'fnm': case 'volta': case 'pyenv': case 'rbenv': case 'asdf': case 'corepack': case 'xcode-select': case 'sdk': return is('setup', 'any', names.length);
    case 'createdb': case 'psql': case 'mysql': case 'sqlite3': case 'mongosh': case 'redis-cli': return is(program === 'createdb' || (program !== 'redis-cli' && names.some((word) => /\bCREATE (?:DATABASE|EXTENSION|ROLE|USER)\b/i.test(word))) ? 'setup' : names.includes('-f') ? 'migrate' : 'search', 'any', names.length);
    case 'chmod': case 'chown': case 'cp': case 'ln': case 'ssh-add': case 'ssh-keygen': case 'mkcert': case 'update-alternatives': return is('setup', 'any', names.length);
    case 'git': return is(first === 'submodule' || first === 'lfs' ? 'setup' : 'git', 'any', first === '' ? 1 : at(first));
    case 'make': case 'just': case 'task': case 'rake-task': case 'gulp': case 'grunt': case 'mage': case 'invoke': case 'inv': case 'earthly': return is(first === '' ? 'build' : scriptKind(first), 'any', first === '' ? 1 : at(first));
    case 'mise': case 'moon': case 'lerna': case 'rush': case 'wireit': {
      if (/^(?:install|i|use|trust)$/.test(first)) return is('setup', 'any', names.length);
      const script = first === 'run' || first === 'r' ? plain[1] ?? '' : first;
      return is(scriptKind(script), 'any', script === '' ? 1 : at(script));
    }
    case 'terraform': case 'tofu': case 'pulumi': case 'cdk': case 'kubectl': case 'helm': case 'ansible-playbook': case 'sls': case 'serverless': case 'sam': return is(/^(?:init)$/.test(first) ? 'install' : 'run', 'any', first === '' ? 1 : at(first));
    case 'cmake': case 'ninja': case 'meson': case 'xcodebuild': case 'swift': case 'gcc': case 'g++': case 'clang': case 'javac': case 'rustc': case 'zig': case 'flutter': case 'dart': return is(first === 'test' ? 'test' : first === 'pub' ? 'install' : first === 'analyze' ? 'lint' : first === 'run' && program === 'flutter' ? 'server' : names.includes('test') ? 'test' : 'build', 'any', first === 'test' || first === 'build' || first === 'run' ? at(first) : 1);
    case 'ctest': case 'bats': case 'shellspec': return is('test', 'any');
    case 'shellcheck': case 'hadolint': case 'actionlint': case 'yamllint': case 'markdownlint': case 'pre-commit': case 'lefthook': return is('lint', 'any');
    case 'sh': case 'bash': case 'zsh': case 'fish': case 'pwsh': case 'powershell': {
      if (names.some((word) => /^-l?c$/i.test(word))) {
        const inner = splitShell(names.at(-1) ?? '').at(-1)?.words;
        if (inner && inner.join(' ') !== names.join(' ')) return understand(inner);
      }
      return is(first === '' ? 'shell' : scriptOf(first), 'any', first === '' ? 1 : at(first));
    }
    default:
      if (nothing.has(program)) return is('shell', 'any');
      if (searches.has(program)) return is('search', 'any');
      if (shellTools.has(program)) return is('shell', 'any');
      if (remotes.has(program)) return is('remote', 'any');
      if (/[\\/]/.test(program)) return is(scriptOf(program), 'any');
      return is('run', 'any', first !== '' && /^[a-z][\w:-]*$/.test(first) ? at(first) : 1);
  }
}

/** What a script does, by its file's name; what it is not named after, it only runs. */
function scriptOf(path: string): CommandKind {
  const name = (path.split(/[\\/]/).at(-1) ?? '').replace(/\.\w+$/, '').toLowerCase();
  const kind = scriptKind(name);
  return kind === 'format' || kind === 'lint' ? 'run' : kind;
}

const environmentWord = /^[A-Za-z_]\w*=/;

/** Takes what only wraps a command off its words. */
function unwrapped(words: readonly string[]): readonly string[] {
  let rest = words;
  for (let rounds = 0; rounds < 8; rounds++) {
    const program = rest[0] ?? '';
    if (environmentWord.test(program)) rest = rest.slice(1);
    else if (program === 'timeout' || program === 'gtimeout') rest = rest.slice(rest.findIndex((word, index) => index > 0 && /^\d/.test(word)) + 1);
    else if (wrappers.has(program) && rest.length > 1) rest = rest.slice(1 + Math.max(0, rest.slice(1).findIndex((word) => !word.startsWith('-') && !environmentWord.test(word))));
    else {
      const seconds = doubleWrappers.get(program);
      const at = rest.findIndex((word, index) => index > 0 && !word.startsWith('-'));
      if (!seconds?.includes(rest[at] ?? '') || rest.length <= at + 1) return rest;
      const inner = rest.slice(at + 1).filter((word, index, all) => !(word === '--' && all.slice(0, index).every((one) => one.startsWith('-'))));
      // `yarn run dev` runs a script of the package, not a program.
      if (program === 'yarn' && rest[at] === 'run') return rest;
      rest = inner;
    }
  }
  return rest;
}

const optionsWithValue = /^(?:-k|-m|-t|-run|--run|-g|--grep|--filter|--testNamePattern|--testPathPattern|-n|--reporter|--config|-c|-p|--project|-tags|--tags|-timeout|--timeout|-count|--maxWorkers|-j|-o|--output|--port|--host|-f|--file|-e|--env)$/;
const narrowing = /^(?:-k|-t|-run|--run|-g|--grep|--filter|--testNamePattern|--testPathPattern|--tests|-m)(?:=|$)/;
const everything = /^(?:\.|\.\/|\.\/\.\.\.|\.\.\.|all|tests?\/?|src\/?|spec\/?|\.\/tests?\/?|\.\/src\/?|--)$/;

const shown = (words: readonly string[]): string => words.map((word) => (word === '' || /[\s"'$&|;<>()*?]/.test(word) && !/^[\w:./=@,*?-]+$/.test(word) ? (word.includes('"') ? `'${word}'` : `"${word}"`) : word)).join(' ');

/** The runs of a command line, in their order; what only looks, moves or prints is not among them. */
export function runsOf(line: string): ShellRun[] {
  const commands = splitShell(line);
  const runs: ShellRun[] = [];
  let folder: string | undefined;
  for (const [index, { words, after }] of commands.entries()) {
    const program = words[0] ?? '';
    if ((program === 'cd' || program === 'pushd') && words[1] !== undefined) {
      const target = words.slice(1).find((word) => !word.startsWith('-')) ?? '';
      folder = folder === undefined || /^(?:[\\/~]|[A-Za-z]:)/.test(target) ? target : `${folder}/${target}`;
      continue;
    }
    const core = unwrapped(words);
    if (after === '|' && filters.has(core[0] ?? '')) continue;
    if (nothing.has(core[0] ?? '')) continue;
    const { kind, ecosystem, base, rest } = understand(core);
    const targets: string[] = [];
    const flags: string[] = [];
    for (let at = 0; at < rest.length; at++) {
      const word = rest[at] ?? '';
      if (!word.startsWith('-')) targets.push(word);
      else {
        flags.push(word);
        const value = rest[at + 1];
        if (optionsWithValue.test(word) && value !== undefined && !value.startsWith('-')) {
          if (narrowing.test(word)) targets.push(value);
          else flags.push(value);
          at++;
        } else if (narrowing.test(word) && word.includes('=')) targets.push(word.slice(word.indexOf('=') + 1));
      }
    }
    const next = commands[index + 1];
    runs.push({
      kind, ecosystem, base, targets: targets.filter((target) => !everything.test(target)), flags, text: shown(words), ...(folder === undefined ? {} : { folder }),
      masked: next !== undefined && next.after !== '&&' && next.after !== '',
    });
  }
  return runs;
}
