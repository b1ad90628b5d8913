import { describe, expect, it } from 'vitest';
import { wallClock } from '../words/clock';
import { NO_LINE, type LineFacts } from './connection';
import { truthOf, type Surrounds } from './truth';

const TOLD = Date.parse('2026-05-16T22:41:35.000Z');
const around = (given: Partial<Surrounds> = {}): Surrounds => ({
  now: 1_000,
  wall: TOLD + 1_000,
  isReplay: false,
  speed: 1,
  clock: wallClock('Europe/London').hms,
  ...given,
});
const facts = (given: Partial<LineFacts> = {}): LineFacts => ({
  ...NO_LINE,
  line: 'open',
  heardAt: 0,
  current: true,
  beat: { at: TOLD, desk: 'live', why: null, heardAt: 0 },
  ...given,
});

describe('truthOf', () => {
  it('is live when the line is current and the desk is', () => {
    expect(truthOf(facts(), around())).toMatchObject({ kind: 'live', word: 'Live', banner: null });
  });

  it('says replay and its speed in a replay realm', () => {
    const replay = { isReplay: true, speed: 60 };
    expect(truthOf(facts(), around(replay)).word).toBe('Replay ×60');
    expect(truthOf(facts(), around({ ...replay, speed: 1 })).word).toBe('Replay');
  });

  it('is stale after ten silent seconds, since what was last told, and says what to do', () => {
    const truth = truthOf(facts(), around({ now: 32_000 }));
    expect(truth).toMatchObject({ kind: 'stale', word: 'Stale', note: 'since 23:41:35' });
    expect(truth.banner?.means).toBe(
      'What you see is 32 s old. Use the radio for what cannot wait.',
    );
  });

  it('is not yet stale just before', () => {
    expect(truthOf(facts(), around({ now: 9_999 })).kind).toBe('live');
  });

  it('is catching up while the line is gone, with its age, and raises no banner for a blink', () => {
    const gone = facts({ line: 'waiting', current: false });
    expect(truthOf(gone, around({ now: 2_000 }))).toMatchObject({
      kind: 'catching_up',
      note: '2 s behind',
      banner: null,
    });
    expect(truthOf(gone, around({ now: 4_000 })).banner?.means).toContain('You see 23:41:35.');
  });

  it('is catching up after a resume until all is there', () => {
    expect(truthOf(facts({ current: false }), around()).kind).toBe('catching_up');
  });

  it('is catching up with the desk’s own age while the desk reads what it missed', () => {
    const behind = facts({ beat: { at: TOLD, desk: 'catching_up', why: null, heardAt: 0 } });
    expect(truthOf(behind, around({ wall: TOLD + 22_000 })).note).toBe('22 s behind');
    expect(truthOf(behind, around({ isReplay: true })).note).toBe('the desk is reading');
  });

  it('says that a desk restores to who has no picture yet, and not what is seen', () => {
    const beat = { at: TOLD, desk: 'catching_up', why: null, heardAt: 0 } as const;
    const truth = truthOf(facts({ current: false, beat }), around());
    expect(truth).toMatchObject({ kind: 'catching_up', note: '1 s behind' });
    expect(truth.banner?.means).toBe('The desk is reading what it missed; nothing is lost.');
    expect(truthOf(facts({ beat }), around()).banner?.means).toBe(
      'You see 23:41:35. The desk is reading what it missed; nothing is lost.',
    );
  });

  it('says that the desk stopped although the line is good', () => {
    const stopped = facts({
      beat: { at: TOLD, desk: 'stopped', why: 'The disk is full.', heardAt: 0 },
    });
    const truth = truthOf(stopped, around());
    expect(truth).toMatchObject({ kind: 'stopped', note: 'at 23:41:35' });
    expect(truth.banner?.means).toBe(
      'The disk is full. Use the radio, and have the desk restarted.',
    );
  });

  it('stays live and passes on what the desk says is wrong', () => {
    const ailing = facts({
      beat: { at: TOLD, desk: 'live', why: 'The record is behind.', heardAt: 0 },
    });
    expect(truthOf(ailing, around())).toMatchObject({
      kind: 'live',
      banner: { what: 'The desk says:', means: 'The record is behind.' },
    });
  });

  it('says that nothing was ever heard, once a try has failed', () => {
    expect(truthOf(NO_LINE, around()).kind).toBe('catching_up');
    expect(truthOf({ ...NO_LINE, failed: 1 }, around()).word).toBe('Not heard');
  });

  it('says why it was refused', () => {
    const truth = truthOf(facts({ refused: 'not_allowed' }), around());
    expect(truth).toMatchObject({ kind: 'refused', note: 'not allowed' });
    expect(truth.banner?.means).toBe('Your sign-in may not see it. Sign in as operations.');
  });

  it('has plain words for every refusal', () => {
    const reasons = ['not_json', 'unknown_op', 'too_large', 'too_deep', 'too_many_topics'] as const;
    for (const reason of [...reasons, 'unknown_topic', 'not_allowed', 'too_fast'] as const) {
      const { note, banner } = truthOf(facts({ refused: reason }), around());
      expect(note).toMatch(/^[a-z ]+$/);
      expect(banner?.means).toMatch(/^([A-Z][a-z -]+(, [a-z ]+)?\. ?)+$/);
    }
  });
});
