/** What can be seen: no name or figure is cut at any size, and forced colours lose no meaning. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, incidentRows, newContext, newPage, openBrowser, signIn } from './browser';
import { Desk } from './desk';

const LONGEST = 'Knightsbridge & Belgravia';

let desk: Desk;
let browser: Browser;
let cookies: Parameters<Awaited<ReturnType<typeof newContext>>['addCookies']>[0];

beforeAll(async () => {
  desk = await Desk.up({ speed: 300 });
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

describe.each([
  [1920, 1080],
  [1366, 768],
  [1280, 720],
  [900, 800],
  [390, 844],
])('%i by %i', (width, height) => {
  it('cuts no name and no figure', async () => {
    const page = await consoleAt({ width, height });
    await nightSoFarWith(page, LONGEST);
    expect(await page.evaluate(cutOff)).toEqual([]);
    await page.evaluate(saySilent, 'blind 1 h 59 min');
    expect(await page.evaluate(cutOff)).toEqual([]);
  });
});

describe('forced colours', () => {
  it('axe finds nothing', async () => {
    const page = await consoleAt({ theme: 'forced' });
    await page.keyboard.press('j');
    expect(await axeFindings(page)).toEqual([]);
  });

  it('what is pressed stands out from what is not', async () => {
    const page = await consoleAt({ theme: 'forced' });
    for (const [group, pressed, other] of [
      ['Time span', 'Night so far', '1 hour'],
      ['Show only these kinds', 'Violence', 'Theft'],
    ] as const) {
      const button = (name: string) =>
        page.getByRole('group', { name: group }).getByRole('button', { name });
      await button(pressed).click();
      await page.mouse.move(0, 0);
      const seen = await Promise.all([pressed, other].map((name) => button(name).evaluate(stands)));
      expect(seen, group).toEqual([true, false]);
    }
  });

  it('each step above the usual has a frame of its own, and what is as usual has none', async () => {
    const page = await consoleAt({ theme: 'forced' });
    const frames = await page.evaluate(() => {
      const outlineOf = (box: Element | null): string =>
        box === null ? 'not there' : getComputedStyle(box).outline;
      return ['.step-0', 'i.step-1', 'i.step-2', 'i.step-3'].map((step) =>
        outlineOf(document.querySelector(step)),
      );
    });
    expect(new Set(frames).size).toBe(4);
    expect(frames[0]).toContain('none');
  });
});

async function consoleAt(look: Parameters<typeof newContext>[1]): Promise<Page> {
  const context = await newContext(browser, look);
  await context.addCookies(cookies);
  const { page } = await newPage(context);
  await page.goto(desk.console);
  await incidentRows(page).first().waitFor({ state: 'attached', timeout: 15_000 });
  return page;
}

async function nightSoFarWith(page: Page, ward: string): Promise<void> {
  const parts = page.getByRole('navigation').getByRole('button', { name: 'Map' });
  if (await parts.isVisible()) await parts.click();
  await showTable(page);
  const span = page.getByRole('group', { name: 'Time span' });
  await span.getByRole('button', { name: 'Night so far' }).click();
  await page.getByRole('rowheader', { name: ward }).waitFor({ timeout: 40_000 });
}

/** The table in place of the map; in forced colours it is there first. */
async function showTable(page: Page): Promise<void> {
  const table = page.getByRole('heading', { name: 'By ward' });
  if (!(await table.isVisible())) await page.keyboard.press('l');
  await table.waitFor();
}

/** Every feed's figure as long as it gets: a silence of hours, which the demo does not play to order. */
function saySilent(figure: string): void {
  for (const feed of document.querySelectorAll('.feed')) {
    feed.classList.replace('live', 'blind');
    const said = document.createElement('b');
    said.textContent = figure;
    feed.querySelector('.v')?.replaceChildren(said);
  }
}

/** Texts of the top bar, the places and the ward table that do not fit where they stand. */
function cutOff(): string[] {
  const boxes = [
    ...document.querySelectorAll<HTMLElement>('.top *, .wards th, .wards td, .places *'),
  ];
  return boxes
    .filter((box) => box instanceof HTMLElement)
    .filter((box) => box.children.length === 0 && box.getClientRects().length > 0)
    .filter((box) => getComputedStyle(box).clipPath === 'none')
    .filter((box) => {
      const holder = box.closest('li, .top > *, th, td') ?? box;
      const past = box.getBoundingClientRect().right - holder.getBoundingClientRect().right;
      return past > 1 || box.scrollWidth > box.clientWidth + 1;
    })
    .map((box) => `${box.className}: ${box.textContent}`);
}

/** Whether it has a ground or a frame that the page's own ground has not. */
function stands(box: Element): boolean {
  const { backgroundColor, outlineStyle } = getComputedStyle(box);
  const plain = getComputedStyle(document.body).backgroundColor;
  return (
    outlineStyle !== 'none' || !(backgroundColor === plain || backgroundColor.endsWith(', 0)'))
  );
}
