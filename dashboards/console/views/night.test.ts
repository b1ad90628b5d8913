import { describe, expect, it } from 'vitest';
import { CONFIG, night } from '../../shared/builders';
import { wallClock } from '../../shared/words/clock';
import { lastNight, nextOpening, tonight } from './night';

const clock = wallClock('Europe/London');
const next = (at: string, extra: string[] = []): string | null => {
  return nextOpening({ ...CONFIG.nights, extra_dates: extra }, Date.parse(at), clock);
};

describe('the night', () => {
  it('is the open one, and the last the latest closed', () => {
    const nights = [
      night({ night: '2026-05-15', status: 'closed', opens_at: '2026-05-15T17:00:00.000Z' }),
      night({ night: '2026-05-09', status: 'closed', opens_at: '2026-05-09T17:00:00.000Z' }),
      night(),
    ];
    expect(tonight(nights)?.night).toBe('2026-05-16');
    expect(lastNight(nights)?.night).toBe('2026-05-15');
    expect(tonight([])).toBeNull();
  });
});

describe('the next opening', () => {
  it.each([
    ['2026-05-13T12:00:00Z', 'the next opens Friday 18:00'],
    ['2026-05-15T12:00:00Z', 'the next opens today 18:00'],
    ['2026-05-17T09:00:00Z', 'the next opens Friday 18:00'],
    ['2026-05-16T06:00:00Z', 'the next opens today 18:00'],
    ['2026-05-14T22:59:00Z', 'the next opens Friday 18:00'],
  ])('after %s: %s', (at, words) => {
    expect(next(at)).toBe(words);
  });

  it('knows extra dates', () => {
    expect(next('2026-05-17T09:00:00Z', ['2026-05-18'])).toBe('the next opens Monday 18:00');
  });

  it('leaves no day out when the clocks go forward in its night, and takes none twice when they go back', () => {
    expect(next('2026-03-28T23:30:00Z', ['2026-03-29'])).toBe('the next opens Sunday 18:00');
    expect(next('2026-10-24T23:30:00Z', ['2026-10-26'])).toBe('the next opens Monday 18:00');
  });

  it('is not guessed before the desk’s clock is known', () => {
    expect(nextOpening(CONFIG.nights, null, clock)).toBeNull();
  });
});
