import { describe, expect, it } from 'vitest';
import { CONFIG, incident, member } from '../../shared/builders';
import { flagSentences, flagsOf } from './flags';
import {
  countsByGroup,
  EVERYTHING,
  filterWords,
  rowOf,
  wanted,
  type Row,
  type Wish,
} from './incidents';

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
const NOW = Date.parse('2026-05-16T22:42:07.000Z');
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
    expect(ids(wanted(rows, EVERYTHING, NOW))).toEqual(['sbn:9', 'sbn:1:0']);
  });

  it.each([
    ['told', ['sbn:1:0', 'sbn:9']],
    ['severity', ['sbn:1:0', 'sbn:9']],
    ['reports', ['sbn:1:0', 'sbn:9']],
  ] as const)('can be ordered by %s', (order, wantedIds) => {
    expect(ids(wanted(rows, { ...EVERYTHING, order }, NOW))).toEqual(wantedIds);
  });

  it('orders equal times the same whichever came first', () => {
    const twins = ['b', 'a'].map((id) => rowOf(incident({ id }), CONFIG));
    expect(ids(wanted(twins, EVERYTHING, NOW))).toEqual(['a', 'b']);
    expect(ids(wanted([...twins].reverse(), EVERYTHING, NOW))).toEqual(['a', 'b']);
  });

  it('can be kept to groups and to a feed', () => {
    expect(ids(wanted(rows, { ...EVERYTHING, groups: new Set(['theft']) }, NOW))).toEqual([
      'sbn:9',
    ]);
    expect(ids(wanted(rows, { ...EVERYTHING, source: 'nightstars' }, NOW))).toEqual(['sbn:1:0']);
  });

  it.each([
    [{ ward: 'E05013797' }, ['sbn:9']],
    [{ severity: 2 }, ['sbn:1:0']],
    [{ status: 'closed' }, []],
    [{ minutes: 15 }, ['sbn:9']],
    [{ minutes: 60 }, ['sbn:9', 'sbn:1:0']],
    [{ minutes: 60, severity: 4, ward: 'E05013808' }, ['sbn:1:0']],
  ] satisfies [Partial<Wish>, string[]][])('can be kept to %o', (wish, found) => {
    expect(ids(wanted(rows, { ...EVERYTHING, ...wish }, NOW))).toEqual(found);
  });

  it('the last minutes count back from what is shown, not from now', () => {
    const then = Date.parse('2026-05-16T22:12:00.000Z');
    const early = rows.filter(({ at }) => at <= then);
    expect(ids(wanted(early, { ...EVERYTHING, minutes: 15 }, then))).toEqual(['sbn:1:0']);
    expect(ids(wanted(early, { ...EVERYTHING, minutes: 15 }, NOW))).toEqual([]);
  });

  it.each([
    ['hyde', ['sbn:9']],
    ['lantern', ['sbn:9']],
    ['sbn:9', ['sbn:9']],
    ['SOHO viol', ['sbn:1:0']],
    ['  ', ['sbn:9', 'sbn:1:0']],
    ['nothing like it', []],
  ])('finds “%s” by every word of it', (search, found) => {
    expect(ids(wanted(rows, { ...EVERYTHING, search }, NOW))).toEqual(found);
  });

  it('says every filter in words, and nothing when there is none', () => {
    expect(filterWords(EVERYTHING, CONFIG)).toEqual([]);
    const wish: Wish = {
      ...EVERYTHING,
      groups: new Set(['theft']),
      source: 'lfb',
      ward: 'E05013808',
      status: 'open',
      severity: 3,
      minutes: 60,
    };
    expect(filterWords(wish, CONFIG)).toEqual([
      'Theft',
      'Fire Brigade',
      'look now and worse',
      'West End',
      'open',
      'last 60 min',
    ]);
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
