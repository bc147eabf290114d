// A folder in which Claude Code is connected, without the question.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { connectAgent } from '../../src/node/agentConnection.js';
import { installLauncher } from '../../src/node/launcher.js';
import { root } from '../editor/setup.mjs';

/** Hooks as "Connect Claude Code" leaves them. @param home the per-user folder, SESSION_HANDOFF_HOME */
export async function connected(folder: string, home: string): Promise<void> {
  await installLauncher({ dist: join(root, 'dist'), runtime: process.execPath, home });
  mkdirSync(join(folder, '.claude'), { recursive: true });
  await connectAgent(folder, home);
}
