import { describe, expect, it } from 'vitest';
import { clusterZoom, spotsOf, type Located } from './clusters';
import { worldOf, worldPx, type LonLat } from './mercator';

const point = (id: string, at: LonLat): Located => ({ id, world: worldOf(at) });

/** Numbers from a seed, the same each run. */
function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const many = (count: number, seed: number): Located[] => {
  const next = drawn(seed);
  return Array.from({ length: count }, (_, i) =>
    point(`i${i}`, [-0.2 + next() * 0.1, 51.48 + next() * 0.06]),
  );
};

describe.each([10, 12.6, 14, 15.7, 18])('at zoom %f', (zoom) => {
  const points = many(700, 11);
  const spots = spotsOf(points, zoom, 24);

  it('every point is in exactly one figure, and the figures add up', () => {
    const ids = spots.flatMap((spot) => spot.points.map(({ id }) => id));
    expect(ids.sort()).toEqual(points.map(({ id }) => id).sort());
  });

  it('no two spots lie nearer than they may', () => {
    const scale = worldPx(clusterZoom(zoom));
    const apart = spots.flatMap((a, i) =>
      spots
        .slice(i + 1)
        .map((b) => Math.hypot(a.world.x - b.world.x, a.world.y - b.world.y) * scale),
    );
    expect(apart.reduce((least, px) => Math.min(least, px), Infinity)).toBeGreaterThan(23.999);
  });
});

it('points on one spot are together at every zoom', () => {
  const here = [point('a', [-0.13, 51.51]), point('b', [-0.13, 51.51])];
  expect(spotsOf(here, 18.5, 24)).toEqual([{ id: 'a', world: here[0]?.world, points: here }]);
});

it('a new point moves no figure', () => {
  const before = spotsOf(many(200, 3), 14, 24);
  const after = spotsOf([...many(200, 3), point('new', [-0.15, 51.5])], 14, 24);
  const places = new Map(after.map(({ id, world }) => [id, world]));
  for (const spot of before) expect(places.get(spot.id)).toEqual(spot.world);
});

it('pulling and small zooms change nothing', () => {
  const points = many(300, 5);
  expect(spotsOf(points, 14.1, 24)).toEqual(spotsOf(points, 14.4, 24));
});
