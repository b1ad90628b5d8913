/** The phone page as it looks and is used: axe in every theme, keys alone, discreet, at human pace, and the log's exports. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, launchOn, openBrowser } from './browser';
import {
  cookiesOf,
  fillIn,
  heading,
  pageIsKept,
  phoneOf,
  report,
  tap,
  type Cookies,
} from './phone';
import { PhoneDesk } from './phone-desk';

let desk: PhoneDesk;
let browser: Browser;
let cookies: Cookies;

beforeAll(async () => {
  desk = await PhoneDesk.up();
  browser = await openBrowser();
  cookies = await cookiesOf(browser, desk);
});
afterAll(async () => {
  await browser?.close();
  await desk?.down();
});
afterEach(async () => {
  desk.cut = false;
  desk.faults.length = 0;
  await Promise.all(browser.contexts().map((context) => context.close()));
});

const open = async (theme: 'dark' | 'light' | 'forced' = 'dark'): Promise<Page> =>
  (await phoneOf(browser, desk, cookies, { theme })).page;

describe.each(['dark', 'light', 'forced'] as const)('%s: axe finds nothing', (theme) => {
  it('on the way to a report', async () => {
    const page = await open(theme);
    expect(await axeFindings(page)).toEqual([]);
    await tap(page, 'Other');
    await heading(page, 'What is it?');
    expect(await axeFindings(page)).toEqual([]);
    await tap(page, 'Pedicab');
    await heading(page, 'How bad is it?');
    await tap(page, 'Look now');
    expect(await axeFindings(page)).toEqual([]);
    await tap(page, 'None');
    await heading(page, 'Send this?');
    expect(await axeFindings(page)).toEqual([]);
    for (const [what, title] of [
      ['where', 'Where was it?'],
      ['when', 'When was it?'],
    ] as const) {
      await tap(page, `Change ${what}`);
      await heading(page, title);
      expect(await axeFindings(page)).toEqual([]);
      await tap(page, 'Back');
      await heading(page, 'Send this?');
    }
  });

  it('on receipts: saved, not sent, refused, taken back; on the lists and in discreet', async () => {
    const page = await open(theme);
    await report(page, 'Being exploited');
    await page.getByRole('link', { name: '08000 121 700' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Sent by mistake' }).click();
    await heading(page, 'Take it back?');
    expect(await axeFindings(page)).toEqual([]);
    desk.faults.push({ status: 422, detail: 'severity: is missing.' });
    await page.goto(`${desk.page}#what`);
    await report(page);
    await heading(page, 'Not sent');
    expect(await axeFindings(page)).toEqual([]);
    for (const screen of ['mine', 'log', 'what']) {
      await page.goto(`${desk.page}#${screen}`);
      await page.waitForFunction((name) => location.hash === `#${name}`, screen);
      expect(await axeFindings(page)).toEqual([]);
    }
    await tap(page, 'Dim');
    expect(await axeFindings(page)).toEqual([]);
    await page.goto(`${desk.origin}/service`);
    await heading(page, 'How fast reports are');
    await page.getByText('Middle').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });
});

it('a whole report by keys alone', async () => {
  const page = await open();
  const press = async (name: string): Promise<void> => {
    for (let tabs = 0; tabs < 40; tabs++) {
      const button = page.locator('button:focus').filter({ hasText: name });
      if ((await button.count()) > 0) return page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
    }
    throw new Error(`no way to ${name} by Tab`);
  };
  await press('Weapon');
  await heading(page, 'How bad is it?');
  await press('Look now');
  await press('None');
  await heading(page, 'Send this?');
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  await press('Send');
  await heading(page, 'Saved. Not yet seen by anyone.');
  expect((await desk.receipts())[0]).toMatchObject({
    category: 'weapon',
    severity: 3,
    help_needed: 'none',
  });
});

it('a report at human pace takes at most 15 seconds', async () => {
  const page = await open();
  /** Card, Moran and Newell's keystroke-level model: 1.35 s to decide, 1.1 s to point, for each tap. */
  const pace = (): Promise<void> => page.waitForTimeout(2_450);
  const began = Date.now();
  for (const choice of ['Serious violence', 'Somebody is being hurt', 'Staff here now']) {
    await pace();
    await tap(page, choice);
  }
  await pace();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await heading(page, /^Saved/);
  expect(Date.now() - began).toBeLessThanOrEqual(15_000);
});

it.each(['dark', 'light'] as const)('discreet, from %s, is one tap and stays', async (theme) => {
  const page = await open(theme);
  await tap(page, 'Dim');
  /** Near black, without a hue, under another name and without the venue's. */
  const check = async (): Promise<void> => {
    await page.getByText('Notes', { exact: true }).waitFor();
    expect(await page.title()).toBe('Notes');
    expect(await page.getByText('The Blue Door').count()).toBe(0);
    const glows = await page.evaluate(() =>
      [...document.querySelectorAll('body, body *')]
        .flatMap((element) => {
          const { color, backgroundColor } = getComputedStyle(element);
          return [color, backgroundColor].map((paint) => paint.match(/[\d.]+/g)?.map(Number) ?? []);
        })
        .some(([red = 0, green = 0, blue = 0, alpha = 1]) => {
          const hue = Math.max(red, green, blue) - Math.min(red, green, blue);
          return alpha > 0 && (hue > 0 || red > 160);
        }),
    );
    expect(glows).toBe(false);
  };
  await check();
  await page.reload();
  await check();
  await fillIn(page);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await heading(page, /^Saved/);
  expect(await page.title()).toBe('Notes');
});

it('a report waits through a reboot of the phone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-phone-'));
  try {
    const first = await launchOn(folder);
    await first.addCookies(cookies);
    const page = await first.newPage();
    await page.goto(desk.page);
    await heading(page, 'What is happening?');
    await pageIsKept(page);
    const before = (await desk.receipts()).length;
    desk.cut = true;
    await report(page);
    await first.close();
    const second = await launchOn(folder);
    const again = await second.newPage();
    await again.goto(`${desk.page}#mine`);
    await again.getByText('On this phone').waitFor();
    desk.cut = false;
    await expect
      .poll(async () => (await desk.receipts()).length - before, { timeout: 20_000 })
      .toBe(1);
    await again.getByText('On this phone').waitFor({ state: 'hidden' });
    expect((await desk.receipts()).length - before).toBe(1);
    await second.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('the incident log', () => {
  it('has a sealed line for the tap and one for the receipt, and takes later words', async () => {
    const page = await open();
    await report(page);
    await heading(page, 'Saved. Not yet seen by anyone.');
    await page.goto(`${desk.page}#log`);
    await page.getByText('All seals hold.').waitFor();
    const lines = page.locator('.entries li');
    const before = await lines.count();
    await page.goBack();
    await tap(page, 'Safe now');
    await page.getByRole('link', { name: 'Add to the log' }).click();
    await page.getByRole('textbox').fill('Police came at 23:58.');
    await tap(page, 'Seal it');
    await page.getByText('Words: Police came at 23:58.').waitFor();
    expect(await lines.count()).toBe(before + 2);
    await page.getByText('All seals hold.').waitFor();
  });

  it('is saved as CSV and as PDF with one button each, with no signal too', async () => {
    const page = await open();
    await report(page);
    await heading(page, 'Saved. Not yet seen by anyone.');
    await pageIsKept(page);
    desk.cut = true;
    await page.goto(`${desk.page}#log`);
    const csv = await saved(page, 'Save as CSV');
    expect(csv.toString()).toContain('What: Serious violence; How bad: Somebody is being hurt');
    const pdf = await saved(page, 'Save as PDF');
    expect(pdf.subarray(0, 8).toString()).toBe('%PDF-1.4');
    expect(pdf.toString('latin1')).toContain('Incident log, The Blue Door');
  });
});

async function saved(page: Page, button: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), tap(page, button)]);
  expect((download as Download).suggestedFilename()).toMatch(
    /^incident-log-\d{4}-\d\d-\d\d\.(csv|pdf)$/,
  );
  return readFileSync(await download.path());
}
