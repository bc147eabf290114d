import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { answering } from '../integration/answers.js';

/**
 * What a person does in a window, inside VS Code's extension host: accepts entries through the extension's own commands and writes
 * them, as fast as it goes, until the host is killed. What happened stands in `<process id>.log` of the folder that
 * SESSION_HANDOFF_KILLS names: a line `began`, then `accepted ID MILLISECONDS` (since 1970) and `wrote`.
 */
export async function run(): Promise<void> {
  const log = join(process.env['SESSION_HANDOFF_KILLS'] ?? '', `${process.pid}.log`);
  const say = (line: string): void => { appendFileSync(log, `${line}\n`); };
  say('began');
  const found = vscode.extensions.getExtension('session-handoff.session-handoff');
  await found?.activate();
  for (let index = 0; ; index++) {
    const id = `h${process.pid}-${index}`;
    await answering({ pick: (items) => items.find(({ label }) => label === (index % 3 === 0 ? 'New or modified API endpoints' : 'Bugs and their root causes')), input: () => `Entry ${id} to its end.` }, () => vscode.commands.executeCommand('sessionHandoff.addEntry'));
    say(`accepted ${id} ${Date.now()}`);
    if (Math.random() < 0.4) {
      await answering({}, () => vscode.commands.executeCommand('sessionHandoff.write'));
      say('wrote');
      if (Math.random() < 0.1) await vscode.commands.executeCommand('sessionHandoff.newSession');
    } else await new Promise((done) => setTimeout(done, Math.random() * 100));
  }
}
