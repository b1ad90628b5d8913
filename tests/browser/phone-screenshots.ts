/** Pictures of the phone page's screens, for whoever looks after how they look. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import { openBrowser } from './browser';
import { cookiesOf, fillIn, heading, phoneOf, report, tap, type Cookies } from './phone';
import { PhoneDesk } from './phone-desk';

const FOLDER = join(import.meta.dirname, '../../screenshots');

let desk: PhoneDesk;
let browser: Browser;
let cookies: Cookies;

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  desk = await PhoneDesk.up();
  browser = await openBrowser();
  cookies = await cookiesOf(browser, desk);
});
afterAll(async () => {
  await browser?.close();
  await desk?.down();
});

it.each(['dark', 'light', 'forced'] as const)('%s', async (theme) => {
  const { context, page } = await phoneOf(browser, desk, cookies, { theme });
  const shoot = (what: string): Promise<Buffer> =>
    page.screenshot({ path: join(FOLDER, `phone-${what}-${theme}.png`) });
  await page.clock.install();
  await shoot('what');
  await tap(page, 'Other');
  await shoot('other');
  await page.goBack();
  await tap(page, 'Serious violence');
  await tap(page, 'Somebody is being hurt');
  await shoot('how');
  await tap(page, 'Staff here now');
  await shoot('send');
  for (const screen of ['where', 'when']) {
    await page.goto(`${desk.page}#${screen}`);
    await shoot(screen);
  }
  await page.goto(`${desk.page}#send`);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await heading(page, 'Saved. Not yet seen by anyone.');
  await page.clock.fastForward(72_000);
  await page.getByText('nobody has opened it').waitFor();
  await shoot('unseen');
  await desk.see((await desk.receipts())[0]?.incident ?? null);
  await page.clock.fastForward(30_000);
  await heading(page, 'Seen at the desk.');
  await shoot('seen');
  await page.getByRole('link', { name: 'Sent by mistake' }).click();
  await shoot('withdraw');
  await rest(page, shoot);
  await context.close();
});

async function rest(page: Page, shoot: (what: string) => Promise<Buffer>): Promise<void> {
  await page.goto(`${desk.page}#what`);
  desk.cut = true;
  await report(page);
  await page.getByText('still one report').or(page.getByText('1 try so far')).waitFor();
  await shoot('offline');
  desk.faults.push({ status: 422, detail: 'this phone is no longer enrolled for the Blue Door.' });
  desk.cut = false;
  await tap(page, 'Try now');
  await heading(page, 'Not sent');
  await shoot('refused');
  for (const screen of ['mine', 'log', 'what']) {
    await page.goto(`${desk.page}#${screen}`);
    await shoot(screen === 'what' ? 'waiting' : screen);
  }
  await tap(page, 'Dim');
  await shoot('discreet');
  await fillIn(page);
  await shoot('discreet-send');
}
