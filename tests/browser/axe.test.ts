/** axe finds nothing: the console and sign-in, dark and light, with a dialog, a selection and a phone's width. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { incidentRows, axeFindings, newContext, newPage, openBrowser, signIn } from './browser';
import { Desk } from './desk';

let desk: Desk;
let browser: Browser;
let cookies: Parameters<Awaited<ReturnType<typeof newContext>>['addCookies']>[0];

beforeAll(async () => {
  desk = await Desk.up({ speed: 120 });
  browser = await openBrowser();
  const context = await newContext(browser);
  const { page } = await newPage(context);
  await signIn(page, desk.signIn);
  cookies = await context.cookies();
});
afterAll(async () => {
  await browser?.close();
  await desk?.down();
});

afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

describe.each(['dark', 'light', 'forced'] as const)('%s', (theme) => {
  it('the sign-in page, plain and after a refusal', async () => {
    const { page } = await newPage(await newContext(browser, { theme }));
    await page.goto(new URL('/sign-in', desk.console).href);
    await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel('Your key').fill('not-a-key');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Not signed in' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('the console, with the night so far', async () => {
    const page = await consoleAt({ theme });
    expect(await axeFindings(page)).toEqual([]);
  });

  it('the console, with an incident selected', async () => {
    const page = await consoleAt({ theme });
    await page.keyboard.press('j');
    await page.getByRole('heading', { name: 'What happened to it' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('the table in place of the map', async () => {
    const page = await consoleAt({ theme });
    if (theme !== 'forced') await page.keyboard.press('l'); // where colours are forced it is there at once
    await page.getByRole('heading', { name: 'By ward' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('the detail as a sheet over the map', async () => {
    const page = await consoleAt({ theme, width: 1024, height: 768 });
    await page.getByRole('navigation').getByRole('button', { name: 'Night so far' }).click();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('the keys dialog', async () => {
    const page = await consoleAt({ theme });
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it.each(['List', 'Map', 'Night so far'])('a phone’s %s', async (part) => {
    const page = await consoleAt({ theme, width: 390, height: 844 });
    await page.getByRole('navigation').getByRole('button', { name: part }).click();
    expect(await axeFindings(page)).toEqual([]);
  });
});

it('a desk that nothing has come to yet, in every theme', async () => {
  const calm = await Desk.up({ demo: false });
  const { page } = await newPage(await newContext(browser));
  await signIn(page, calm.signIn);
  for (const theme of ['dark', 'light', 'forced'] as const) {
    const context = await newContext(browser, { theme });
    await context.addCookies(await page.context().cookies());
    const { page: console } = await newPage(context);
    await console.goto(calm.console);
    await console.getByTestId('truth').filter({ hasText: 'Live' }).waitFor();
    expect(await axeFindings(console)).toEqual([]);
  }
  await calm.down();
});

async function consoleAt(look: Parameters<typeof newContext>[1]): Promise<Page> {
  const context = await newContext(browser, look);
  await context.addCookies(cookies);
  const { page } = await newPage(context);
  await page.goto(desk.console);
  await incidentRows(page).first().waitFor({ timeout: 15_000 });
  return page;
}
