import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { objectOf, parseRecord } from '../core/agents/record.js';
import { offeredNote, withStates } from '../core/noteLife.js';
import { whyNothing } from '../core/whyNothing.js';
import type { HandoverFacts } from '../core/whyNoReceipt.js';
import { readConnection, settingsFile } from './agentConnection.js';
import { managedSettings } from './agentSettings.js';
import type { FoundDocuments } from './editorSettings.js';
import { readHere } from './gitHere.js';
import { listNotes } from './handoffNotes.js';
import { launcherPath } from './launcher.js';
import { readReceipts } from './receipts.js';
import type { AgentPlaces } from './transcriptFiles.js';

/** What is asked: about one agent session that got no note. */
export interface HandoverFactsQuestion {
  /** Where the agent works and has its settings, absolute. */
  readonly folder: string;
  readonly documents: FoundDocuments;
  readonly places: AgentPlaces;
  readonly session: string;
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly now: Date;
}

/** A settings file of the agent; undefined where it is missing or no plain JSON. */
function settingsIn(file: string) {
  try {
    return parseRecord(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The first of the agent's settings files that switches hooks off. */
function hooksOffIn(folder: string, configFolders: readonly string[]): string | undefined {
  const files = [managedSettings, join(folder, ...settingsFile.split('/')), join(folder, '.claude', 'settings.json'), ...configFolders.map((config) => join(config, 'settings.json'))];
  return files.find((file) => {
    const settings = settingsIn(file);
    return settings?.disableAllHooks === true || (file === managedSettings && settings?.allowManagedHooksOnly === true);
  });
}

/** Claude Code keeps which folders a person trusts in `.claude.json` beside its own folder, or in it: seen there, not documented, so its absence says nothing. */
function isTrusted(folder: string, configFolders: readonly string[]): boolean | undefined {
  for (const config of configFolders) {
    for (const file of [`${config}.json`, join(config, '.claude.json')]) {
      const projects = objectOf(settingsIn(file), 'projects');
      if (!projects) continue;
      // Trust of a folder holds for those below it.
      for (let here = folder; ; here = dirname(here)) {
        if (objectOf(projects, here)?.hasTrustDialogAccepted === true) return true;
        if (dirname(here) === here) break;
      }
      if (objectOf(projects, folder)) return false;
    }
  }
  return undefined;
}

/** Whether the launcher finds something that runs it. */
function runs(launcher: string): { readonly hasLauncher: boolean; readonly hasRuntime: boolean } {
  let text = '';
  try {
    text = readFileSync(launcher, 'utf8');
  } catch {
    return { hasLauncher: false, hasRuntime: true };
  }
  const path = (name: string): string => (new RegExp(`^${name}='(.*)'$`, 'm').exec(text)?.[1] ?? '').replaceAll("'\\''", "'");
  return { hasLauncher: existsSync(path('cli')), hasRuntime: isProgram(path('runtime')) || hasNode() };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return path !== '';
  } catch {
    return false;
  }
}

const hasNode = (): boolean => (process.env['PATH'] ?? '').split(delimiter).some((folder) => isAbsolute(folder) && isProgram(join(folder, process.platform === 'win32' ? 'node.exe' : 'node')));

/**
 * Gathers why an agent session got no note, as far as files tell; for `whyNoReceipt`. Never fails: what cannot be read is not known.
 */
export async function readHandoverFacts({ folder, documents: { place, expiryDays }, places, session, began, now }: HandoverFactsQuestion): Promise<HandoverFacts> {
  const { base, home } = place;
  const configFolders = places.claude;
  const [connection, { events }, here, list, connected] = await Promise.all([
    readConnection(folder, home),
    readReceipts(base, home).catch(() => ({ events: [] })),
    readHere(folder),
    listNotes(place).catch(() => ({ notes: [], broken: [] })),
    stat(join(folder, ...settingsFile.split('/'))).then(({ mtimeMs }) => mtimeMs, () => 0),
  ]);
  const event = events.findLast((one) => one.session === session && one.event === 'SessionStart');
  const listed = withStates(list.notes, now.getTime(), expiryDays);
  const off = hooksOffIn(folder, configFolders);
  const trusted = isTrusted(folder, configFolders);
  return {
    connection: connection.kind,
    ...(off !== undefined && { hooksOffIn: off }),
    ...(trusted !== undefined && { isTrusted: trusted }),
    ...runs(launcherPath(home)),
    ...(event && { event: { outcome: event.outcome, ...(event.reason !== undefined && { reason: event.reason }) } }),
    ...(!offeredNote(listed, here) && { nothing: whyNothing(listed, list.broken.length, here) }),
    beganBefore: connected > began,
  };
}
