import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listNotes, markNote, openNote } from '../../../src/node/handoffNotes.js';
import { temporaryFolder } from './temporaryFolder.js';

const documentsFolder = '.claude/docs';

function place() {
  return { base: temporaryFolder(), documentsFolder, home: temporaryFolder() };
}

function write(base: string, name: string, text: string | Buffer): string {
  const path = join(base, documentsFolder, 'handoffs', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const noteText = (id: string, status = '"open"', eol = '\n'): string =>
  ['---', 'schema: 1', `id: "${id}"`, 'author: "Ada <ada@example.org>"', 'created: "2026-11-22T14:02:33+01:00"', 'branch: "feature/auth"', 'commit: ""', 'focus: ""', 'agent: ""', 'previous: ""', `status: ${status}`, '---', '',
    '## Session: 2026-11-22', '', '### Handoff', '', '- Next: Implement it', ''].join(eol);

describe('listing the notes of a folder', () => {
  it('says nothing where there is none', async () => {
    expect(await listNotes(place())).toEqual({ notes: [], broken: [], leftOut: 0 });
  });

  it('gives what the front matter says, and names broken notes with their reason', async () => {
    const here = place();
    write(here.base, '20261122T130233Z-feature-auth-a1b2c3d4.md', noteText('a1b2c3d4e5'));
    write(here.base, '20261122T130234Z-main-00000000.md', 'no front matter');
    write(here.base, '20261122T130235Z-main-11111111.md', '---\nid: "1"\ncreated: "yesterday"\n---\n');
    write(here.base, '20261122T130236Z-main-22222222.md', Buffer.from([0x2d, 0xff, 0xfe, 0x00]));
    const { notes, broken } = await listNotes(here);
    expect(notes).toEqual([{ file: 'handoffs/20261122T130233Z-feature-auth-a1b2c3d4.md', id: 'a1b2c3d4e5', author: 'Ada <ada@example.org>', created: '2026-11-22T14:02:33+01:00', branch: 'feature/auth', commit: '', focus: '', agent: '', previous: '', status: 'open' }]);
    expect(broken.map(({ file, reason }) => [file.slice(9, 25), reason.slice(0, 45)]).sort()).toEqual([
      ['20261122T130234Z', 'It does not begin with front matter between t'], ['20261122T130235Z', 'Its front matter has no readable time in "cre'], ['20261122T130236Z', 'It is not UTF-8. Save it as UTF-8 and try aga'],
    ]);
  });

  it('leaves a person\'s other files alone', async () => {
    const here = place();
    for (const name of ['README.md', 'notes.txt', '.session-handoff-1-2-3.tmp', '.hidden.md']) write(here.base, name, 'text');
    mkdirSync(join(here.base, documentsFolder, 'handoffs', 'old'));
    expect(await listNotes(here)).toEqual({ notes: [], broken: [], leftOut: 0 });
  });

  it('reads front matter that is longer than a first look, and stops at a file that never ends it', async () => {
    const here = place();
    write(here.base, '20261122T130233Z-a-1.md', noteText('a').replace('focus: ""', `focus: "${'\\u00e9'.repeat(5_000)}"`));
    write(here.base, '20261122T130233Z-b-2.md', `---\n${'x: 1\n'.repeat(100_000)}`);
    const { notes, broken } = await listNotes(here);
    expect(notes.map(({ id }) => id)).toEqual(['a']);
    expect(broken).toHaveLength(1);
  });

  it('follows no link out of the folder', async () => {
    const here = place();
    const outside = temporaryFolder();
    writeFileSync(join(outside, 'secret.md'), noteText('outside'));
    const inside = write(here.base, '20261122T130233Z-a-1.md', noteText('inside'));
    symlinkSync(join(outside, 'secret.md'), join(dirname(inside), '20261122T130234Z-b-2.md'));
    const { notes, broken } = await listNotes(here);
    expect(notes.map(({ id }) => id)).toEqual(['inside']);
    expect(broken[0]?.reason).toContain('symbolic link');
  });

  it('reads no more of 500 long notes than their front matter', async () => {
    const here = place();
    for (let index = 0; index < 500; index++) write(here.base, `20261122T1302${String(index).padStart(4, '0')}Z-main-${String(index)}.md`, noteText(String(index)) + 'x'.repeat(20_000));
    const before = process.cpuUsage();
    expect((await listNotes(here)).notes).toHaveLength(500);
    const list = process.cpuUsage(before);
    const again = process.cpuUsage();
    for (const name of readdirSync(join(here.base, documentsFolder, 'handoffs'))) await openNote(here, `handoffs/${name}`);
    const whole = process.cpuUsage(again);
    expect(list.user + list.system).toBeLessThan(whole.user + whole.system);
  });
});

describe('one note', () => {
  it('is read whole', async () => {
    const here = place();
    write(here.base, 'n.md', noteText('a'));
    expect((await openNote(here, 'handoffs/n.md')).note.sections.handoff).toMatchObject([{ text: 'Implement it', handoff: 'nextStep' }]);
  });

  it('that is gone, broken, or no note says so', async () => {
    const here = place();
    write(here.base, 'broken.md', 'text');
    await expect(openNote(here, 'handoffs/gone.md')).rejects.toMatchObject({ reason: 'missing' });
    await expect(openNote(here, 'handoffs/broken.md')).rejects.toThrow('front matter');
    for (const file of ['handoffs/../TROUBLESHOOTING.md', 'TROUBLESHOOTING.md', 'handoffs/a/b.md', 'handoffs/.x.md', '/etc/passwd']) await expect(openNote(here, file)).rejects.toMatchObject({ reason: 'outside' });
  });
});

describe('marking a note done and reopening it', () => {
  it.each([['as we write it', noteText('a')], ['with CRLF and BOM', `\ufeff${noteText('a', '"open"', '\r\n')}`], ['by hand', noteText('a', "open   # still")], ['with mixed line ends', noteText('a').replace('\n\n## ', '\r\n\n## ')]])('changes the status line only, in a note %s', async (_how, text) => {
    const here = place();
    const path = write(here.base, 'n.md', text);
    expect(await markNote(here, 'handoffs/n.md', 'done')).toBe(true);
    const done = readFileSync(path, 'utf8');
    const lines = (all: string) => all.split('\n');
    expect(lines(done).filter((line, index) => line !== lines(text)[index])).toEqual([expect.stringMatching(/^status: "done"/)]);
    expect(await markNote(here, 'handoffs/n.md', 'done')).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe(done);
    expect(await markNote(here, 'handoffs/n.md', 'open')).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(text.replace(/^status: open/m, 'status: "open"'));
    expect(readdirSync(dirname(path))).toEqual(['n.md']);
  });

  it('by two windows at once leaves a whole note that says what one of them wanted', async () => {
    const here = place();
    const path = write(here.base, 'n.md', noteText('a'));
    await Promise.allSettled(Array.from({ length: 8 }, (_, index) => markNote(here, 'handoffs/n.md', index % 2 === 0 ? 'done' : 'open')));
    expect([noteText('a'), noteText('a', '"done"')]).toContain(readFileSync(path, 'utf8'));
  });

  it('refuses a broken note and leaves it as it is', async () => {
    const here = place();
    const path = write(here.base, 'n.md', 'status: open');
    await expect(markNote(here, 'handoffs/n.md', 'done')).rejects.toThrow('front matter');
    expect(readFileSync(path, 'utf8')).toBe('status: open');
  });
});
