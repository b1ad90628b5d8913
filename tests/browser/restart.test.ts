/** The desk dies under an open page and comes back: the page says so, and misses nothing. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  axeFindings,
  incidentRows,
  listHas,
  newContext,
  newPage,
  openBrowser,
  signIn,
  truthIs,
} from './browser';
import { Desk } from './desk';
import { isAsAFreshPage } from './shown';

let desk: Desk;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let wrong: string[];

beforeAll(async () => {
  desk = await Desk.up({ speed: 120 });
  browser = await openBrowser();
  context = await newContext(browser);
  ({ page, wrong } = await newPage(context));
  await signIn(page, desk.signIn);
});
afterAll(async () => {
  await browser?.close();
  await desk?.down();
});

it('says so within moments, and again when it is stale', async () => {
  await listHas(page, 2);
  await desk.kill();
  await truthIs(page, /Catching up|Stale/);
  await truthIs(page, /Stale/);
  expect(await page.getByText(/^Stale since \d\d:\d\d:\d\d\.$/).isVisible()).toBe(true);
  expect(await page.getByRole('button', { name: 'Try now' }).isVisible()).toBe(true);
  expect(await axeFindings(page)).toEqual([]);
});

it('keeps showing what it had', async () => {
  expect(await incidentRows(page).count()).toBeGreaterThan(2);
});

it('is equal to a fresh page once the desk is back', async () => {
  await desk.start();
  await isAsAFreshPage(page, context, desk.console);
});

it('is still equal after more of the night, and after a second death in the middle', async () => {
  await desk.kill();
  await desk.start();
  await isAsAFreshPage(page, context, desk.console);
});

it('had no error and no refusal by the CSP', () => {
  // a desk that comes back refuses what it cannot answer yet, and the browser logs that
  expect(wrong.filter((words) => !/Failed to load resource/.test(words))).toEqual([]);
});
