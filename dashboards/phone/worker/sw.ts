/** The service worker: keeps the page for when there is no signal, and sends what waits when the page is closed. */
import { newKey } from '../keeping/keys';
import { Pocket } from '../keeping/pocket';
import { Exchange } from '../sending/exchange';
import { Sender } from '../sending/sender';
import { SYNC_TAG } from './register';

/** Addresses of the page's own files; put in by the build. */
declare const __KEPT__: readonly string[];

/** What of a service worker is used here; the DOM's types know none. */
interface Worker {
  addEventListener(type: 'install' | 'activate', act: (event: Waiting) => void): void;
  addEventListener(type: 'fetch', act: (event: Fetching) => void): void;
  addEventListener(type: 'sync', act: (event: Waiting & { tag: string }) => void): void;
  skipWaiting(): Promise<void>;
}
interface Waiting {
  waitUntil(until: Promise<unknown>): void;
}
interface Fetching {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

const worker = self as unknown as Worker;
const PAGE = '/report';
const FILES = [PAGE, '/report.webmanifest', '/icon-192.png', ...__KEPT__];
/** Another build has other file names, and so another shelf. */
const SHELF = `nightdesk-${FILES.join()}`;

worker.addEventListener('install', (event) => {
  event.waitUntil(keepAll().then(() => worker.skipWaiting()));
});
worker.addEventListener('activate', (event) => event.waitUntil(dropOthers()));
worker.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== location.origin) return;
  if (mode === 'navigate') event.respondWith(kept(PAGE).catch(noPage));
  else if (FILES.includes(pathname) || pathname.startsWith('/assets/')) {
    event.respondWith(kept(pathname));
  }
});
worker.addEventListener('sync', (event) => {
  if (event.tag === SYNC_TAG) event.waitUntil(sendWaiting());
});

async function keepAll(): Promise<void> {
  const shelf = await caches.open(SHELF);
  await shelf.addAll(FILES.map((file) => new Request(file, { cache: 'no-cache' })));
}

async function dropOthers(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name !== SHELF);
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** From the shelf, which a phone with one bar has at once; else from the desk, and kept from then on. */
async function kept(address: string): Promise<Response> {
  const shelf = await caches.open(SHELF);
  const found = await shelf.match(address);
  if (found !== undefined) return found;
  const answer = await fetch(address);
  if (answer.ok) await shelf.put(address, answer.clone());
  return answer;
}

/** A phone that threw the page away, with no signal. */
function noPage(): Response {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
  };
  return new Response(
    '<!doctype html><html lang="en-GB"><title>No signal</title><meta name="viewport" content="width=device-width">' +
      '<h1>No signal</h1><p><a href="tel:999">In danger now: call 999</a></p>' +
      '<p>This page is no longer on this phone. Use your radio. What you reported before is kept.</p></html>',
    { status: 503, headers },
  );
}

/** Fails while something waits, so that the browser tries again. */
async function sendWaiting(): Promise<void> {
  const pocket = await Pocket.open(indexedDB, { now: () => new Date(), newKey });
  const exchange = new Exchange((path, init) => fetch(path, init));
  const around = { now: () => Date.now(), random: () => Math.random() };
  const round = await new Sender(pocket, exchange, around).round(true);
  new BroadcastChannel('nightdesk-phone').postMessage('changed');
  if (round === 'no_line') throw new Error('no signal yet');
}
