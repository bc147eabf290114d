import { mkdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../propertyRuns.js';
import { checkDocumentsFolder, findBaseFolder } from '../../../src/node/baseFolder.js';
import { folderState, nameOfFolder, userStateFolder } from '../../../src/node/userState.js';
import { temporaryFolder } from './temporaryFolder.js';

const folders = (root: string, ...paths: string[]) => {
  for (const path of paths) mkdirSync(join(root, path), { recursive: true });
};

describe('findBaseFolder', () => {
  it('takes the nearest ancestor with .claude up to the root of the repository', async () => {
    const root = temporaryFolder();
    folders(root, '.git', '.claude', 'apps/api/.claude', 'apps/api/src', 'apps/web');
    expect(await findBaseFolder(join(root, 'apps/api/src'))).toEqual({ base: join(root, 'apps/api'), workspacePath: 'src' });
    expect(await findBaseFolder(join(root, 'apps/api'))).toEqual({ base: join(root, 'apps/api'), workspacePath: '' });
    expect(await findBaseFolder(join(root, 'apps/web'))).toEqual({ base: root, workspacePath: 'apps/web' });
  });

  it('does not look above the root of a repository, of a worktree or submodule, or without a repository', async () => {
    const root = temporaryFolder();
    folders(root, '.claude', 'repository/.git', 'repository/src', 'worktree', 'plain/src');
    writeFileSync(join(root, 'worktree', '.git'), 'gitdir: elsewhere');
    expect((await findBaseFolder(join(root, 'repository/src'))).base).toBe(join(root, 'repository/src'));
    expect((await findBaseFolder(join(root, 'worktree'))).base).toBe(join(root, 'worktree'));
    expect((await findBaseFolder(join(root, 'plain/src'))).base).toBe(join(root, 'plain/src'));
  });

  it('passes a .claude that holds only what an agent left there, where another is above it', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, '.git'));
    mkdirSync(join(root, 'backend/.claude'), { recursive: true });
    writeFileSync(join(root, 'backend/.claude/settings.local.json'), '{}');
    expect(await findBaseFolder(join(root, 'backend'), '/nobody')).toEqual({ base: join(root, 'backend'), workspacePath: '' });
    mkdirSync(join(root, '.claude'));
    expect(await findBaseFolder(join(root, 'backend'), '/nobody')).toEqual({ base: root, workspacePath: 'backend' });
    writeFileSync(join(root, '.claude/settings.local.json'), '{}');
    expect(await findBaseFolder(join(root, 'backend'), '/nobody')).toEqual({ base: join(root, 'backend'), workspacePath: '' });
    mkdirSync(join(root, '.claude/docs'));
    expect(await findBaseFolder(join(root, 'backend'), '/nobody')).toEqual({ base: root, workspacePath: 'backend' });
    mkdirSync(join(root, 'backend/.claude/docs'));
    expect(await findBaseFolder(join(root, 'backend'), '/nobody')).toEqual({ base: join(root, 'backend'), workspacePath: '' });
  });

  it("leaves the home folder's .claude to the agent, unless it is the workspace folder", async () => {
    const home = temporaryFolder();
    folders(home, '.git', '.claude', 'project');
    expect((await findBaseFolder(join(home, 'project'), home)).base).toBe(join(home, 'project'));
    expect((await findBaseFolder(home, home)).base).toBe(home);
  });

  it('does not take a file named .claude, and sees through links to the workspace folder', async () => {
    const root = temporaryFolder();
    folders(root, '.git', '.claude', 'a/b');
    writeFileSync(join(root, 'a', '.claude'), '');
    symlinkSync(join(root, 'a/b'), join(root, 'link'));
    expect(await findBaseFolder(join(root, 'link'))).toEqual({ base: root, workspacePath: 'a/b' });
  });
});

describe('checkDocumentsFolder', () => {
  it.each([['.claude/docs', '.claude/docs'], ['./docs/', 'docs'], ['a\\b', 'a/b'], ['a/../b', 'b'], [undefined, '.claude/docs'], ['docs/Über uns', 'docs/Über uns']])('takes %j as %s', (setting, folder) => {
    expect(checkDocumentsFolder(setting)).toEqual({ kind: 'folder', folder });
  });

  it.each([
    ['', 'empty'], ['.', 'empty'], ['a/..', 'empty'], [5, 'empty'], ['/etc', 'absolute'], ['C:\\docs', 'absolute'], ['C:docs', 'absolute'], ['\\\\host\\share', 'absolute'], ['~/docs', 'absolute'],
    ['..', 'outside'], ['../docs', 'outside'], ['a/../../b', 'outside'], ['.claude-project/docs', 'generated'], ['.Claude-Project/docs', 'generated'], ['x/../.claude-project/docs/y', 'generated'],
    ['.claude-project./docs', 'generated'], ['.git/docs', 'git'], ['.GIT', 'git'], ['a/.git./hooks', 'git'], ['a\u0000b', 'characters'], ['a\nb', 'characters'], ['a\u202eb', 'characters'], ['ab:c', 'characters'], ['a/...', 'characters'],
  ])('refuses %j as %s', (setting, reason) => {
    expect(checkDocumentsFolder(setting)).toMatchObject({ kind: 'refused', reason });
  });

  it('never leads outside whatever is set', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('..', '.', 'a', '/', '\\', 'C:', '.git', ' ', '.claude-project'), { maxLength: 8 }), (parts) => {
      const answer = checkDocumentsFolder(parts.join(''));
      if (answer.kind === 'refused') return;
      expect(answer.folder.split('/')).not.toContain('..');
      expect(answer.folder).toMatch(/^[^/\\]/);
      expect(answer.folder.toLowerCase()).not.toMatch(/^\.claude-project(\/|$)/);
    }), { numRuns: runs(3000) });
  });
});

describe('per-user state', () => {
  it('lies where SESSION_HANDOFF_HOME says, else in the data folder of the platform', () => {
    expect(userStateFolder({ SESSION_HANDOFF_HOME: '/x/y' })).toBe('/x/y');
    expect(userStateFolder({})).toMatch(/session-handoff/);
    expect(userStateFolder({ SESSION_HANDOFF_HOME: '' })).toBe(userStateFolder({}));
  });

  it('is one folder for every way to a workspace folder, readable by the user alone', async () => {
    const home = join(temporaryFolder(), 'state');
    const workspace = temporaryFolder('Mein Projekt');
    const link = join(temporaryFolder(), 'link');
    symlinkSync(workspace, link);
    const state = await folderState(workspace, home);
    expect(await folderState(link, home)).toBe(state);
    expect(await folderState(`${workspace}/`, home)).toBe(state);
    expect(statSync(state).mode & 0o777).toBe(0o700);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(await folderState(realpathSync(temporaryFolder()), home)).not.toBe(state);
  });

  it('names folders so that every system can, and differently for different folders', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
      expect(nameOfFolder(`/${one}`)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,39}-[0-9a-f]{16}$/);
      if (one !== other) expect(nameOfFolder(`/${one}`)).not.toBe(nameOfFolder(`/${other}`));
    }));
  });
});
