import { describe, expect, it } from 'vitest';
import { CONFIG, incident, member } from '../../shared/builders';
import { flagSentences, flagsOf } from './flags';
import { countsByGroup, EVERYTHING, rowOf, wanted, type Row } from './incidents';

const fight = incident({
  members: [
    member({ id: 'sbn:1:0', at: '2026-05-16T22:10:00.000Z', severity: 4 }),
    member({
      id: 'nightstars:2:0',
      source: 'nightstars',
      reporter: 'soho',
      received_at: '2026-05-16T22:40:00.000Z',
    }),
  ],
});
const theft = incident({
  id: 'sbn:9',
  category: 'theft',
  category_group: 'theft',
  ward: 'E05013797',
  severity: 1,
  at: '2026-05-16T22:30:00.000Z',
  members: [
    member({
      reporter: 'lantern-yard',
      category: 'theft',
      received_at: '2026-05-16T22:31:00.000Z',
    }),
  ],
});
const rows: Row[] = [fight, theft].map((one) => rowOf(one, CONFIG));
const ids = (shown: Row[]): string[] => shown.map((row) => row.id);

describe('a row', () => {
  it('says what, where and who', () => {
    expect(rows[0]).toMatchObject({
      title: 'Serious violence',
      ward: 'West End',
      witnesses: 'The Blue Door and Soho team',
      reports: 2,
      sources: ['sbn', 'nightstars'],
    });
  });

  it('counts witnesses beyond two', () => {
    const three = incident({
      members: ['blue-door', 'lantern-yard', 'soho'].map((reporter) => member({ reporter })),
    });
    expect(rowOf(three, CONFIG).witnesses).toBe('The Blue Door and 2 others');
  });
});

describe('the list', () => {
  it('shows the newest first', () => {
    expect(ids(wanted(rows, EVERYTHING))).toEqual(['sbn:9', 'sbn:1:0']);
  });

  it.each([
    ['told', ['sbn:1:0', 'sbn:9']],
    ['severity', ['sbn:1:0', 'sbn:9']],
    ['reports', ['sbn:1:0', 'sbn:9']],
  ] as const)('can be ordered by %s', (order, wantedIds) => {
    expect(ids(wanted(rows, { ...EVERYTHING, order }))).toEqual(wantedIds);
  });

  it('orders equal times the same whichever came first', () => {
    const twins = ['b', 'a'].map((id) => rowOf(incident({ id }), CONFIG));
    expect(ids(wanted(twins, EVERYTHING))).toEqual(['a', 'b']);
    expect(ids(wanted([...twins].reverse(), EVERYTHING))).toEqual(['a', 'b']);
  });

  it('can be kept to groups and to a feed', () => {
    expect(ids(wanted(rows, { ...EVERYTHING, groups: new Set(['theft']) }))).toEqual(['sbn:9']);
    expect(ids(wanted(rows, { ...EVERYTHING, source: 'nightstars' }))).toEqual(['sbn:1:0']);
  });

  it.each([
    ['hyde', ['sbn:9']],
    ['SOHO viol', ['sbn:1:0']],
    ['  ', ['sbn:9', 'sbn:1:0']],
    ['nothing like it', []],
  ])('finds “%s” by every word of it', (search, found) => {
    expect(ids(wanted(rows, { ...EVERYTHING, search }))).toEqual(found);
  });

  it('counts each group whatever is filtered', () => {
    expect([...countsByGroup(rows)]).toEqual([
      ['violence', 1],
      ['theft', 1],
    ]);
  });
});

describe('flags', () => {
  it('are none on a plain incident', () => {
    expect(flagsOf(incident())).toEqual([]);
    expect(flagSentences(incident(), 'West End')).toEqual([]);
  });

  it('say each oddity in words', () => {
    const odd = incident({
      outside_wards: true,
      members: [
        member({
          late: true,
          clock_wrong: true,
          ambiguous_time: true,
          revision: 1,
          at: '2026-05-16T22:00:00.000Z',
          received_at: '2026-05-16T22:40:00.000Z',
        }),
      ],
    });
    expect(flagsOf(odd)).toEqual([
      'told late',
      'a clock was wrong',
      'hour came twice',
      'corrected',
      'moved to the nearest ward',
    ]);
    expect(flagSentences(odd, 'West End')).toEqual([
      'Told late: 40 min after it happened.',
      expect.stringContaining('clock was ahead'),
      expect.stringContaining('came twice'),
      expect.stringContaining('counted in the nearest, West End.'),
    ]);
  });
});
