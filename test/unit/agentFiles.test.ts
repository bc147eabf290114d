import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingsCommand, memoryLine, withMemoryLine, withoutMemoryLine } from '../../src/core/agentFiles.js';
import { runs } from '../propertyRuns.js';

describe('the line in CLAUDE.local.md', () => {
  it('names the documents by path and imports nothing', () => {
    expect(memoryLine('.claude/docs')).toContain('`.claude/docs/`');
    expect(memoryLine('.claude/docs')).not.toContain('@');
  });

  it('is added once', () => {
    expect(withMemoryLine('# Mine\r\n', '.claude/docs')).toBe(`# Mine\r\n${memoryLine('.claude/docs')}\r\n`);
    expect(withMemoryLine(`a\n${memoryLine('.claude/docs')}\nb`, '.claude/docs')).toBeUndefined();
  });

  it('is taken out again to the byte, also when others wrote around it since', () => {
    const any = fc.array(fc.constantFrom('# Mine', 'text', '', '\n', '\r\n', '\ufeff', '@import.md', '\r')).map((parts) => parts.join('')).filter((text) => text.lastIndexOf('\ufeff') <= 0);
    fc.assert(fc.property(any, any, (text, later) => {
      const added = withMemoryLine(text, 'docs') ?? '';
      expect(withoutMemoryLine(added)).toEqual({ text });
      if (/[\r\n]$/.test(text) && !later.startsWith('\ufeff')) expect(withoutMemoryLine(added + later)).toEqual({ text: text + later });
    }), { numRuns: runs(300) });
    expect(withoutMemoryLine(withMemoryLine(undefined, 'docs') ?? '')).toEqual({ removed: true });
    expect(withoutMemoryLine('# Mine\n')).toBeUndefined();
  });
});

describe('the command for the agent', () => {
  it('asks for one block in the session format, names every item, and allows no tool', () => {
    const text = findingsCommand(['bug', 'nextStep']);
    expect(text).toContain('```session-handoff');
    expect(text).toContain('bug, nextStep');
    expect(text).not.toContain('allowed-tools');
    expect(text).not.toMatch(/!`|^@/m);
  });
});
