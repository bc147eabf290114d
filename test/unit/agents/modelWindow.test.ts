import { describe, expect, it } from 'vitest';
import { estimateCompactAt } from '../../../src/core/agents/autoCompact.js';
import { findWindow, windowNeedsHistory, windowOfModel } from '../../../src/core/agents/modelWindow.js';

describe('the table of models', () => {
  it.each([
    ['claude-fable-5', 1_000_000], ['claude-sonnet-5', 1_000_000], ['claude-sonnet-5-20260401', 1_000_000], ['claude-opus-4-7', 1_000_000], ['claude-opus-4-8', 1_000_000],
    ['claude-opus-5', 1_000_000], ['claude-opus-4-7-20260301', 1_000_000], ['claude-opus-4-6[1m]', 1_000_000], ['anything[1m]', 1_000_000], ['claude-sonnet-4-5-20250929[1M]', 1_000_000],
    ['claude-haiku-4-5-20251001', 200_000], ['claude-haiku-4-5', 200_000], ['claude-sonnet-4-5-20250929', 200_000], ['claude-sonnet-4-20250514', 200_000], ['claude-sonnet-4', 200_000],
    ['claude-opus-4-5-20251101', 200_000], ['claude-opus-4-1-20250805', 200_000], ['claude-opus-4-20250514', 200_000], ['claude-3-5-sonnet-20241022', 200_000], ['claude-3-7-sonnet-latest', 200_000],
    ['claude-3-opus-20240229', 200_000], ['claude-3-5-haiku-20241022', 200_000], ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 200_000], ['claude-haiku-4-5@20251001', 200_000],
    ['claude-opus-4-6', null], ['claude-opus-4-6-20260205', null], ['claude-sonnet-4-6', null], ['eu.anthropic.claude-opus-4-8-v1:0', null],
    ['claude-haiku-5', null], ['claude-sonnet-5-1', null], ['claude-quartz-5', null], ['glm-5', null], ['gpt-5.2-codex', null], ['', null], ['claude-', null],
  ])('%s: %s', (model, window) => {
    expect(windowOfModel(model).tokens).toBe(window);
  });
  it('says in words why a window is not known', () => {
    expect(windowOfModel('claude-opus-4-6').condition).toContain('Max');
    expect(windowOfModel('glm-5').condition).toBeUndefined();
  });
});

describe('precedence', () => {
  const find = (model: string, peak: number, settings = {}, statedWindow: number | null = null) => {
    const { tokens, source } = findWindow({ model, statedWindow, peak, settings });
    return [tokens, source];
  };
  it('is the person\'s setting, the transcript, what was observed, the table', () => {
    expect(find('claude-opus-4-6', 300_000, { byModel: { 'claude-opus-4-6': 250_000 } }, 400_000)).toEqual([250_000, 'setting']);
    expect(find('claude-opus-4-6', 300_000, { byModel: { '*': 250_000 } })).toEqual([250_000, 'setting']);
    expect(find('claude-opus-4-6', 300_000, { byModel: { other: 250_000 } }, 400_000)).toEqual([400_000, 'transcript']);
    expect(find('claude-haiku-4-5', 300_000)).toEqual([1_000_000, 'observed']);
    expect(find('claude-haiku-4-5', 200_000)).toEqual([200_000, 'model']);
    expect(find('claude-opus-4-7', 900_000)).toEqual([1_000_000, 'model']);
    expect(find('claude-opus-4-6', 200_000)).toEqual([null, null]);
    expect(find('x', 0, { byModel: { x: -5, '*': Number.NaN } })).toEqual([null, null]);
  });
  it('heeds the agent\'s own settings until more was used', () => {
    expect(find('claude-opus-4-7', 90_000, { noLargeWindow: true })).toEqual([200_000, 'setting']);
    expect(find('claude-opus-4-7', 290_000, { noLargeWindow: true })).toEqual([1_000_000, 'observed']);
    expect(find('glm-5', 90_000, { unknownModels: 128_000 })).toEqual([128_000, 'setting']);
    expect(find('claude-haiku-4-5', 90_000, { unknownModels: 128_000 })).toEqual([200_000, 'model']);
  });
  it('asks for the whole transcript only where that can change the window', () => {
    expect(windowNeedsHistory('claude-opus-4-7', null)).toBe(false);
    expect(windowNeedsHistory('claude-opus-4-6', null)).toBe(true);
    expect(windowNeedsHistory('claude-haiku-4-5', null)).toBe(true);
    expect(windowNeedsHistory('claude-opus-4-6', 200_000)).toBe(false);
    expect(windowNeedsHistory(null, null)).toBe(false);
  });
});

describe('the estimate of where an agent compacts by itself', () => {
  it('is 33k below the window', () => {
    expect(estimateCompactAt('claude', 200_000)).toBe(167_000);
    expect(estimateCompactAt('claude', 1_000_000)).toBe(967_000);
    expect(estimateCompactAt('claude', 272_000)).toBe(239_000);
    expect(estimateCompactAt('claude', null)).toBeNull();
  });
  it('heeds what is switched off, a smaller window, a percentage that only lowers, and the size of replies', () => {
    expect(estimateCompactAt('claude', 1_000_000, { off: true })).toBeNull();
    expect(estimateCompactAt('claude', 1_000_000, { window: 400_000 })).toBe(367_000);
    expect(estimateCompactAt('claude', 200_000, { window: 400_000 })).toBe(167_000);
    expect(estimateCompactAt('claude', 200_000, { window: 50_000 })).toBe(167_000);
    expect(estimateCompactAt('claude', null, { window: 150_000 })).toBe(117_000);
    expect(estimateCompactAt('claude', null, { window: 400_000 })).toBeNull();
    expect(estimateCompactAt('claude', 200_000, { percent: 50 })).toBe(100_000);
    expect(estimateCompactAt('claude', 200_000, { percent: 99 })).toBe(167_000);
    expect(estimateCompactAt('claude', 200_000, { percent: 900 })).toBe(167_000);
    expect(estimateCompactAt('claude', 200_000, { maxOutput: 8_000 })).toBe(179_000);
    expect(estimateCompactAt('claude', 200_000, { maxOutput: 64_000 })).toBe(167_000);
  });
  it('is nine tenths of Codex\'s window, or its setting', () => {
    expect(estimateCompactAt('codex', 258_400)).toBe(232_560);
    expect(estimateCompactAt('codex', 258_400, { window: 200_000 })).toBe(200_000);
    expect(estimateCompactAt('codex', null)).toBeNull();
  });
});
