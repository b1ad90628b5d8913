/** What a page asks of the REST API, and the API cut off while the socket goes on. */
import type { Page, Route } from 'playwright-core';

/** What the page asked for and told. */
export interface Heard {
  readonly asked: string[];
  /** Cuts the REST API off; the socket goes on. */
  away(is: boolean): Promise<void>;
}

/** To be called before the page goes to the console. */
export function listenTo(page: Page): Heard {
  const asked: string[] = [];
  page.on('request', (request) => {
    const path = new URL(request.url()).pathname;
    if (/^\/api\/v1\/(picture|incidents)/.test(path)) asked.push(`${request.method()} ${path}`);
  });
  const cut = (route: Route): Promise<void> => route.abort();
  const away = async (is: boolean): Promise<void> => {
    if (is) await page.route(/\/api\/v1\/(picture|incidents)/, cut);
    else await page.unroute(/\/api\/v1\/(picture|incidents)/, cut);
  };
  return { asked, away };
}
