import { describe, expect, it } from 'vitest';
import { CONFIG, countWindow, incident } from '../../shared/builders';
import { incidentsAt, placeCounts, placeName } from './placeCounts';

const WEST_END = 'E05013808';
const CELL = '89195da49b3ffff';

describe('the counts of a place', () => {
  const windows = [
    countWindow({ category_group: 'theft', count: 2, expected: null }),
    countWindow({ count: 3, expected: 0.8 }),
    countWindow({ span_minutes: null, count: 5, expected: 2.2 }),
    countWindow({ place: 'E05013806', count: 9 }),
  ];

  it('stand by kind and span, each beside its usual', () => {
    expect(placeCounts(windows, WEST_END, null, CONFIG)).toEqual([
      {
        group: 'violence',
        label: 'Violence',
        letter: 'V',
        counts: [null, { count: 3, expected: 0.8 }, null, { count: 5, expected: 2.2 }],
      },
      {
        group: 'theft',
        label: 'Theft',
        letter: 'T',
        counts: [null, { count: 2, expected: null }, null, null],
      },
    ]);
  });

  it('begin with the kind that was chosen, even when it is no longer there', () => {
    expect(placeCounts(windows, WEST_END, 'theft', CONFIG).map(({ group }) => group)).toEqual([
      'theft',
      'violence',
    ]);
    expect(placeCounts([], WEST_END, 'theft', CONFIG)[0]?.counts).toEqual([null, null, null, null]);
  });
});

describe('a place', () => {
  it.each([
    [WEST_END, 'West End'],
    [CELL, 'A part of West End'],
    ['89195da49b7ffff', 'A part of the map'],
    ['E09000033', 'All of Westminster'],
  ])('%s is %s', (place, name) => {
    expect(placeName(place, [incident()], CONFIG)).toBe(name);
  });

  it('has its incidents, the newest first', () => {
    const old = incident({ id: 'old', at: '2026-05-16T20:00:00.000Z' });
    const elsewhere = incident({ id: 'else', ward: 'E05013806', cell: 'x' });
    const all = [old, elsewhere, incident({ id: 'new' })];
    expect(incidentsAt(all, WEST_END, CONFIG).map(({ id }) => id)).toEqual(['new', 'old']);
    expect(incidentsAt(all, CELL, CONFIG)).toHaveLength(2);
    expect(incidentsAt(all, 'E09000033', CONFIG)).toHaveLength(3);
  });
});
