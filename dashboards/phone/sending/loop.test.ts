import { beforeEach, describe, expect, it } from 'vitest';
import { BODY, TestPhone } from '../builders';
import { Loop } from './loop';
import type { Round } from './sender';

let phone: TestPhone;
let rounds: Round[];
let planned: { ms: number; act: () => void }[];
let loop: Loop;
beforeEach(async () => {
  phone = await TestPhone.on();
  [rounds, planned] = [[], []];
  const timers = {
    now: () => phone.at,
    after: (ms: number, act: () => void) => {
      const plan = { ms, act };
      planned.push(plan);
      return () => void planned.splice(planned.indexOf(plan), 1);
    },
  };
  loop = new Loop(phone.sender, timers, (round) => {
    rounds.push(round);
    return Promise.resolve();
  });
});
const save = () => phone.pocket.save('blue-door', BODY, 6_000);

describe('the loop', () => {
  it('plans nothing when nothing waits', async () => {
    await loop.wake(false);
    expect([rounds, planned]).toEqual([['idle'], []]);
  });

  it('plans the next try for when it is due, once', async () => {
    await save();
    phone.faults.push('lost', 'lost');
    await loop.wake(true);
    await loop.wake(true);
    expect(planned.map(({ ms }) => ms)).toEqual([500]);
  });

  it('many calls at once are one round and one more', async () => {
    await save();
    await Promise.all([loop.wake(true), loop.wake(true), loop.wake(false), loop.wake(true)]);
    expect(rounds).toHaveLength(2);
    expect(phone.posted).toHaveLength(1);
  });

  it('a report saved while a round runs is not forgotten', async () => {
    await save();
    const first = loop.wake(false);
    await save();
    await loop.wake(true);
    await first;
    expect(phone.posted).toHaveLength(2);
  });

  it('signed out, it waits for somebody to sign in', async () => {
    await save();
    phone.venue = null;
    await loop.wake(true);
    expect([rounds, planned]).toEqual([['signed_out'], []]);
  });
});
