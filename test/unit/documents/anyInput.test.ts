import fc from 'fast-check';
import { describe, it, vi } from 'vitest';
import { runs } from '../../propertyRuns.js';
import { anyDocument, anyText, parses } from './markdownTree.js';
import { checkJoining, checkNewSection, checkSecondWrite, checkTyped } from './writingChecks.js';

// A shared machine may be slow; how slow is not what these tests are about.
vi.setConfig({ testTimeout: 300_000 });
const numRuns = runs(60);

describe('whatever the document holds', () => {
  it('a section of an unused date leaves the old tree as it was and is real headings with tight lists', () => {
    fc.assert(fc.property(anyDocument.filter(parses), checkNewSection), { numRuns });
  });

  it('entries that join it, also in sections of ours that it has, change nothing but their own lines', () => {
    fc.assert(fc.property(anyDocument.filter(parses), checkJoining), { numRuns, examples: [['## Session: 2026-11-22\n* <!X\n']] });
  });
});

describe('whatever is typed', () => {
  it('stays inside its item, reads as typed, and links to nothing', () => {
    fc.assert(fc.property(anyText, anyText, fc.constantFrom('', 'intro\n\n[a]: /u\n[word]: /w "t"\n\n[^1]: foot\n'), checkTyped), { numRuns });
  });

  it('a second Write of it changes nothing', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('bug', 'endpoint', 'nextStep', 'restartCommand', 'decision'), anyText, anyText), { maxLength: 4 }), checkSecondWrite), { numRuns: Math.ceil(numRuns / 2) });
  });
});
