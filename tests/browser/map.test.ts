/** The map: what happens stands on it and in the list, figures open into what they count, and plain drawing says so. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  axeFindings,
  coloursOf,
  incidentRows,
  listHas,
  mapIsDrawn,
  mapOf,
  newContext,
  newPage,
  openBrowser,
  signIn,
  type Look,
} from './browser';
import { Desk } from './desk';

const MANY = 2_000;

let desk: Desk;
let browser: Browser;
let cookies: Parameters<BrowserContext['addCookies']>[0];

beforeAll(async () => {
  desk = await Desk.up({ speed: 120 });
  browser = await openBrowser();
  const context = await newContext(browser);
  const { page } = await newPage(context);
  await signIn(page, desk.signIn);
  await listHas(page, 5);
  cookies = await context.cookies();
});
afterAll(async () => {
  await browser?.close();
  await desk?.down();
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

const marksOf = async (page: Page): Promise<number> =>
  Number(await mapOf(page).getAttribute('data-marks'));

describe.each(['low', 'full'] as const)('drawn in %s graphics', (graphics) => {
  it('shows every incident of the list, and each new one', async () => {
    const { page, wrong } = await consoleAt({ graphics });
    await mapIsDrawn(page);
    const before = await marksOf(page);
    expect(before).toBeGreaterThan(0);
    await expect.poll(() => marksOf(page), { timeout: 30_000 }).toBeGreaterThan(before);
    const both = async () => [await marksOf(page), await incidentRows(page).count()];
    await expect.poll(async () => new Set(await both()).size).toBe(1);
    expect(wrong).toEqual([]);
  });

  it('has something on the ground: streets and water are not one colour', async () => {
    const { page } = await consoleAt({ graphics });
    await mapIsDrawn(page);
    expect(await mapOf(page).getAttribute('data-graphics')).toBe(graphics); // and it did not give up
    await expect.poll(() => coloursOf(page), { timeout: 20_000 }).toBeGreaterThan(20);
  });
});

it('a filter of the list is a filter of the map', async () => {
  const { page } = await consoleAt({});
  await mapIsDrawn(page);
  await page.getByRole('searchbox').fill('no such incident anywhere');
  await expect.poll(() => marksOf(page)).toBe(0);
});

it('a figure opens into exactly what it counts, and an incident of it can be chosen by keys alone', async () => {
  const { page } = await consoleAt({});
  await mapIsDrawn(page);
  await page.getByRole('application').focus();
  for (let far = 0; far < 14; far++) await page.keyboard.press('-');
  await drawnAnew(page);
  await page.keyboard.press('Enter');
  const opened = page.getByRole('dialog', { name: /incidents here/ });
  await opened.waitFor();
  const said = Number(/\d+/.exec((await opened.getAttribute('aria-label')) ?? '')?.[0]);
  expect(said).toBeGreaterThan(1);
  expect(await opened.getByRole('listitem').count()).toBe(said);
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'The selected incident' }).waitFor();
  expect(await opened.count()).toBe(0);
});

it('what is selected and out of view is pointed to, and a press goes there', async () => {
  const { page } = await consoleAt({});
  await mapIsDrawn(page);
  await page.keyboard.press('j');
  await page.getByRole('application').focus();
  for (let near = 0; near < 6; near++) await page.keyboard.press('+');
  for (let away = 0; away < 30; away++) await page.keyboard.press('ArrowDown');
  const pointer = page.getByRole('button', { name: /out of view/ });
  await pointer.waitFor();
  await pointer.click();
  await pointer.waitFor({ state: 'hidden' });
});

it('credits whose map it is', async () => {
  const { page } = await consoleAt({});
  await mapIsDrawn(page);
  await page.getByText('Schematic map').waitFor();
  await page.getByText(/OGL v3/).waitFor();
});

it('without a basemap the list and the marks are there all the same, and it says so', async () => {
  const { page } = await consoleAt({}, (context) =>
    context.route('**/api/v1/basemap', (route) => route.fulfill({ status: 500 })),
  );
  await page.getByText('No basemap').waitFor();
  await incidentRows(page).first().waitFor();
  await expect.poll(() => marksOf(page)).toBeGreaterThan(0);
});

it('layers are switched off, and stay off', async () => {
  const { page } = await consoleAt({});
  await mapIsDrawn(page);
  await page.getByRole('checkbox', { name: 'Incidents' }).uncheck();
  await expect.poll(() => marksOf(page)).toBe(0);
  await page.reload();
  await mapIsDrawn(page);
  expect(await page.getByRole('checkbox', { name: 'Incidents' }).isChecked()).toBe(false);
});

describe('on a machine without a graphics card', () => {
  it('draws plainly by itself and says so', async () => {
    const { page } = await consoleAt({});
    await mapIsDrawn(page);
    expect(await mapOf(page).getAttribute('data-graphics')).toBe('low');
    await page.getByText('this machine has no graphics card for it').waitFor();
  });

  it(`keeps up with ${MANY} incidents: 30 frames a second, or it says that it draws plainly`, async () => {
    const { page } = await consoleAt({}, (context) =>
      context.routeWebSocket(/\/live$/, (socket) => {
        const server = socket.connectToServer();
        server.onMessage((message) => socket.send(withMany(message)));
      }),
    );
    await mapIsDrawn(page);
    await expect.poll(() => marksOf(page)).toBeGreaterThanOrEqual(MANY);
    const rate = await framesASecond(page);
    const says = await page.getByText('Low graphics:').isVisible();
    console.info(`${MANY} incidents: ${rate.toFixed(0)} frames a second, plain: ${says}`);
    expect(rate >= 30 || says).toBe(true);
    expect(await incidentRows(page).count()).toBeGreaterThan(100);
  });
});

async function consoleAt(
  look: Look,
  before: (context: BrowserContext) => Promise<unknown> = () => Promise.resolve(),
): Promise<{ page: Page; wrong: string[] }> {
  const context = await newContext(browser, look);
  await context.addCookies(cookies);
  await before(context);
  const opened = await newPage(context);
  await opened.page.goto(desk.console);
  await incidentRows(opened.page).first().waitFor({ state: 'attached', timeout: 15_000 });
  return opened;
}

/** A snapshot with many more incidents than a night has, spread over the borough. */
function withMany(message: string | Buffer): string | Buffer {
  const frame = JSON.parse(message.toString()) as {
    t: string;
    state?: { incidents?: Record<string, Record<string, unknown>> };
  };
  const incidents = frame.state?.incidents;
  const [like] = Object.values(incidents ?? {});
  if (frame.t !== 'snapshot' || incidents === undefined || like === undefined) return message;
  for (let i = 0; i < MANY; i++) {
    const spread = { lat: 51.49 + (i % 50) * 0.001, lon: -0.2 + Math.floor(i / 50) * 0.0022 };
    incidents[`many-${i}`] = { ...like, ...spread, id: `many-${i}` };
  }
  return JSON.stringify(frame);
}

/** Drawings of the map a second while it is pulled to and fro for two seconds. */
async function framesASecond(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const hand = document.querySelector('[role=application]');
    const map = document.querySelector<HTMLElement>('section.map');
    if (hand === null || map === null) throw new Error('no map');
    const drawn = (): number => Number(map.dataset['frames']);
    const start = performance.now();
    const before = drawn();
    let pulls = 0;
    const pulling = setInterval(() => {
      const key = pulls++ % 20 < 10 ? 'ArrowLeft' : 'ArrowRight';
      hand.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    }, 15);
    while (performance.now() - start < 2_000) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    clearInterval(pulling);
    return ((drawn() - before) * 1000) / (performance.now() - start);
  });
}

async function drawnAnew(page: Page): Promise<void> {
  const frames = async () => Number(await mapOf(page).getAttribute('data-frames'));
  const before = await frames();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(frames).toBeGreaterThan(before);
}
