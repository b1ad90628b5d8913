/** What a reporter does on the phone page, for the specs. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { newContext, newPage, type Look } from './browser';
import type { PhoneDesk } from './phone-desk';

export const VENUE = 'blue-door';

export type Cookies = Parameters<BrowserContext['addCookies']>[0];

/** A phone's browser, signed in as the venue; `wrong` fills with what goes wrong in its page. */
export async function phoneOf(
  browser: Browser,
  desk: PhoneDesk,
  cookies: Cookies,
  look: Look = {},
): Promise<{ context: BrowserContext; page: Page; wrong: string[] }> {
  const context = await newContext(browser, { width: 390, height: 844, ...look });
  await context.addCookies(cookies);
  const { page, wrong } = await newPage(context);
  await page.goto(desk.page);
  await heading(page, 'What is happening?');
  return { context, page, wrong };
}

/** The venue's session, for as many phones as a spec has. */
export async function cookiesOf(browser: Browser, desk: PhoneDesk): Promise<Cookies> {
  const context = await newContext(browser);
  const { page } = await newPage(context);
  await signInAs(page, desk);
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

export async function signInAs(page: Page, desk: PhoneDesk): Promise<void> {
  await page.goto(`${desk.origin}/sign-in`);
  await page.getByLabel('Your key').fill(desk.desk.key('--role', 'business', '--venue', VENUE));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await heading(page, 'What is happening?');
}

export async function heading(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('heading', { level: 1, name }).waitFor({ timeout: 20_000 });
}

export const tap = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name }).click();

/** Three taps, up to the question whether to send. */
export async function fillIn(page: Page, what = 'Serious violence'): Promise<void> {
  await tap(page, what);
  await tap(page, 'Somebody is being hurt');
  await tap(page, 'Staff here now');
  await heading(page, 'Send this?');
}

export async function report(page: Page, what?: string): Promise<void> {
  await fillIn(page, what);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByTestId('standing').waitFor();
}

/** The service worker keeps the page: from here on it opens without a line. */
export async function pageIsKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await page.waitForFunction(async () => {
    const registration = await navigator.serviceWorker.getRegistration('/report');
    return registration?.active?.state === 'activated';
  });
}
