import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256 } from './sha256';

const reference = (text: string): string => createHash('sha256').update(text).digest('hex');

it.each(['', 'abc', 'Łukasz rang at 23:41 🙂'])('of %j is what the reference says', (text) => {
  expect(sha256(text)).toBe(reference(text));
});

it('is right at every length around a block', () => {
  const lengths = Array.from({ length: 140 }, (_, n) => n);
  const texts = lengths.map((n) => 'n'.repeat(n));
  expect(texts.map(sha256)).toEqual(texts.map(reference));
});
