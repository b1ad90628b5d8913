/** Pictures of both pages at three sizes in both themes and forced colours, for whoever looks after how they look. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  coloursOf,
  incidentRows,
  mapIsDrawn,
  newContext,
  newPage,
  openBrowser,
  signIn,
} from './browser';
import { Desk } from './desk';

const FOLDER = join(import.meta.dirname, '../../screenshots');
const SIZES = [
  [1920, 1080],
  [1366, 768],
  [390, 844],
] as const;
const LOOKS = SIZES.flatMap(([width, height]) =>
  (['dark', 'light', 'forced'] as const).map((theme) => ({ width, height, theme })),
);

let desk: Desk;
let browser: Browser;
let cookies: Parameters<Awaited<ReturnType<typeof newContext>>['addCookies']>[0];

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  desk = await Desk.up({ speed: 120 });
  browser = await openBrowser();
  const context = await newContext(browser);
  const { page } = await newPage(context);
  await signIn(page, desk.signIn);
  await incidentRows(page).nth(20).waitFor({ timeout: 60_000 });
  cookies = await context.cookies();
});
afterAll(async () => {
  await browser?.close();
  await desk?.down();
});

it.each(LOOKS)('$width by $height, $theme', async (look) => {
  const context = await newContext(browser, look);
  const { page } = await newPage(context);
  const shoot = (what: string): Promise<Buffer> =>
    page.screenshot({ path: join(FOLDER, `${what}-${look.theme}-${look.width}.png`) });
  await page.goto(new URL('/sign-in', desk.console).href);
  await page.getByLabel('Your key').waitFor();
  await shoot('sign-in');
  await context.addCookies(cookies);
  await page.goto(new URL('/account', desk.console).href);
  await page.getByText('Kept for 92 days').waitFor();
  await page.screenshot({
    path: join(FOLDER, `account-${look.theme}-${look.width}.png`),
    fullPage: true,
  });
  await page.goto(desk.console);
  await incidentRows(page).first().waitFor();
  await shoot('list');
  const map = page.getByRole('navigation').getByRole('button', { name: 'Map' });
  if (await map.isVisible()) {
    await map.click();
    await shoot('map');
  }
  for (const key of ['j', 'j', 'j']) await page.keyboard.press(key);
  const parts = page.getByRole('navigation').getByRole('button', { name: 'Detail' });
  if (await parts.isVisible()) await parts.click();
  await shoot('detail');
  await page.getByRole('button', { name: /^Open the words/ }).click();
  await page.getByText('That is kept in the audit').waitFor();
  await page.getByText('What happened to it').scrollIntoViewIfNeeded();
  await shoot('words');
  await page.getByRole('button', { name: 'Just there, beside its usual' }).click();
  await shoot('place');
  if (look.width >= 900)
    await page.getByRole('list', { name: 'Feeds' }).getByRole('button').first().click();
  await shoot('feed');
  await page.keyboard.press('Escape');
  await page.keyboard.press('f');
  await page.getByLabel('Severity').selectOption({ index: 1 });
  await shoot('filters');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('{');
  await page.getByTestId('truth').filter({ hasText: 'Rewound' }).waitFor();
  await shoot('rewound');
  await page.getByRole('button', { name: '×60', exact: true }).click();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press(' ');
  await page.getByTestId('truth').filter({ hasText: 'Replay ×60' }).waitFor();
  await shoot('replay');
  await page.route(/\/api\/v1\/picture/, (route) => route.abort());
  await page.getByRole('slider').focus();
  await page.keyboard.press('Home');
  await page.getByTestId('strip').filter({ hasText: 'does not answer' }).waitFor();
  await shoot('away');
  await context.close();
});

it('with nothing yet, and stale', async () => {
  const live = await Desk.up({ demo: false });
  const first = await newContext(browser);
  await signIn((await newPage(first)).page, live.signIn);
  const signedIn = await first.cookies();
  const pages = await Promise.all(
    LOOKS.map(async (look) => {
      const context = await newContext(browser, look);
      const { page } = await newPage(context);
      const shoot = (what: string): Promise<Buffer> =>
        page.screenshot({ path: join(FOLDER, `${what}-${look.theme}-${look.width}.png`) });
      await context.addCookies(signedIn);
      await page.goto(live.console);
      await page.getByTestId('truth').filter({ hasText: 'Live' }).waitFor();
      await shoot('calm');
      return { page, shoot };
    }),
  );
  await live.down();
  for (const { page, shoot } of pages) {
    await page.getByTestId('truth').filter({ hasText: 'Stale' }).waitFor({ timeout: 60_000 });
    await shoot('stale');
    await page.context().close();
  }
});

it.each(LOOKS.filter(({ theme, width }) => theme !== 'forced' && width > 900))(
  'the map drawn in full, and the table: $width by $height, $theme',
  async (look) => {
    const context = await newContext(browser, { ...look, graphics: 'full' });
    await context.addCookies(cookies);
    const { page } = await newPage(context);
    const shoot = (what: string): Promise<Buffer> =>
      page.screenshot({ path: join(FOLDER, `${what}-${look.theme}-${look.width}.png`) });
    await page.goto(desk.console);
    await mapIsDrawn(page);
    await expect.poll(() => coloursOf(page), { timeout: 30_000 }).toBeGreaterThan(20);
    await page.keyboard.press('j');
    await shoot('full');
    await page.keyboard.press('l');
    await shoot('table');
    await context.close();
  },
);
