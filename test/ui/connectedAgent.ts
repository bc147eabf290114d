// What the agent's tests share: a place of their own, a note's entries, and a folder in which Claude Code is connected, without the question.
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { connectAgent } from '../../src/node/agentConnection.js';
import { installLauncher } from '../../src/node/launcher.js';
import { root } from '../editor/setup.mjs';

/** A folder of a test's own, for its sample and its home. */
export const ownScratch = (): string => mkdtempSync(join(inject('workbench').scratch, 'agent-'));

/** The entries of a note that says nothing but what to do next. */
export const nextStep = (text: string) => [{ item: 'nextStep', text, links: [] }] as const;

/** Hooks as "Connect Claude Code" leaves them. @param home the per-user folder, SESSION_HANDOFF_HOME */
export async function connected(folder: string, home: string): Promise<void> {
  await installLauncher({ dist: join(root, 'dist'), runtime: process.execPath, home });
  mkdirSync(join(folder, '.claude'), { recursive: true });
  await connectAgent(folder, home);
}
