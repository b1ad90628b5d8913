import { describe, expect, it } from 'vitest';
import {
  boundsOf,
  busiest,
  fitting,
  metresBetween,
  metresPerPixel,
  panned,
  pixelOf,
  placeOf,
  worldOf,
  zoomed,
  ZOOM_MAX,
  type LonLat,
  type View,
} from './mercator';

const SIZE = { width: 1000, height: 600 };
const VIEW: View = { lon: -0.13, lat: 51.513, zoom: 15 };
const SOHO: LonLat = [-0.1307, 51.5138];

describe('pixels and places', () => {
  it('the middle of the view is the middle of the screen', () => {
    const { x, y } = pixelOf(worldOf([VIEW.lon, VIEW.lat]), VIEW, SIZE);
    expect([x, y]).toEqual([500, 300]);
  });

  it('there and back is the same place', () => {
    const [lon, lat] = placeOf(pixelOf(worldOf(SOHO), VIEW, SIZE), VIEW, SIZE);
    expect(lon).toBeCloseTo(SOHO[0], 9);
    expect(lat).toBeCloseTo(SOHO[1], 9);
  });

  it('north is up and east is right', () => {
    const { x, y } = pixelOf(worldOf([-0.12, 51.52]), VIEW, SIZE);
    expect(x).toBeGreaterThan(500);
    expect(y).toBeLessThan(300);
  });

  it('a pixel is as many metres as the ground says', () => {
    const a = placeOf({ x: 0, y: 300 }, VIEW, SIZE);
    const b = placeOf({ x: 1000, y: 300 }, VIEW, SIZE);
    expect(metresBetween(a, b) / 1000).toBeCloseTo(metresPerPixel(VIEW), 2);
  });
});

describe('moving', () => {
  it('what is pulled follows the finger', () => {
    const before = pixelOf(worldOf(SOHO), VIEW, SIZE);
    const after = pixelOf(worldOf(SOHO), panned(VIEW, 40, -25), SIZE);
    expect(after.x - before.x).toBeCloseTo(40, 6);
    expect(after.y - before.y).toBeCloseTo(-25, 6);
  });

  it('what is zoomed about stays where it is', () => {
    const about = { x: 120, y: 480 };
    const held = placeOf(about, VIEW, SIZE);
    const { x, y } = pixelOf(worldOf(held), zoomed(VIEW, 1.3, about, SIZE), SIZE);
    expect([x, y].map(Math.round)).toEqual([120, 480]);
  });

  it('no nearer than there is something to see', () => {
    expect(zoomed(VIEW, 99, { x: 0, y: 0 }, SIZE).zoom).toBe(ZOOM_MAX);
  });
});

describe('fitting', () => {
  it('shows all of it, with room around', () => {
    const bounds = [-0.22, 51.48, -0.1, 51.54] as const;
    const view = fitting(bounds, SIZE, 30);
    for (const corner of [
      [bounds[0], bounds[1]],
      [bounds[2], bounds[3]],
    ] as LonLat[]) {
      const { x, y } = pixelOf(worldOf(corner), view, SIZE);
      expect(x).toBeGreaterThanOrEqual(29.9);
      expect(x).toBeLessThanOrEqual(970.1);
      expect(y).toBeGreaterThanOrEqual(29.9);
      expect(y).toBeLessThanOrEqual(570.1);
    }
  });

  it('a single place is not magnified without end', () => {
    expect(fitting([-0.13, 51.5, -0.13, 51.5], SIZE, 30, 15).zoom).toBe(15);
  });

  it('nothing has no bounds', () => {
    expect(boundsOf([])).toBeNull();
  });
});

it('the night is where it stands closest, not where it is farthest apart', () => {
  const soho = [0, 1, 2, 3].map((i): LonLat => [SOHO[0] + i * 0.001, SOHO[1]]);
  const far: LonLat[] = [
    [-0.21, 51.53],
    [-0.174, 51.4998],
    [-0.174, 51.4999],
  ];
  expect(busiest([...far, ...soho])).toEqual(boundsOf(soho));
  expect(busiest(far.slice(0, 2))).toBeNull();
});
