import { describe, expect, it } from 'vitest';
import { centroidOf, loadBasemap, middleOf, nearestStreet, pointsOf, unpacked } from './basemap';
import { worldOf, type LonLat } from './mercator';

const PACKED = {
  format: 1,
  credit: ['© Somebody'],
  schematic: false,
  layers: {
    street: [
      { n: 'Old Compton Street', k: 'mid', g: [[-13280, 5151210, 340, 130]] },
      { n: 'Meard Passage', k: 'path', g: [[-13260, 5151250, 0, 10]] },
      { k: 'minor', g: [[-13250, 5151240, 0, 10]] },
    ],
    ward: [
      { n: 'West End', k: 'E05013808', g: [[-14000, 5151000, 1000, 0, 0, 1000, -1000, -1000]] },
    ],
  },
  cells: { '89195da49b3ffff': [-13000, 5151000, 100, 0, 0, 100, -100, -100] },
};

it('lines come as a place and then the steps on', () => {
  expect(pointsOf([-13071, 5151382, 71, 0, -1, -10])).toEqual([
    [-0.13071, 51.51382],
    [-0.13, 51.51382],
    [-0.13001, 51.51372],
  ]);
  expect(pointsOf([])).toEqual([]);
});

describe('a basemap', () => {
  const basemap = unpacked(PACKED);

  it('has every layer, also those that nothing is in', () => {
    expect(basemap.layers.building).toEqual([]);
    expect(basemap.layers.street.map(({ name, kind }) => [name, kind])).toEqual([
      ['Old Compton Street', 'mid'],
      ['Meard Passage', 'path'],
      ['', 'minor'],
    ]);
  });

  it('is bounded by its wards', () => {
    expect(basemap.bounds).toEqual([-0.14, 51.51, -0.13, 51.52]);
  });

  it('names a place by the street that passes nearest, paths and nameless ones aside', () => {
    expect(nearestStreet(basemap, [-0.1326, 51.5125])).toBe('Old Compton Street');
    expect(nearestStreet(basemap, [-0.2, 51.53])).toBeNull();
  });
});

it('the middle of a ring counts its closing corner once', () => {
  const square: LonLat[] = [
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
    [0, 0],
  ];
  expect(middleOf(square)).toEqual([1, 1]);
  expect(centroidOf(square).x).toBeCloseTo(worldOf([1, 1]).x, 12);
  expect(centroidOf(square).y).toBeCloseTo(worldOf([1, 1]).y, 6);
});

describe('loading', () => {
  const answer = (body: unknown, status = 200) =>
    loadBasemap('/api/v1/basemap', () => Promise.resolve(Response.json(body, { status })));

  it('gives the basemap, and none for what cannot be read', async () => {
    expect((await answer(PACKED))?.credit).toEqual(['© Somebody']);
    expect(await answer({ ...PACKED, format: 2 })).toBeNull();
    expect(await answer({}, 401)).toBeNull();
    expect(await loadBasemap('/', () => Promise.reject(new TypeError('no line')))).toBeNull();
  });
});
