/** The console by keyboard alone: every key does its one thing, none acts while typing, and the focus never jumps. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { incidentRows, listHas, newContext, newPage, openBrowser, signIn } from './browser';
import { Desk } from './desk';

let desk: Desk;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  desk = await Desk.up({ speed: 120 });
  browser = await openBrowser();
  ({ page } = await newPage(await newContext(browser)));
  await signIn(page, desk.signIn);
  await listHas(page, 3);
});
afterAll(async () => {
  await browser?.close();
  await desk?.down();
});

const selected = () => page.locator('[role=option][aria-selected=true]').getAttribute('id');
const focused = () =>
  page.evaluate(
    () => document.activeElement?.getAttribute('role') ?? document.activeElement?.tagName,
  );
const press = (key: string) => page.keyboard.press(key);

it('j and k move, and stop at the ends', async () => {
  await press('j');
  const first = await selected();
  await press('j');
  const second = await selected();
  expect(second).not.toBe(first);
  await press('k');
  expect(await selected()).toBe(first);
});

it('the arrows do the same when the list has the focus, and the focus stays on the list', async () => {
  await page.getByRole('listbox').focus();
  const before = await selected();
  await press('ArrowDown');
  expect(await selected()).not.toBe(before);
  expect(await focused()).toBe('listbox');
});

it('the selected row keeps its place on the screen while others come in above', async () => {
  await page.getByRole('listbox').evaluate((list) => (list.scrollTop = 0));
  await press('k');
  await press('k');
  const id = await selected();
  const place = () =>
    page.evaluate((of) => document.getElementById(of ?? '')?.getBoundingClientRect().top, id);
  const top = await place();
  const count = await incidentRows(page).count();
  await expect.poll(() => incidentRows(page).count(), { timeout: 20_000 }).toBeGreaterThan(count);
  await page.getByRole('button', { name: /new above/ }).waitFor({ timeout: 20_000 });
  expect(await selected()).toBe(id);
  expect(await focused()).toBe('listbox');
  expect(Math.abs(((await place()) ?? 0) - (top ?? 0))).toBeLessThanOrEqual(1);
  await page.getByRole('button', { name: /new above/ }).click();
  expect(await page.getByRole('listbox').evaluate((list) => list.scrollTop)).toBe(0);
});

it('slash searches; letters typed there move nothing; Escape clears and leaves', async () => {
  const before = await selected();
  await press('/');
  expect(await focused()).toBe('INPUT');
  await page.keyboard.type('jk?');
  expect(await page.getByRole('searchbox').inputValue()).toBe('jk?');
  expect(await page.getByRole('dialog').count()).toBe(0);
  await page.getByText('No incident matches').waitFor();
  await press('Escape');
  expect(await page.getByRole('searchbox').inputValue()).toBe('');
  expect(await selected()).toBe(before);
});

it('Escape goes back to the night so far', async () => {
  await press('Escape');
  await page.getByRole('complementary', { name: 'The night so far' }).waitFor();
});

it('l shows the table in place of the map and back, and b the whole borough and back', async () => {
  await press('l');
  await page.getByRole('heading', { name: 'By ward' }).waitFor();
  await press('l');
  await page.getByRole('region', { name: 'Map', exact: true }).waitFor();
  await press('b');
  await page.getByRole('button', { name: 'Tonight' }).waitFor();
  await press('b');
  await page.getByRole('button', { name: 'Whole borough' }).waitFor();
});

it('the question mark shows the keys, Escape closes them, and they can be switched off and stay so', async () => {
  await press('?');
  await page.getByRole('dialog').waitFor();
  await press('j');
  expect(await page.locator('[role=option][aria-selected=true]').count()).toBe(0);
  await page.getByLabel('Single keys act').uncheck();
  await press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await press('j');
  expect(await page.locator('[role=option][aria-selected=true]').count()).toBe(0);
  await page.reload();
  await incidentRows(page).first().waitFor();
  await press('j');
  expect(await page.locator('[role=option][aria-selected=true]').count()).toBe(0);
});

it('every control can be reached with Tab, and shows its focus', async () => {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const reached = new Set<string>();
  for (let tabs = 0; tabs < 60; tabs++) {
    await press('Tab');
    reached.add((await page.evaluate(nameOfFocus)) ?? '');
  }
  for (const name of [
    'Search incidents',
    'Filters',
    'Violence',
    'Against usual',
    'Whole borough',
    'Map of Westminster',
    'Keys',
    'Live',
    'Play the last 15 minutes',
    '×60',
    'Time shown',
  ]) {
    expect([...reached].join('\n')).toContain(name);
  }
  expect([...reached].join('\n')).toContain('Incidents, newest first');
});

function nameOfFocus(): string | null {
  const at = document.activeElement;
  if (at === null || at === document.body) return null;
  if (getComputedStyle(at).outlineStyle === 'none')
    throw new Error(`no focus ring: ${at.outerHTML.slice(0, 200)}`);
  const label =
    at instanceof HTMLInputElement || at instanceof HTMLSelectElement ? at.labels?.[0] : null;
  return (
    label?.textContent?.trim() ?? at.getAttribute('aria-label') ?? at.textContent?.trim() ?? null
  );
}
