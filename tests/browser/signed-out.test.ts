/** A session that ends under an open page: the page leaves the picture, says why, and lets one sign in again. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axeFindings, listHas, newContext, newPage, openBrowser, signIn, truthIs } from './browser';
import { Desk } from './desk';

let desk: Desk;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  desk = await Desk.up({ speed: 120 });
  browser = await openBrowser();
  context = await newContext(browser);
  ({ page } = await newPage(context));
  await signIn(page, desk.signIn);
  await listHas(page, 2);
});
afterAll(async () => {
  await browser?.close();
  await desk?.down();
});

it('leaves for the sign-in page when the line is dialled again, and says that the sign-in has ended', async () => {
  await endSession();
  await desk.kill();
  await desk.start();
  await page.waitForURL((address) => address.pathname === '/sign-in', { timeout: 30_000 });
  await page.getByRole('heading', { name: 'Signed out' }).waitFor();
  expect(await page.getByText('Your sign-in has ended.').isVisible()).toBe(true);
  expect(new URL(page.url()).hash).toBe('');
  expect(await axeFindings(page)).toEqual([]);
});

it('shows no picture to who comes back to its address without signing in', async () => {
  await page.goto(desk.console);
  await page.waitForURL((address) => address.pathname === '/sign-in');
  expect(await page.getByTestId('truth').count()).toBe(0);
  expect(await page.getByText('Your sign-in has ended.').count()).toBe(0);
});

it('refuses a wrong key in plain words, and takes a good one', async () => {
  const key = page.getByLabel('Your key');
  const enter = page.getByRole('button', { name: 'Sign in' });
  await key.fill('x'.repeat(200));
  await enter.click();
  await page.getByText('key: may have at most 128 characters.').waitFor();
  await key.fill('nd_wrong');
  await enter.click();
  await page.getByText('That key is not known, or was revoked.').waitFor();
  await key.fill(desk.key());
  await enter.click();
  await truthIs(page, /Replay/);
});

/** Ends the session on the desk's side alone: the browser keeps its cookie, as when twelve hours are over. */
async function endSession(): Promise<void> {
  const cookies = await context.cookies();
  const status = await page.evaluate(
    async () => (await fetch('/api/v1/session', { method: 'DELETE' })).status,
  );
  expect(status).toBe(204);
  await context.addCookies(cookies);
}
