import { describe, expect, it } from 'vitest';
import { newAbove, rowToHold, type Spot } from './hold';

const spots = (from: number): Spot[] =>
  ['a', 'b', 'c', 'd'].map((id, i) => ({ id, top: from + i * 50, bottom: from + i * 50 + 50 }));

describe('the row to hold', () => {
  it('is none at the top with nothing selected, so that what is new is seen', () => {
    expect(rowToHold(spots(0), null, { top: 0, height: 120 })).toBeNull();
  });

  it('is the selected row while it is in view, at the top too', () => {
    expect(rowToHold(spots(0), 'b', { top: 0, height: 120 })?.id).toBe('b');
  });

  it('is the first row in view when the list is scrolled', () => {
    expect(rowToHold(spots(-60), null, { top: 60, height: 120 })?.id).toBe('b');
    expect(rowToHold(spots(-60), 'a', { top: 60, height: 120 })?.id).toBe('b');
  });
});

describe('what is new above', () => {
  const before = new Set(['a', 'b', 'c']);

  it('counts only what was not there, above the held row', () => {
    expect(newAbove(before, ['x', 'a', 'y', 'b', 'z', 'c'], 'b')).toEqual(['x', 'y']);
  });

  it('does not count what only moved', () => {
    expect(newAbove(before, ['c', 'a', 'b'], 'b')).toEqual([]);
  });

  it('is nothing when no row is held, or the held one is gone', () => {
    expect(newAbove(before, ['x', 'a'], null)).toEqual([]);
    expect(newAbove(before, ['x', 'a'], 'gone')).toEqual([]);
  });
});
