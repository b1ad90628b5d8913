/** What a page loads at first, as the desk compresses it: every file and answer, with map, ground and font. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listHas, mapIsDrawn, newContext, openBrowser, signIn } from './browser';
import { Desk } from './desk';

const CONSOLE_BYTES_MAX = 450_000;
const PHONE_BYTES_MAX = 60_000;
const QUIET_MS = 1_500;

let desk: Desk;
let browser: Browser;

beforeAll(async () => {
  desk = await Desk.up({ speed: 60 });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await desk?.down();
});

it('the console, with the full map, its ground and its font', async () => {
  const first = await newContext(browser);
  await signIn(await first.newPage(), desk.signIn);
  const context = await newContext(browser, { graphics: 'full' });
  await context.addCookies(await first.cookies());
  const page = await context.newPage();
  const weighed = await weigh(context, async () => {
    await page.goto(desk.console);
    await listHas(page, 1);
    await mapIsDrawn(page);
  });
  const paths = [...weighed.keys()].join(' ');
  for (const part of [/map-glMap/, /basemap/, /woff2/]) expect(paths).toMatch(part);
  console.log(`${sum(weighed)} bytes`);
  expect(sum(weighed) + workerBytes()).toBeLessThanOrEqual(CONSOLE_BYTES_MAX);
});

it('the phone page, with its font and what it keeps to work without a line', async () => {
  const first = await newContext(browser);
  const page = await first.newPage();
  await page.goto(new URL('/sign-in', desk.console).href);
  await page.getByLabel('Your key').fill(desk.key('--role', 'business', '--venue', 'blue-door'));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await asks(page);
  const context = await newContext(browser, { width: 390, height: 844 });
  await context.addCookies(await first.cookies());
  const phone = await context.newPage();
  const weighed = await weigh(context, async () => {
    await phone.goto(new URL('/report', desk.console).href);
    await asks(phone);
    await phone.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  });
  expect([...weighed.keys()].join(' ')).toMatch(/woff2/);
  console.log(`${sum(weighed)} bytes`);
  expect(sum(weighed)).toBeLessThanOrEqual(PHONE_BYTES_MAX);
});

const asks = (page: Page): Promise<void> =>
  page.getByRole('heading', { name: 'What is happening?' }).waitFor();

/** Bytes by address, until nothing more is asked for. */
async function weigh(
  context: BrowserContext,
  load: () => Promise<void>,
): Promise<Map<string, number>> {
  const weighed = new Map<string, number>();
  let last = Date.now();
  const count = async (request: Request): Promise<void> => {
    last = Date.now();
    const { responseBodySize } = await request.sizes();
    const path = new URL(request.url()).pathname;
    const before = weighed.get(path) ?? 0;
    const isKept = path.startsWith('/assets/'); // for ever: a worker that asks again has it from the cache
    weighed.set(path, isKept ? Math.max(before, responseBodySize) : before + responseBodySize);
  };
  context.on('requestfinished', (request) => void count(request));
  await load();
  await expect.poll(() => Date.now() - last, { timeout: 30_000 }).toBeGreaterThan(QUIET_MS);
  return weighed;
}

/** The browser does not tell of a worker's own file. */
function workerBytes(): number {
  const folder = join(import.meta.dirname, '../../api/pages/assets');
  const files = readdirSync(folder).filter((name) => /^map-worker.*br$/.test(name));
  expect(files).toHaveLength(1);
  return files.reduce((bytes, name) => bytes + statSync(join(folder, name)).size, 0);
}

function sum(weighed: ReadonlyMap<string, number>): number {
  return [...weighed.values()].reduce((all, bytes) => all + bytes, 0);
}
