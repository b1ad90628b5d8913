import { beforeEach, expect, it } from 'vitest';
import { Rest, type Answer } from '../../shared/rest';
import { RestFake, settled } from '../../shared/rest.fake';
import { FLIGHTS_MAX, KEPT_MAX, Loader, orNoRecord } from './loader';

let desk: RestFake;
let loader: Loader;
let heard: [number, Answer<unknown>['is']][];

beforeEach(() => {
  desk = new RestFake();
  heard = [];
  const rest = new Rest(desk.fetch);
  loader = new Loader(
    (at, signal) => rest.picture(at, signal),
    (at, answer) => heard.push([at, answer.is]),
  );
});

const moments = (): number[] =>
  desk.asked.map(({ path }) => Date.parse(new URL(path, 'http://d').searchParams.get('at') ?? ''));

it('asks for few at a time, the most needed first', async () => {
  desk.held = true;
  loader.want([1_000, 2_000, 3_000, 4_000]);
  expect(moments()).toEqual([1_000, 2_000]);
  expect(desk.open).toHaveLength(FLIGHTS_MAX);
  await desk.release(1);
  await settled();
  expect(moments()).toEqual([1_000, 2_000, 3_000]);
});

it('asks for nothing twice, and keeps what came', async () => {
  desk.pictures = (at) => ({ incidents: { [at]: {} } });
  loader.want([1_000]);
  loader.want([1_000]);
  await settled();
  loader.want([1_000]);
  expect(moments()).toEqual([1_000]);
  expect(loader.get(1_000)).toEqual({ incidents: { 1000: {} } });
  expect(heard).toEqual([[1_000, 'ok']]);
});

it('what nobody waits for gives way when another needs its place, and says nothing', async () => {
  desk.held = true;
  loader.want([1_000]);
  loader.want([2_000]);
  expect(desk.open).toHaveLength(2); // it may still be shown on the way
  loader.want([3_000]);
  await settled();
  expect(desk.open.map((path) => decodeURIComponent(path).slice(-24))).toEqual([
    '1970-01-01T00:00:02.000Z',
    '1970-01-01T00:00:03.000Z',
  ]);
  await desk.release();
  expect(heard.map(([at]) => at)).toEqual([2_000, 3_000]);
});

it('called off, nothing more is heard or asked', async () => {
  desk.held = true;
  loader.want([1_000, 2_000, 3_000]);
  loader.callOff();
  await desk.release();
  expect(heard).toEqual([]);
  expect(moments()).toEqual([1_000, 2_000]);
});

it('one that failed is told once, and asked for again only when it is wanted again', async () => {
  desk.recordBegins = 5_000;
  loader.want([1_000, 2_000]);
  await settled();
  expect(heard).toEqual([
    [1_000, 'failed'],
    [2_000, 'failed'],
  ]);
  expect(moments()).toHaveLength(2);
  loader.want([1_000]);
  await settled();
  expect(moments()).toHaveLength(3);
});

it('keeps a bounded number, and lets go of what was used longest ago', async () => {
  for (let at = 0; at < KEPT_MAX; at++) {
    loader.want([at * 1_000]);
    await settled();
  }
  expect(loader.get(0)).not.toBeNull();
  loader.want([999_000]);
  await settled();
  expect(loader.get(0)).not.toBeNull();
  expect(loader.get(1_000)).toBeNull();
});

it('a picture without a single record is no record of that time', () => {
  const answer = (state: Record<string, Record<string, object>>) =>
    orNoRecord({ is: 'ok', value: { at: '', state } });
  expect(answer({ incidents: {}, feeds: {} })).toMatchObject({
    is: 'failed',
    detail: 'The desk has no record of that time.',
  });
  expect(answer({ incidents: {}, feeds: { sbn: {} } }).is).toBe('ok');
});
