import { describe, expect, it } from 'vitest';
import { CONFIG } from '../builders';
import { ageWords, pairWords } from './ages';
import { wallClock } from './clock';
import { howBusy, plural, usualFigure, usualWords } from './counts';
import { categoryLabel, groupLabel, groupLetter, reporterName, roleName, wardName } from './names';

const S = 1_000;
const MIN = 60 * S;
const H = 60 * MIN;

describe('ages', () => {
  it.each([
    [-5, '0 s'],
    [12 * S, '12 s'],
    [101 * S, '101 s'],
    [9 * MIN, '9 min'],
    [119 * MIN, '119 min'],
    [125 * MIN, '2 h 5 min'],
    [3 * H, '3 h'],
    [72 * H, '3 days'],
  ])('%i ms is %s', (ms, words) => {
    expect(ageWords(ms)).toBe(words);
  });

  it('rounds to whole minutes before it takes the hours', () => {
    expect(ageWords(3 * H - 20 * S)).toBe('3 h');
  });

  it('shows a pair in the unit of the longer', () => {
    expect(pairWords(12 * S, 50 * S)).toEqual(['12', '50 s']);
    expect(pairWords(31 * MIN, 27 * MIN)).toEqual(['31', '27 min']);
    expect(pairWords(20 * MIN, 5 * H)).toEqual(['0', '5 h']);
  });
});

describe('counts', () => {
  it('have their plural', () => {
    expect([0, 1, 1815].map((n) => plural(n, 'report'))).toEqual([
      '0 reports',
      '1 report',
      '1,815 reports',
    ]);
  });

  it('stand beside a usual with one decimal below ten', () => {
    expect([0, 0.04, 0.8, 2, 9.94, 9.97, 49.3].map(usualFigure)).toEqual([
      '<0.1',
      '<0.1',
      '0.8',
      '2',
      '9.9',
      '10',
      '49',
    ]);
    expect(usualWords(0.8, 8)).toBe('0.8 usual');
  });

  it('say when the usual is not known, and after how many nights', () => {
    expect(usualWords(null, 2)).toBe('usual not known yet (2 nights)');
    expect(usualWords(null, null)).toBe('usual not known yet');
  });

  it('are busy or quiet only beyond two standard deviations', () => {
    expect([20, 35, 36, 50, 63, 65].map((n) => howBusy(n, 49))).toEqual([
      'quiet',
      'usual',
      'usual',
      'usual',
      'usual',
      'busy',
    ]);
    expect(howBusy(2, 0.1)).toBe('usual');
  });
});

describe('the wall clock', () => {
  const clock = wallClock('Europe/London');

  it('is the area’s, in summer and in winter', () => {
    expect(clock.hms(Date.parse('2026-05-16T22:41:07Z'))).toBe('23:41:07');
    expect(clock.hm(Date.parse('2026-01-16T23:41:07Z'))).toBe('23:41');
    expect(clock.hm(Date.parse('2026-01-16T00:05:00Z'))).toBe('00:05');
  });

  it('names the day', () => {
    const at = Date.parse('2026-05-16T17:00:00Z');
    expect(clock.date(at)).toBe('Saturday 16 May');
    expect(clock.shortDate(at)).toBe('Sat 16 May');
    expect(clock.weekday(at)).toBe('Saturday');
    expect(clock.isoDate(at)).toBe('2026-05-16');
  });
});

describe('names', () => {
  it('come from the configuration, and from the id where it says nothing', () => {
    expect(categoryLabel(CONFIG, 'serious_violence')).toBe('Serious violence');
    expect(categoryLabel(CONFIG, 'theft_from_person')).toBe('Theft from person');
    expect([groupLabel(CONFIG, 'theft'), groupLetter(CONFIG, 'theft')]).toEqual(['Theft', 'T']);
    expect([groupLabel(CONFIG, 'new_group'), groupLetter(CONFIG, 'new_group')]).toEqual([
      'New group',
      'O',
    ]);
    expect(wardName(CONFIG, 'E05013808')).toBe('West End');
    expect(wardName(CONFIG, null)).toBe('Somewhere in Westminster');
  });

  it('say as whom somebody signed in', () => {
    expect(['lead', 'nightstars', 'new'].map(roleName)).toEqual([
      'the duty lead',
      'Night Stars',
      'new',
    ]);
  });

  it('tell a venue, a team and a camera, else the feed', () => {
    expect(reporterName(CONFIG, { source: 'sbn', reporter: 'blue-door' })).toBe('The Blue Door');
    expect(reporterName(CONFIG, { source: 'nightstars', reporter: 'soho' })).toBe('Soho team');
    expect(reporterName(CONFIG, { source: 'noise', reporter: 'camera:pall-mall' })).toBe(
      'Pall Mall camera',
    );
    expect(reporterName(CONFIG, { source: 'lfb', reporter: 'lfb' })).toBe('Fire Brigade');
  });
});
