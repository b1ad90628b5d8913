import { describe, expect, it } from 'vitest';
import { receipt } from '../builders';
import type { Entry } from '../keeping/records';
import { derived, firstBroken, sealed, sealedText, type Line } from './chain';
import { sha256 } from './sha256';

const line = (words: string): Line => ({
  venue: 'blue-door',
  written_at: '2026-05-16T22:41:28.000Z',
  kind: 'addition',
  report: 'key-1',
  said: { words },
});

function chain(...words: string[]): Entry[] {
  const entries: Entry[] = [];
  for (const each of words) entries.push(sealed(entries.at(-1) ?? null, line(each)));
  return entries;
}

describe('the chain', () => {
  const [one, two, three] = chain('one', 'two', 'three') as [Entry, Entry, Entry];

  it('holds as it was written', () => {
    expect(firstBroken([])).toBeNull();
    expect(firstBroken([one, two, three])).toBeNull();
    expect(two.before).toBe(one.seal);
    expect(two.seal).toBe(sha256(sealedText(two)));
  });

  it.each<[string, Entry[], number]>([
    ['changed words', [one, { ...two, said: { words: 'else' } }, three], 2],
    ['a changed time', [{ ...one, written_at: '2026-05-16T22:00:00.000Z' }, two, three], 1],
    ['an entry left out', [one, three], 2],
    ['the first left out', [two, three], 1],
    ['two in the other order', [one, three, two], 2],
    ['an entry put in', [one, sealed(one, line('new')), two, three], 3],
  ])('breaks at %s', (_, entries, at) => {
    expect(firstBroken(entries)).toBe(at);
  });

  it('does not depend on the order of the fields', () => {
    const said = { words: 'one', severity: 2 };
    const turned = { severity: 2, words: 'one' };
    expect(sealed(null, { ...line(''), said }).seal).toBe(
      sealed(null, { ...line(''), said: turned }).seal,
    );
  });
});

describe('a log made from receipts', () => {
  const early = receipt({ id: 'a', received_at: '2026-05-16T21:00:00.000Z' });
  const late = receipt({ id: 'b' });

  it('holds, and is the same from the same receipts in any order', () => {
    const entries = derived('blue-door', [late, early]);
    expect(firstBroken(entries)).toBeNull();
    expect(entries.map(({ report }) => report)).toEqual(['a', 'b']);
    expect(derived('blue-door', [early, late])).toEqual(entries);
  });

  it('differs where a receipt does', () => {
    const [entry] = derived('blue-door', [early]);
    const [other] = derived('blue-door', [{ ...early, severity: 1 }]);
    expect(other?.seal).not.toBe(entry?.seal);
  });

  it('goes on with what is written later', () => {
    const entries = derived('blue-door', [early, late]);
    const next = sealed(entries.at(-1) ?? null, line('later'));
    expect(firstBroken([...entries, next])).toBeNull();
  });
});
