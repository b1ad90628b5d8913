import { expect, it } from 'vitest';
import { wallClock } from '../../shared/words/clock';
import { momentOf } from './moments';

const clock = wallClock('Europe/London');
const at = (now: string, time: string): string | null => {
  const found = momentOf(time, Date.parse(now), clock);
  return found === null ? null : new Date(found).toISOString();
};

it('is the last time that the area’s clock said so', () => {
  expect(at('2026-05-16T22:41:28Z', '23:41')).toBe('2026-05-16T22:41:00.000Z');
  expect(at('2026-05-16T22:41:28Z', '23:42')).toBe('2026-05-15T22:42:00.000Z');
  expect(at('2026-05-16T23:10:00Z', '23:50')).toBe('2026-05-16T22:50:00.000Z');
});

it('is the second of the two when the clocks go back, and the day before’s when they go forward', () => {
  expect(at('2026-10-25T02:00:00Z', '01:30')).toBe('2026-10-25T01:30:00.000Z');
  expect(at('2026-03-29T02:00:00Z', '01:30')).toBe('2026-03-28T01:30:00.000Z');
});

it('is none for what is no time', () => {
  expect(at('2026-05-16T22:41:28Z', '')).toBeNull();
});
