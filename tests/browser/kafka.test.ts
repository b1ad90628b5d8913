/** The desk on Kafka: the same page; while its worker is dead it says so, with the age, and is right again by itself. */
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { Desk, HAS_SERVICES } from './desk';
import { isAsAFreshPage } from './shown';

/** A desk's silence that is told: 15 s. */
const TOLD_WITHIN_MS = 30_000;

// without redis-server and Kafka's jars, which `make services` fetches where it can
describe.skipIf(!HAS_SERVICES)('the engine on Kafka', () => {
  let desk: Desk;
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    desk = await Desk.up({ onKafka: true, speed: 120 });
    browser = await openBrowser();
    context = await newContext(browser);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await desk?.down();
  });

  it('shows the night and, to a page opened while the worker is dead, how old it is', async () => {
    const { page: stayed } = await newPage(context);
    await signIn(stayed, desk.signIn);
    await listHas(stayed, 2);
    const dying = desk.dying('worker');
    try {
      const { page: opened } = await newPage(context);
      await opened.goto(desk.console);
      for (const page of [opened, stayed]) {
        const told = page.getByText(/The desk has not been heard for \d+ s\./);
        await told.waitFor({ timeout: TOLD_WITHIN_MS });
        await truthIs(page, /Catching up/);
        expect(await incidentRows(page).count()).toBeGreaterThan(2);
      }
      expect(await axeFindings(opened)).toEqual([]);
      dying.stop();
      await isAsAFreshPage(opened, context, desk.console);
      await isAsAFreshPage(stayed, context, desk.console);
    } finally {
      dying.stop();
    }
  }, 180_000);
});
