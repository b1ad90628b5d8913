import { describe, expect, it } from 'vitest';
import { AT, feed } from '../../shared/builders';
import { feedChips, heardInTime, stateOf, statusWords, usualPerHour } from './feeds';

const NOW = Date.parse(AT);
const before = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();
const chip = (given: Parameters<typeof feed>[0]) => {
  const [only] = feedChips([feed(given)], NOW);
  if (only === undefined) throw new Error('no chip');
  return only;
};

describe('a feed chip', () => {
  it('shows the age beside the usual gap', () => {
    const live = chip({ last_at: before(12), blind_at: new Date(NOW + 188_000).toISOString() });
    expect(live).toMatchObject({ figure: '12', against: '/ 50 s', silence: 0.06, usual: 0.25 });
    expect(live.sentence).toBe('Businesses: live, last heard 12 s ago, 72 an hour usual');
  });

  it('says quiet and blind in words', () => {
    expect(chip({ status: 'quiet', last_at: before(1860) }).figure).toBe('quiet 31 min');
    expect(chip({ status: 'blind', last_at: before(540) }).figure).toBe('blind 9 min');
  });

  it('says how many of its sensors are blind', () => {
    const sensors = [
      { id: 'pall-mall', status: 'blind' as const, last_at: null },
      { id: 'exhibition-road', status: 'live' as const, last_at: AT },
    ];
    expect(chip({ source: 'noise', sensors })).toMatchObject({
      figure: '1 of 2 blind',
      brief: '1 blind',
    });
  });

  it('does not make up an age or a usual', () => {
    expect(chip({ last_at: null })).toMatchObject({
      status: 'quiet',
      figure: 'not heard',
      sentence: 'Businesses: waiting, not heard yet, 72 an hour usual',
      silence: null,
      usual: null,
    });
    expect(chip({ usual_per_hour: 0, last_at: before(30) })).toMatchObject({
      figure: '30 s',
      against: '',
    });
    expect(usualPerHour(feed({ usual_per_hour: 0 }))).toBe('nothing usual at this hour');
  });

  it('is full, never more, when silence is past its limit', () => {
    expect(chip({ status: 'blind', last_at: before(900), blind_at: before(600) }).silence).toBe(1);
  });
});

describe('feeds', () => {
  it('stand in one order', () => {
    const shuffled = (['noise', 'lfb', 'sbn', 'nightstars'] as const).map((source) =>
      feed({ source }),
    );
    expect(feedChips(shuffled, NOW).map(({ source }) => source)).toEqual([
      'sbn',
      'nightstars',
      'lfb',
      'noise',
    ]);
  });

  it('are counted by whether they see', () => {
    expect(heardInTime([feed({ last_at: null }), feed()])).toBe('1 of 2 heard in time');
    expect(heardInTime([feed(), feed({ status: 'quiet' }), feed({ status: 'blind' })])).toBe(
      '2 of 3 heard in time',
    );
    expect(statusWords(feed({ status: 'blind' }))).toContain('chance does not explain');
    expect(statusWords(feed({ last_at: null }))).toBe('waiting for its first record');
    expect(stateOf(feed({ status: 'blind', last_at: null }))).toBe('blind');
  });
});
