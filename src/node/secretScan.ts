import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { SecretLintCoreConfigRule } from '@secretlint/types';
import { type SecretFinding, findSecrets, hasHarmlessPassword, withoutOverlaps } from '../core/secretRules.js';

// secretlint measures itself, keeps every measurement and goes through them all at each further one: the thousandth text took forty
// times as long as the first.
secretLintProfiler.mark = () => undefined;

/**
 * secretlint's recommended rules but for the one that lets a comment in the text (`secretlint-disable`) switch the others off:
 * the text is anybody's.
 */
const preset = rules
  .filter(({ meta }) => !meta.id.endsWith('rule-filter-comments'))
  .map((rule): SecretLintCoreConfigRule => ({ id: rule.meta.id, rule }));

/** The secrets in each text, by secretlint's rules and our own. It takes some 60 ms to begin: the editor runs this in a worker that ends. */
export async function scanTexts(texts: readonly string[]): Promise<SecretFinding[][]> {
  const results: SecretFinding[][] = [];
  for (const text of texts) results.push(await scanText(text));
  return results;
}

async function scanText(text: string): Promise<SecretFinding[]> {
  const { messages } = await lintSource({
    source: { filePath: 'entry.md', content: text, ext: '.md', contentType: 'text' },
    options: { config: { rules: preset }, noPhysicFilePath: true, maskSecrets: false },
  });
  const found = messages.flatMap(({ ruleId, range: [from, to], data }): SecretFinding[] => {
    // Some rules give the range of another length than the secret has; the secret itself is in the message's data.
    const secret = secretIn(data);
    const at = secret === undefined ? -1 : text.indexOf(secret, from);
    const [start, end] = secret === undefined || at < 0 ? [from, to] : [at, at + secret.length];
    if (hasHarmlessPassword(text.slice(start, end))) return [];
    return [{ ...passwordOnly(text, start, end), rule: ruleId.replace(/^.*secretlint-rule-/, '') }];
  });
  // Ours first: of two that begin together its range is the secret alone.
  return withoutOverlaps([...findSecrets(text), ...found]);
}

function secretIn(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  return Object.entries(data).flatMap(([name, value]: [string, unknown]) => (['KEY', 'TOKEN', 'ID', 'URI', 'CREDENTIAL', 'PRIVATE_KEY'].includes(name) && typeof value === 'string' ? [value] : []))[0];
}

/** Of an address with credentials only the password is masked. */
function passwordOnly(text: string, start: number, end: number): { start: number; end: number } {
  const [, before = '', password] = /^([^:]{1,30}:\/\/[^:/@\s]{0,200}:)([^@\s]{1,200})@/.exec(text.slice(start, end)) ?? [];
  return password === undefined ? { start, end } : { start: start + before.length, end: start + before.length + password.length };
}
