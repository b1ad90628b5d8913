import { expect, it } from 'vitest';
import { goBack, goForward, goTo, moveTo, NOWHERE, type Choice, type Trail } from './choice';

const a: Choice = { is: 'incident', id: 'a' };
const b: Choice = { is: 'incident', id: 'b' };
const ward: Choice = { is: 'place', place: 'E05013808', group: null };
const feed: Choice = { is: 'feed', source: 'sbn' };
const through = (...choices: (Choice | null)[]): Trail => choices.reduce(goTo, NOWHERE);

it('back leads through what was selected to the night so far, and forward the same way again', () => {
  const trail = through(a, ward, feed);
  const twice = goBack(goBack(trail));
  expect(twice.here).toEqual(a);
  expect(goBack(twice).here).toBeNull();
  expect(goForward(goForward(twice)).here).toEqual(feed);
});

it('stops at both ends', () => {
  expect(goBack(NOWHERE)).toBe(NOWHERE);
  const trail = through(a);
  expect(goForward(trail)).toBe(trail);
});

it('the same again is no step; something else ends the way forward', () => {
  const trail = through(a, { ...a });
  expect(trail.past).toEqual([null]);
  expect(goTo(goBack(through(a, b)), ward).future).toEqual([]);
});

it('what is passed while moving down a list is no step', () => {
  const trail = [a, b].reduce(moveTo, through(ward));
  expect(trail.here).toEqual(b);
  expect(goBack(trail).here).toEqual(ward);
});

it('keeps a bounded way back', () => {
  const ids = Array.from({ length: 80 }, (_, index): Choice => ({
    is: 'incident',
    id: `${index}`,
  }));
  expect(through(...ids).past).toHaveLength(50);
});
