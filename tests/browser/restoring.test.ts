/** A desk that restores for long: nothing it has not read yet is shown as a quiet night, and then all of it is there. */
import type { Browser, BrowserContext, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  axeFindings,
  incidentRows,
  listHas,
  newContext,
  newPage,
  openBrowser,
  signIn,
  truthIs,
} from './browser';
import { Desk } from './desk';

/** A line on which the desk restores until told: what it would send waits, and its heartbeats say so. */
class Restoring {
  private waits: (string | Buffer)[] | null = [];
  private page: WebSocketRoute | null = null;

  /** Where the page is, which a desk that restores only repeats. */
  constructor(readonly held: { e: string; s: number }) {}

  open(page: WebSocketRoute): void {
    this.page = page;
    page.connectToServer().onMessage((message) => {
      if (this.waits === null) return page.send(message);
      this.waits.push(message);
      const frame = JSON.parse(message.toString()) as { t: string };
      if (frame.t !== 'heartbeat') return;
      page.send(JSON.stringify({ ...frame, ...this.held, desk: 'catching_up' }));
    });
  }

  show(): void {
    for (const message of this.waits ?? []) this.page?.send(message);
    this.waits = null;
  }
}

let desk: Desk;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  desk = await Desk.up({ speed: 120 });
  browser = await openBrowser();
  context = await newContext(browser);
  const { page } = await newPage(context);
  await signIn(page, desk.signIn);
  await listHas(page, 2);
  await page.close();
});
afterAll(async () => {
  await browser?.close();
  await desk?.down();
});

it('tells a page that opens meanwhile to wait, and claims nothing about the night', async () => {
  const line = new Restoring({ e: '', s: 0 });
  const { page } = await newPage(context);
  await page.routeWebSocket(/\/live$/, (route) => line.open(route));
  await page.goto(desk.console);
  await page.getByRole('heading', { name: 'The desk is catching up' }).waitFor();
  await truthIs(page, /Catching up/);
  await page.getByText('The desk is reading what it missed; nothing is lost.').waitFor();
  expect(await page.getByText(/You see/).count()).toBe(0);
  expect(await page.getByText(/Nothing|No operating night/).count()).toBe(0);
  expect(await page.getByTestId('tonight').textContent()).toContain('not known yet');
  expect(await page.title()).toBe('Catching up, Nightdesk');
  expect(await axeFindings(page)).toEqual([]);
  line.show();
  await truthIs(page, /Replay/);
  expect(await incidentRows(page).count()).toBeGreaterThan(2);
  await page.close();
});

it('leaves a page that comes back its picture meanwhile, and says from when it is', async () => {
  const { page } = await newPage(context);
  let line: Restoring | null = null;
  await page.routeWebSocket(/\/live$/, (route) => {
    if (line === null) route.connectToServer();
    else line.open(route);
  });
  await page.goto(desk.console);
  await listHas(page, 2);
  await desk.kill();
  await truthIs(page, /Catching up/);
  const before = await incidentRows(page).count();
  line = new Restoring(await page.locator('.app').evaluate(placeOf));
  await desk.start();
  await page.getByText(/You see \d\d:\d\d:\d\d\. The desk is reading/).waitFor();
  expect(await incidentRows(page).count()).toBe(before);
  expect(await page.locator('.app').evaluate(placeOf)).toEqual(line.held);
  line.show();
  await truthIs(page, /Replay/);
  expect(await incidentRows(page).count()).toBeGreaterThanOrEqual(before);
  await page.close();
});

function placeOf(app: HTMLElement): { e: string; s: number } {
  return { e: app.dataset['epoch'] ?? '', s: Number(app.dataset['seq']) };
}
