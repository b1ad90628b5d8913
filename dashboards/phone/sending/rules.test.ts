import { describe, expect, it } from 'vitest';
import { receipt } from '../builders';
import { outcomeOf, retryAfterMs } from './rules';

const NOW = Date.parse('2026-05-16T22:41:28Z');
const problem = (status: number, headers: HeadersInit = {}): Response =>
  Response.json({ detail: 'severity: is missing.' }, { status, headers });

describe('an answer', () => {
  it.each([200, 201, 202])('%i with a receipt is taken', async (status) => {
    const outcome = await outcomeOf(Response.json(receipt(), { status }), NOW);
    expect(outcome).toEqual({ is: 'taken', receipt: receipt() });
  });

  it('202 with an address alone is taken, saved and not judged', async () => {
    const headers = { location: '/api/v1/reports/sbn%3Ar1' };
    const outcome = await outcomeOf(new Response(null, { status: 202, headers }), NOW);
    expect(outcome).toMatchObject({ is: 'taken', receipt: { id: 'sbn:r1', status: 'saved' } });
  });

  it.each([408, 429, 500, 502, 503, 504])('%i is tried again', async (status) => {
    expect(await outcomeOf(problem(status), NOW)).toEqual({ is: 'again', retryAfterMs: 0 });
  });

  it('none at all is tried again', async () => {
    expect(await outcomeOf(null, NOW)).toEqual({ is: 'again', retryAfterMs: 0 });
  });

  it.each([400, 403, 404, 405, 409, 413, 415, 422])('%i is refused for good', async (status) => {
    const outcome = await outcomeOf(problem(status), NOW);
    expect(outcome).toEqual({ is: 'refused', why: 'severity: is missing.' });
  });

  it('401 asks to sign in and refuses nothing', async () => {
    expect(await outcomeOf(problem(401), NOW)).toEqual({ is: 'signed_out' });
  });

  it.each([
    ['a page', new Response('<h1>Free Wi-Fi</h1>')],
    ['another record', Response.json({ hello: 1 })],
    ['202 without an address', new Response(null, { status: 202 })],
  ])('200 with %s is no word of the desk', async (_, answer) => {
    expect(await outcomeOf(answer, NOW)).toEqual({ is: 'again', retryAfterMs: 0 });
  });
});

describe('Retry-After', () => {
  it.each([
    ['7', 7_000],
    ['Sat, 16 May 2026 22:41:58 GMT', 30_000],
    ['Sat, 16 May 2026 22:00:00 GMT', 0],
    ['999999', 3_600_000],
    ['soon', 0],
    [null, 0],
  ])('of %s is %i ms', (value, ms) => {
    expect(retryAfterMs(value, NOW)).toBe(ms);
  });

  it('is honoured for 429 and 503', async () => {
    for (const status of [429, 503]) {
      const outcome = await outcomeOf(problem(status, { 'retry-after': '7' }), NOW);
      expect(outcome).toEqual({ is: 'again', retryAfterMs: 7_000 });
    }
  });
});
