import { join } from 'node:path';
import type { AutoCompactSettings } from '../core/agents/autoCompact.js';
import type { WindowSettings } from '../core/agents/modelWindow.js';
import { objectOf, parseRecord, type TranscriptRecord } from '../core/agents/record.js';
import { readOrdinaryFile } from './projectFile.js';

/** What an agent's own settings say about its window and about compacting by itself. */
export interface AgentSettings {
  readonly window: WindowSettings;
  readonly autoCompact: AutoCompactSettings;
}

/** Settings are small; a larger file under that name is none. 8 MB. */
const largestSettings = 8 * 1024 * 1024;

const readJson = (file: string): TranscriptRecord | undefined => parseRecord(readOrdinaryFile(file, largestSettings) ?? '');

/** Older versions keep the switch in `~/.claude.json`, which holds megabytes of other things: it is searched, not parsed. */
const isSwitchedOffIn = (file: string): boolean => /"autoCompactEnabled"\s*:\s*false/.test(readOrdinaryFile(file, 64 * 1024 * 1024) ?? '');

const isOn = (value: unknown): boolean => value === true || value === 1 || (typeof value === 'string' && /^(?:1|true|yes|on)$/i.test(value.trim()));
const numberIn = (value: unknown): number | undefined => {
  const number = typeof value === 'number' ? value : typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : undefined;
  return number !== undefined && number > 0 ? number : undefined;
};

/** Where an administrator's settings for Claude Code are. */
export const managedSettings = process.platform === 'darwin' ? '/Library/Application Support/ClaudeCode/managed-settings.json'
  : process.platform === 'win32' ? 'C:\\Program Files\\ClaudeCode\\managed-settings.json' : '/etc/claude-code/managed-settings.json';

/**
 * Claude Code's settings for sessions in a folder: user, project, local, managed, the later over the earlier (docs: settings).
 * Files that are missing or malformed say nothing.
 * @param configFolders Claude Code's own folders (`~/.claude`), the most general first
 * @param folder where the session runs, or null
 * @param environment variables that the agent was started with, as far as known
 */
export function readClaudeSettings(configFolders: readonly string[], folder: string | null, environment: Readonly<Record<string, string | undefined>> = {}): AgentSettings {
  const files = [...configFolders.map((config) => join(config, 'settings.json')),
    ...(folder === null ? [] : [join(folder, '.claude', 'settings.json'), join(folder, '.claude', 'settings.local.json')]), managedSettings];
  let variables: TranscriptRecord = environment;
  let enabled: unknown = !configFolders.some((config) => isSwitchedOffIn(`${config}.json`));
  let window: number | undefined;
  for (const file of files) {
    const settings = readJson(file);
    if (!settings) continue;
    variables = { ...variables, ...objectOf(settings, 'env') };
    enabled = typeof settings.autoCompactEnabled === 'boolean' ? settings.autoCompactEnabled : enabled;
    window = numberIn(settings.autoCompactWindow) ?? window;
  }
  const off = enabled === false || isOn(variables.DISABLE_AUTO_COMPACT) || isOn(variables.DISABLE_COMPACT);
  const smaller = numberIn(variables.CLAUDE_CODE_AUTO_COMPACT_WINDOW) ?? window;
  const percent = numberIn(variables.CLAUDE_AUTOCOMPACT_PCT_OVERRIDE);
  const maxOutput = numberIn(variables.CLAUDE_CODE_MAX_OUTPUT_TOKENS);
  const unknownModels = numberIn(variables.CLAUDE_CODE_MAX_CONTEXT_TOKENS);
  return {
    window: { ...(isOn(variables.CLAUDE_CODE_DISABLE_1M_CONTEXT) ? { noLargeWindow: true } : {}), ...(unknownModels === undefined ? {} : { unknownModels }) },
    autoCompact: { ...(off ? { off } : {}), ...(smaller === undefined ? {} : { window: smaller }), ...(percent === undefined ? {} : { percent }), ...(maxOutput === undefined ? {} : { maxOutput }) },
  };
}

/** Codex's settings: `model_auto_compact_token_limit` at the top level of `config.toml`. */
export function readCodexSettings(codexFolder: string): AgentSettings {
  const text = readOrdinaryFile(join(codexFolder, 'config.toml'), largestSettings) ?? '';
  const [topLevel = ''] = text.split(/^\s*\[/m);
  const limit = numberIn(/^\s*model_auto_compact_token_limit\s*=\s*([\d_]+)/m.exec(topLevel)?.[1]?.replaceAll('_', ''));
  return { window: {}, autoCompact: limit === undefined ? {} : { window: limit } };
}
