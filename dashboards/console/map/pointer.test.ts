import { describe, expect, it } from 'vitest';
import { distanceWords, pointerTo, scaleBar } from './pointer';

const VIEW = { lon: -0.13, lat: 51.513, zoom: 15 };
const SIZE = { width: 1000, height: 600 };

describe('the edge pointer', () => {
  it('is not there while the place is in view', () => {
    expect(pointerTo([-0.131, 51.514], VIEW, SIZE)).toBeNull();
  });

  it.each([
    ['left', [-0.174, 51.51]],
    ['right', [-0.08, 51.51]],
    ['top', [-0.13, 51.56]],
    ['bottom', [-0.131, 51.45]],
  ] as const)('points %s', (side, at) => {
    const pointer = pointerTo([at[0], at[1]], VIEW, SIZE);
    expect(pointer?.side).toBe(side);
    expect(pointer?.along).toBeGreaterThanOrEqual(0);
    expect(pointer?.along).toBeLessThanOrEqual(1);
  });

  it('says how far it is', () => {
    expect(distanceWords(pointerTo([-0.17436, 51.49979], VIEW, SIZE)?.metres ?? 0)).toBe('3.4 km');
    expect(distanceWords(338)).toBe('340 m');
    expect(distanceWords(996)).toBe('1.0 km');
  });
});

it.each([
  [1, 110, 100],
  [2.4, 110, 200],
  [9.1, 110, 1000],
  [0.5, 110, 50],
])('%f metres a pixel: a scale of round metres that fits %i pixels', (per, most, metres) => {
  const scale = scaleBar(per, most);
  expect(scale.metres).toBe(metres);
  expect(scale.px).toBeLessThanOrEqual(most);
});
