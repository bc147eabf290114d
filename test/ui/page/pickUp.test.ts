import { describe, expect, test } from 'vitest';
import { themeNames } from './devHost.js';
import { pickedUp, pickUp, stateWith, written } from './fixture.js';
import { focused, intent, press, seriousFindings, show } from './panelUnderTest.js';

describe('a note that is picked up, by keyboard alone', () => {
  test.each([
    ['opens the line that was worked on', 'Open src/auth/auth.service.ts:251', 'Enter', intent('openPickUp', { place: 'src/auth/auth.service.ts:251' })],
    ['opens a file that a sentence names', 'users.entity.ts', 'Enter', intent('openPickUp', { place: 'file:users' })],
    ['ticks a step', 'Implement email verification flow', 'Space', intent('tickStep', { step: 'n1', ticked: true })],
    ['inserts a command', 'Insert into the terminal, without running it: npm run migration:run', 'Enter', intent('insertCommand', { command: 'c1' })],
    ['hands the note over', 'claude', 'Enter', intent('handOver', { way: 'claudeTerminal' })],
    ['marks the note done', 'Mark Done', 'Enter', intent('markNote', { done: true })],
    ['continues', 'Continue', 'Enter', intent('continueNote')],
    ['opens the note’s file', 'Open the note’s file', 'Enter', intent('openNote')],
    ['goes back to the checklist', 'Back to the Checklist', 'Enter', intent('closePickUp')],
    ['folds a section', 'Learned', 'Enter', intent('foldPickUp', { section: 'learned', folded: true })],
  ] as const)('%s', async (_, name, key, sent) => {
    const { page, intents } = await show(pickedUp(1));
    await press(page, 'Tab', `${name}…`);
    await page.keyboard.press(key);
    expect(await intents()).toEqual(sent);
  });

  test('a command is copied by the next control of its row', async () => {
    const { page, intents } = await show(pickedUp(1));
    await press(page, 'Tab', 'Insert into the terminal…');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    expect(await intents()).toEqual(intent('copyCommand', { command: 'c1' }));
  });

  test('arrow keys go from row to row and never get stuck at one without a control', async () => {
    const { page } = await show(pickedUp(1));
    await press(page, 'Tab', 'Since then…');
    const passed: string[] = [];
    for (let times = 0; times < 14; times += 1) {
      await page.keyboard.press('ArrowDown');
      passed.push(await focused(page));
    }
    expect(passed.at(-1)).toBe('Open src/auth/auth.controller.ts:61, The line is gone');
    expect(passed).toContain('Cover the expired-token case');
  });

  test('the headline has the keyboard when the host reveals it, and when what had it is gone', async () => {
    const panel = await show(stateWith(1));
    await panel.page.locator('.footer vscode-button').first().focus();
    await panel.send({ type: 'state', state: pickedUp(2) });
    await expect.poll(() => focused(panel.page)).toContain('Handoff from 2 h ago');
    await panel.send({ type: 'reveal', target: 'pickUp' });
    expect(await focused(panel.page)).toContain('Handoff from 2 h ago');
  });
});

describe('a note that is picked up', () => {
  test('shows a note’s text as text, whatever it is', async () => {
    const { page } = await show(pickedUp(1, {
      headline: '<img src=x onerror=alert(1)>', steps: [{ id: 's', text: '[a](command:x) <b>bold</b> **x** `code`', done: false, links: [] }], commands: [{ id: 'c', text: '$(rm) <script>', remark: '' }],
    }));
    expect(await page.locator('img, script:not([src]), main b').count()).toBe(0);
    expect(await page.locator('.step .title').textContent()).toBe('[a](command:x) <b>bold</b> **x** code');
    expect(await page.locator('.command code').textContent()).toBe('$(rm) <script>');
  });

  test('offers no terminal where none may be used, and nothing to carry on once it is done', async () => {
    const { continueTitle: _, ...over } = pickUp;
    const panel = await show(stateWith(1, { state: { pickUp: { ...over, canInsert: false, isDone: true, handOver: [], status: [{ text: 'Done' }] } } }));
    const { page } = panel;
    expect(await page.locator('[aria-label^="Insert into"]').count()).toBe(0);
    expect(await page.locator('.footer vscode-button').allTextContents()).toEqual(['Open Again', 'To the Checklist']);
    await page.getByRole('button', { name: 'Open Again' }).click();
    expect(await panel.intents()).toEqual(intent('markNote', { done: false }));
  });

  test('waits until the sentence that is being typed is left', async () => {
    const panel = await show(stateWith(1, { entries: [], suggestions: [] }));
    await panel.page.locator('[data-item=bug] .add').click();
    await panel.page.keyboard.type('half a sent');
    await panel.send({ type: 'state', state: { ...pickedUp(2), categories: stateWith(2, { entries: [], suggestions: [] }).categories } });
    await panel.page.keyboard.type('ence');
    expect(await panel.page.locator('.write-text textarea').inputValue()).toBe('half a sentence');
  });

  test('the result of a Write has the same ways to hand it over', async () => {
    const panel = await show(written(1));
    await press(panel.page, 'Tab', 'Claude Code');
    await panel.page.keyboard.press('Enter');
    expect(await panel.intents()).toEqual(intent('handOver', { way: 'claudeExtension' }));
  });
});

describe('everybody can use it', () => {
  for (const theme of themeNames) {
    test(`axe finds nothing serious in ${theme}`, async () => {
      const panel = await show(pickedUp(1, { looking: true, status: [{ text: 'A newer one took its place: ' }, { text: 'handoff from now', place: 'p' }] }), { theme, height: 1_600 });
      expect(await seriousFindings(panel.page)).toEqual([]);
    });
  }

  for (const [name, options] of [['240 px wide', { width: 240, height: 700 }], ['200 % zoom', { width: 480, height: 700, zoom: 200 }]] as const) {
    test(`nothing is cut off or scrolls sideways at ${name}`, async () => {
      const { page } = await show(pickedUp(1, { branch: 'feature/a-branch-with-a-very-long-name-that-nobody-would-type-twice', commands: [{ id: 'c', text: `npm run ${'very-'.repeat(30)}long`, remark: '' }] }), options);
      const wide = await page.evaluate(() => [...document.querySelectorAll<HTMLElement>('body *')].filter((element) => element.checkVisibility() && !element.closest('.unseen'))
        .filter((element) => { const { right, left } = element.getBoundingClientRect(); return right > window.innerWidth + 0.5 || left < -0.5; }).map((element) => `${element.localName}.${element.className}`));
      expect(wide).toEqual([]);
    });
  }
});
