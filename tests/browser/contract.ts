/**
 * What the REST API must answer, where a page is tested before the desk answers it: pictures, marks, history, words, seen.
 *
 * THE switch: while BUILT is false the routes below stand in, with what the page itself heard on its socket as the
 * record; once it is true the desk answers, and the same specs hold.
 */
import type { Page, Route } from 'playwright-core';
import { parseFrame, type ServerFrame, type State } from '../../dashboards/shared/live/frames';
import { applyFrame, EMPTY, type Picture } from '../../dashboards/shared/live/picture';
import type { Incident, NightSummary } from '../../dashboards/shared/types';

export const BUILT = false;
const ENTRIES_MAX = 20_000;
const SLOT_MS = 15 * 60_000;
const ANSWERS_AFTER_MS = 40;

interface Entry {
  readonly at: number;
  readonly state: State;
}

/** What the page asked for and told, whoever answered. */
export interface Heard {
  readonly asked: string[];
  /** Cuts the REST API off; the socket goes on. */
  away(is: boolean): Promise<void>;
}

/** To be called before the page goes to the console. */
export async function serveContract(page: Page): Promise<Heard> {
  const asked: string[] = [];
  page.on('request', (request) => {
    const path = new URL(request.url()).pathname;
    if (/^\/api\/v1\/(picture|incidents)/.test(path)) asked.push(`${request.method()} ${path}`);
  });
  if (!BUILT) await standIn(page);
  const cut = (route: Route): Promise<void> => route.abort();
  const away = async (is: boolean): Promise<void> => {
    if (is) await page.route(/\/api\/v1\/(picture|incidents)/, cut);
    else await page.unroute(/\/api\/v1\/(picture|incidents)/, cut);
  };
  return { asked, away };
}

async function standIn(page: Page): Promise<void> {
  const entries: Entry[] = [];
  let picture: Picture = EMPTY;
  let at = 0;
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const frame = parseFrame(String(payload));
      if (frame === null) return;
      at = Math.max(at, frame.t === 'heartbeat' ? Date.parse(frame.at) : lastTold(frame));
      const before = picture.state;
      picture = applyFrame(picture, frame);
      if (
        at > 0 &&
        (picture.state !== before || entries.length === 0) &&
        entries.length < ENTRIES_MAX
      )
        entries.push({ at, state: picture.state });
    });
  });
  await page.route(/\/api\/v1\/(picture|incidents)/, async (route) => {
    const url = new URL(route.request().url());
    await new Promise((resolve) => setTimeout(resolve, ANSWERS_AFTER_MS));
    const given = answer(url, entries);
    await route.fulfill({
      status: given.status,
      contentType: given.status < 400 ? 'application/json' : 'application/problem+json',
      body: JSON.stringify(given.body),
    });
  });
}

/** When the last report of a delta came: the desk's clock has come so far. */
function lastTold(frame: ServerFrame): number {
  if (frame.t !== 'delta') return 0;
  const incidents = Object.values(frame.up?.['incidents'] ?? {}) as Incident[];
  const told = incidents.flatMap(({ members }) =>
    members.map((one) => Date.parse(one.received_at)),
  );
  return Math.max(0, ...told);
}

function answer(url: URL, entries: readonly Entry[]): { status: number; body: unknown } {
  const [, , , , id = '', what = ''] = url.pathname.split('/');
  if (url.pathname.endsWith('/marks')) return marksOf(entries.at(-1));
  if (url.pathname.endsWith('/picture'))
    return pictureAt(url.searchParams.get('at') ?? '', entries);
  if (what === 'history') return { status: 200, body: versionsOf(decodeURIComponent(id), entries) };
  if (what === 'words') return { status: 200, body: wordsOf(decodeURIComponent(id), entries) };
  return { status: 200, body: { seen_at: new Date(entries.at(-1)?.at ?? 0).toISOString() } };
}

function pictureAt(at: string, entries: readonly Entry[]): { status: number; body: unknown } {
  const then = entries.findLast((entry) => entry.at <= Date.parse(at));
  if (then !== undefined) return { status: 200, body: { at, state: then.state } };
  const detail = 'The desk has no record of that time: it begins later.';
  return { status: 404, body: { type: '/problems/no-record', title: 'No record', detail } };
}

function marksOf(latest: Entry | undefined): { status: number; body: unknown } {
  const nights = Object.values(latest?.state['night'] ?? {}) as NightSummary[];
  const night = nights.find(({ status }) => status === 'open') ?? nights.at(-1);
  if (night === undefined) return { status: 404, body: { detail: 'No such night.' } };
  const opens = Date.parse(night.opens_at);
  const length = (Date.parse(night.closes_at) - opens) / SLOT_MS;
  const incidents = Object.values(latest?.state['incidents'] ?? {}) as Incident[];
  const slots = Array.from({ length }, (_, index) => {
    const from = opens + index * SLOT_MS;
    const count = incidents.filter(({ at }) => slotOf(at) === slotOf(from)).length;
    const usual = 0.6 + 4.5 * Math.exp(-(((index - 27) / 11) ** 2));
    return { from: new Date(from).toISOString(), incidents: count, usual };
  });
  const { night: date, opens_at, closes_at } = night;
  return { status: 200, body: { night: date, opens_at, closes_at, slots } };
}

function slotOf(at: string | number): number {
  return Math.floor(new Date(at).getTime() / SLOT_MS);
}

function versionsOf(id: string, entries: readonly Entry[]): { at: string; record: unknown }[] {
  const versions: { at: string; record: unknown }[] = [];
  for (const { at, state } of entries) {
    const record = state['incidents']?.[id];
    if (record !== undefined && record !== versions.at(-1)?.record)
      versions.push({ at: new Date(at).toISOString(), record });
  }
  return versions;
}

function wordsOf(id: string, entries: readonly Entry[]): { items: unknown[] } {
  const record = entries.at(-1)?.state['incidents']?.[id] as Incident | undefined;
  const text = 'Two men arguing at the door, one has a bottle. Staff inside are safe.';
  const [first] = record?.members ?? [];
  if (first === undefined) return { items: [] };
  const report = first.id.split(':').slice(0, 2).join(':');
  return { items: [{ report, ref: 'w1', reporter: first.reporter, at: first.received_at, text }] };
}
