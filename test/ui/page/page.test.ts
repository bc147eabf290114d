import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { themeNames, type Panel } from './devHost.js';
import { crowded, entry, link, stateWith, suggestion, written, type Content } from './fixture.js';
import { focused, intent, press, seriousFindings, show } from './panelUnderTest.js';

const tabTo = (page: Page, name: string) => press(page, 'Tab', name);
/** Along the controls of a row. */
const alongTo = (page: Page, name: string) => press(page, 'ArrowRight', name, 12);

/** A host that does what the page asks, as far as the entries go. */
async function settled(panel: Panel, content: Content, revision: number): Promise<void> {
  await panel.send({ type: 'state', state: stateWith(revision, content) });
  await panel.page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => { requestAnimationFrame(done); }); }));
}

describe('every intent by keyboard alone', () => {
  const bug = { entries: [entry('e1', 'bug', 'First', { links: [link('src/a.ts', 3)] })], suggestions: [suggestion('s1', 'bug', 'Second', { detail: 'why', links: [link('src/b.ts', 4)], evidence: [{ text: 'seen at 13:41', canOpen: true }] })] } satisfies Content;

  test('the focus area is sent on Enter, once', async () => {
    const { page, intents } = await show(stateWith(1));
    await tabTo(page, 'Focus area');
    await page.keyboard.type('API changes');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(600);
    expect(await intents()).toEqual(intent('setFocus', { focus: 'API changes' }));
  });

  test('the focus area is sent when typing pauses, and when it is left', async () => {
    const { page, intents } = await show(stateWith(1));
    await tabTo(page, 'Focus area');
    await page.keyboard.type('API');
    await expect.poll(intents).toEqual(intent('setFocus', { focus: 'API' }));
    await page.keyboard.type('s');
    await page.keyboard.press('Tab');
    expect(await intents()).toEqual(intent('setFocus', { focus: 'APIs' }));
  });

  test('another folder is chosen', async () => {
    const { page, intents } = await show(crowded(1));
    await tabTo(page, 'Folder');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await intents()).toEqual(intent('selectFolder', { folder: 'file:///web' }));
  });

  test('an item is ticked without entries, and unticked', async () => {
    const panel = await show(stateWith(1, { entries: [] }));
    await tabTo(panel.page, 'Business rules clarified during work');
    await panel.page.keyboard.press('Space');
    expect(await panel.intents()).toEqual(intent('tick', { item: 'businessRule', ticked: true }));
    await settled(panel, { entries: [], suggestions: [], items: { businessRule: { ticked: true } } }, 2);
    expect(await panel.intents()).toEqual([]);
    expect(await panel.page.locator('[data-item=businessRule]').textContent()).toContain('nothing here');
    expect(await focused(panel.page)).toBe('Business rules clarified during work, nothing here');
    await panel.page.keyboard.press('Space');
    expect(await panel.intents()).toEqual(intent('tick', { item: 'businessRule', ticked: false }));
  });

  test('a tick that the host does not take is taken back', async () => {
    const panel = await show(stateWith(1, { entries: [] }));
    await tabTo(panel.page, 'Business rules clarified during work');
    await panel.page.keyboard.press('Space');
    await settled(panel, { entries: [] }, 2);
    expect(await panel.page.locator('[data-item=businessRule] vscode-checkbox').getAttribute('aria-checked')).toBe('false');
  });

  test('a category is folded and unfolded, by Enter and by arrow keys', async () => {
    const panel = await show(stateWith(1));
    await tabTo(panel.page, 'Fixed…');
    await panel.page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual(intent('fold', { category: 'fixed', folded: true }));
    await settled(panel, { folded: ['fixed'] }, 2);
    expect(await panel.page.locator('[data-category=fixed] [aria-expanded]').first().getAttribute('aria-expanded')).toBe('false');
    expect(await panel.page.getByText('Bugs and their root causes').isVisible()).toBe(false);
    await panel.page.keyboard.press('ArrowLeft');
    expect(await panel.intents()).toEqual([]);
    await panel.page.keyboard.press('ArrowRight');
    expect(await panel.intents()).toEqual(intent('fold', { category: 'fixed', folded: false }));
  });

  test('an entry is added: Enter saves, Shift+Enter is a new line, the focus returns to the add button', async () => {
    const panel = await show(stateWith(1, { entries: [], suggestions: [] }));
    const { page } = panel;
    await tabTo(page, 'Add an entry: Bugs and their root causes');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('What was learned');
    await page.keyboard.type('Fixed N+1 query');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('in `ideas`');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Detail');
    await page.keyboard.type('eager loading');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual(intent('addEntry', { item: 'bug', text: 'Fixed N+1 query\nin `ideas`', detail: 'eager loading' }));
    // Until the host has it, the text stays.
    expect(await page.locator('.write-text textarea').inputValue()).toBe('Fixed N+1 query\nin `ideas`');
    await settled(panel, { entries: [entry('e1', 'bug', 'Fixed N+1 query\nin `ideas`', { detail: 'eager loading' })], suggestions: [] }, 2);
    expect(await page.locator('.composer').count()).toBe(0);
    expect(await focused(page)).toBe('Add an entry: Bugs and their root causes');
    expect(await page.locator('.entry code').textContent()).toBe('ideas');
  });

  test('Ctrl+Enter and the Save button save; empty text is not sent; Escape cancels', async () => {
    const { page, intents } = await show(stateWith(1, { entries: [], suggestions: [] }));
    await tabTo(page, 'New patterns or architecture insights');
    await page.keyboard.press('+');
    await page.keyboard.press('Enter');
    await page.keyboard.type('  ');
    await page.keyboard.press('Control+Enter');
    expect(await intents()).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.locator('.composer').count()).toBe(0);
    expect(await focused(page)).toBe('Add an entry: New patterns or architecture insights');
    await page.keyboard.press('Enter');
    await page.keyboard.type('One');
    await page.keyboard.press('Control+Enter');
    expect(await intents()).toEqual(intent('addEntry', { item: 'pattern', text: 'One', detail: '' }));
  });

  test('when the host does not answer, the text can be sent again', async () => {
    const { page, intents } = await show(stateWith(1, { entries: [], suggestions: [] }));
    await tabTo(page, 'Add an entry: Bugs and their root causes');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Kept');
    await page.keyboard.press('Enter');
    await intents();
    await page.waitForTimeout(2_200);
    await page.keyboard.type('!');
    await page.keyboard.press('Enter');
    expect(await intents()).toEqual(intent('addEntry', { item: 'bug', text: 'Kept!', detail: '' }));
  });

  test('an entry is edited in place; the focus returns to it', async () => {
    const panel = await show(stateWith(1, bug));
    const { page } = panel;
    await tabTo(page, 'Edit');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('What was learned');
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' cause');
    await page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual(intent('editEntry', { entry: 'e1', text: 'First cause', detail: '' }));
    await settled(panel, { ...bug, entries: [entry('e1', 'bug', 'First cause')] }, 2);
    expect(await focused(page)).toBe('Edit');
    await page.keyboard.press('F2');
    await page.keyboard.press('Control+End');
    await page.keyboard.type('  ');
    await page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual([]);
    expect(await focused(page)).toBe('Edit');
  });

  test('an entry is deleted; the focus goes to the next one, then to the item', async () => {
    const two = [entry('e1', 'bug', 'First'), entry('e2', 'bug', 'Second')];
    const panel = await show(stateWith(1, { entries: two, suggestions: [] }));
    await tabTo(panel.page, 'Edit');
    await alongTo(panel.page, 'Delete');
    await panel.page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual(intent('deleteEntry', { entry: 'e1' }));
    await settled(panel, { entries: two.slice(1), suggestions: [] }, 2);
    expect(await panel.page.evaluate(() => document.activeElement?.closest('[data-entry]')?.getAttribute('data-entry'))).toBe('e2');
    await panel.page.keyboard.press('Delete');
    expect(await panel.intents()).toEqual(intent('deleteEntry', { entry: 'e2' }));
    await settled(panel, { entries: [], suggestions: [] }, 3);
    expect(await focused(panel.page)).toBe('Bugs and their root causes');
  });

  test('an entry is moved through the menu, and the focus goes with it', async () => {
    const panel = await show(stateWith(1, bug));
    const { page } = panel;
    await tabTo(page, 'Edit');
    await alongTo(page, 'Move to');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('Bugs and their root causes');
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toBe('Error messages and solutions');
    await page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual(intent('moveEntry', { entry: 'e1', item: 'error' }));
    await settled(panel, { ...bug, entries: [entry('e1', 'error', 'First')] }, 2);
    expect(await page.evaluate(() => document.activeElement?.closest('[data-entry]')?.getAttribute('data-entry'))).toBe('e1');
  });

  test('a menu is left by Escape, to where it was opened', async () => {
    const { page, intents } = await show(stateWith(1, bug));
    await tabTo(page, 'Edit');
    await alongTo(page, 'Move to');
    await page.keyboard.press('Enter');
    await page.keyboard.press('d');
    expect(await focused(page)).toBe('Database schema changes');
    await page.keyboard.press('Escape');
    expect(await page.locator('[role=menu]').count()).toBe(0);
    expect(await focused(page)).toBe('Move to');
    expect(await intents()).toEqual([]);
  });

  test('another document is chosen', async () => {
    const { page, intents } = await show(stateWith(1, bug));
    await tabTo(page, 'Edit');
    await alongTo(page, 'Document: TROUBLESHOOTING.md');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    expect(await intents()).toEqual(intent('setDocument', { entry: 'e1', document: 'BEST_PRACTICES.md' }));
  });

  test('an entry of the handoff goes to a document, and back to the note', async () => {
    const panel = await show(stateWith(1, { entries: [entry('e1', 'nextStep', 'Go on', { destination: 'PROJECT_API.md' })], suggestions: [] }));
    await tabTo(panel.page, 'Edit');
    await alongTo(panel.page, 'Document: PROJECT_API.md');
    await panel.page.keyboard.press('Enter');
    await panel.page.keyboard.press('End');
    expect(await focused(panel.page)).toBe('Handoff note');
    await panel.page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual(intent('setDocument', { entry: 'e1', document: 'default' }));
  });

  test('links are opened, removed and added', async () => {
    const { page, intents } = await show(stateWith(1, bug));
    await tabTo(page, 'Edit');
    await alongTo(page, 'Link the cursor’s line');
    await page.keyboard.press('Enter');
    expect(await intents()).toEqual(intent('addLink', { entry: 'e1' }));
    await alongTo(page, 'Open src/a.ts:3');
    await page.keyboard.press('Enter');
    expect(await intents()).toEqual(intent('openLink', { owner: 'e1', index: 0 }));
    await page.keyboard.press('Delete');
    expect(await intents()).toEqual(intent('removeLink', { entry: 'e1', index: 0 }));
    await alongTo(page, 'Remove the link src/a.ts:3');
    await page.keyboard.press('Enter');
    expect(await intents()).toEqual(intent('removeLink', { entry: 'e1', index: 0 }));
  });

  test('a suggestion is accepted, and the focus stays in its item', async () => {
    const panel = await show(stateWith(1, { ...bug, entries: [] }));
    await tabTo(panel.page, 'Accept');
    await panel.page.keyboard.press('Space');
    expect(await panel.intents()).toEqual(intent('acceptSuggestion', { suggestion: 's1', item: 'bug', text: 'Second', detail: 'why' }));
    await settled(panel, { entries: [entry('e9', 'bug', 'Second')], suggestions: [] }, 2);
    expect(await focused(panel.page)).toBe('Bugs and their root causes');
  });

  test('a suggestion is edited and then accepted', async () => {
    const panel = await show(stateWith(1, { ...bug, entries: [] }));
    await tabTo(panel.page, 'Accept');
    await panel.page.keyboard.press('F2');
    await panel.page.keyboard.press('Control+End');
    await panel.page.keyboard.type(' thing');
    await panel.page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual(intent('acceptSuggestion', { suggestion: 's1', item: 'bug', text: 'Second thing', detail: 'why' }));
    await settled(panel, { entries: [entry('e9', 'bug', 'Second thing', { detail: 'why' })], suggestions: [] }, 2);
    expect(await panel.page.locator('.composer').count()).toBe(0);
    expect(await focused(panel.page)).toBe('Add an entry: Bugs and their root causes');
  });

  test('a suggestion is accepted under another item through the menu', async () => {
    const panel = await show(stateWith(1, { ...bug, entries: [] }));
    await tabTo(panel.page, 'Accept');
    await alongTo(panel.page, 'Move to');
    await panel.page.keyboard.press('Enter');
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual(intent('acceptSuggestion', { suggestion: 's1', item: 'error', text: 'Second', detail: 'why' }));
  });

  test('a suggestion is dismissed, its link and its evidence are opened', async () => {
    const { page, intents } = await show(stateWith(1, { ...bug, entries: [] }));
    await tabTo(page, 'Accept');
    await alongTo(page, 'Open src/b.ts:4');
    await page.keyboard.press('Enter');
    await alongTo(page, 'seen at 13:41');
    await page.keyboard.press('Enter');
    await alongTo(page, 'Dismiss');
    await page.keyboard.press('Enter');
    expect(await intents()).toEqual([...intent('openLink', { owner: 's1', index: 0 }), ...intent('openEvidence', { suggestion: 's1', index: 0 }), ...intent('dismissSuggestion', { suggestion: 's1' })]);
  });

  test('a nudge and notices are answered', async () => {
    const { page, intents } = await show(crowded(1));
    await tabTo(page, 'Mask it');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Dismiss');
    await page.keyboard.press('Enter');
    await page.locator('[data-item=entity] .tick').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await intents()).toEqual([...intent('noticeAction', { notice: 'held', action: 'mask' }), ...intent('dismissNotice', { notice: 'ignored' }), ...intent('dismissNudge', { nudge: 'n1' })]);
  });

  test('what was deleted is brought back, by the button or by Ctrl+Z', async () => {
    const panel = await show(stateWith(1));
    const { page } = panel;
    await tabTo(page, 'Edit');
    await panel.send({ type: 'announce', text: 'Deleted “First”', undo: true });
    await tabTo(page, 'Undo');
    await page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual(intent('undo'));
    expect(await focused(page)).not.toBe('');
    expect(await page.getByText('Deleted “First”').last().isVisible()).toBe(false);
    await page.keyboard.press('Control+z');
    expect(await panel.intents()).toEqual([]);
    await panel.send({ type: 'announce', text: 'Deleted “Second”', undo: true });
    await expect.poll(() => page.locator('[role=status]').textContent()).toBe('Deleted “Second”');
    await page.keyboard.press('Control+z');
    expect(await panel.intents()).toEqual(intent('undo'));
  });

  test('Preview, Write, and Cancel while it runs', async () => {
    const panel = await show(stateWith(1));
    await tabTo(panel.page, 'Preview');
    await panel.page.keyboard.press('Enter');
    await tabTo(panel.page, 'Write Handoff');
    await panel.page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual([...intent('preview'), ...intent('write')]);
    await settled(panel, { state: { busy: { text: 'Writing…', cancellable: true } } }, 2);
    expect(await focused(panel.page)).toBe('Write Handoff');
    await panel.page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual([]);
    await expect.poll(() => panel.page.locator('[role=status]').textContent()).toBe('Writing…');
    await press(panel.page, 'Shift+Tab', 'Cancel', 5);
    await panel.page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual(intent('cancel'));
  });

  test('nothing is written when nothing can be', async () => {
    const { page, intents } = await show(stateWith(1, { entries: [], suggestions: [], state: { canWrite: false } }));
    await tabTo(page, 'Write Handoff');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
    expect(await intents()).toEqual([]);
  });

  test('after Write the focus is on what happened; files open, Write is undone, the checklist and a new session come', async () => {
    const panel = await show(stateWith(1));
    const { page } = panel;
    await tabTo(page, 'Write Handoff');
    await panel.send({ type: 'state', state: written(2) });
    await expect.poll(() => focused(page)).toBe('Wrote 3 entries to 3 files');
    for (const name of ['.claude/docs/TROUBLESHOOTING.md', 'Back to the Checklist', 'Undo Write', 'New Session']) {
      await tabTo(page, name);
      await page.keyboard.press('Enter');
    }
    expect(await panel.intents()).toEqual([...intent('openResult', { file: 'f1' }), ...intent('closeResult'), ...intent('undoWrite'), ...intent('newSession')]);
    await settled(panel, {}, 3);
    expect(await focused(page)).not.toBe('');
  });

  test('typing is told when it begins, and when it ends', async () => {
    const panel = await show(stateWith(1));
    const typed = async () => (await panel.everySent()).flatMap((message) => (message.type === 'typing' ? [message.typing] : []));
    await tabTo(panel.page, 'Add an entry: Bugs and their root causes');
    await panel.page.keyboard.press('Enter');
    expect(await typed()).toEqual([]);
    await panel.page.keyboard.type('ab');
    expect(await typed()).toEqual([true]);
    await panel.page.waitForTimeout(3_200);
    expect(await typed()).toEqual([true, false]);
    await panel.page.keyboard.type('c');
    await panel.page.keyboard.press('Enter');
    expect(await typed()).toEqual([true, false, true, false]);
  });

  test('arrow keys go from row to row, Home and End to the ends', async () => {
    const { page } = await show(stateWith(1, { entries: [], suggestions: [] }));
    await tabTo(page, 'Discovered');
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toBe('New patterns or architecture insights');
    await page.keyboard.press('End');
    expect(await focused(page)).toBe('Commands to run on restart');
    await page.keyboard.press('ArrowUp');
    expect(await focused(page)).toBe('Next immediate steps');
    await page.keyboard.press('Home');
    expect(await focused(page)).toBe('Discovered');
  });
});

describe('typing is undisturbed', () => {
  const flood = async (panel: Panel, from: number, times: number) => {
    for (let revision = from; revision < from + times; revision += 1) {
      await settled(panel, {
        entries: Array.from({ length: revision % 7 }, (_, index) => entry(`f${String((index * 5 + revision) % 11)}`, revision % 2 === 0 ? 'bug' : 'pattern', `Entry ${String(revision)}`)),
        suggestions: Array.from({ length: revision % 5 }, (_, index) => suggestion(`g${String(index)}`, 'bug', `Suggestion ${String(revision)}`)),
        items: { bug: { ticked: revision % 3 === 0 } }, state: { focus: `focus ${String(revision)}`, notices: revision % 2 === 0 ? [{ id: 'n', severity: 'info', text: 'Now', actions: [], dismissable: true }] : [] },
      }, revision);
    }
  };
  const field = (page: Page) => page.evaluate(() => {
    const control = document.activeElement?.shadowRoot?.querySelector<HTMLTextAreaElement>('.control');
    return control ? { value: control.value, start: control.selectionStart, end: control.selectionEnd, scroll: control.scrollTop } : undefined;
  });

  test('text, caret, selection and scroll outlast a flood of states, and so does what is typed meanwhile', async () => {
    const panel = await show(stateWith(1, { entries: [], suggestions: [] }));
    const { page } = panel;
    await tabTo(page, 'Add an entry: Bugs and their root causes');
    await page.keyboard.press('Enter');
    for (let line = 0; line < 40; line += 1) { await page.keyboard.type(`line ${String(line)}`); await page.keyboard.press('Shift+Enter'); }
    for (let up = 0; up < 10; up += 1) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Shift+End');
    const before = await field(page);
    expect(before?.end).toBeGreaterThan(before?.start ?? 0);
    expect(before?.scroll).toBeGreaterThan(0);
    const element = await page.evaluateHandle(() => document.activeElement);
    await flood(panel, 2, 40);
    expect(await field(page)).toEqual(before);
    expect(await page.evaluate((was) => was === document.activeElement, element)).toBe(true);
    await Promise.all([flood(panel, 50, 20), page.keyboard.type('typed meanwhile', { delay: 15 })]);
    expect((await field(page))?.value).toContain('\ntyped meanwhile\n');
  });

  test('an input method’s composition outlasts a flood of states, and its Enter saves nothing', async () => {
    const panel = await show(stateWith(1, { entries: [], suggestions: [] }));
    const { page } = panel;
    await tabTo(page, 'Add an entry: Bugs and their root causes');
    await page.keyboard.press('Enter');
    await page.keyboard.type('ab');
    const composed: string[] = [];
    await page.exposeFunction('composed', (text: string) => { composed.push(text); });
    await page.evaluate(() => { for (const type of ['compositionstart', 'compositionend']) document.addEventListener(type, (event) => { (globalThis as unknown as { composed(text: string): void }).composed(`${type} ${(event as CompositionEvent).data}`); }); });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Input.imeSetComposition', { text: 'にほ', selectionStart: 2, selectionEnd: 2 });
    await flood(panel, 2, 20);
    await devtools.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
    await flood(panel, 30, 20);
    expect((await field(page))?.value).toBe('abにほん');
    await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 });
    await devtools.send('Input.insertText', { text: '日本' });
    await flood(panel, 60, 5);
    expect((await field(page))?.value).toBe('ab日本');
    expect(composed).toEqual(['compositionstart ', 'compositionend 日本']);
    expect(await panel.intents()).toEqual([]);
    await page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual([{ type: 'addEntry', item: 'bug', text: 'ab日本', detail: '' }]);
  });

  test('the focus area keeps what is typed, and takes the host’s only when it is left', async () => {
    const panel = await show(stateWith(1));
    await tabTo(panel.page, 'Focus area');
    await panel.page.keyboard.type('mine');
    await flood(panel, 2, 10);
    const value = () => panel.page.locator('.focus.field').evaluate((element) => (element as HTMLInputElement).value);
    expect(await value()).toBe('mine');
    await panel.page.keyboard.press('Tab');
    await settled(panel, { state: { focus: 'mine' } }, 20);
    await settled(panel, { state: { focus: 'from the other window' } }, 21);
    expect(await value()).toBe('from the other window');
  });

  test('an entry that disappears while it is edited leaves its text open, and saving adds it', async () => {
    const panel = await show(stateWith(1, { entries: [entry('e1', 'bug', 'First')], suggestions: [] }));
    const { page } = panel;
    await tabTo(page, 'Edit');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' and more');
    await settled(panel, { entries: [], suggestions: [] }, 2);
    expect((await field(page))?.value).toBe('First and more');
    await page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual([{ type: 'addEntry', item: 'bug', text: 'First and more', detail: '' }]);
  });

  test('a fold and a result wait until the field is left', async () => {
    const panel = await show(stateWith(1, { entries: [], suggestions: [] }));
    const { page } = panel;
    await tabTo(page, 'Add an entry: Bugs and their root causes');
    await page.keyboard.press('Enter');
    await page.keyboard.type('half a sen');
    await settled(panel, { folded: ['fixed'] }, 2);
    await panel.send({ type: 'state', state: written(3) });
    await page.waitForTimeout(100);
    await page.keyboard.type('tence');
    expect((await field(page))?.value).toBe('half a sentence');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect.poll(() => focused(page)).toBe('Wrote 3 entries to 3 files');
  });

  test('unsaved text comes back with the page, for its folder, and the focus is not taken', async () => {
    const panel = await show(crowded(1));
    const { page } = panel;
    await page.locator('[data-item=bug] .add').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('not yet saved');
    await page.reload();
    const { strings } = await import('./fixture.js');
    await panel.send({ type: 'strings', strings, locale: 'en' });
    await panel.send({ type: 'state', state: crowded(1) });
    await page.locator('[data-item=bug] .composer').waitFor();
    expect(await page.locator('.write-text textarea').inputValue()).toBe('not yet saved');
    expect(await focused(page)).toBe('');
    await panel.send({ type: 'state', state: { ...crowded(2), folder: 'file:///web' } });
    await expect.poll(() => page.locator('.composer').count()).toBe(0);
    await panel.send({ type: 'state', state: crowded(3) });
    await expect.poll(() => page.locator('.composer').count()).toBe(1);
  });

  test('an older state is dropped', async () => {
    const panel = await show(stateWith(5, { entries: [entry('e1', 'bug', 'Newer')] }));
    await settled(panel, { entries: [entry('e1', 'bug', 'Older')] }, 4);
    expect(await panel.page.locator('.entry .text').textContent()).toBe('Newer');
  });

  test('a state never moves the focus, nor takes it when nothing has it', async () => {
    const panel = await show(stateWith(1));
    await flood(panel, 2, 10);
    expect(await focused(panel.page)).toBe('');
    await tabTo(panel.page, 'Write Handoff');
    await flood(panel, 20, 10);
    expect(await focused(panel.page)).toBe('Write Handoff');
  });
});

describe('what the host says', () => {
  test('is ignored when it is malformed', async () => {
    const panel = await show(stateWith(1));
    const before = await panel.page.content();
    const good = stateWith(9);
    for (const message of [null, 7, 'state', {}, { type: 'state' }, { type: 'state', state: { ...good, categories: 'none' } }, { type: 'state', state: { ...good, revision: '9' } },
      { type: 'state', state: { ...good, categories: [{ ...good.categories[0], items: [{ id: 'nonsense' }] }] } }, { type: 'announce', text: 5, undo: true }, { type: 'strings', strings: { add: 1 }, locale: 'en' },
      { type: 'reveal', target: { item: 'nonsense' } }, { type: 'reveal', target: 'nowhere' }, { type: 'reveal', target: { entry: '"] *, [x="' } }]) await panel.send(message);
    await panel.page.waitForTimeout(100);
    expect(await panel.page.content()).toBe(before);
  });

  test('is shown as text, whatever it is', async () => {
    const hostile = '<img src=x onerror="stage.sent.push({type:\'write\'})"><script>stage.sent.push({type:"write"})</script> `<b>code</b>` \u202E[x](javascript:1)';
    const panel = await show(stateWith(1, { entries: [entry('e1', 'bug', hostile, { detail: hostile, links: [link(hostile, 1, { text: hostile })] })], suggestions: [suggestion('s1', 'bug', hostile, { evidence: [{ text: hostile, canOpen: true }] })], state: { summary: hostile, focus: hostile.slice(0, 100) } }));
    expect(await panel.page.locator('img, main script, b').count()).toBe(0);
    expect(await panel.page.locator('.entry code').first().textContent()).toBe('<b>code</b>');
    expect(await panel.intents()).toEqual([]);
  });

  test('moves the focus where it asks: add field, entry, focus area, first row, result', async () => {
    const panel = await show(stateWith(1, { folded: ['handoff'] }));
    const { page } = panel;
    await panel.send({ type: 'reveal', target: { item: 'error' } });
    await expect.poll(() => focused(page)).toBe('What was learned');
    await panel.send({ type: 'reveal', target: 'focus' });
    await expect.poll(() => focused(page)).toBe('Focus area');
    await panel.send({ type: 'reveal', target: { entry: 'e2' } });
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[data-entry]')?.getAttribute('data-entry'))).toBe('e2');
    await panel.send({ type: 'reveal', target: 'first' });
    await expect.poll(() => focused(page)).toMatch(/^Discovered/);
    await panel.send({ type: 'reveal', target: { item: 'nextStep' } });
    await expect.poll(() => panel.intents()).toEqual([{ type: 'fold', category: 'handoff', folded: false }]);
    await settled(panel, {}, 2);
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('[data-item]')?.getAttribute('data-item'))).toBe('nextStep');
    await page.keyboard.press('Escape');
    await panel.send({ type: 'state', state: written(3) });
    await panel.send({ type: 'reveal', target: 'result' });
    await expect.poll(() => focused(page)).toBe('Wrote 3 entries to 3 files');
  });
});

describe('everybody can use it', () => {
  for (const theme of themeNames) {
    test(`axe finds nothing serious in ${theme}`, async () => {
      const panel = await show(crowded(1), { theme, height: 2000 });
      const { page } = panel;
      await page.locator('[data-item=bug] .add').click();
      await page.locator('[data-entry=e1] .actions vscode-button').first().focus();
      await panel.send({ type: 'announce', text: 'Deleted “First”', undo: true });
      await page.waitForTimeout(400);
      expect(await seriousFindings(page)).toEqual([]);
      await page.locator('[data-entry=e1] .document').click();
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await panel.send({ type: 'state', state: { ...crowded(2), busy: { text: 'Reading the changes…', cancellable: true } } });
      await page.locator('.busy').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await panel.send({ type: 'state', state: written(3) });
      await page.locator('#result-headline').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    });
  }

  for (const [name, options] of [['240 px wide', { width: 240, height: 700 }], ['200 % zoom', { width: 480, height: 700, zoom: 200 }]] as const) {
    test(`nothing is cut off or scrolls sideways at ${name}`, async () => {
      const panel = await show(crowded(1), options);
      const { page } = panel;
      await page.locator('[data-item=bug] .add').focus();
      await page.keyboard.press('Enter');
      const wide = async () => page.evaluate(() => {
        const all = [...document.querySelectorAll<HTMLElement>('body *')].filter((element) => element.checkVisibility() && !element.closest('.unseen') && !element.closest('.remove'));
        return all.filter((element) => { const { right, left } = element.getBoundingClientRect(); return right > window.innerWidth + 0.5 || left < -0.5; }).map((element) => `${element.localName}.${element.className}`);
      });
      expect(await wide()).toEqual([]);
      expect(await page.evaluate(() => [document.documentElement.scrollWidth <= window.innerWidth, (document.querySelector('main')?.scrollWidth ?? 0) <= window.innerWidth])).toEqual([true, true]);
      // The form stands wholly above the footer.
      const [form, main] = await Promise.all([page.locator('.composer').boundingBox(), page.locator('main').boundingBox()]);
      expect((form?.y ?? 0) + (form?.height ?? 0)).toBeLessThanOrEqual((main?.y ?? 0) + (main?.height ?? 0) + 1);
      await page.keyboard.press('Escape');
      await page.locator('[data-entry=e2] .document').click();
      expect(await wide()).toEqual([]);
    });
  }

  test('the focus can always be seen', async () => {
    const { page } = await show(crowded(1), { theme: 'Default High Contrast', height: 900 });
    const total = 70;
    const unseen: string[] = [];
    for (let stop = 0; stop < total; stop += 1) {
      await page.keyboard.press('Tab');
      const found = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return undefined;
        const inner = element.shadowRoot?.activeElement ?? element;
        const parts = [element, inner, ...(element.shadowRoot?.querySelectorAll('.control, .root') ?? [])];
        const shown = parts.some((part) => { const style = getComputedStyle(part); return (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.borderColor === 'rgb(243, 133, 24)'; });
        const box = element.getBoundingClientRect();
        const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        return shown && there !== null && (element.contains(there) || there.contains(element)) ? undefined : (element.getAttribute('aria-label') ?? element.textContent);
      });
      if (found !== undefined) unseen.push(found);
    }
    expect(unseen).toEqual([]);
  });

  test('each control of the page has a name and a role', async () => {
    const { page } = await show(crowded(1));
    const tree = await page.locator('body').ariaSnapshot();
    expect(tree).toContain('- meter "Context used"');
    expect(tree).toContain('- heading "Discovered 1 suggested 1 entries" [level=2]');
    expect(tree).toContain('- checkbox "Bugs and their root causes" [checked]');
    expect(tree).toContain('toolbar "Actions: Resolved JWT refresh token not updating `last_login`"');
    expect(tree).toContain('button "Add an entry: Bugs and their root causes"');
    expect(tree).toContain('- alert');
    expect(tree).not.toMatch(/- (?:button|checkbox|textbox|combobox|toolbar|meter|region)(?::.*)?$/m);
  });

  test('right-to-left text of an entry runs from the right', async () => {
    const { page } = await show(crowded(1));
    expect(await page.locator('[data-entry=e4] .text').evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
  });

  test('nothing moves when motion is to be reduced', async () => {
    const { page } = await show(crowded(1));
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await page.locator('.fill').evaluate((element) => getComputedStyle(element).transitionDuration)).toMatch(/^0s|0\.3s$/);
    expect(await page.locator('.fill').evaluate((element) => getComputedStyle(element).transitionProperty)).toBe('none');
  });
});

test('hundreds of entries and suggestions are drawn, and drawn again around the focus', async () => {
  const many = { entries: Array.from({ length: 100 }, (_, index) => entry(`e${String(index)}`, 'bug', `Entry ${String(index)}`)), suggestions: Array.from({ length: 200 }, (_, index) => suggestion(`s${String(index)}`, 'endpoint', `Added GET /api/${String(index)}`)) };
  const panel = await show(stateWith(1, many));
  await expect.poll(() => panel.page.locator('.suggestion').count(), { timeout: 20_000 }).toBe(200);
  await panel.page.locator('[data-entry=e50] [tabindex="0"]').focus();
  await settled(panel, { ...many, entries: many.entries.slice(1).reverse() }, 2);
  await expect.poll(() => panel.page.locator('.entry').first().getAttribute('data-entry'), { timeout: 20_000 }).toBe('e99');
  expect(await panel.page.evaluate(() => document.activeElement?.closest('[data-entry]')?.getAttribute('data-entry'))).toBe('e50');
  expect(await panel.page.locator('.entry').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-entry')).join())).toBe(many.entries.slice(1).map(({ id }) => id).reverse().join());
});
