import { describe, expect, it } from 'vitest';
import { signIn, tokenOf } from './session';

describe('tokenOf', () => {
  it.each([
    ['#token=abc-_1', 'abc-_1'],
    ['#token=a%2Fb', 'a/b'],
    ['#token=', null],
    ['#other=1', null],
    ['', null],
  ])('of %s is %s', (fragment, token) => {
    expect(tokenOf(fragment)).toBe(token);
  });
});

describe('signIn', () => {
  it('posts the credential as JSON', async () => {
    const asked: [string, RequestInit][] = [];
    const answer = await signIn(
      (path, init) => {
        asked.push([path, init]);
        return Promise.resolve(Response.json({ role: 'operations' }));
      },
      { link: 'abc' },
    );
    expect(answer).toEqual({ is: 'in', home: '/' });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.[0]).toBe('/api/v1/session');
    expect(asked[0]?.[1]).toMatchObject({ method: 'POST', body: '{"link":"abc"}' });
  });

  it('leads a business to its own page', async () => {
    const answer = await signIn(() => Promise.resolve(Response.json({ role: 'business' })), {
      key: 'k',
    });
    expect(answer).toEqual({ is: 'in', home: '/report' });
  });

  it('gives the refusal in the desk’s words', async () => {
    const body = JSON.stringify({ detail: 'This link was used already.' });
    const answer = await signIn(() => Promise.resolve(new Response(body, { status: 401 })), {
      key: 'k',
    });
    expect(answer).toEqual({ is: 'refused', detail: 'This link was used already.' });
  });

  it('says that the desk does not answer', async () => {
    const answer = await signIn(() => Promise.reject(new TypeError('no')), { key: 'k' });
    expect(answer).toEqual({ is: 'refused', detail: 'The desk does not answer. Is it running?' });
  });
});
