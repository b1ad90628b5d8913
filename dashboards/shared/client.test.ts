import { describe, expect, it } from 'vitest';
import { addressOf, ask } from './client';

const PROBLEM = {
  type: '/problems/not_now',
  title: 'Not now',
  status: 503,
  detail: 'Catching up.',
};

/** Answers once, and keeps what it was asked. */
function answering(body: BodyInit | null, init: ResponseInit = {}) {
  const asked: [string, RequestInit][] = [];
  const fetchPage = (path: string, request: RequestInit) => {
    asked.push([path, request]);
    return Promise.resolve(new Response(body, init));
  };
  return { asked, fetchPage };
}

const JSON_HEADERS = { 'content-type': 'application/json' };

describe('an address', () => {
  it('has what it is asked in its place, safely', () => {
    expect(addressOf('/a/{id}/b', { id: 'x/../y' })).toBe('/a/x%2F..%2Fy/b');
    expect(addressOf('/a', {}, { since: '2026-05-16T22:00:00+01:00', ward: undefined })).toBe(
      '/a?since=2026-05-16T22%3A00%3A00%2B01%3A00',
    );
  });
});

describe('asking', () => {
  it('gives the answer with its validator', async () => {
    const page = { items: [], next: null };
    const { asked, fetchPage } = answering(JSON.stringify(page), {
      headers: { ...JSON_HEADERS, etag: 'W/"1"' },
    });
    const answer = await ask(fetchPage, 'listIncidents', { query: { limit: 5, status: 'open' } });
    expect(answer).toEqual({ is: 'answer', status: 200, body: page, etag: 'W/"1"' });
    expect(asked[0]?.[0]).toBe('/api/v1/incidents?limit=5&status=open');
    expect(asked[0]?.[1].method).toBe('GET');
  });

  it('says that nothing changed', async () => {
    const { asked, fetchPage } = answering(null, { status: 304 });
    expect(await ask(fetchPage, 'listFeeds', { etag: 'W/"1"' })).toEqual({ is: 'unchanged' });
    expect(asked[0]?.[1].headers).toMatchObject({ 'if-none-match': 'W/"1"' });
  });

  it('does not read the body of an answer that has none, which a browser may never end', async () => {
    const answer = new Response(null, { status: 204 });
    const unread = () => Promise.reject(new Error('read'));
    Object.assign(answer, { text: unread, json: unread });
    expect(await ask(() => Promise.resolve(answer), 'signOutEverywhere')).toEqual({
      is: 'answer',
      status: 204,
      body: null,
      etag: null,
    });
  });

  it('sends a body as JSON with its key', async () => {
    const { asked, fetchPage } = answering('{}', { headers: JSON_HEADERS });
    await ask(fetchPage, 'signIn', { body: { key: 'nd_x' }, idempotencyKey: 'k' });
    expect(asked[0]?.[1].body).toBe('{"key":"nd_x"}');
    expect(asked[0]?.[1].headers).toMatchObject({ ...JSON_HEADERS, 'idempotency-key': 'k' });
  });

  it('says why it is refused, and when to try again', async () => {
    const { fetchPage } = answering(JSON.stringify(PROBLEM), {
      status: 503,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '5' },
    });
    expect(await ask(fetchPage, 'listNights')).toEqual({
      is: 'refused',
      status: 503,
      problem: PROBLEM,
      retryAfterS: 5,
    });
  });

  it('says so where a proxy answers, and where nobody does', async () => {
    const { fetchPage } = answering('<html>', { status: 502 });
    const refused = await ask(fetchPage, 'listNights');
    expect(refused).toMatchObject({ is: 'refused', status: 502, retryAfterS: null });
    const gone = () => Promise.reject(new TypeError('offline'));
    expect(await ask(gone, 'listNights')).toEqual({ is: 'unreachable' });
  });
});
