import { describe, expect, it } from 'vitest';
import { AT, CONFIG, countWindow, feed, incident, member } from '../../shared/builders';
import { rowOf } from '../views/incidents';
import { hexesOf, placesOf, ranked } from '../views/places';
import { unpacked } from './basemap';
import { blindOf, hexesIn, marksOf, spotted } from './scene';

const NOW = Date.parse(AT);
const CELL = '89195da49b3ffff';
const BASEMAP = unpacked({
  format: 1,
  credit: [],
  schematic: true,
  layers: {},
  cells: { [CELL]: [-13000, 5151000, 100, 0, 0, 100, -100, -100] },
});

describe('marks', () => {
  const at = (id: string, minutes: number) =>
    rowOf(
      incident({
        id,
        members: [member({ id, at: new Date(NOW - minutes * 60_000).toISOString() })],
      }),
      CONFIG,
    );

  it('are solid for 15 minutes', () => {
    const marks = marksOf([at('new', 14), at('old', 15)], NOW, CONFIG);
    expect(marks.map(({ id, fresh }) => [id, fresh])).toEqual([
      ['old', false],
      ['new', true],
    ]);
  });

  it('have the shape of who told first and the letter of what it was', () => {
    const [mark] = marksOf([at('a', 1)], NOW, CONFIG);
    expect(mark).toMatchObject({ source: 'sbn', letter: 'V', group: 'violence' });
  });

  it('claim nothing to be new while the desk’s clock is not known', () => {
    expect(marksOf([at('a', 1)], null, CONFIG)[0]?.fresh).toBe(false);
  });
});

describe('hexes', () => {
  const shown = (...given: Parameters<typeof countWindow>[0][]) =>
    hexesIn(hexesOf(placesOf(given.map(countWindow), 60, CONFIG)), BASEMAP, CONFIG);

  it('are drawn only from 1.5 times the usual, the usual beside the count', () => {
    expect(shown({ place: CELL, count: 3, expected: 2.1 })).toEqual([]);
    expect(shown({ place: CELL, count: 3, expected: 2 })[0]).toMatchObject({
      step: 1,
      figure: 'V 3',
      usual: ', 2 usual',
    });
  });

  it('are not drawn without a usual, nor of another span, nor for a ward', () => {
    expect(shown({ place: CELL, count: 30, expected: null })).toEqual([]);
    expect(shown({ place: CELL, count: 30, span_minutes: 180 })).toEqual([]);
    expect(shown({ place: 'E05013808', count: 30 })).toEqual([]);
  });

  it('show the kind that is farthest above its usual', () => {
    const hexes = shown(
      { place: CELL, count: 4, expected: 2 },
      { place: CELL, count: 9, expected: 1, category_group: 'theft' },
    );
    expect(hexes.map(({ figure }) => figure)).toEqual(['T 9']);
  });
});

describe('ranked places', () => {
  it('put what is farthest above its usual first, and count wards once', () => {
    const { unusual, wards } = ranked(
      placesOf(
        [
          countWindow({ count: 4, expected: 2 }),
          countWindow({ count: 12, expected: 6, category_group: 'theft' }),
          countWindow({ place: CELL, count: 5, expected: 0.5 }),
          countWindow({ place: 'E05013806', count: 9, expected: 9 }),
          countWindow({ place: 'E09000033', count: 99, expected: 1 }),
        ],
        60,
        CONFIG,
      ),
    );
    expect(unusual.map(({ place, count }) => [place, count])).toEqual([
      [CELL, 5],
      ['E05013808', 12],
      ['E05013808', 4],
    ]);
    expect(wards).toBe(1);
  });

  it('put the most first while nothing is known to be usual', () => {
    const windows = [2, 7, 1].map((count, i) =>
      countWindow({ count, expected: null, place: Object.keys(CONFIG.wards)[i] ?? '' }),
    );
    const { unusual, most } = ranked(placesOf(windows, 60, CONFIG));
    expect(unusual).toEqual([]);
    expect(most.map(({ count }) => count)).toEqual([7, 2]);
  });
});

describe('what is blind', () => {
  const camera = (status: 'live' | 'blind') =>
    feed({
      source: 'noise',
      status: 'live',
      sensors: [{ id: 'pall-mall', status, last_at: new Date(NOW - 540_000).toISOString() }],
    });

  it('a silent camera blinds its surroundings and not the borough', () => {
    expect(blindOf([camera('blind')], NOW, CONFIG)).toEqual([
      {
        name: 'Pall Mall camera',
        since: 'blind for 9 min',
        middle: [-0.1339, 51.5067],
        radius_m: 250,
      },
    ]);
    expect(blindOf([camera('live')], NOW, CONFIG)).toEqual([]);
  });

  it('a silent feed blinds everything', () => {
    const [blind] = blindOf([feed({ status: 'blind', last_at: null })], NOW, CONFIG);
    expect(blind).toEqual({
      name: 'Businesses',
      since: 'not heard yet',
      middle: null,
      radius_m: 0,
    });
    expect(blindOf([feed({ status: 'quiet' })], NOW, CONFIG)).toEqual([]);
  });
});

it('cameras and venues stand where the configuration says, and nowhere without it', () => {
  expect(spotted(CONFIG.venues, CONFIG.venues_at).map(({ name }) => name)).toEqual([
    'The Blue Door',
  ]);
  expect(spotted(CONFIG.venues, undefined)).toEqual([]);
});
