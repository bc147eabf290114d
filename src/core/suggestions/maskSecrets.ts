/** What stands in the place of a secret. */
export const mask = '••••';

/**
 * Forms by which keys, tokens and passwords are known. What the named group `secret` holds is masked, else the whole match.
 * Sources: the prefixes that GitHub, GitLab, Slack, AWS, Google, Stripe, npm, PyPI, OpenAI, Anthropic, Hugging Face and SendGrid
 * publish for secret scanning; RFC 7519 (JWT), RFC 7468 (PEM), RFC 3986 (user information of a URI).
 */
const forms: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)/g,
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|gl(?:pat|dt|rt|cbt|ptt|oas)-[A-Za-z0-9_-]{16,})/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{8,}/g,
  /\bxapp-\d-[A-Za-z0-9-]{8,}/g,
  /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\bya29\.[A-Za-z0-9_-]{20,}/g,
  /\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}/g,
  /\bwhsec_[A-Za-z0-9+/=]{16,}/g,
  /\bsk-(?:ant-|proj-|svcacct-|or-v1-)?[A-Za-z0-9_-]{16,}/g,
  /\b(?:npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{20,}|dop_v1_[a-f0-9]{32,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|lin_api_[A-Za-z0-9]{20,}|vercel_[A-Za-z0-9]{20,}|dckr_pat_[A-Za-z0-9_-]{20,}|shpat_[a-f0-9]{20,}|sq0[a-z]{3}-[A-Za-z0-9_-]{20,})/g,
  /https:\/\/hooks\.slack\.com\/services\/(?<secret>[A-Za-z0-9/]{16,})/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
  /\b(?:Bearer|Basic|Token)\s+(?<secret>[A-Za-z0-9+/=._~-]{12,})/g,
  /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@'"`]{0,100}:(?<secret>[^\s/@'"`]+)@/gi,
  // A name that says what it holds, then its value: `DB_PASSWORD=…`, `"apiKey": "…"`, `--token …`, `password is …`.
  /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{0,60}?(?:passw(?:or)?d|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key|client[_-]?secret|credentials?)(?:[_-][A-Za-z0-9_]{1,40})?["']?\s{0,4}(?:=>|:=|=|:)\s{0,4}(?:"(?<secret>[^"\s][^"]{2,})"|'(?<secret2>[^'\s][^']{2,})'|(?<secret3>[^\s"'`,;(){}<>[\]|&]{6,}))/gim,
  /(?:^|\s)(?:-{1,2}(?:passw(?:or)?d|token|secret|api-?key|access-token|auth-token)[= ])(?<secret>[^\s"'`-][^\s"'`]{3,})/gim,
  /(?:^|\s)-(?:u|-user)[= ]?\s{0,4}[^\s:"']{1,100}:(?<secret>[^\s"'@]{3,})/gm,
  /\bpassw(?:or)?d (?:is|was) (?<secret>[^\s"'`,;.]*[\d!@#$%^&*][^\s"'`,;]*)/gi,
];

/** Values that only name a secret's place: variables, placeholders, types, calls. */
const harmless = /^(?:\$|%|<|\{|\[|process\.|os\.|env\.|config\.|settings\.|this\.|self\.|import\.|await\b|null\b|undefined\b|None\b|true\b|false\b|string\b|str\b|number\b|bool|any\b|required\b|optional\b|missing\b|invalid\b|expired\b|not\b|\*+$|x+$|•|\.\.\.|your[_-]|changeme$|example$|redacted)|[()]|^[a-z]+(?:\.[a-zA-Z]+)+$|^[A-Za-z]+$/;

/**
 * A text in which known forms of keys, tokens and passwords are replaced by dots. It prefers to mask too much: what is
 * masked here is only shown less of, while the scan before a Write judges what is written.
 */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const form of forms) {
    masked = masked.replace(form, (...found: unknown[]) => {
      const whole = String(found[0]);
      const groups = found.at(-1);
      if (typeof groups !== 'object' || groups === null) return mask;
      const named = groups as Record<string, string | undefined>;
      const secret = named.secret ?? named.secret2 ?? named.secret3;
      if (secret === undefined || secret === '') return whole;
      // A plain word after `token:` is prose, not a token; with a digit or a sign in it, it may be one.
      if (harmless.test(secret)) return whole;
      const at = whole.lastIndexOf(secret);
      return `${whole.slice(0, at)}${mask}${whole.slice(at + secret.length)}`;
    });
  }
  return masked;
}
