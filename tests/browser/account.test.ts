/** Accounts as people meet them: a link that makes a phone a venue's, a password of one's own, and signing out. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, newContext, newPage, openBrowser, truthIs, type Look } from './browser';
import { Desk } from './desk';

const PASSWORD = 'a lamp over the blue door';
const NEW = 'seven lanterns in the yard';
const PHONE = { width: 390, height: 844 };

let desk: Desk;
let browser: Browser;

beforeAll(async () => {
  desk = await Desk.up({ speed: 120 });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await desk?.down();
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

it('a phone that opens a venue’s link goes on to the page for reports, and keeps nothing of the link', async () => {
  const { page } = await enrolledPhone();
  expect(new URL(page.url()).hash).toBe('');
  const cookies = await page.context().cookies();
  const session = cookies.find((cookie) => cookie.name === 'nightdesk');
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  const days = ((session?.expires ?? 0) - Date.now() / 1000) / 86_400;
  expect(Math.round(days)).toBe(180);
});

it('a used link says so in plain words, and signs nobody in', async () => {
  const link = desk.link('enrol', '--role', 'business', '--venue', 'blue-door');
  await opened(link, '/report');
  const { page } = await newPage(await newContext(browser));
  await page.goto(link);
  await page.getByRole('heading', { name: 'Not signed in' }).waitFor();
  await page.getByText('That link was used, or is too old.').waitFor();
  expect(await axeFindings(page)).toEqual([]);
});

it('a link that is opened where somebody is signed in asks before it takes their place', async () => {
  const { page } = await enrolledPhone();
  await page.goto(desk.link('people', 'add', 'cat', '--role', 'operations'));
  await page.getByRole('heading', { name: 'Open this link?' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Stay a business' }).click();
  await page.getByText('You are signed in as The Blue Door').waitFor();
  await page.goto(desk.link('people', 'add', 'fay', '--role', 'operations'));
  await page.getByRole('button', { name: 'Open the link' }).click();
  await page.getByRole('heading', { name: 'Choose your password' }).waitFor();
});

it('a person chooses a password on their link, and comes back with it', async () => {
  const { page, context } = await person('ann');
  await page.waitForURL((address) => address.pathname === '/');
  await truthIs(page, /Replay/);
  await context.clearCookies();
  await page.goto(new URL('/sign-in', desk.console).href);
  await page.getByLabel('Your name').fill('Ann');
  await page.getByLabel('Your password').fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('That name and password do not go together.').waitFor();
  expect(await focused(page)).toBe('password');
  await page.getByLabel('Your password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL((address) => address.pathname === '/');
  await truthIs(page, /Replay/);
});

it('a password that anybody would try is refused with the rule, and nothing is lost', async () => {
  const { page } = await newPage(await newContext(browser));
  await page.goto(desk.link('people', 'add', 'ben', '--role', 'operations'));
  await page.getByLabel('Your password').fill('Nightdesk2026!');
  await page.getByRole('button', { name: 'Use this password' }).click();
  await page.getByText('That is one of the first that anybody would try.').waitFor();
  expect(await page.getByLabel('Your password').inputValue()).toBe('Nightdesk2026!');
  expect(await axeFindings(page)).toEqual([]);
});

it('changing the password signs out everywhere else, the open console too', async () => {
  const { page, context } = await person('dora');
  await page.waitForURL((address) => address.pathname === '/');
  const elsewhere = await signedIn('dora', PASSWORD);
  await truthIs(elsewhere, /Replay/);
  await page.goto(new URL('/account', desk.console).href);
  await page.getByLabel('Your password now').fill(PASSWORD);
  await page.getByLabel('Your new password').fill(NEW);
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Changed. You are signed out everywhere else.').waitFor();
  await elsewhere.waitForURL((address) => address.pathname === '/sign-in', { timeout: 30_000 });
  await elsewhere.getByRole('heading', { name: 'Signed out' }).waitFor();
  expect((await context.cookies()).length).toBe(1);
});

it('signing out everywhere ends every session, after it was asked', async () => {
  const { page } = await person('eve');
  await page.waitForURL((address) => address.pathname === '/');
  const elsewhere = await signedIn('eve', PASSWORD);
  await page.goto(new URL('/account', desk.console).href);
  await page.getByText('this one').waitFor();
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('button', { name: 'Yes, end 2 sessions' }).click();
  await page.waitForURL((address) => address.pathname === '/sign-in');
  await elsewhere.waitForURL((address) => address.pathname === '/sign-in', { timeout: 30_000 });
});

describe.each(['dark', 'light', 'forced'] as const)('axe finds nothing, %s', (theme) => {
  it('on a venue’s account, which says who read it and what is kept', async () => {
    const { page } = await enrolledPhone(theme);
    await page.goto(new URL('/account', desk.console).href);
    await page.getByText('Nobody has opened the words of your reports.').waitFor();
    await page.getByText('Kept for 92 days, then gone by itself.').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('on data protection’s account, with counts', async () => {
    const { page } = await newPage(await newContext(browser, { theme }));
    await page.goto(desk.link('people', 'add', `dp-${theme}`, '--role', 'dataprotection'));
    await page.getByLabel('Your password').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel('Your password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Use this password' }).click();
    await page.getByText('go within 7 days').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });
});

async function enrolledPhone(theme: Look['theme'] = 'dark'): Promise<{ page: Page }> {
  const link = desk.link('enrol', '--role', 'business', '--venue', 'blue-door');
  return opened(link, '/report', theme);
}

/** The page that a link leads to. */
async function opened(
  link: string,
  path: string,
  theme: Look['theme'] = 'dark',
): Promise<{ page: Page }> {
  const { page } = await newPage(await newContext(browser, { theme, ...PHONE }));
  await page.goto(link);
  await page.waitForURL((address) => address.pathname === path);
  return { page };
}

/** Somebody for operations who chose the password on their link. */
async function person(name: string): Promise<{ page: Page; context: BrowserContext }> {
  const context = await newContext(browser);
  const { page } = await newPage(context);
  await page.goto(desk.link('people', 'add', name, '--role', 'operations'));
  await page.getByLabel('Your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Use this password' }).click();
  return { page, context };
}

async function signedIn(name: string, password: string): Promise<Page> {
  const { page } = await newPage(await newContext(browser));
  await page.goto(new URL('/sign-in', desk.console).href);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Your password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((address) => address.pathname === '/');
  return page;
}

function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.id ?? '');
}
