import { describe, expect, it } from 'vitest';
import { deskTime, pace } from './clock';
import { NO_LINE, type Beat, type LineFacts } from './connection';

const beat = (at: number, heardAt: number, desk: Beat['desk'] = 'live'): Beat => ({
  at,
  heardAt,
  desk,
  why: null,
});
const facts = (given: Partial<LineFacts>): LineFacts => ({ ...NO_LINE, current: true, ...given });

describe('the desk’s clock', () => {
  it('is not known before a heartbeat', () => {
    expect(deskTime(NO_LINE, 5_000, 1)).toBeNull();
  });

  it('moves on between heartbeats while live', () => {
    expect(deskTime(facts({ beat: beat(1_000_000, 5_000) }), 6_500, 1)).toBe(1_001_500);
  });

  it('stands still when the line or the desk is not live', () => {
    const told = beat(1_000_000, 5_000);
    expect(deskTime(facts({ beat: told, current: false }), 9_000, 1)).toBe(1_000_000);
    expect(deskTime(facts({ beat: beat(1_000_000, 5_000, 'catching_up') }), 9_000, 1)).toBe(
      1_000_000,
    );
  });

  it('never runs further ahead than the silence that makes it stale', () => {
    expect(deskTime(facts({ beat: beat(0, 0) }), 60_000, 1)).toBe(10_000);
  });

  it('runs at the pace it was seen to run at', () => {
    const stopped = facts({ beat: beat(1_000_000, 4_000), earlierBeat: beat(1_000_000, 2_000) });
    expect(pace(stopped, 60)).toBe(0);
    const close = facts({ beat: beat(122_000, 4_000), earlierBeat: beat(0, 2_000) });
    expect(pace(close, 60)).toBe(60);
    const slower = facts({ beat: beat(20_000, 4_000), earlierBeat: beat(0, 2_000) });
    expect(pace(slower, 60)).toBe(10);
  });

  it('does not run on after a jump, as from one operating night to the next', () => {
    const days = 5 * 24 * 3_600_000;
    const jumped = facts({ beat: beat(days, 4_000), earlierBeat: beat(0, 2_000) });
    expect(pace(jumped, 60)).toBe(60);
    expect(deskTime(jumped, 5_000, 60)).toBe(days + 60_000);
  });

  it('trusts the said pace when heartbeats came too close together', () => {
    expect(pace(facts({ beat: beat(9_000, 1_050), earlierBeat: beat(0, 1_000) }), 60)).toBe(60);
  });
});
