/** The demo night runs: clock, feeds, list and wards. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { incidentRows, newContext, newPage, openBrowser, signIn, textOf } from './browser';
import { Desk } from './desk';

let desk: Desk;
let browser: Browser;
let page: Page;
let wrong: string[];

beforeAll(async () => {
  desk = await Desk.up({ speed: 300 });
  browser = await openBrowser();
  ({ page, wrong } = await newPage(await newContext(browser)));
  await signIn(page, desk.signIn);
});
afterAll(async () => {
  await browser?.close();
  await desk?.down();
});

const rows = () => incidentRows(page).count();

it('leaves no token in the address', () => {
  expect(new URL(page.url()).hash).toBe('');
});

it('says that it is a replay, and how fast', async () => {
  expect(await textOf(page, 'truth')).toContain('Replay ×300');
  expect(await page.getByText('nothing you see is happening now').isVisible()).toBe(true);
});

it('moves the night’s clock', async () => {
  const first = await textOf(page, 'clock');
  expect(first).toMatch(/\d\d:\d\d:\d\d/);
  await expect.poll(() => textOf(page, 'clock')).not.toBe(first);
  await expect.poll(() => textOf(page, 'night'), { timeout: 20_000 }).toMatch(/until \d\d:\d\d/);
});

it('shows every feed with its state', async () => {
  const feeds = await page.getByRole('list', { name: 'Feeds' }).textContent();
  for (const name of ['Businesses', 'Night Stars', 'Fire Brigade', 'Cameras']) {
    expect(feeds).toContain(name);
  }
});

it('fills the list and the wards as the night goes on', async () => {
  await expect.poll(rows, { timeout: 20_000 }).toBeGreaterThan(2);
  const before = await rows();
  await expect.poll(rows, { timeout: 20_000 }).toBeGreaterThan(before);
  await page.keyboard.press('l');
  await page.getByRole('button', { name: 'Night so far' }).first().click();
  await expect.poll(() => page.getByRole('rowheader').count()).toBeGreaterThan(1);
});

it('tells why reports are one incident', async () => {
  await page.keyboard.press('j'); // a row that others push down is no target for a mouse at this speed
  const detail = page.getByRole('complementary', { name: 'The selected incident' });
  await detail.waitFor();
  expect(await detail.textContent()).toMatch(/within \d+ m and \d+ \w+ of the first/);
  expect(await detail.textContent()).toContain('What happened to it');
});

it('had no error and no refusal by the CSP', () => {
  expect(wrong).toEqual([]);
});
