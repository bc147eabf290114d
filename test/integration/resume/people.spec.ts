import { strict as assert } from 'node:assert';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { developer, git } from '../../editor/sample/makeSample.mjs';
import { writeNote } from '../../ui/handoffSample.js';
import { folder } from '../answers.js';
import { connect, disconnect } from '../connecting.js';
import { handedTo } from '../standInAgent.js';

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
      const told = await handedTo(path(), `session of ${person.name}`);
      assert.deepEqual(people.filter(({ step }) => told.includes(step)).map(({ name }) => name), [person.name]);
    }
  });

  it('are not handed one another\'s when their own is over, nor is a sixth who has none', async () => {
    for (const person of [{ name: 'Finn', email: 'finn@example.com' }, { name: 'Ada Lovelace', email: 'other@example.com' }]) {
      become(person);
      assert.equal(await handedTo(path(), person.email, 'startup', 2), '');
    }
  });

  it('have one found among 500 old ones, and it alone is handed over', async () => {
    const old = Array.from({ length: 500 }, (_, index) => writeNote(path(), { id: `${String(index).padStart(4, '0')}aaaa`, age: (20 * 24 * 60 + index) * 60_000, author: index % 2 === 0 ? 'Ada Lovelace <person0@example.com>' : 'Bob Stone <person1@example.com>', entries: [{ item: 'nextStep', text: `Old plan ${index}`, links: [] }] }));
    try {
      become({ name: 'Ada Lovelace', email: 'person0@example.com' });
      const told = await handedTo(path(), 'among many');
      assert.match(told, /Step of Ada Lovelace/);
      assert.doesNotMatch(told, /Old plan/);
      await vscode.commands.executeCommand('sessionHandoff.pickUp');
    } finally {
      for (const note of old) rmSync(join(path(), '.claude/docs', note));
    }
  });
});
