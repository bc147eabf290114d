import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readClaudeSettings } from '../../../src/node/agentSettings.js';
import { changesOfDiff } from '../../../src/node/changedFiles.js';
import { readOrdinaryFile, readProjectFile, readProjectFileLater } from '../../../src/node/projectFile.js';
import { openSyntaxParser } from '../../../src/node/syntaxTrees.js';
import { Repository } from './repository.js';
import { temporaryFolder } from './temporaryFolder.js';

describe('a file of a project', () => {
  it('has a text when it is an ordinary file of the project, also through a link inside it', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'real'));
    writeFileSync(join(root, 'real', 'a.ts'), 'first é\n');
    writeFileSync(join(root, 'empty.ts'), '');
    symlinkSync('real', join(root, 'linked'));
    for (const read of [readProjectFile, readProjectFileLater]) {
      expect(await read(root, 'real/a.ts', 100)).toBe('first é\n');
      expect(await read(root, 'linked/a.ts', 100)).toBe('first é\n');
      expect(await read(root, 'empty.ts', 100)).toBe('');
      expect(await read(root, 'none.ts', 100)).toBeUndefined();
      expect(await read(root, 'real', 100)).toBeUndefined();
      expect(await read(root, 'real/a.ts', 8)).toBeUndefined();
    }
  });

  it('has none when a link leads out of the project, or to a device or a pipe', async () => {
    const root = temporaryFolder();
    const outside = temporaryFolder();
    writeFileSync(join(outside, 'secret.ts'), 'outside\n');
    symlinkSync(join(outside, 'secret.ts'), join(root, 'a.ts'));
    symlinkSync(outside, join(root, 'folder'));
    symlinkSync('/dev/zero', join(root, 'endless.ts'));
    const hasPipe = spawnSync('mkfifo', [join(root, 'pipe.ts')]).status === 0;
    for (const read of [readProjectFile, readProjectFileLater]) {
      for (const path of ['a.ts', 'folder/secret.ts', '../secret.ts', 'endless.ts', ...(hasPipe ? ['pipe.ts'] : [])]) expect(await read(root, path, 100), path).toBeUndefined();
    }
    expect(readOrdinaryFile(join(root, 'a.ts'), 100)).toBe('outside\n');
    expect(readOrdinaryFile(join(root, 'endless.ts'), 100)).toBeUndefined();
  });
});

describe("a repository's links", () => {
  it('as settings of an agent that never end say nothing', () => {
    const root = temporaryFolder();
    mkdirSync(join(root, '.claude'));
    symlinkSync('/dev/zero', join(root, '.claude', 'settings.json'));
    expect(readClaudeSettings([], root)).toEqual({ window: {}, autoCompact: {} });
  });

  it('in the place of sources state nothing of what they lead to', async () => {
    const repository = Repository.make();
    const outside = join(temporaryFolder(), 'schema.sql');
    writeFileSync(outside, 'CREATE TABLE private_matters (id int);\n');
    repository.commit('begin', { 'a.txt': '' });
    symlinkSync(outside, join(repository.folder, 'a.sql'));
    repository.write('b.sql', 'CREATE TABLE open_matters (id int);\n');
    const { facts } = await changesOfDiff({ repository: { folder: repository.folder } }, openSyntaxParser());
    expect(facts.map(({ table }) => table)).toContain('open_matters');
    expect(JSON.stringify(facts)).not.toContain('private_matters');
  });
});
