/** Why reports are held to be one incident, and what happened to it, in the order it was told. Pure. */
import type { Config } from '../../shared/config';
import type { Incident, Member } from '../../shared/types';
import { ageWords } from '../../shared/words/ages';
import { plural } from '../../shared/words/counts';
import { reporterName } from '../../shared/words/names';

export interface Told {
  readonly at: number;
  readonly what: string;
  readonly more: string;
}

/** "Reports within 60 m and 10 min of the first, of the same kind and from another reporter, are one incident." */
export function ruleWords(incident: Incident): string {
  return (
    `A report within ${incident.limit_m} m and ${ageWords(incident.limit_s * 1000)} of the first, ` +
    'of the same group and from another reporter, is held to be the same incident.'
  );
}

/** "18 m of at most 60 m and 40 s of at most 10 min from the first": why a report was held to be of the same incident. */
export function withinWords(member: Member, { limit_m, limit_s }: Incident): string {
  const apart = ageWords(Math.abs(member.seconds) * 1000);
  return `${member.metres} m of at most ${limit_m} m and ${apart} of at most ${ageWords(limit_s * 1000)} from the first`;
}

/** "18 m, 40 s later"; the first member is where and when the incident is. */
export function apartWords(member: Member, isFirst: boolean): string {
  if (isFirst) return 'the first';
  const when = member.seconds < 0 ? 'earlier' : 'later';
  return `${member.metres} m, ${ageWords(Math.abs(member.seconds) * 1000)} ${when}`;
}

export function historyOf(incident: Incident, config: Config): Told[] {
  const [anchor] = incident.members;
  const told = [...incident.members]
    .sort((a, b) => Date.parse(a.received_at) - Date.parse(b.received_at))
    .map((member, order) => toldBy(member, order === 0, member === anchor, config));
  return [
    { at: Date.parse(incident.at), what: 'It happened', more: 'as the first report has it' },
    ...told,
  ];
}

/** "2 reports within 40 s from 2 places." as the card's first sentence. */
export function cardWords(incident: Incident): { firm: string; soft: string } {
  const span = Date.parse(incident.last_at) - Date.parse(incident.at);
  const within = incident.reports > 1 ? ` within ${ageWords(span)}` : '';
  const { length } = incident.reporters;
  const witnesses =
    incident.reports > 1
      ? plural(length, 'independent witness', 'independent witnesses')
      : 'one witness';
  return { firm: `${plural(incident.reports, 'report')}${within}`, soft: `, ${witnesses}.` };
}

/** Whether anybody at operations has looked at it, in words; null where the desk does not say. */
export function seenWords(
  incident: Incident & { seen_at?: string | null },
  clock: (at: number) => string,
): string | null {
  if (incident.seen_at === undefined) return null;
  if (incident.seen_at === null) return 'Not yet seen by anyone.';
  const told = Math.min(...incident.members.map((member) => Date.parse(member.received_at)));
  const seen = Date.parse(incident.seen_at);
  return `Seen at ${clock(seen)}, ${ageWords(seen - told)} after it was told.`;
}

function toldBy(member: Member, isFirst: boolean, isAnchor: boolean, config: Config): Told {
  const who = reporterName(config, member);
  const after = Date.parse(member.received_at) - Date.parse(member.at);
  const parts = [
    after >= 1000 ? `${ageWords(after)} after` : 'at once',
    isAnchor ? '' : apartWords(member, false),
    member.revision > 0 ? `corrected, version ${member.revision + 1}` : '',
    member.late ? 'late' : '',
  ];
  return {
    at: Date.parse(member.received_at),
    what: `${isFirst ? 'Told by' : 'Joined by'} ${who}`,
    more: parts.filter(Boolean).join('; '),
  };
}
