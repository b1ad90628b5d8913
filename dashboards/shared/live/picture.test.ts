import { describe, expect, it } from 'vitest';
import type { Delta } from '../types';
import type { ServerFrame, State } from './frames';
import { applyFrame, EMPTY, unfollowed, type Picture } from './picture';

const TOPIC = 'westminster/operations';
const snapshot = (e: string, s: number, state: State): ServerFrame => ({
  t: 'snapshot',
  topic: TOPIC,
  e,
  s,
  state,
});
const delta = (e: string, s: number, given: Partial<Delta> = {}): Delta => ({
  t: 'delta',
  topic: TOPIC,
  e,
  s,
  ...given,
});
const heartbeat = (e: string, s: number): ServerFrame => ({
  t: 'heartbeat',
  topic: TOPIC,
  e,
  s,
  at: '2026-05-16T22:00:00.000Z',
  desk: 'live',
  why: null,
});
const after = (...frames: ServerFrame[]): Picture => frames.reduce(applyFrame, EMPTY);
const start = snapshot('e1', 5, { incidents: { a: { n: 1 } }, feeds: { lfb: { n: 1 } } });

describe('applyFrame', () => {
  it('takes a snapshot whole', () => {
    const picture = after(start);
    expect(picture).toMatchObject({ e: 'e1', s: 5, standing: 'following' });
    expect(picture.state['incidents']).toEqual({ a: { n: 1 } });
  });

  it('sets and removes what a delta names, and leaves other kinds the very same object', () => {
    const before = after(start);
    const next = applyFrame(
      before,
      delta('e1', 6, { up: { incidents: { b: { n: 2 } } }, del: { incidents: ['a'] } }),
    );
    expect(next).toMatchObject({ s: 6, standing: 'following' });
    expect(next.state['incidents']).toEqual({ b: { n: 2 } });
    expect(next.state['feeds']).toBe(before.state['feeds']);
  });

  it('never changes the picture it was given', () => {
    const before = after(start);
    applyFrame(before, delta('e1', 6, { del: { incidents: ['a'] } }));
    expect(before.state['incidents']).toEqual({ a: { n: 1 } });
  });

  it('begins a kind that it did not hold', () => {
    const picture = after(start, delta('e1', 6, { up: { night: { n: {} } } }));
    expect(picture.state['night']).toEqual({ n: {} });
  });

  it.each([
    ['a delta is missing', delta('e1', 7)],
    ['a delta is of another epoch', delta('e2', 6)],
    ['a heartbeat is ahead', heartbeat('e1', 6)],
    ['a heartbeat is of another epoch', heartbeat('e2', 5)],
  ])('is lost when %s, and keeps what it holds', (_, frame) => {
    const picture = after(start, frame);
    expect(picture).toMatchObject({ e: 'e1', s: 5, standing: 'lost' });
    expect(picture.state['incidents']).toEqual({ a: { n: 1 } });
  });

  it('takes no delta after a missing one until the missing one comes', () => {
    const lost = after(start, delta('e1', 7, { up: { incidents: { c: { n: 3 } } } }));
    expect(lost.s).toBe(5);
    const healed = [delta('e1', 6), delta('e1', 7, { up: { incidents: { c: { n: 3 } } } })].reduce(
      applyFrame,
      lost,
    );
    expect(healed).toMatchObject({ s: 7, standing: 'following' });
  });

  it('ignores a delta that it has already', () => {
    const picture = after(start, delta('e1', 5, { del: { incidents: ['a'] } }));
    expect(picture.state['incidents']).toEqual({ a: { n: 1 } });
  });

  it('waits for the snapshot that a gap announces', () => {
    const waiting = after(start, { t: 'gap', topic: TOPIC, e: 'e1', s: 90 }, delta('e1', 91));
    expect(waiting.standing).toBe('awaiting');
    expect(applyFrame(waiting, snapshot('e1', 90, {}))).toMatchObject({
      s: 90,
      standing: 'following',
    });
  });

  it('follows again when, after a lost line, a heartbeat agrees that nothing was missed', () => {
    const back = unfollowed(after(start));
    expect(back.standing).toBe('lost');
    expect(applyFrame(back, heartbeat('e1', 5)).standing).toBe('following');
    expect(applyFrame(back, heartbeat('e1', 6)).standing).toBe('lost');
  });

  it('has nothing to lose before the first snapshot', () => {
    expect(after(delta('e1', 6), heartbeat('e1', 6))).toBe(EMPTY);
    expect(unfollowed(EMPTY)).toBe(EMPTY);
  });
});

describe('stale snapshot + deltas = fresh snapshot', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('for every cut of a random history (seed %i)', (seed) => {
    const { frames, states } = history(seed, 60);
    const fresh = states.at(-1) ?? {};
    states.forEach((state, cut) => {
      const stale = applyFrame(EMPTY, snapshot('e', cut, state));
      const caughtUp = frames.slice(cut).reduce(applyFrame, stale);
      expect(caughtUp.s).toBe(60);
      expect(withoutEmpty(caughtUp.state)).toEqual(withoutEmpty(fresh));
    });
  });
});

/** A random history of one topic: its deltas, and by plain assignment the state before and after each. */
function history(seed: number, length: number): { frames: Delta[]; states: State[] } {
  const next = mulberry32(seed);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T;
  const states: State[] = [{}];
  const frames: Delta[] = [];
  for (let s = 1; s <= length; s++) {
    const state = structuredClone(states.at(-1) as State);
    const frame = delta('e', s, { up: {}, del: {} });
    for (let change = 0; change < 3; change++) {
      const [kind, key] = [pick(['incidents', 'windows', 'feeds']), pick(['a', 'b', 'c', 'd'])];
      if (frame.up?.[kind]?.[key] !== undefined || frame.del?.[kind]?.includes(key)) continue;
      if (next() < 0.35) {
        (frame.del![kind] ??= []).push(key);
        delete state[kind]?.[key];
      } else {
        const record = { n: Math.floor(next() * 1000) };
        (frame.up![kind] ??= {})[key] = record;
        (state[kind] ??= {})[key] = record;
      }
    }
    frames.push(frame);
    states.push(state);
  }
  return { frames, states };
}

function withoutEmpty(state: State): State {
  return Object.fromEntries(Object.entries(state).filter(([, of]) => Object.keys(of).length > 0));
}

/** A small seeded generator (Mulberry32, public domain), so that a failing history can be had again. */
function mulberry32(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
