/** A desk's REST API for tests, as the contract has it: pictures by the second, marks, history, words, seen, and their errors. */
import type { Fetch, Marks, PictureThen, Version, Words } from './rest';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
}

export class RestFake {
  readonly asked: Asked[] = [];
  /** Before this there is no record. */
  recordBegins = 0;
  pictures: (at: number) => PictureThen['state'] = () => ({});
  marks: Marks | null = null;
  history: Record<string, Version[]> = {};
  words: Record<string, Words[]> = {};
  /** The server is away: nothing answers. */
  away = false;
  /** Answers wait until they are let go. */
  held = false;
  private readonly waiting: { go: () => void; path: string }[] = [];

  readonly fetch: Fetch = async (path, init = {}) => {
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : null;
    const asked = { method: init.method ?? 'GET', path, headers: new Headers(init.headers), body };
    this.asked.push(asked);
    if (this.away) throw new TypeError('Failed to fetch');
    if (this.held) await this.turn(path, init.signal ?? null);
    if (this.away) throw new TypeError('Failed to fetch');
    return this.answer(asked);
  };

  /** Paths that wait for their answer. */
  get open(): string[] {
    return this.waiting.map(({ path }) => path);
  }

  /** Answers what waits, the first asked first. */
  async release(most = Infinity): Promise<void> {
    for (let done = 0; done < most; done++) {
      const next = this.waiting.shift();
      if (next === undefined) break;
      next.go();
    }
    await settled();
  }

  private turn(path: string, signal: AbortSignal | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const waits = { go: resolve, path };
      this.waiting.push(waits);
      signal?.addEventListener('abort', () => {
        this.waiting.splice(this.waiting.indexOf(waits), 1);
        reject(new DOMException('called off', 'AbortError'));
      });
    });
  }

  private answer({ method, path, headers }: Asked): Response {
    const url = new URL(path, 'http://desk');
    const incident = /^\/api\/v1\/incidents\/([^/]+)\/(\w+)$/.exec(url.pathname);
    const id = decodeURIComponent(incident?.[1] ?? '');
    if (url.pathname === '/api/v1/picture') return this.picture(url.searchParams.get('at') ?? '');
    if (url.pathname === '/api/v1/picture/marks') {
      const ours = this.marks?.night === url.searchParams.get('night') ? this.marks : null;
      return withEtag(ours ?? problem(404, 'No such night in the record.'), headers);
    }
    if (incident?.[2] === 'history') {
      return withEtag(this.history[id] ?? problem(404, 'No such incident.'), headers);
    }
    if (method === 'POST' && incident?.[2] === 'words')
      return json({ items: this.words[id] ?? [] });
    if (method === 'POST' && incident?.[2] === 'seen') {
      return json({ seen_at: '2026-05-16T22:43:00.000Z' });
    }
    return problem(404, 'There is no such page.');
  }

  private picture(at: string): Response {
    const then = Date.parse(at);
    if (then < this.recordBegins) return problem(404, 'The record begins later than that.');
    return json({ at, state: this.pictures(then) });
  }
}

/** Lets everything that waits on an answered promise run. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await Promise.resolve();
}

function json(value: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), {
    headers: { 'content-type': 'application/json', ...headers },
  });
}

function problem(status: number, detail: string): Response {
  const type = '/problems/not-found';
  return new Response(JSON.stringify({ type, title: 'Not found', status, detail }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });
}

function withEtag(value: unknown, asked: Headers): Response {
  if (value instanceof Response) return value;
  const etag = `"${JSON.stringify(value).length}"`;
  if (asked.get('if-none-match') === etag) return new Response(null, { status: 304 });
  return json(value, { etag });
}
