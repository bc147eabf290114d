import { describe, expect, it } from 'vitest';
import { whyNoReceipt, type HandoverFacts } from '../../src/core/whyNoReceipt.js';

const fine: HandoverFacts = { connection: 'connected', isTrusted: true, hasLauncher: true, hasRuntime: true, beganBefore: false };

describe('why an agent session got no note', () => {
  it.each<[string, Partial<HandoverFacts>]>([
    ['unknown', {}],
    ['beganBefore', { beganBefore: true }],
    ['expired', { nothing: 'expired' }],
    ['runtimeMissing', { hasRuntime: false, nothing: 'expired' }],
    ['launcherMissing', { hasLauncher: false, hasRuntime: false }],
    ['oldHooks', { connection: 'other', hasLauncher: false }],
    ['notTrusted', { isTrusted: false, connection: 'other' }],
    ['hooksOff', { hooksOffIn: '.claude/settings.json', isTrusted: false }],
    ['notConnected', { connection: 'disconnected', hooksOffIn: 'x' }],
    ['settingsUnreadable', { connection: 'unreadable', isTrusted: false }],
    ['otherAuthor', { event: { outcome: 'nothing', reason: 'otherAuthor' }, connection: 'other' }],
    ['failed', { event: { outcome: 'failed', reason: 'the disk is full' }, connection: 'disconnected' }],
    ['unknown', { event: { outcome: 'nothing', reason: 'of a newer version' } }],
  ])('is %s', (why, facts) => {
    expect(whyNoReceipt({ ...fine, ...facts }).why).toBe(why);
  });

  it('is not the folder\'s trust where nothing tells of it', () => {
    const { isTrusted: _, ...rest } = fine;
    expect(whyNoReceipt(rest).why).toBe('unknown');
  });
});
