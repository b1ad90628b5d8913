/** From the phone's page to the console within a second, two consoles that agree, and the night as it looked at 23:10. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  incidentRows,
  listHas,
  mapIsDrawn,
  mapOf,
  newContext,
  newPage,
  openBrowser,
  signIn,
  textOf,
} from './browser';
import { cookiesOf, fillIn, phoneOf } from './phone';
import { PhoneDesk } from './phone-desk';

const WITHIN_MS = 1_000;
const REPORTS = 5;
const MOMENT = { local: '23:10', utc: '2026-05-16T22:10:00Z' };

let desk: PhoneDesk;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  desk = await PhoneDesk.up({ speed: 300 });
  browser = await openBrowser();
  context = await newContext(browser);
  ({ page } = await newPage(context));
  await signIn(page, desk.desk.signIn);
  await listHas(page, 3);
  await mapIsDrawn(page);
});
afterAll(async () => {
  await browser?.close();
  await desk?.down();
});

const idsOf = (of: Page) =>
  incidentRows(of).evaluateAll((rows) => rows.map((row) => row.id).sort());
const marks = async () => Number(await mapOf(page).getAttribute('data-marks'));

it('a report from a phone is in the list and on the map within a second', async () => {
  const phone = await phoneOf(browser, desk, await cookiesOf(browser, desk));
  const took: number[] = [];
  for (let report = 0; report < REPORTS; report++) {
    await phone.page.goto(desk.page);
    await fillIn(phone.page);
    await page.evaluate(watchTheList);
    const sent = Date.now();
    await phone.page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect.poll(async () => (await desk.receipts()).length).toBe(report + 1);
    const [receipt] = await desk.receipts();
    const shown = await page.evaluate(shownAt, receipt?.incident ?? '');
    took.push(shown - sent);
    await expect
      .poll(async () => (await marks()) === (await incidentRows(page).count()))
      .toBe(true);
  }
  await phone.context.close();
  console.info(`phone to console, ms: ${took.join(', ')}`);
  expect(took.sort((a, b) => a - b)[REPORTS >> 1]).toBeLessThan(WITHIN_MS);
});

it('two consoles agree, at every moment that both have', async () => {
  const { page: other } = await newPage(context);
  await other.goto(desk.desk.console);
  await listHas(other, 3);
  for (let look = 0; look < 3; look++) {
    const seq = (of: Page) => of.locator('.app').getAttribute('data-seq');
    await expect
      .poll(
        async () => {
          const before = await Promise.all([seq(page), seq(other)]);
          const shown = await Promise.all([page, other].map(said));
          const after = await Promise.all([seq(page), seq(other)]);
          const still = new Set([...before, ...after]).size === 1;
          return still ? shown[0] === shown[1] : 'moved on';
        },
        { timeout: 30_000, interval: 10 },
      )
      .toBe(true);
  }
  await other.close();
});

it('the night rewound to 23:10 is what the desk says that it was', async () => {
  const minute = async () => (await textOf(page, 'clock')).replace(/^\D+/, '').slice(0, 5);
  await expect.poll(minute, { timeout: 120_000 }).toMatch(/^(23:[3-5]\d|0\d:)/);
  const slider = page.getByRole('slider', { name: 'Time shown' });
  const box = (await slider.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const [now, then] = [Number(await slider.getAttribute('aria-valuemax')), minutesIn(MOMENT.local)];
  await page.mouse.click(box.x + (box.width * then) / now, box.y + 20);
  const shown = page.getByTestId('scrub-at');
  await shown.waitFor();
  for (let step = 0; step < 60; step++) {
    const at = minutesIn((await shown.textContent())?.trim() ?? '');
    if (at === then) break;
    await page.keyboard.press(at > then ? '[' : ']');
  }
  await expect.poll(minute).toBe(MOMENT.local);
  const picture = await page.evaluate(async (at) => {
    const answer = await fetch(`/api/v1/picture?at=${at}`);
    return (await answer.json()) as { state: { incidents: Record<string, unknown> } };
  }, MOMENT.utc);
  const wanted = Object.keys(picture.state.incidents)
    .map((id) => `row-${id}`)
    .sort();
  expect(wanted.length).toBeGreaterThan(3);
  await expect.poll(() => idsOf(page)).toEqual(wanted);
  expect(await marks()).toBe(wanted.length);
});

/** Minutes since the night opened at 18:00. */
function minutesIn(local: string): number {
  const [hours = 0, minutes = 0] = local.split(':').map(Number);
  return ((hours + 6) % 24) * 60 + minutes;
}

/** What a console says, but for how long ago. */
async function said(of: Page): Promise<string> {
  const counts = await textOf(of, 'tonight');
  return JSON.stringify([counts, await idsOf(of)]);
}

/** Notes from now on when each row first stood in the list. */
function watchTheList(): void {
  const seen = new Map<string, number>();
  const look = (): void => {
    for (const row of document.querySelectorAll('[role=option], [role=listbox] [id], li[id]'))
      if (!seen.has(row.id)) seen.set(row.id, Date.now());
  };
  look();
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  Object.assign(globalThis, { nightdeskSeen: seen });
}

async function shownAt(incident: string): Promise<number> {
  const { nightdeskSeen } = globalThis as unknown as { nightdeskSeen: Map<string, number> };
  for (;;) {
    for (const [id, at] of nightdeskSeen) if (id.endsWith(incident)) return at;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
