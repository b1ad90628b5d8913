/** Rewinding the night: every panel shows the past picture, it plays without hammering the desk, and Escape is the present. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  axeFindings,
  incidentRows,
  listHas,
  newContext,
  newPage,
  openBrowser,
  signIn,
  textOf,
} from './browser';
import { listenTo, type Heard } from './heard';
import { Desk } from './desk';

let desk: Desk;
let browser: Browser;
let page: Page;
let wrong: string[];
let heard: Heard;

beforeAll(async () => {
  desk = await Desk.up({ speed: 120 });
  browser = await openBrowser();
  ({ page, wrong } = await newPage(await newContext(browser)));
  heard = listenTo(page);
  await signIn(page, desk.signIn);
  await listHas(page, 3);
  // The demo's past comes in first: wait until its night has opened.
  const opened = page.locator('[role=slider][aria-valuetext*="usual in the 15 minutes from"]');
  await opened.waitFor({ timeout: 40_000 });
});
afterAll(async () => {
  await browser?.close();
  await desk?.down();
});

const press = (key: string) => page.keyboard.press(key);
const ids = () => incidentRows(page).evaluateAll((rows) => rows.map((row) => row.id).sort());
const clock = async () => (await textOf(page, 'clock')).replace(/^\D+/, '');
const rewound = () => page.getByTestId('scrub-at');
const truth = () => textOf(page, 'truth');
/** Minutes of the day shown, and asked for. */
const minuteOf = async () => minutes(await clock());
const wantedMinute = async () => minutes((await rewound().textContent()) ?? '');
const minutes = (time: string): number => {
  const [hours = 0, past = 0] = time.trim().split(':').map(Number);
  return hours * 60 + past;
};
const wears = () => page.locator('.app').evaluate((app) => getComputedStyle(app).borderLeftWidth);

it('shows the night in bars of 15 minutes beside their usual', async () => {
  const slider = page.getByRole('slider', { name: 'Time shown' });
  await expect.poll(() => slider.locator('.slot').count()).toBe(48);
  expect(await slider.getAttribute('aria-valuetext')).toMatch(
    /^Live, \d\d:\d\d; \d+ incidents?, [\d.]+ usual in the 15 minutes from \d\d:\d\d$/,
  );
});

it('a bracket goes a minute back, and the list, the clock and the counts are the past ones', async () => {
  const count = async () => Number(/\d+/.exec(await textOf(page, 'tonight'))?.[0]);
  const before = { ids: await ids(), at: await minuteOf(), count: await count() };
  await listHas(page, before.ids.length); // one more has come in
  await press('[');
  await rewound().waitFor();
  await expect.poll(truth).toContain('Rewound');
  expect(await wears()).toBe('3px');
  while ((await wantedMinute()) > before.at) await press('[');
  await expect.poll(minuteOf).toBe(await wantedMinute());
  expect(await clock()).toMatch(/:00$/);
  expect(before.ids).toEqual(expect.arrayContaining(await ids()));
  expect(await count()).toBeLessThanOrEqual(before.count);
});

it('the present goes on meanwhile, and Escape shows it at once', async () => {
  const seq = () => page.locator('.app').getAttribute('data-seq').then(Number);
  const past = { seq: await seq(), ids: await ids(), clock: await clock() };
  await expect.poll(seq, { timeout: 20_000 }).toBeGreaterThan(past.seq + 3);
  expect(await ids()).toEqual(past.ids);
  expect(await clock()).toBe(past.clock);
  await press('Escape');
  await rewound().waitFor({ state: 'detached' });
  expect(await truth()).toContain('Replay ×120'); // the demo's own
  expect((await clock()) > past.clock).toBe(true);
});

it('plays at ×60 with a bounded number of asks, and says so', async () => {
  await page.getByRole('button', { name: '×60', exact: true }).click();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let back = 0; back < 6; back++) await press('[');
  await rewound().waitFor();
  await expect.poll(minuteOf).toBe(await wantedMinute());
  const from = heard.asked.length;
  const start = await minuteOf();
  await press(' ');
  await expect.poll(truth).toContain('Replay ×60');
  await expect.poll(minuteOf, { timeout: 20_000 }).toBeGreaterThan(start + 1);
  await press(' ');
  await expect.poll(truth).toContain('Rewound');
  const pictures = heard.asked.slice(from).filter((path) => path.endsWith('/picture'));
  expect(pictures.length).toBeLessThan(24); // four a minute of the night, and four ahead
  await press('Escape');
});

it('a click on the line goes there, a drag goes along, and the end is the present', async () => {
  const slider = page.getByRole('slider', { name: 'Time shown' });
  const box = (await slider.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const now = Number(await slider.getAttribute('aria-valuemax'));
  const at = Number(await slider.getAttribute('aria-valuenow')) / now;
  await page.mouse.move(box.x + box.width * at, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * at - 12, box.y + 20, { steps: 3 });
  await page.mouse.up();
  await rewound().waitFor();
  await page.mouse.click(box.x + box.width - 2, box.y + 20);
  await rewound().waitFor({ state: 'detached' });
});

it('a server that is away is said so; it can be tried again', async () => {
  await heard.away(true);
  const box = await page.getByRole('slider', { name: 'Time shown' }).boundingBox();
  await page.mouse.click((box?.x ?? 0) + 4, (box?.y ?? 0) + 20); // where nothing was asked for yet
  const strip = page.getByTestId('strip');
  await strip.filter({ hasText: 'The desk does not answer.' }).waitFor();
  await heard.away(false);
  await strip.getByRole('button', { name: 'Try again' }).click();
  await rewound().waitFor();
  await expect.poll(truth).toContain('Rewound');
  expect(await axeFindings(page)).toEqual([]);
  await press('Escape');
});

it('had no error and no refusal by the CSP', () => {
  expect(wrong.filter((words) => !/Failed to load resource/.test(words))).toEqual([]);
});
