import { describe, expect, it } from 'vitest';
import { CONFIG, countWindow } from '../../shared/builders';
import { usualGap, wardTable } from './wards';

const WEST_END = 'E05013808';
const ST_JAMES = 'E05013806';

describe('the ward table', () => {
  it('keeps to one span, and to the wards and the borough', () => {
    const table = wardTable(
      [
        countWindow({ count: 5 }),
        countWindow({ count: 9, span_minutes: 180 }),
        countWindow({ count: 2, place: '89195da49b3ffff' }),
        countWindow({ count: 6, place: 'E09000033', expected: 4 }),
      ],
      60,
      CONFIG,
    );
    expect(table.rows.map(({ name, count }) => [name, count])).toEqual([['West End', 5]]);
    expect(table.borough).toMatchObject({ name: 'All of Westminster', count: 6 });
    expect(table.calm).toEqual(['St James’s', 'Hyde Park']);
    expect(table.usualKnown).toBe(true);
  });

  it('puts the ward that is furthest above its usual first, not the one with the most', () => {
    const table = wardTable(
      [
        countWindow({ place: WEST_END, count: 10, expected: 9.5 }),
        countWindow({ place: ST_JAMES, count: 4, expected: 0.5 }),
      ],
      60,
      CONFIG,
    );
    expect(table.rows.map((row) => row.place)).toEqual([ST_JAMES, WEST_END]);
  });

  it('does not let a quiet group hide a busy one', () => {
    const table = wardTable(
      [
        countWindow({ place: WEST_END, count: 4, expected: 1 }),
        countWindow({ place: WEST_END, category_group: 'theft', count: 1, expected: 8 }),
      ],
      60,
      CONFIG,
    );
    expect(table.rows[0]?.above).toBe(3);
  });

  it.each([
    [2, 0.1, 0],
    [3, 2.1, 0],
    [3, 2, 1],
    [4, 2, 2],
    [8, 2, 3],
    [3, null, 0],
  ])('%i beside %s usual is step %i', (count, expected, step) => {
    const table = wardTable([countWindow({ count, expected })], 60, CONFIG);
    expect(table.rows[0]?.cells.get('violence')?.step).toBe(step);
  });

  it('shows the night so far', () => {
    const table = wardTable([countWindow({ span_minutes: null, expected: null })], null, CONFIG);
    expect(table.rows).toHaveLength(1);
    expect(table.usualKnown).toBe(false);
  });
});

describe('why the usual is missing', () => {
  const opened = Date.parse('2026-05-16T17:00:00Z');

  it.each([
    ['no night is open', null, 60, 'No usual between operating nights.'],
    [
      'few nights are known',
      { opensAt: opened, pastNights: 2 },
      60,
      'Usual not known yet (2 nights; 4 are needed).',
    ],
    [
      'one night is known',
      { opensAt: opened, pastNights: 1 },
      null,
      'Usual not known yet (1 night; 4 are needed).',
    ],
    [
      'the span is longer than the night is old',
      { opensAt: opened, pastNights: 8 },
      180,
      'Usual not known: the night is 60 min old, and these minutes began before it.',
    ],
    [
      'nothing else explains it',
      { opensAt: opened, pastNights: 8 },
      15,
      'Usual not known for some of these.',
    ],
  ] as const)('%s', (_, night, span, words) => {
    expect(usualGap(span, night, opened + 3_600_000, 4)).toBe(words);
  });
});
