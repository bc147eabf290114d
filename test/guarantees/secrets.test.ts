import { maskSecrets } from '../../src/core/secretRules.js';
import { scanTexts } from '../../src/node/secretScan.js';
import { harmless, planted } from '../unit/node/plantedSecrets.js';
import { promise } from './promise.js';

/** How a secret or a lookalike comes into an entry. */
const frames: readonly ((text: string) => string)[] = [
  (text) => text, (text) => `Fixed: ${text}`, (text) => `- ${text}\n  more`, (text) => `before\n\n${text}\n\nafter`, (text) => `see (${text})`, (text) => `    ${text}`, (text) => `${text} // note`,
];

promise('secrets: planted ones are found, lookalikes are not', async (proof) => {
  let [found, secrets, taken, lookalikes] = [0, 0, 0, 0];
  for (const frame of frames) {
    for (const [rule, text, secret] of planted) {
      const framed = frame(text);
      const [findings = []] = await scanTexts([framed]);
      const isFound = findings.length > 0 && !maskSecrets(framed, findings).includes(secret);
      secrets++;
      if (isFound) found++;
      proof.holds(isFound, `${rule} is missed or not masked in ${JSON.stringify(frame('…'))}`);
    }
    for (const text of harmless) {
      const [findings = []] = await scanTexts([frame(text)]);
      lookalikes++;
      if (findings.length > 0) taken++;
      proof.holds(findings.length === 0, `taken for a secret: ${frame(text)}`);
    }
  }
  proof.note(`recall ${(100 * found / secrets).toFixed(1)} % of ${secrets}, false positives ${(100 * taken / lookalikes).toFixed(1)} % of ${lookalikes}`);
});
