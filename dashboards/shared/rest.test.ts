import { beforeEach, describe, expect, it } from 'vitest';
import { incident } from './builders';
import { failureWords, Rest } from './rest';
import { RestFake, settled } from './rest.fake';

const NIGHT = {
  night: '2026-05-16',
  opens_at: '2026-05-16T17:00:00Z',
  closes_at: '2026-05-17T05:00:00Z',
  slots: [],
};
const AT = Date.parse('2026-05-16T22:10:00Z');
const signal = new AbortController().signal;

let desk: RestFake;
let rest: Rest;

beforeEach(() => {
  desk = new RestFake();
  rest = new Rest(desk.fetch);
});

describe('asking', () => {
  it('names the moment of a picture in UTC', async () => {
    desk.pictures = () => ({ incidents: { a: incident() } });
    const answer = await rest.picture(AT, signal);
    expect(desk.asked[0]?.path).toBe('/api/v1/picture?at=2026-05-16T22%3A10%3A00.000Z');
    expect(answer).toMatchObject({ is: 'ok', value: { state: { incidents: { a: incident() } } } });
  });

  it('escapes what an id may contain', async () => {
    await rest.history('sbn:a/b', signal);
    expect(desk.asked[0]?.path).toBe('/api/v1/incidents/sbn%3Aa%2Fb/history');
  });

  it('sends the ETag again, and keeps what has not changed', async () => {
    desk.marks = NIGHT;
    const first = await rest.marks('2026-05-16', signal);
    const second = await rest.marks('2026-05-16', signal);
    expect(desk.asked[1]?.headers.get('if-none-match')).toBe(`"${JSON.stringify(NIGHT).length}"`);
    expect(first).toEqual({ is: 'ok', value: NIGHT });
    expect(second.is === 'ok' && first.is === 'ok' && second.value === first.value).toBe(true);
  });

  it('keeps a bounded number of answers', async () => {
    for (let at = 0; at < 40; at++) {
      desk.history[`i${at}`] = [];
      await rest.history(`i${at}`, signal);
    }
    await rest.history('i0', signal);
    expect(desk.asked.at(-1)?.headers.has('if-none-match')).toBe(false);
    await rest.history('i39', signal);
    expect(desk.asked.at(-1)?.headers.has('if-none-match')).toBe(true);
  });
});

describe('telling', () => {
  it('says for what the words are opened', async () => {
    const said = { report: 'sbn:1', ref: 'w1', reporter: 'blue-door', at: NIGHT.opens_at };
    desk.words['sbn:1'] = [{ ...said, text: 'two men, a bottle' }];
    const answer = await rest.words('sbn:1', 'to send help', signal);
    expect(desk.asked[0]).toMatchObject({ method: 'POST', body: { purpose: 'to send help' } });
    expect(answer).toMatchObject({ is: 'ok', value: { items: [{ text: 'two men, a bottle' }] } });
  });

  it('says that an incident was seen', async () => {
    const answer = await rest.seen('sbn:1', signal);
    expect(desk.asked[0]).toMatchObject({ method: 'POST', path: '/api/v1/incidents/sbn%3A1/seen' });
    expect(answer.is).toBe('ok');
  });
});

describe('what goes wrong', () => {
  it('is said in the server’s own sentence', async () => {
    desk.recordBegins = AT + 1;
    const answer = await rest.picture(AT, signal);
    expect(answer).toMatchObject({ is: 'failed', status: 404 });
    expect(failureWords(answer)).toBe('The record begins later than that.');
  });

  it('is said plainly when nothing answers', async () => {
    desk.away = true;
    expect(failureWords(await rest.marks('2026-05-16', signal))).toBe('The desk does not answer.');
  });

  it('is no failure when it was called off', async () => {
    desk.held = true;
    const off = new AbortController();
    const asked = rest.picture(AT, off.signal);
    await settled();
    off.abort();
    expect(await asked).toEqual({ is: 'stopped' });
  });

  it('tells an ended session from the rest', async () => {
    const ended = new Rest(async () => new Response('{}', { status: 401 }));
    const answer = await ended.history('sbn:1', signal);
    expect(answer).toEqual({ is: 'signed_out' });
    expect(failureWords(answer)).toBe('Your session is over. Sign in again.');
  });

  it('an answer that is cut short is none', async () => {
    const headers = { 'content-type': 'application/json' };
    const broken = new Rest(async () => new Response('{"at":', { headers }));
    expect(failureWords(await broken.picture(AT, signal))).toBe('The desk does not answer.');
  });
});
