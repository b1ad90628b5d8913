import { describe, expect, it } from 'vitest';
import { waitMs } from './backoff';

describe('waitMs', () => {
  it('doubles from half a second to fifteen', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map((tries) => waitMs(tries, 0.999999))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
    ]);
  });

  it('spreads pages over half of each step', () => {
    expect(waitMs(3, 0)).toBe(2_000);
    expect(waitMs(3, 0.5)).toBe(3_000);
  });
});
