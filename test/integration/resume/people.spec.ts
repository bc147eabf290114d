import { strict as assert } from 'node:assert';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { developer, git } from '../../editor/sample/makeSample.mjs';
import { writeNote } from '../../ui/handoffSample.js';
import { folder } from '../answers.js';
import { connect, disconnect } from '../connecting.js';
import { runHooks } from '../standInAgent.js';

const people = ['Ada Lovelace', 'Bob Stone', 'Chen Wei', 'Dora Ríos', 'Eve O\'Neil'].map((name, index) => ({ name, email: `person${index}@example.com`, step: `Step of ${name}` }));

describe('five people with an open note each on one branch', () => {
  const path = (): string => folder().uri.fsPath;
  const become = ({ name, email }: { readonly name: string; readonly email: string }): void => {
    git(path(), ['config', 'user.name', name]);
    git(path(), ['config', 'user.email', email]);
  };
  let notes: string[] = [];
  let dirty = '';

  before(async () => {
    dirty = git(path(), ['status', '--porcelain']);
    notes = people.map(({ name, email, step }, index) => writeNote(path(), { id: `f${index}b2c3d4`, age: (index + 1) * 60_000, author: `${name} <${email}>`, entries: [{ item: 'nextStep', text: step, links: [] }] }));
    await connect();
  });
  after(async () => {
    become(developer);
    await disconnect();
    for (const note of notes) rmSync(join(path(), '.claude/docs', note));
    assert.equal(git(path(), ['status', '--porcelain']), dirty);
  });

  it('have their own handed over, and nobody another\'s', async () => {
    for (const person of people) {
      become(person);
      const [run] = await runHooks(path(), { hook_event_name: 'SessionStart', source: 'startup', session_id: `session of ${person.name}` });
      assert.equal(run?.code, 0);
      assert.deepEqual(people.filter(({ step }) => run?.output.includes(step)).map(({ name }) => name), [person.name]);
    }
  });

  it('are not handed one another\'s when their own is over, nor is a sixth who has none', async () => {
    for (const person of [{ name: 'Finn', email: 'finn@example.com' }, { name: 'Ada Lovelace', email: 'other@example.com' }]) {
      become(person);
      assert.deepEqual((await runHooks(path(), { hook_event_name: 'SessionStart', source: 'startup', session_id: person.email })).map(({ code, output }) => ({ code, output })), [{ code: 0, output: '' }]);
    }
  });
});
