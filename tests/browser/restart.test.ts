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

interface Shown {
  place: string;
  tonight: string;
  incidents: string[];
  wards: string[];
}

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
  await isAsAFreshPage();
});

it('is still equal after more of the night, and after a second death in the middle', async () => {
  await desk.kill();
  await desk.start();
  await isAsAFreshPage();
});

it('had no error and no refusal by the CSP', () => {
  // a desk that comes back refuses what it cannot answer yet, and the browser logs that
  expect(wrong.filter((words) => !/Failed to load resource/.test(words))).toEqual([]);
});

async function isAsAFreshPage(): Promise<void> {
  await truthIs(page, /Replay/);
  const fresh = (await newPage(context)).page;
  await fresh.goto(desk.console);
  await truthIs(fresh, /Replay/);
  const [stayed, opened] = await shownAtOnePlace(page, fresh);
  expect(stayed.incidents.length).toBeGreaterThan(2);
  expect(stayed).toEqual(opened);
  await fresh.close();
}

/** What two pages show when both hold the same epoch and seq. */
async function shownAtOnePlace(a: Page, b: Page): Promise<[Shown, Shown]> {
  let both: [Shown, Shown] | null = null;
  await expect
    .poll(
      async () => {
        const [one, other] = await Promise.all([shown(a), shown(b)]);
        both = [one, other];
        return one.place === other.place;
      },
      { timeout: 30_000, interval: 50 },
    )
    .toBe(true);
  if (both === null) throw new Error('nothing was shown');
  return both;
}

/** All that follows from the picture alone; ages move with the clock and are left out. */
function shown(page: Page): Promise<Shown> {
  return page.evaluate(() => {
    const texts = (selector: string): string[] =>
      [...document.querySelectorAll(selector)].map((node) => node.textContent?.trim() ?? '');
    const app = document.querySelector<HTMLElement>('.app');
    const rows = [...document.querySelectorAll('[role=option]')];
    return {
      place: `${app?.dataset['epoch']}/${app?.dataset['seq']}`,
      tonight: texts('[data-testid=tonight]').join(),
      incidents: rows.map((row) => `${row.id} ${row.querySelector('.txt')?.textContent?.trim()}`),
      wards: texts('tbody tr'),
    };
  });
}
