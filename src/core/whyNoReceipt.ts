import type { WhyNothing } from './whyNothing.js';

/** What is known where a new agent session got no note, each as far as it could be found out. */
export interface HandoverFacts {
  /** How the folder is connected; see `readConnection`. */
  readonly connection: 'connected' | 'disconnected' | 'other' | 'unreadable';
  /** A settings file of the agent that switches all hooks off, as it may be shown. */
  readonly hooksOffIn?: string;
  /** Whether the agent trusts the folder: its hooks wait until it does. Undefined: its own file does not tell. */
  readonly isTrusted?: boolean;
  /** The launcher and the command line that it runs are there. */
  readonly hasLauncher: boolean;
  /** VS Code's own runtime is where the launcher looks for it, or `node` is on the search path. */
  readonly hasRuntime: boolean;
  /** What the last hook event of that session said; absent: none arrived. */
  readonly event?: { readonly outcome: 'handed' | 'nothing' | 'stored' | 'failed'; readonly reason?: string };
  /** Why no note would be handed over now; undefined: one would be. */
  readonly nothing?: WhyNothing;
  /** The session began before the folder was connected: agents read their hooks at a session's start. */
  readonly beganBefore: boolean;
}

/** The likeliest cause; the words are the host's, localised. `detail` is a file or a message, as text. */
export type WhyNoReceipt =
  | { readonly why: 'notConnected' | 'oldHooks' | 'notTrusted' | 'launcherMissing' | 'runtimeMissing' | 'beganBefore' | 'unknown' }
  | { readonly why: 'settingsUnreadable' }
  | { readonly why: 'hooksOff'; readonly detail: string }
  | { readonly why: 'failed'; readonly detail: string }
  | { readonly why: WhyNothing };

/**
 * Why an agent session got no note, the causes in the order in which they come to bear: what the hook itself said, if it ran; else
 * what keeps it from running; else what it would have said.
 */
export function whyNoReceipt(facts: HandoverFacts): WhyNoReceipt {
  const { connection, hooksOffIn, isTrusted, hasLauncher, hasRuntime, event, nothing, beganBefore } = facts;
  if (event?.outcome === 'failed') return { why: 'failed', detail: event.reason ?? '' };
  if (event?.outcome === 'nothing' && isWhyNothing(event.reason)) return { why: event.reason };
  if (connection === 'unreadable') return { why: 'settingsUnreadable' };
  if (connection === 'disconnected') return { why: 'notConnected' };
  if (hooksOffIn !== undefined) return { why: 'hooksOff', detail: hooksOffIn };
  if (isTrusted === false) return { why: 'notTrusted' };
  if (connection === 'other') return { why: 'oldHooks' };
  if (!hasLauncher) return { why: 'launcherMissing' };
  if (!hasRuntime) return { why: 'runtimeMissing' };
  if (nothing !== undefined) return { why: nothing };
  return { why: beganBefore ? 'beganBefore' : 'unknown' };
}

const reasons: readonly string[] = ['noNotes', 'broken', 'expired', 'done', 'otherBranch', 'otherAuthor', 'unknownAuthor', 'handed'] satisfies readonly WhyNothing[];
const isWhyNothing = (reason: string | undefined): reason is WhyNothing => reason !== undefined && reasons.includes(reason);
