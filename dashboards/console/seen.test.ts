import { beforeEach, expect, it } from 'vitest';
import { incident, member } from '../shared/builders';
import { Rest } from '../shared/rest';
import { RestFake } from '../shared/rest.fake';
import { SeenTeller } from './seen';

const a = incident({ id: 'a' });
const b = incident({ id: 'b' });
let desk: RestFake;
let seen: SeenTeller;

beforeEach(() => {
  desk = new RestFake();
  seen = new SeenTeller(new Rest(desk.fetch));
});

it('tells each incident once, however often it is opened', async () => {
  for (const one of [a, b, a, { ...a, severity: 4 }]) await seen.tell(one);
  expect(desk.asked.map(({ path }) => path)).toEqual([
    '/api/v1/incidents/a/seen',
    '/api/v1/incidents/b/seen',
  ]);
});

it('tells it again when a report has joined, for that one nobody has seen', async () => {
  await seen.tell(a);
  await seen.tell({ ...a, members: [...a.members, member({ id: 'sbn:r2:0' })] });
  expect(desk.asked).toHaveLength(2);
});

it('does not tell what somebody has seen already', async () => {
  const known = { ...a, seen_at: '2026-05-16T22:43:00.000Z' };
  await seen.tell(known);
  expect(desk.asked).toHaveLength(0);
});

it('one that could not be told is told the next time', async () => {
  desk.away = true;
  await seen.tell(a);
  desk.away = false;
  await seen.tell(a);
  await seen.tell(a);
  expect(desk.asked).toHaveLength(2);
});
