/** A report from a phone: three taps, no signal, ten tries, refusals, receipts, all against one desk. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser } from './browser';
import {
  cookiesOf,
  fillIn,
  heading,
  pageIsKept,
  phoneOf,
  report,
  signInAs,
  tap,
  type Cookies,
} from './phone';
import { PhoneDesk } from './phone-desk';

let desk: PhoneDesk;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let wrong: string[];
let before: number;
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
beforeEach(async () => {
  ({ context, page, wrong } = await phoneOf(browser, desk, cookies));
  before = (await desk.receipts()).length;
  desk.reached.length = 0;
});
afterEach(async () => {
  desk.cut = false;
  desk.faults.length = 0;
  await context.close();
});

const arrived = async () => (await desk.receipts()).length - before;
const title = (name: string | RegExp) => heading(page, name);

it('goes in three taps and send, and says until somebody has seen it that nobody has', async () => {
  await report(page);
  await title('Saved. Not yet seen by anyone.');
  expect(await arrived()).toBe(1);
  const [receipt] = await desk.receipts();
  expect(receipt).toMatchObject({ category: 'serious_violence', severity: 4 });
  await desk.see(receipt?.incident ?? null);
  await title('Seen at the desk.');
  expect(wrong).toEqual([]);
});

it('says so after 60 seconds that nobody has seen, and what to do', async () => {
  await page.clock.install();
  await report(page);
  await title('Saved. Not yet seen by anyone.');
  await page.clock.fastForward(72_000);
  await page.getByText(/1 min 1\d s, and nobody has opened it\./).waitFor();
  expect(await page.getByText('use your radio, or call 999').isVisible()).toBe(true);
});

it('has 999 on top of every screen', async () => {
  const nine = page.getByRole('link', { name: 'In danger now: call 999' });
  const onTop = async (): Promise<void> => {
    expect(await nine.getAttribute('href')).toBe('tel:999');
    expect((await nine.boundingBox())?.y).toBe(0);
  };
  await onTop();
  await tap(page, 'Weapon');
  await title('How bad is it?');
  await onTop();
  await tap(page, 'Look now');
  await tap(page, 'None');
  await title('Send this?');
  await onTop();
  for (const screen of ['mine', 'log', 'when', 'where']) {
    await page.goto(`${desk.page}#${screen}`);
    await onTop();
  }
});

describe('without signal', () => {
  it('a report is saved, survives a reload, and arrives once', async () => {
    await pageIsKept(page);
    desk.cut = true;
    await report(page);
    await title('Saved on this phone. Not yet seen by anyone.');
    await page.getByText('It sends itself when there is signal.').waitFor();
    await page.reload();
    await title('Saved on this phone. Not yet seen by anyone.');
    expect(await page.getByText('No signal', { exact: true }).isVisible()).toBe(true);
    expect(await arrived()).toBe(0);
    desk.cut = false;
    await title('Saved. Not yet seen by anyone.');
    expect(await arrived()).toBe(1);
  });

  it('a report is sent when the phone says that it is online again', async () => {
    desk.cut = true;
    await report(page);
    await page.getByText('still one report').waitFor({ timeout: 20_000 });
    desk.cut = false;
    await page.evaluate(() => {
      dispatchEvent(new Event('online'));
    });
    await title('Saved. Not yet seen by anyone.');
    expect(await arrived()).toBe(1);
  });

  it('the page opens, and knows its venue', async () => {
    await pageIsKept(page);
    desk.cut = true;
    await page.goto('about:blank');
    await page.goto(desk.page);
    await title('What is happening?');
    expect(await page.getByText('The Blue Door, demo night').isVisible()).toBe(true);
  });

  it('another page of the desk is not kept: its picture must never be an old one', async () => {
    await pageIsKept(page);
    desk.cut = true;
    await expect(page.goto(`${desk.origin}/`)).rejects.toThrow(/ERR_/);
  });
});

it('ten tries are one report', async () => {
  const busy = { status: 503 };
  desk.faults.push('lost', 'answer_lost', busy, 'answer_lost', { status: 408 });
  desk.faults.push('answer_lost', { status: 500 }, 'lost', 'answer_lost');
  await report(page);
  for (let tries = 0; tries < 9 && desk.faults.length > 0; tries++) {
    const left = desk.faults.length;
    await page.getByRole('button', { name: 'Try now' }).click();
    await expect.poll(() => desk.faults.length, { timeout: 20_000 }).toBeLessThan(left);
  }
  await title('Saved. Not yet seen by anyone.');
  expect(desk.reached).toHaveLength(5);
  expect(new Set(desk.reached).size).toBe(1);
  expect(await arrived()).toBe(1);
});

it('waits as long as a busy desk asks', async () => {
  desk.faults.push({ status: 429, headers: { 'retry-after': '600' } });
  await report(page);
  await page.getByText('Next try in 10 min.').waitFor();
});

it('a refusal is final, and is shown with what was written', async () => {
  desk.faults.push({ status: 422, detail: 'this phone is no longer enrolled.' });
  await fillIn(page);
  await page.getByLabel('Add words').fill('Two men at the door');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await title('Not sent');
  await page.getByText('this phone is no longer enrolled.').waitFor();
  await page.getByText('Trying again will not help.').waitFor();
  expect(await page.getByText('Two men at the door').isVisible()).toBe(true);
  await page.reload();
  await title('Not sent');
  expect(desk.reached).toEqual([]);
  await tap(page, 'Delete it from this phone');
  await title('My reports');
  expect(await page.getByText('Not sent').count()).toBe(0);
});

it('signed out, it keeps the report, asks to sign in, and sends it then', async () => {
  await context.clearCookies();
  await report(page);
  await page.getByText('Sign in, and it is sent.').waitFor();
  expect(await arrived()).toBe(0);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signInAs(page, desk);
  await expect.poll(arrived).toBe(1);
});

describe('putting right', () => {
  it('a change goes out with what changed alone', async () => {
    await report(page);
    await title('Saved. Not yet seen by anyone.');
    await tap(page, 'Add or change something');
    await title('Put this right?');
    await tap(page, 'Change how bad');
    await tap(page, 'Look now');
    await title('Put this right?');
    await tap(page, 'Send the change');
    await title('Put right. Not yet seen by anyone.');
    expect((await desk.receipts())[0]).toMatchObject({
      severity: 3,
      revision: 1,
      status: 'corrected',
    });
    expect(await arrived()).toBe(1);
  });

  it('a report sent by mistake is taken back, once asked', async () => {
    await report(page);
    await title('Saved. Not yet seen by anyone.');
    await page.getByRole('link', { name: 'Sent by mistake' }).click();
    await title('Take it back?');
    await tap(page, 'Take it back');
    await title('Withdrawn.');
    expect((await desk.receipts())[0]?.status).toBe('withdrawn');
  });

  it('both wait for signal, behind their report', async () => {
    desk.cut = true;
    await report(page);
    await tap(page, 'Safe now');
    await page.getByText('Your change is saved on this phone').waitFor();
    desk.cut = false;
    await tap(page, 'Try now');
    await title('Put right. Not yet seen by anyone.');
    expect((await desk.receipts())[0]).toMatchObject({ help_needed: 'none', revision: 1 });
  });
});
