import { describe, expect, it } from 'vitest';
import { hexAt } from './chosen';
import type { LonLat } from './mercator';
import type { Hex } from './scene';

const RING: LonLat[] = [
  [-0.14, 51.51],
  [-0.138, 51.512],
  [-0.134, 51.512],
  [-0.132, 51.51],
  [-0.134, 51.508],
  [-0.138, 51.508],
  [-0.14, 51.51],
];
const hex: Hex = {
  cell: '89195da49afffff',
  group: 'theft',
  ring: RING,
  middle: { x: 0, y: 0 },
  step: 1,
  figure: 'T 5',
  usual: ', 2.1 usual',
};

describe('the hex under a press', () => {
  it.each([
    ['its middle', [-0.136, 51.51], true],
    ['just inside its west corner', [-0.1399, 51.51], true],
    ['just outside it', [-0.1401, 51.51], false],
    ['beside a slanted edge', [-0.1395, 51.5118], false],
    ['north of it', [-0.136, 51.5121], false],
  ] as const)('at %s', (_, at, inside) => {
    expect(hexAt([hex], at)).toBe(inside ? hex : null);
  });
});
