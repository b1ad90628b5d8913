import { expect, it } from 'vitest';
import { Calls } from './calls';

const answering = (body: BodyInit | null, init?: ResponseInit) =>
  new Calls(() =>
    Promise.resolve(
      new Response(body, { headers: { 'content-type': 'application/json' }, ...init }),
    ),
  );

it('gives what the desk answers', async () => {
  expect(await answering('{"items":[]}').sessions()).toEqual({ is: 'ok', value: { items: [] } });
});

it('gives nothing for an answer without a body', async () => {
  const ended = await answering(null, { status: 204, headers: {} }).signOutEverywhere();
  expect(ended.is).toBe('ok');
});

it('says that nobody is signed in', async () => {
  expect(await answering(null, { status: 401 }).whoAmI()).toEqual({ is: 'signed_out' });
});

it('gives a refusal in the desk’s words', async () => {
  const body = JSON.stringify({ detail: 'The old password is not right.' });
  expect(await answering(body, { status: 422 }).changePassword('a', 'b')).toEqual({
    is: 'refused',
    detail: 'The old password is not right.',
  });
});

it('says that nothing answers', async () => {
  const nobody = new Calls(() => Promise.reject(new TypeError('no')));
  expect((await nobody.retention()).is).toBe('refused');
});

it('sends a password in the body and never in the address', async () => {
  const asked: [string, RequestInit][] = [];
  const calls = new Calls((path, init) => {
    asked.push([path, init]);
    return Promise.resolve(new Response('{}'));
  });
  await calls.changePassword(null, 'seven lanterns');
  expect(asked[0]?.[0]).toBe('/api/v1/session/password');
  expect(asked[0]?.[1].body).toBe('{"old":null,"new":"seven lanterns"}');
});
