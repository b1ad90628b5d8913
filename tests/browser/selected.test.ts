/** The selected thing: its history, its words for a purpose, that it was seen, places and feeds, and the way back by keys. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axeFindings, listHas, newContext, newPage, openBrowser, signIn } from './browser';
import { listenTo, type Heard } from './heard';
import { Desk } from './desk';

let desk: Desk;
let browser: Browser;
let page: Page;
let wrong: string[];
let heard: Heard;
let venue: string;

beforeAll(async () => {
  desk = await Desk.up({ speed: 120 });
  venue = desk.key('--role', 'business', '--venue', 'blue-door');
  browser = await openBrowser();
  ({ page, wrong } = await newPage(await newContext(browser, { height: 1000 })));
  heard = listenTo(page);
  await signIn(page, desk.signIn);
  await listHas(page, 3);
});
afterAll(async () => {
  await browser?.close();
  await desk?.down();
});

const press = (key: string) => page.keyboard.press(key);
const part = (name: string) => page.getByRole('complementary', { name });
const title = () =>
  page.getByRole('complementary').getByRole('heading', { level: 2 }).textContent();
const told = (what: string) => heard.asked.filter((path) => path.endsWith(`/${what}`));

/** Selects an incident that a venue tells just now, in words. */
async function selectReported(): Promise<void> {
  const answer = await fetch(new URL('/api/v1/reports', desk.console), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${venue}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify({ category: 'serious_violence', severity: 3, words: 'one has a bottle' }),
  });
  const { incident } = (await answer.json()) as { incident: string };
  await page.locator(`[id$="${incident}"]`).first().click();
  await part('The selected incident').getByText('The Blue Door').first().waitFor();
}

it('tells what happened to it, and that it was seen, once', async () => {
  await press('j');
  await part('The selected incident')
    .getByText(/^Told by /)
    .waitFor();
  await expect.poll(() => told('seen').length).toBe(1);
  await press('Escape');
  await press(',');
  await expect.poll(() => part('The selected incident').count()).toBe(1);
  await press('.');
  await press(',');
  const looked = part('The selected incident').getByRole('heading', {
    name: 'What happened to it',
  });
  await looked.waitFor();
  expect(told('seen')).toHaveLength(1);
});

it('opens the words only for a purpose, and says first that it is kept', async () => {
  await selectReported();
  const incident = part('The selected incident');
  expect(await incident.textContent()).toContain('Kept in the audit: you, the time and what for.');
  expect(told('words')).toHaveLength(0);
  await incident.getByLabel('to ring the venue').check();
  await incident.getByRole('button', { name: 'Open the words to ring the venue' }).click();
  await incident.getByText('one has a bottle').waitFor();
  expect(await incident.textContent()).toContain('Opened to ring the venue.');
  expect(told('words')).toHaveLength(1);
  expect(await axeFindings(page)).toEqual([]);
});

it('words that cannot be opened are said to be closed, and can be asked for again', async () => {
  await selectReported();
  const incident = part('The selected incident');
  await heard.away(true);
  const open = incident.getByRole('button', { name: 'Open the words to send help' });
  await open.click();
  await incident.getByText('Not opened. The desk does not answer.').waitFor();
  await heard.away(false);
  await open.click();
  await incident.getByText('one has a bottle').waitFor();
});

it('leads on to the place and to a feed, and comma and full stop lead back and forward', async () => {
  const incident = await title();
  await page.getByRole('button', { name: 'Just there, beside its usual' }).click();
  await part('The selected place').waitFor();
  expect(await part('The selected place').getByRole('columnheader').allTextContents()).toEqual([
    'Kind',
    '15 min',
    '1 hour',
    '3 hours',
    'Night so far',
  ]);
  await page.getByRole('list', { name: 'Feeds' }).getByRole('button').first().click();
  await part('The selected feed').waitFor();
  expect(await part('The selected feed').textContent()).toContain('usual');
  expect(await axeFindings(page)).toEqual([]);
  await press(',');
  await press(',');
  expect(await title()).toBe(incident);
  await press('.');
  await part('The selected place').waitFor();
});

it('the focus stays where it was pressed, whatever is selected next', async () => {
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
  const back = page.getByRole('button', { name: /^Back ,/ });
  await back.focus();
  await press('Enter');
  expect(await focused()).toMatch(/^Back/);
  await page
    .getByRole('button', { name: /^Night so far/ })
    .last()
    .press('Enter');
  expect(await focused()).toMatch(/^Night so far/);
});

it('a ward’s name opens the ward, and the list can be kept to it', async () => {
  await press('l');
  const ward = page.getByRole('rowheader').getByRole('button').nth(1);
  const name = (await ward.textContent()) ?? '';
  await ward.click();
  await part('The selected place').getByRole('button', { name: 'List only this ward' }).click();
  await page.getByText(`Only ${name}`).waitFor();
  const wards = await page.locator('[role=option] .ttl').allTextContents();
  expect(wards.length).toBeGreaterThan(0);
  expect(wards.filter((words) => !words.endsWith(`, ${name}`))).toEqual([]);
  await page.getByRole('button', { name: 'Clear' }).click();
  await press('l');
});

it('filters open by key with the focus in them, close by Escape, and hold while the list goes on', async () => {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await press('f');
  const focused = () => page.evaluate(() => document.activeElement?.closest('label')?.textContent);
  await expect.poll(focused).toContain('Feed');
  await page.getByLabel('Severity').selectOption('2');
  await page.getByLabel('Happened').selectOption('180');
  await page.getByText('Only look tonight and worse · last 180 min').waitFor();
  await press('Escape');
  expect(await page.getByLabel('Severity').count()).toBe(0);
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Filters');
  const seq = () => page.locator('.app').getAttribute('data-seq').then(Number);
  const before = await seq();
  await expect.poll(seq, { timeout: 20_000 }).toBeGreaterThan(before + 2);
  await page.getByText('Only look tonight and worse · last 180 min').waitFor();
});

it('had no error and no refusal by the CSP', () => {
  expect(wrong.filter((words) => !/Failed to load resource/.test(words))).toEqual([]);
});
