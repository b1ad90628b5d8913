import { expect, it } from 'vitest';
import { BODY, receipt } from './builders';
import { figuresOf, lengthWords, share } from './figures';
import type { Kept } from './keeping/records';

function kept(tapped: number | null, seenAfterS: number | null): Kept {
  const received = '2026-05-16T22:41:29.000Z';
  const seen = seenAfterS === null ? null : Date.parse(received) + seenAfterS * 1_000;
  return {
    key: 'key',
    venue: 'blue-door',
    body: BODY,
    made_at: '2026-05-16T22:41:28.000Z',
    tapped_ms: tapped,
    sent_at: received,
    receipt: receipt({
      received_at: received,
      seen_at: seen === null ? null : new Date(seen).toISOString(),
    }),
  };
}

it('are the middle and nine in ten of what was measured', () => {
  const reports = [kept(4_000, 10), kept(6_000, 70), kept(12_000, null), kept(null, 30)];
  expect(figuresOf(reports)).toEqual([
    { name: 'First tap to saved on this phone', count: 3, middle: 6_000, nineInTen: 12_000 },
    {
      name: 'Saved on this phone to received by the desk',
      count: 3,
      middle: 1_000,
      nineInTen: 1_000,
    },
    { name: 'Received by the desk to seen', count: 3, middle: 30_000, nineInTen: 70_000 },
  ]);
});

it('are none where nothing was measured', () => {
  expect(figuresOf([])[0]).toEqual({
    name: 'First tap to saved on this phone',
    count: 0,
    middle: null,
    nineInTen: null,
  });
});

it('are by nearest rank', () => {
  const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  expect([0.5, 0.9, 1].map((of) => share(ten, of))).toEqual([5, 9, 10]);
});

it('are told in tenths while tenths count', () => {
  expect([40, 6_240, 12_000, 150_000].map(lengthWords)).toEqual([
    '0.0 s',
    '6.2 s',
    '12 s',
    '3 min',
  ]);
});
