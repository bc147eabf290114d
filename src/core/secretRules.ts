/** A secret found in a text. */
export interface SecretFinding {
  /** UTF-16 offsets of the secret itself, such as the password in an address. */
  readonly start: number;
  readonly end: number;
  /** Stable name of the rule, like `github` or `password`. */
  readonly rule: string;
}

interface Rule {
  readonly name: string;
  /** Global; the group `secret` is what is secret, else the whole match. Every repetition has a bound, so that no text takes long. */
  readonly pattern: RegExp;
  /** Whether what matched is a secret and no example. */
  readonly holds?: (secret: string, groups: Readonly<Record<string, string | undefined>>) => boolean;
}

/** Words that stand in a secret's place in examples and in code. */
const placeholder = /^(?:x+|y+|\*+|\.+|-+|_+|•+|…|\?+|0+|1+|(?:1234?5?6?7?8?9?0?)|(?:my|your|the|some|new|old|user|db|test|example|sample|dummy|fake|mock|default|change|replace|insert|enter|secret|strong|hashed|plain|current|confirm)?[-_ ]?(?:me|this|here|with|it|user|db|api|access|auth|client|refresh|private|jwt|session|bearer|app)?[-_ ]?(?:password|passwd|pass|pwd|passphrase|secret|token|key|apikey|credentials?|value|string|text|placeholder|example|changeme|change-?me|todo|redacted|removed|hidden|masked|masked|here|none|null|nil|undefined|true|false|required|optional|number|boolean|any|unknown|object|void|varchar|char))$/i;
/** `${…}`, `{{…}}`, `<…>`, `%…%`, `$NAME`, `[…]`: a name for the value, not the value. */
const variable = /\$\{|\{\{|\$\(|^\$[A-Za-z_]|^\{|^<|^%[A-Za-z_]+%|^\[|^@|^process\.env|^os\.environ|^env[.[(]|^import\.meta/;
/** Code that computes the value: member access, calls, types. */
const code = /^[A-Za-z_$][\w$]*(?:[?!]?\.[A-Za-z_$][\w$]*)+[;,)]*$|[({]|=>|^(?:new|await|return|typeof)\b|^[A-Za-z_]\w*\[/;

/** Bits per character (Shannon): random base64 of 20 characters and more has over 3.5, words about 3. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const length = [...text].length;
  let bits = 0;
  for (const count of counts.values()) bits -= (count / length) * Math.log2(count / length);
  return bits;
}

const isExample = (secret: string): boolean => placeholder.test(secret) || variable.test(secret) || /^(.)\1+$/.test(secret) || /\*{3}|x{6}|EXAMPLE|\.\.\.|…|placeholder|redacted|changeme|your[-_]/i.test(secret);
const hasLetterAndDigit = (text: string): boolean => /[A-Za-z]/.test(text) && /\d/.test(text);
const isRandom = (secret: string): boolean => !isExample(secret) && hasLetterAndDigit(secret) && entropyOf(secret) >= 3;

/** What a person would type as a password, behind a word that says that it is one. */
function isPassword(secret: string, quoted: boolean): boolean {
  if (secret.length < 6 || isExample(secret) || (!quoted && code.test(secret))) return false;
  // A bare word is prose or a name in code; digits or signs within make it a password.
  const signs = /[!@#$%^&*+=~?]/.test(secret.slice(0, -1));
  if (quoted) return hasLetterAndDigit(secret) || signs || (secret.length >= 10 && !/^[a-z]+(?:[A-Z][a-z]*)*$/.test(secret) && !/^[A-Za-z]+(?:[-_. :][A-Za-z]+)+$/.test(secret));
  return (hasLetterAndDigit(secret) && !/^[a-z]+[A-Z]\w*$/.test(secret) && !/^(?:bcrypt|argon2\w*|scrypt|pbkdf2|sha\d+|md5|utf8|base64|varchar\d*|oauth2?|v\d+)$/i.test(secret)) || signs;
}

/** Whether a part of a JSON Web Token is JSON that names an algorithm. */
function isTokenHeader(part: string): boolean {
  try {
    const header: unknown = JSON.parse(atob(part.replace(/-/g, '+').replace(/_/g, '/')));
    return typeof header === 'object' && header !== null && 'alg' in header;
  } catch {
    return false;
  }
}

function isCredentialPair(part: string): boolean {
  try {
    const pair = atob(part);
    const colon = pair.indexOf(':');
    return colon > 0 && /^[\x20-\x7e]+$/.test(pair) && !isExample(pair.slice(colon + 1));
  } catch {
    return false;
  }
}

/** Passwords that every development machine has. */
const common = new Set(['postgres', 'root', 'admin', 'password', 'pass', 'test', 'dev', 'guest', 'example', 'user', 'mysql', 'mongo', 'redis', 'secret', 'minio', 'minioadmin', 'rabbitmq', 'sa', 'pw', 'pwd']);

function isAddressPassword(secret: string, groups: Readonly<Record<string, string | undefined>>): boolean {
  if (secret.length < 3 || isExample(secret)) return false;
  const user = groups['user'] ?? '';
  const isLocal = /^(?:localhost|127\.|0\.0\.0\.0|\[::1\]|db|database|host|example\.|host\.docker\.internal|postgres|mysql|redis|mongo)/i.test(groups['host'] ?? '');
  return !(isLocal && (common.has(secret.toLowerCase()) || secret === user)) && !(secret.toLowerCase() === user.toLowerCase() && common.has(secret.toLowerCase())) && !/^(?:pass(?:word)?|pwd|pw|secret)$/i.test(secret);
}

const address = /\b[a-z][a-z0-9+.-]{1,30}:\/\/(?<user>[^\s:/@"'`<>]{0,100}):(?<secret>[^\s/@"'`<>]{1,200})@(?<host>[^\s/:?"'`<>]{1,200})/gi;

/** Whether an address has credentials that are an example's or every development machine's, like `postgres:postgres@localhost`. */
export function hasHarmlessPassword(text: string): boolean {
  const [match] = text.matchAll(address);
  return match !== undefined && !isAddressPassword(match.groups?.['secret'] ?? '', match.groups ?? {});
}

const edge = '(?<![A-Za-z0-9_-])';
const key = (name: string, body: string, holds: (secret: string) => boolean = (secret) => !isExample(secret)): Rule => ({ name, pattern: new RegExp(`${edge}(?:${body})(?![A-Za-z0-9])`, 'g'), holds });

/**
 * What secretlint's recommended preset (11.7.1) leaves out: passwords and tokens behind a word that names them, JSON Web Tokens,
 * credentials in headers and in addresses of any kind, AWS key ids (switched off there), private keys that are cut short, and the
 * tokens of more services. The services' forms are as their own documentation and gitleaks' public rules (MIT) give them.
 */
const rules: readonly Rule[] = [
  { name: 'privateKey', pattern: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?<secret>\s{0,10}(?:\\n)?(?:[A-Za-z-]{1,40}: [^\n]{0,200}\n){0,5}\s{0,10}[A-Za-z0-9+/=\\]{16}[A-Za-z0-9+/=\s\\]{0,20000})/g, holds: (secret) => !isExample(secret.trim()) },
  { name: 'privateKey', pattern: /PuTTY-User-Key-File-\d:[^\n]{0,100}\n[\s\S]{0,2000}?Private-Lines: \d{1,4}\n(?<secret>[A-Za-z0-9+/=\s]{20,5000})/g },
  key('privateKey', 'AGE-SECRET-KEY-1[0-9A-Z]{58}'),
  { name: 'jwt', pattern: /(?<![A-Za-z0-9_-])(?<head>eyJ[A-Za-z0-9_-]{8,2000})\.(?:eyJ[A-Za-z0-9_-]{5,8000}|[A-Za-z0-9_-]{20,8000})\.[A-Za-z0-9_-]{10,2000}/g, holds: (_, { head = '' }) => isTokenHeader(head) },
  { name: 'bearer', pattern: /\bBearer\s{1,5}(?<secret>[A-Za-z0-9._~+/=-]{16,4000})/gi, holds: isRandom },
  { name: 'basicAuth', pattern: /\bBasic\s{1,5}(?<secret>[A-Za-z0-9+/]{8,2000}={0,2})(?![A-Za-z0-9+/=])/g, holds: isCredentialPair },
  { name: 'address', pattern: address, holds: isAddressPassword },
  { name: 'connectionString', pattern: /\b(?:Password|Pwd|AccountKey|SharedAccessKey|SharedSecret)\s{0,3}=\s{0,3}(?<secret>[^;\s"'`]{6,200})(?=;|["'`]|$)/gim, holds: (secret) => !isExample(secret) && !code.test(secret) && (hasLetterAndDigit(secret) || /[!@#$%^&*+=~?]/.test(secret)) },
  { name: 'password', pattern: /(?:password|passwd|passphrase|pwd|passcode)\d?["'`]?\s{0,3}(?::=|=>|=|:|\bis\b)\s{0,3}(?<quote>["'`])(?<secret>[^"'`\n]{1,200})\k<quote>/gi, holds: (secret) => isPassword(secret, true) },
  { name: 'password', pattern: /(?:password|passwd|passphrase|pwd|passcode)\d?["'`]?\s{0,3}(?::=|=>|=|:|\bis\b)\s{0,3}(?<secret>[^\s"'`,;<>)\]}]{6,200})/gi, holds: (secret) => isPassword(secret, false) },
  { name: 'password', pattern: /\s(?:-p|--password|--passwd|--pass)(?:=|\s{1,3})(?<quote>["']?)(?<secret>[^\s"'`]{6,200})\k<quote>(?!\S)/g, holds: (secret) => isPassword(secret, false) && !/^\d+(?::\d+)+$|^[./~]/.test(secret) },
  { name: 'token', pattern: /(?:secret|token|api[-_ ]?key|access[-_ ]?key|auth[-_ ]?key|private[-_ ]?key|encryption[-_ ]?key|signing[-_ ]?key|credentials?)\d?["'`]?\s{0,3}(?::=|=>|=|:|\bis\b)\s{0,3}["'`]?(?<secret>[A-Za-z0-9_+/=.~-]{16,500})(?![A-Za-z0-9_+/=.~(-])/gi, holds: (secret) => isRandom(secret) && !code.test(secret) && !isName(secret) },
  { name: 'aws', pattern: new RegExp(`${edge}(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])`, 'g'), holds: (secret) => !/EXAMPLE|XXXX/.test(secret) },
  { name: 'aws', pattern: /aws.{0,30}?(?:secret|key).{0,10}?[:=]\s{0,3}["']?(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi, holds: isRandom },
  key('stripe', '(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,247}|whsec_[A-Za-z0-9+/=]{24,100}'),
  key('google', 'AIza[A-Za-z0-9_-]{35}|ya29\\.[A-Za-z0-9_-]{20,500}|GOCSPX-[A-Za-z0-9_-]{28}'),
  key('gitlab', 'gl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|oas)-[A-Za-z0-9_.-]{20,300}'),
  key('github', '(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})'),
  key('slack', 'xox[abeoprs]-[A-Za-z0-9-]{10,250}|xapp-\\d-[A-Z0-9]{8,20}-\\d{8,20}-[a-f0-9]{32,80}'),
  key('anthropic', 'sk-ant-[a-z0-9]{2,10}-[A-Za-z0-9_-]{20,200}'),
  key('openai', 'sk-(?:proj|svcacct|admin|or-v1|None)-[A-Za-z0-9_-]{20,250}|sk-[A-Za-z0-9]{32,64}', isRandom),
  key('huggingface', '(?:hf|api_org)_[A-Za-z0-9]{30,60}'),
  key('npm', 'npm_[A-Za-z0-9]{36}'),
  key('pypi', 'pypi-AgE[A-Za-z0-9_-]{50,500}'),
  key('digitalocean', 'do[opr]_v1_[a-f0-9]{64}'),
  key('sendgrid', 'SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,64}'),
  key('twilio', 'SK[0-9a-f]{32}'),
  key('mailgun', 'key-[0-9a-f]{32}'),
  key('telegram', '\\d{8,10}:AA[A-Za-z0-9_-]{33}'),
  key('discord', '[MNO][A-Za-z0-9_-]{23,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,40}', isRandom),
  key('databricks', 'dapi[0-9a-f]{32}'),
  key('notion', 'ntn_[A-Za-z0-9]{40,50}|secret_[A-Za-z0-9]{43}'),
  key('postman', 'PMAK-[a-f0-9]{24}-[a-f0-9]{34}'),
  key('vault', 'hv[sbr]\\.[A-Za-z0-9_-]{24,300}'),
  key('doppler', 'dp\\.(?:pt|st|ct|sa|scim|audit)\\.[A-Za-z0-9_.-]{40,80}'),
  key('groq', 'gsk_[A-Za-z0-9]{48,56}'),
  key('xai', 'xai-[A-Za-z0-9]{70,90}'),
  key('supabase', 'sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{20,60}'),
  key('linear', 'lin_(?:api|oauth)_[A-Za-z0-9]{32,128}'),
  key('shopify', 'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}'),
  key('square', 'sq0(?:atp|csp)-[A-Za-z0-9_-]{22,43}'),
  key('atlassian', 'ATATT3[A-Za-z0-9_=-]{50,250}'),
  key('planetscale', 'pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,64}'),
  { name: 'discord', pattern: /https:\/\/(?:ptb\.|canary\.)?discord(?:app)?\.com\/api\/webhooks\/\d{15,20}\/(?<secret>[A-Za-z0-9_-]{50,80})/g },
  { name: 'slack', pattern: /https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[A-Za-z0-9+/]{20,100})/g, holds: (secret) => !isExample(secret) },
];

/** A name in code or a hash of content, which looks random and is none: `refresh_token_v2`, `sha256:…`, a version, a UUID, a commit. */
function isName(secret: string): boolean {
  return /^[A-Za-z]+(?:[-_./][A-Za-z0-9]{1,12})+$/.test(secret) && entropyOf(secret) < 3.8 && !/[-_.][A-Za-z]*\d+[A-Za-z]+\d/.test(secret)
    || /^[a-z]+(?:[A-Z][a-z]+)+\d?$/.test(secret)
    || /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(secret)
    || /^[\w.-]*\.(?:ts|js|tsx|jsx|py|go|rb|php|java|rs|cs|json|ya?ml|md|sql|env|toml|lock)$/i.test(secret)
    || /^\/?(?:[\w.-]+\/)+[\w.-]+$/.test(secret) && entropyOf(secret) < 4.2;
}

/** The secrets that our own rules find in a text, in order, none inside another. Never throws; linear in the text's length. */
export function findSecrets(text: string): SecretFinding[] {
  const found: SecretFinding[] = [];
  for (const { name, pattern, holds } of rules) {
    for (const match of text.matchAll(pattern)) {
      const secret = match.groups?.['secret'] ?? match[0];
      if (holds && !holds(secret, match.groups ?? {})) continue;
      const start = match.index + (match.groups?.['secret'] === undefined ? 0 : match[0].lastIndexOf(secret));
      found.push({ start, end: start + secret.length, rule: name });
    }
  }
  return withoutOverlaps(found);
}

/** Findings in order; of those that overlap the one that begins first, made as long as all of them. */
export function withoutOverlaps(findings: readonly SecretFinding[]): SecretFinding[] {
  const result: SecretFinding[] = [];
  for (const one of [...findings].sort((first, second) => first.start - second.start || second.end - first.end)) {
    const last = result.at(-1);
    if (last && one.start < last.end) result[result.length - 1] = { ...last, end: Math.max(last.end, one.end) };
    else result.push(one);
  }
  return result;
}

/** What stands in a secret's place: what says its kind stays, such as `ghp_`, so that the text is still understood. */
function maskOf(secret: string): string {
  const kind = /^(?:[A-Za-z]{2,10}(?:[-_](?:live|test|proj|ant|api|pat|v1))?[-_]|AKIA|ASIA|AIza|eyJ|SG\.)/.exec(secret)?.[0] ?? '';
  return `${secret.length > kind.length + 12 ? kind : ''}********`;
}

/** A text with its secrets masked. Scanning it again finds none of them. */
export function maskSecrets(text: string, findings: readonly SecretFinding[]): string {
  let result = '';
  let end = 0;
  for (const finding of withoutOverlaps(findings)) {
    result += text.slice(end, finding.start) + maskOf(text.slice(finding.start, finding.end));
    end = finding.end;
  }
  return result + text.slice(end);
}
