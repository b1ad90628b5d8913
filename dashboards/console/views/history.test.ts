import { describe, expect, it } from 'vitest';
import { CONFIG, incident, member } from '../../shared/builders';
import type { Version } from '../../shared/rest';
import type { Incident } from '../../shared/types';
import { historyWords } from './history';

const first = member({ id: 'sbn:r1:0', received_at: '2026-05-16T22:42:47.000Z' });
const second = member({
  id: 'nightstars:e2:0',
  source: 'nightstars',
  reporter: 'soho',
  metres: 18,
  seconds: 40,
});
const at = (minute: number): string => `2026-05-16T22:${minute}:00.000Z`;
const version = (minute: number, record: Incident | null): Version => ({ at: at(minute), record });
const lines = (versions: Version[], upTo: number | null = null): string[] =>
  historyWords(versions, CONFIG, upTo).map(({ what, more }) =>
    more === '' ? what : `${what}: ${more}`,
  );

const alone = incident({ members: [first], severity: 2 });

describe('history', () => {
  it('begins with who told us, and how long after', () => {
    expect(lines([version(43, alone)])).toEqual(['Told by The Blue Door: 40 s after it happened']);
  });

  it('says who joined, how far and how much later', () => {
    const both = incident({ members: [first, second], severity: 2 });
    expect(lines([version(43, alone), version(44, both)])[1]).toBe(
      'Joined by Soho team: as it happened; 18 m, 40 s later',
    );
  });

  it('says what was put right, and what left', () => {
    const both = incident({ members: [first, second], severity: 2 });
    const corrected = incident({
      members: [{ ...first, id: 'sbn:r1:1', revision: 1 }],
      id: alone.id,
      severity: 2,
    });
    expect(lines([version(43, both), version(44, corrected)]).slice(2)).toEqual([
      'The Blue Door corrected the report: version 2',
      'The report of Soho team left it: withdrawn, or corrected to be something else',
    ]);
  });

  it.each([
    [{ category: 'theft' }, 'Now Theft: was Serious violence'],
    [{ severity: 4 }, 'Now “somebody is being hurt”: was “look tonight”'],
    [{ lat: alone.lat + 0.001, ward: 'E05013806' }, 'Moved 111 m: St James’s'],
    [{ status: 'closed' }, 'Closed: its night is over'],
    [{ seen_at: at(44) }, 'Seen at operations'],
  ] as [Partial<Incident>, string][])('says that %o', (change, words) => {
    expect(lines([version(43, alone), version(44, { ...alone, ...change })])[1]).toBe(words);
  });

  it('says that it was gone, and who brought it back', () => {
    expect(lines([version(43, alone), version(44, null), version(45, alone)]).slice(1)).toEqual([
      'It left the picture: withdrawn, found to be the same as another, or its night was over',
      'Told by The Blue Door: 40 s after it happened',
    ]);
  });

  it('a version in which nothing that is told changed is no line', () => {
    expect(lines([version(43, alone), version(44, { ...alone, last_at: at(44) })])).toHaveLength(1);
  });

  it('knows nothing of what came after the moment that is shown', () => {
    const later = version(50, { ...alone, status: 'closed' });
    expect(lines([version(43, alone), later], Date.parse(at(49)))).toHaveLength(1);
    expect(lines([version(43, alone), later], Date.parse(at(50)))).toHaveLength(2);
  });
});
