import { describe, expect, it } from 'vitest';
import { CONFIG } from './builders';
import {
  consoleTopic,
  isReplay,
  loadConfig,
  problemDetail,
  socketAddress,
  speedOf,
} from './config';

const answering = (body: BodyInit | null, init?: ResponseInit) => () =>
  Promise.resolve(new Response(body, init));

describe('loadConfig', () => {
  it('gives the configuration', async () => {
    const answer = await loadConfig(answering(JSON.stringify(CONFIG)));
    expect(answer).toEqual({ is: 'config', config: CONFIG });
  });

  it('says that nobody is signed in', async () => {
    expect(await loadConfig(answering(null, { status: 401 }))).toEqual({ is: 'signed_out' });
  });

  it('says why it failed, in the desk’s own words', async () => {
    const problem = JSON.stringify({
      title: 'Not ready',
      detail: 'The desk is reading its journal.',
    });
    expect(await loadConfig(answering(problem, { status: 503 }))).toEqual({
      is: 'failed',
      detail: 'The desk is reading its journal.',
    });
  });

  it('says that nothing answers', async () => {
    const answer = await loadConfig(() => Promise.reject(new TypeError('failed to fetch')));
    expect(answer).toEqual({ is: 'failed', detail: 'The desk does not answer.' });
  });
});

describe('problemDetail', () => {
  it.each([
    ['{"detail":"Used already."}', 'Used already.'],
    ['{"title":"Too many tries"}', 'Too many tries'],
    ['{}', 'The desk cannot answer now (error 400).'],
    ['"text"', 'The desk cannot answer now (error 400).'],
    ['<html>', 'The desk cannot answer now (error 400).'],
  ])('of %s is %s', async (body, words) => {
    expect(await problemDetail(new Response(body, { status: 400 }))).toBe(words);
  });
});

describe('the configuration', () => {
  it('tells replays by their realm', () => {
    expect(isReplay(CONFIG)).toBe(false);
    expect(isReplay({ ...CONFIG, realm: 'replay-demo' })).toBe(true);
    expect([speedOf(CONFIG), speedOf({ ...CONFIG, speed: 60 })]).toEqual([1, 60]);
  });

  it('gives the topic of the console, to operations alone', () => {
    expect(consoleTopic(CONFIG)).toBe('westminster/operations');
    expect(consoleTopic({ ...CONFIG, topics: ['westminster/business/blue-door'] })).toBeNull();
  });

  it('gives the socket’s address for the page that asks', () => {
    const page = 'http://desk.local:8000/';
    expect(socketAddress(CONFIG, page)).toBe('ws://127.0.0.1:8001/live');
    expect(socketAddress({ ...CONFIG, push_url: 'http://desk.local:8001/live' }, page)).toBe(
      'ws://desk.local:8001/live',
    );
    expect(socketAddress({ ...CONFIG, push_url: '/live' }, 'https://desk.example/')).toBe(
      'wss://desk.example/live',
    );
  });
});
