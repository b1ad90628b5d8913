import { describe, expect, it } from 'vitest';
import { wallClock } from '../shared/words/clock';
import type { KeptShown } from '../shared/api';
import { keptWords, moment, readingWords, sessionWords, whoWords } from './words';

const CLOCK = wallClock('Europe/London');
const AT = '2026-05-16T22:41:07.000Z';
const WORDS: KeptShown = {
  what: 'words',
  about: 'What somebody wrote in a report.',
  days: 92,
  since: '2000-01-01',
  held: null,
  goes_within_7_days: null,
  goes_next: null,
};

it('a moment is the area’s own', () => {
  expect(moment(CLOCK, AT)).toBe('Sat 16 May, 23:41');
});

it.each([
  ['operations', 'ann', null, 'ann, operations'],
  ['business', null, 'The Blue Door', 'The Blue Door, a business'],
  ['business', 'ann', 'The Blue Door', 'ann, a business, The Blue Door'],
  ['lead', null, null, 'The duty lead'],
])('%s %s %s', (role, name, place, words) => {
  expect(whoWords(role, name, place)).toBe(words);
});

it('a session says from when until when', () => {
  const one = { id: 'a', device: null, since: AT, expires_at: '2026-05-17T10:41:07Z', this: true };
  expect(sessionWords(CLOCK, one)).toBe('since Sat 16 May, 23:41, ends Sun 17 May, 11:41');
});

it('a reading says who by role, and what for', () => {
  const one = { role: 'lead', purpose: 'who was hurt' } as const;
  expect(readingWords(one)).toBe('The duty lead: who was hurt');
});

describe('keptWords', () => {
  it('says how long to everybody', () => {
    expect(keptWords(CLOCK, WORDS)).toBe('Kept for 92 days, then gone by itself.');
  });

  it('says how much and when to whom the counts are shown', () => {
    const counted = { ...WORDS, held: 1204, goes_within_7_days: 12, goes_next: AT };
    expect(keptWords(CLOCK, counted)).toBe(
      'Kept for 92 days, then gone by itself. 1,204 now; 12 go within 7 days, the next Sat 16 May, 23:41.',
    );
  });

  it('says that nothing goes where no rule is in force', () => {
    expect(keptWords(CLOCK, { ...WORDS, days: null })).toBe('Kept. Nothing goes yet.');
  });
});
