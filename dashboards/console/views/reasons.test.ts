import { describe, expect, it } from 'vitest';
import { CONFIG, incident, member } from '../../shared/builders';
import { apartWords, cardWords, historyOf, ruleWords, seenWords, withinWords } from './reasons';

const first = member({ at: '2026-05-16T22:10:00.000Z', received_at: '2026-05-16T22:10:05.000Z' });
const second = member({
  id: 'nightstars:2:1',
  source: 'nightstars',
  reporter: 'soho',
  at: '2026-05-16T22:10:40.000Z',
  received_at: '2026-05-16T22:12:40.000Z',
  metres: 18,
  seconds: 40,
  revision: 1,
});
const fight = incident({ members: [first, second], last_at: second.at });

describe('why reports are one', () => {
  it('says the limits in force', () => {
    expect(ruleWords(fight)).toContain('within 60 m and 10 min of the first');
  });

  it('says how far each is from the first', () => {
    expect(apartWords(first, true)).toBe('the first');
    expect(apartWords(second, false)).toBe('18 m, 40 s later');
    expect(apartWords(member({ metres: 3, seconds: -5 }), false)).toBe('3 m, 5 s earlier');
  });

  it('counts reports and witnesses', () => {
    expect(cardWords(fight)).toEqual({
      firm: '2 reports within 40 s',
      soft: ', 2 independent witnesses.',
    });
    expect(cardWords(incident())).toEqual({ firm: '1 report', soft: ', one witness.' });
  });
});

describe('what happened to it', () => {
  it('is told in the order it was told', () => {
    expect(historyOf(fight, CONFIG).map(({ what, more }) => `${what}: ${more}`)).toEqual([
      'It happened: as the first report has it',
      'Told by The Blue Door: 5 s after',
      'Joined by Soho team: 2 min after; 18 m, 40 s later; corrected, version 2',
    ]);
  });

  it('names who told first although another was there first', () => {
    const late = member({ ...first, received_at: '2026-05-16T23:30:00.000Z', late: true });
    const history = historyOf(incident({ members: [late, second] }), CONFIG);
    expect(history.map(({ what }) => what)).toEqual([
      'It happened',
      'Told by Soho team',
      'Joined by The Blue Door',
    ]);
    expect(history[2]?.more).toBe('80 min after; late');
  });
});

describe('seen', () => {
  const told = { received_at: '2026-05-16T22:42:07.000Z' };
  const seen = (given: object): string | null =>
    seenWords({ ...incident({ members: [member(told)] }), ...given }, () => '23:42:21');

  it('is said with how long it took, and so is that nobody has', () => {
    expect(seen({ seen_at: null })).toBe('Not yet seen by anyone.');
    expect(seen({ seen_at: '2026-05-16T22:42:21.000Z' })).toBe(
      'Seen at 23:42:21, 14 s after it was told.',
    );
  });

  it('is not claimed either way where the desk does not say', () => {
    expect(seen({ seen_at: undefined })).toBeNull();
  });
});

it('why a report is of the same incident stands beside the limits in force', () => {
  const fight = incident({ limit_m: 60, limit_s: 600 });
  expect(withinWords(member({ metres: 18, seconds: -40 }), fight)).toBe(
    '18 m of at most 60 m and 40 s of at most 10 min from the first',
  );
});
