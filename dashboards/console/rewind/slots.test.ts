import { describe, expect, it } from 'vitest';
import type { Marks } from '../../shared/rest';
import { barsOf, hoursOf, placeOf, timeAt } from './slots';

const HOUR = 3_600_000;
const opensAt = Date.parse('2026-05-16T17:00:00Z');
const night = { opensAt, closesAt: opensAt + 12 * HOUR };

function marks(slots: [number, number | null][]): Marks {
  return {
    night: '2026-05-16',
    opens_at: '2026-05-16T17:00:00Z',
    closes_at: '2026-05-17T05:00:00Z',
    slots: slots.map(([incidents, usual], index) => ({
      from: new Date(opensAt + index * 900_000).toISOString(),
      incidents,
      usual,
    })),
  };
}

describe('bars', () => {
  const drawn = barsOf(
    marks([
      [2, 4],
      [8, 5.2],
      [0, null],
    ]),
    opensAt + 1_000_000,
  );

  it('are shares of the tallest, the usual among them', () => {
    expect(drawn.map(({ height, usual }) => [height, usual])).toEqual([
      [0.25, 0.5],
      [1, 0.65],
      [0, null],
    ]);
  });

  it('have words beside their usual; one that has not begun has only its usual', () => {
    expect(drawn.map(({ words }) => words)).toEqual([
      '2 incidents, 4 usual',
      '8 incidents, 5.2 usual',
      'usual not known',
    ]);
    expect(drawn.map(({ future }) => future)).toEqual([false, false, true]);
  });

  it('one incident on a quiet night does not fill the height', () => {
    expect(barsOf(marks([[1, 0.4]]), opensAt)[0]?.height).toBe(0.25);
  });

  it('say where the desk itself saw nothing', () => {
    const gap = { since: '2026-05-16T17:20:00Z', until: '2026-05-16T17:31:00Z' };
    const bars = barsOf(
      marks([
        [1, 1],
        [0, 1],
        [0, 1],
      ]),
      opensAt + HOUR,
      [gap],
    );
    expect(bars.map(({ blind }) => blind)).toEqual([false, true, true]);
  });
});

describe('places and times', () => {
  it('are each other’s inverse, to the minute, and stay in the night', () => {
    const at = opensAt + 5 * HOUR + 600_000;
    expect(timeAt(placeOf(at, night), night)).toBe(at);
    expect(placeOf(opensAt - HOUR, night)).toBe(0);
    expect(timeAt(1.2, night)).toBe(night.closesAt);
  });

  it('a night over a change of clocks has as many hours as it has', () => {
    expect(hoursOf(night)).toHaveLength(13);
    expect(hoursOf({ opensAt, closesAt: opensAt + 11 * HOUR })).toHaveLength(12);
  });
});
