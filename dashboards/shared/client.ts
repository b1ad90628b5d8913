/** Asking the API: one operation by its name, its parameters checked, every way it can end a value. */
import { OPERATIONS, type Operations, type Problem } from './api';

export type Answer<Body> =
  | { is: 'answer'; status: number; body: Body; etag: string | null }
  | { is: 'unchanged' }
  | { is: 'refused'; status: number; problem: Problem; retryAfterS: number | null }
  | { is: 'unreachable' };

export interface Asked<Name extends keyof Operations> {
  path?: Operations[Name]['path'];
  query?: Operations[Name]['query'];
  body?: Operations[Name]['body'];
  /** For those that may be sent again: the same key, the same deed. */
  idempotencyKey?: string;
  /** The validator of an answer that is here already. */
  etag?: string;
  signal?: AbortSignal;
}

type Fetch = (path: string, init: RequestInit) => Promise<Response>;

export async function ask<Name extends keyof Operations>(
  fetchPage: Fetch,
  name: Name,
  asked: Asked<Name> = {},
): Promise<Answer<Operations[Name]['answer']>> {
  const { method, path } = OPERATIONS[name];
  try {
    const answer = await fetchPage(addressOf(path, asked.path, asked.query), {
      method,
      headers: headersOf(asked),
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
      ...(asked.signal === undefined ? {} : { signal: asked.signal }),
    });
    return await told(answer);
  } catch {
    return { is: 'unreachable' };
  }
}

/** An operation's path with its parameters in place; those that are undefined are left out. */
export function addressOf(path: string, inPath: object = {}, inQuery: object = {}): string {
  const filled = Object.entries(inPath).reduce(
    (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(String(value))),
    path,
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(inQuery)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query.size === 0 ? filled : `${filled}?${query.toString()}`;
}

function headersOf(asked: {
  body?: unknown;
  idempotencyKey?: string;
  etag?: string;
}): Record<string, string> {
  return {
    accept: 'application/json',
    ...(asked.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(asked.idempotencyKey === undefined ? {} : { 'idempotency-key': asked.idempotencyKey }),
    ...(asked.etag === undefined ? {} : { 'if-none-match': asked.etag }),
  };
}

async function told<Body>(answer: Response): Promise<Answer<Body>> {
  if (answer.status === 304) return { is: 'unchanged' };
  if (!answer.ok) {
    return {
      is: 'refused',
      status: answer.status,
      problem: await problemOf(answer),
      retryAfterS: secondsOf(answer.headers.get('retry-after')),
    };
  }
  const body = (await bodyOf(answer)) as Body;
  return { is: 'answer', status: answer.status, body, etag: answer.headers.get('etag') };
}

/** An answer that has none is not read: beside `Clear-Site-Data` Chromium never ends it. */
async function bodyOf(answer: Response): Promise<unknown> {
  if (answer.status === 204) return null;
  const isJson = (answer.headers.get('content-type') ?? '').startsWith('application/json');
  return isJson ? answer.json() : answer.text();
}

/** The problem of a refusal; where a proxy answered instead, one that says so. */
async function problemOf(answer: Response): Promise<Problem> {
  const detail = `The desk cannot answer now (error ${answer.status}).`;
  const fallback = { type: 'about:blank', title: detail, status: answer.status, detail };
  try {
    const said: unknown = await answer.json();
    const isProblem = typeof said === 'object' && said !== null && 'detail' in said;
    return isProblem ? (said as Problem) : fallback;
  } catch {
    return fallback;
  }
}

function secondsOf(header: string | null): number | null {
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}
