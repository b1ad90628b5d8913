/** What changed about an incident, and when it was told, from its versions in the record. Pure. */
import type { Config } from '../../shared/config';
import type { Version } from '../../shared/rest';
import type { Incident, Member } from '../../shared/types';
import { ageWords } from '../../shared/words/ages';
import { categoryLabel, reporterName, severityWords, wardName } from '../../shared/words/names';
import { apartWords, type Told } from './reasons';

const EARTH_M = 6_371_000;

/** Until `upTo`: a night that is rewound knows nothing of what came later. */
export function historyWords(
  versions: readonly Version[],
  config: Config,
  upTo: number | null,
): Told[] {
  const told: Told[] = [];
  let before: Incident | null = null;
  for (const { at, record } of versions) {
    const when = Date.parse(at);
    if (upTo !== null && when > upTo) break;
    const changes = record === null ? GONE : changesOf(before, record, config);
    told.push(...changes.map((change) => ({ at: when, ...change })));
    before = record;
  }
  return told;
}

type Change = Pick<Told, 'what' | 'more'>;

const GONE: readonly Change[] = [
  {
    what: 'It left the picture',
    more: 'withdrawn, found to be the same as another, or its night was over',
  },
];

function changesOf(before: Incident | null, after: Incident, config: Config): Change[] {
  const were = before?.members ?? [];
  const known = new Map(were.map((member) => [reportOf(member), member]));
  const now = new Set(after.members.map(reportOf));
  return [
    ...after.members.flatMap((member) =>
      memberChange(known.get(reportOf(member)) ?? null, member, before === null, after, config),
    ),
    ...were
      .filter((member) => !now.has(reportOf(member)))
      .map((member) => ({
        what: `The report of ${reporterName(config, member)} left it`,
        more: 'withdrawn, or corrected to be something else',
      })),
    ...(before === null ? [] : recordChanges(before, after, config)),
  ];
}

function memberChange(
  before: Member | null,
  member: Member,
  isFirst: boolean,
  incident: Incident,
  config: Config,
): Change[] {
  const who = reporterName(config, member);
  if (before !== null) {
    if (before.revision === member.revision) return [];
    return [{ what: `${who} corrected the report`, more: `version ${member.revision + 1}` }];
  }
  const after = Date.parse(member.received_at) - Date.parse(member.at);
  const more = [
    after >= 1_000 ? `${ageWords(after)} after it happened` : 'as it happened',
    member === incident.members[0] ? '' : apartWords(member, false),
    member.late ? 'late' : '',
  ];
  const what = `${isFirst ? 'Told by' : 'Joined by'} ${who}`;
  return [{ what, more: more.filter(Boolean).join('; ') }];
}

function recordChanges(before: Incident, after: Incident, config: Config): Change[] {
  const metres = Math.round(apartM(before, after));
  const seen = seenAt(after);
  return [
    before.category !== after.category && {
      what: `Now ${categoryLabel(config, after.category)}`,
      more: `was ${categoryLabel(config, before.category)}`,
    },
    before.severity !== after.severity && {
      what: `Now “${severityWords(after.severity)}”`,
      more: `was “${severityWords(before.severity)}”`,
    },
    metres >= 1 && { what: `Moved ${metres} m`, more: wardName(config, after.ward) },
    before.status !== after.status && {
      what: after.status === 'closed' ? 'Closed' : 'Open again',
      more: after.status === 'closed' ? 'its night is over' : '',
    },
    seen !== null && seenAt(before) === null && { what: 'Seen at operations', more: '' },
  ].filter((change) => change !== false);
}

/** When somebody at operations first looked at it; null while nobody has, undefined where the desk does not say. */
export function seenAt(incident: Incident & { seen_at?: string | null }): string | null {
  return incident.seen_at ?? null;
}

/** A report keeps its name through its corrections. */
function reportOf(member: Member): string {
  const tail = `:${member.revision}`;
  return member.id.endsWith(tail) ? member.id.slice(0, -tail.length) : member.id;
}

function apartM(a: Incident, b: Incident): number {
  const rad = Math.PI / 180;
  const x = (b.lon - a.lon) * rad * Math.cos(((a.lat + b.lat) / 2) * rad);
  return Math.hypot(x, (b.lat - a.lat) * rad) * EARTH_M;
}
