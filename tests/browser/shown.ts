/** What two pages show at one place of the stream. */
import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { newPage, truthIs } from './browser';

interface Shown {
  place: string;
  tonight: string;
  incidents: string[];
  wards: string[];
}

/** A page that was there all the time shows of a replay what one shows that opens now. */
export async function isAsAFreshPage(
  page: Page,
  context: BrowserContext,
  address: string,
): Promise<void> {
  await truthIs(page, /Replay/);
  const fresh = (await newPage(context)).page;
  await fresh.goto(address);
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
