import { beforeEach, expect, it } from 'vitest';
import { Rest } from '../shared/rest';
import { RestFake } from '../shared/rest.fake';
import { SeenTeller } from './seen';

let desk: RestFake;
let seen: SeenTeller;

beforeEach(() => {
  desk = new RestFake();
  seen = new SeenTeller(new Rest(desk.fetch));
});

it('tells each incident once, however often it is opened', async () => {
  for (const id of ['a', 'b', 'a', 'a']) await seen.tell(id);
  expect(desk.asked.map(({ path }) => path)).toEqual([
    '/api/v1/incidents/a/seen',
    '/api/v1/incidents/b/seen',
  ]);
});

it('one that could not be told is told the next time', async () => {
  desk.away = true;
  await seen.tell('a');
  desk.away = false;
  await seen.tell('a');
  await seen.tell('a');
  expect(desk.asked).toHaveLength(2);
});
