import { describe, expect, it } from 'vitest';
import { freeBox, type Box } from './figures';

const MIDDLE = { x: 100, y: 100 };
const over = (top: number, bottom: number): Box => ({ left: 0, right: 200, top, bottom });

describe('the words of a hex', () => {
  it('stand below its middle where nothing else does', () => {
    expect(freeBox(MIDDLE, 60, [])).toEqual({ left: 70, right: 130, top: 126.5, bottom: 141.5 });
  });

  it('give way to a mark that stands there', () => {
    const box = freeBox(MIDDLE, 60, [over(120, 150)]);
    expect(box?.bottom).toBeLessThan(100);
  });

  it('are left out where marks stand everywhere', () => {
    expect(freeBox(MIDDLE, 60, [over(0, 300)])).toBeNull();
  });

  it('stay where a mark is only beside them', () => {
    const beside = { left: 131, right: 160, top: 120, bottom: 150 };
    expect(freeBox(MIDDLE, 60, [beside])?.top).toBe(126.5);
  });
});
