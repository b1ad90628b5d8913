/** Chromium as the specs use it: the machine's own, by software, and on its own profile. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type Locator,
  type Page,
} from 'playwright-core';

const USUAL = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export interface Look {
  /** `forced`: the system's own colours, as Windows' contrast themes have them. */
  theme?: 'dark' | 'light' | 'forced';
  width?: number;
  height?: number;
  /** How the map is drawn; left out, the page chooses: plainly, where there is no graphics card. */
  graphics?: 'full' | 'low';
}

const ARGUMENTS = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-background-networking',
];

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: ours(), args: ARGUMENTS });
}

/** A phone whose browser keeps what it has in a folder: closed and launched again, it was rebooted. */
export async function launchOn(folder: string): Promise<BrowserContext> {
  const viewport = { width: 390, height: 844 };
  return chromium.launchPersistentContext(folder, {
    executablePath: ours(),
    args: ARGUMENTS,
    viewport,
  });
}

function ours(): string {
  const path = process.env['CHROMIUM'] ?? USUAL.find((usual) => existsSync(usual));
  if (path !== undefined) return path;
  throw new Error(`no Chromium at ${USUAL.join(', ')}: install it, or name it in CHROMIUM`);
}

/** A context with axe in every page (by the debugger, so that the page's CSP stands). */
export async function newContext(browser: Browser, look: Look = {}): Promise<BrowserContext> {
  const { theme = 'dark', width = 1366, height = 768 } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    reducedMotion: 'reduce',
    forcedColors: theme === 'forced' ? 'active' : 'none',
  });
  await context.addInitScript({ path: AXE });
  await context.addInitScript(
    ([chosen, graphics]) => {
      localStorage.setItem('nightdesk.theme', chosen);
      if (graphics !== '') localStorage.setItem('nightdesk.graphics', graphics);
    },
    [theme, look.graphics ?? ''] as const,
  );
  return context;
}

/** A page that fails its test when anything goes wrong in it, the CSP's refusals included. */
export async function newPage(context: BrowserContext): Promise<{ page: Page; wrong: string[] }> {
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => {
    const isLine = /WebSocket|ERR_CONNECTION/.test(message.text()); // the desk is killed on purpose
    if (message.type() === 'error' && !isLine) wrong.push(message.text());
  });
  return { page, wrong };
}

/** Signs in by the one-use link and waits for the picture. */
export async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.waitForURL((address) => address.pathname === '/');
  await truthIs(page, /Live|Replay/);
}

export async function truthIs(page: Page, words: RegExp): Promise<void> {
  try {
    await page.getByTestId('truth').filter({ hasText: words }).waitFor({ timeout: 30_000 });
  } catch (late) {
    const said = (await page.locator('body').textContent()) ?? '';
    throw new Error(`the page never said ${words}, but: ${said.slice(0, 2_000)}`, { cause: late });
  }
}

/** The list's rows, and not the choices of the filters. */
export function incidentRows(page: Page): Locator {
  return page.locator('li[role=option]');
}

/** The map, which says of itself how it is drawn and how many marks it shows. */
export function mapOf(page: Page): Locator {
  return page.getByRole('region', { name: 'Map', exact: true });
}

export async function mapIsDrawn(page: Page): Promise<void> {
  const drawn = page.locator('.map[data-ready=true]:not([data-frames="0"])');
  await drawn.waitFor({ timeout: 30_000 });
}

/** Waits until the list has more than `rows` rows. */
export async function listHas(page: Page, rows: number): Promise<void> {
  await incidentRows(page).nth(rows).waitFor({ state: 'attached', timeout: 20_000 });
}

export async function textOf(page: Page, testId: string): Promise<string> {
  return (await page.getByTestId(testId).first().textContent()) ?? '';
}

/** What axe finds wrong, as "rule: selector" lines. */
export async function axeFindings(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const found = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target}`),
    );
  });
}

/** How many colours the middle of the map has on the screen. */
export async function coloursOf(page: Page): Promise<number> {
  const box = await mapOf(page).boundingBox();
  if (box === null) return 0;
  const clip = { x: box.x + 40, y: box.y + 120, width: box.width - 80, height: box.height - 200 };
  const picture = (await page.screenshot({ clip })).toString('base64');
  return page.evaluate(async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: image.width, height: image.height });
    const pen = canvas.getContext('2d');
    pen?.drawImage(image, 0, 0);
    const data = pen?.getImageData(0, 0, image.width, image.height).data ?? [];
    const colours = new Set<string>();
    for (let i = 0; i < data.length; i += 4) {
      colours.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
    }
    return colours.size;
  }, picture);
}
