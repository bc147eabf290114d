import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { whyNoReceipt } from '../../../src/core/whyNoReceipt.js';
import { connectAgent } from '../../../src/node/agentConnection.js';
import { findDocuments } from '../../../src/node/editorSettings.js';
import { readHandoverFacts } from '../../../src/node/handoverFacts.js';
import { launcherPath, shellLauncher } from '../../../src/node/launcher.js';
import { keepHookEvent } from '../../../src/node/receipts.js';
import { agentPlaces } from '../../../src/node/transcriptFiles.js';
import { Repository } from './repository.js';
import { temporaryFolder } from './temporaryFolder.js';

describe('what is found out where an agent session got no note', () => {
  it('is each usual cause', async () => {
    const { folder } = Repository.make();
    const [home, user] = [temporaryFolder('home'), temporaryFolder('user')];
    const put = (path: string, text: string): void => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    };
    const why = async (session = 's1', began = Date.now() + 60_000) =>
      whyNoReceipt(await readHandoverFacts({ folder, documents: await findDocuments(folder, home), places: agentPlaces(user, {}), session, began, now: new Date() }));
    expect(await why()).toEqual({ why: 'notConnected' });
    await connectAgent(folder, home);
    expect(await why()).toEqual({ why: 'launcherMissing' });
    const cli = join(temporaryFolder(), "it's", 'cli.js');
    put(cli, '');
    put(launcherPath(home), shellLauncher(cli, process.execPath, home));
    expect(await why()).toEqual({ why: 'noNotes' });
    put(join(folder, '.claude/docs/handoffs/20261122T130233Z-main-a.md'), `---\nid: a\nauthor: "Ada Lovelace <ada@example.com>"\ncreated: ${new Date().toISOString()}\nbranch: main\n---\n`);
    expect(await why()).toEqual({ why: 'unknown' });
    expect(await why('s1', 1)).toEqual({ why: 'beganBefore' });
    put(join(user, '.claude.json'), JSON.stringify({ projects: { [folder]: { allowedTools: [] } } }));
    expect(await why()).toEqual({ why: 'notTrusted' });
    put(join(user, '.claude.json'), JSON.stringify({ projects: { [dirname(folder)]: { hasTrustDialogAccepted: true }, [folder]: {} } }));
    expect(await why()).toEqual({ why: 'unknown' });
    const settings = join(user, '.claude/settings.json');
    put(settings, '{"disableAllHooks": true}');
    expect(await why()).toEqual({ why: 'hooksOff', detail: settings });
    await keepHookEvent(folder, { event: 'SessionStart', at: new Date().toISOString(), session: 's1', source: 'startup', outcome: 'failed', reason: 'the disk is full' }, home);
    expect(await why()).toEqual({ why: 'failed', detail: 'the disk is full' });
    expect(await why('another')).toEqual({ why: 'hooksOff', detail: settings });
    rmSync(cli);
    rmSync(settings);
    expect(await why('another')).toEqual({ why: 'launcherMissing' });
  });
});
