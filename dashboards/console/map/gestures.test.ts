import { describe, expect, it } from 'vitest';
import { byKey, pinched } from './gestures';
import { pixelOf, worldOf } from './mercator';

const VIEW = { lon: -0.13, lat: 51.513, zoom: 15 };
const SIZE = { width: 1000, height: 600 };

describe('keys', () => {
  it.each([
    ['ArrowLeft', 'lon', -1],
    ['ArrowRight', 'lon', 1],
    ['ArrowUp', 'lat', 1],
    ['ArrowDown', 'lat', -1],
    ['+', 'zoom', 1],
    ['-', 'zoom', -1],
  ] as const)('%s changes the %s', (key, what, sign) => {
    const next = byKey(key, VIEW, SIZE);
    expect(Math.sign((next?.[what] ?? 0) - VIEW[what])).toBe(sign);
  });

  it('others are nobody’s here', () => {
    expect(byKey('j', VIEW, SIZE)).toBeNull();
  });
});

it('two fingers apart go nearer, and the one that rests holds its place', () => {
  const other = { x: 300, y: 300 };
  const next = pinched(VIEW, { x: 400, y: 300 }, { x: 500, y: 300 }, other, SIZE);
  expect(next.zoom).toBeCloseTo(16, 6);
  const held = { lon: -0.13, lat: 51.513 };
  const before = pixelOf(worldOf([held.lon, held.lat]), VIEW, SIZE);
  const after = pixelOf(worldOf([held.lon, held.lat]), next, SIZE);
  expect(after.x - other.x).toBeCloseTo((before.x - other.x) * 2, 6);
  expect(pinched(VIEW, other, other, other, SIZE)).toBe(VIEW);
});
