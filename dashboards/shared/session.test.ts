import { describe, expect, it } from 'vitest';
import { homeOf, signIn, tokenOf, type Who } from './session';

const ANN: Who = {
  role: 'operations',
  subject: null,
  expires_at: '2026-05-17T11:00:00.000Z',
  name: 'ann',
  has_password: true,
};

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

describe('homeOf', () => {
  it.each([
    ['operations', '/'],
    ['lead', '/'],
    ['business', '/report'],
    ['haven', '/account'],
    ['dataprotection', '/account'],
  ] as const)('of %s is %s', (role, home) => {
    expect(homeOf({ ...ANN, role })).toBe(home);
  });

  it('is the account for whoever has to choose a password first', () => {
    expect(homeOf({ ...ANN, has_password: false })).toBe('/account');
  });

  it('is the phone page for a phone, which has no password', () => {
    expect(homeOf({ ...ANN, role: 'business', name: null, has_password: null })).toBe('/report');
  });
});

describe('signIn', () => {
  it('posts the credential as JSON', async () => {
    const asked: [string, RequestInit][] = [];
    const answer = await signIn(
      (path, init) => {
        asked.push([path, init]);
        return Promise.resolve(new Response(JSON.stringify(ANN)));
      },
      { name: 'ann', password: 'p' },
    );
    expect(answer).toEqual({ is: 'in', who: ANN });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.[0]).toBe('/api/v1/session');
    expect(asked[0]?.[1]).toMatchObject({ method: 'POST', body: '{"name":"ann","password":"p"}' });
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
