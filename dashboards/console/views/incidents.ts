/** The list of incidents: what a row says, which rows are shown, and in which order. Pure. */
import type { Config } from '../../shared/config';
import type { Incident, IncidentStatus, Source } from '../../shared/types';
import {
  categoryLabel,
  groupLabel,
  reporterName,
  severityWords,
  sourceName,
  wardName,
} from '../../shared/words/names';
import { worldOf, type LonLat, type World } from '../map/mercator';
import { flagsOf } from './flags';

export interface Row {
  readonly id: string;
  readonly title: string;
  readonly ward: string;
  /** The ward's code; null for a place in none. */
  readonly wardCode: string | null;
  readonly status: IncidentStatus;
  readonly group: string;
  readonly sources: readonly Source[];
  readonly reports: number;
  readonly severity: number;
  readonly at: number;
  readonly toldAt: number;
  /** Who told us first, then how many more. */
  readonly witnesses: string;
  readonly flags: readonly string[];
  /** Everything that search looks in, lower case. */
  readonly text: string;
  /** Where on the map. */
  readonly place: LonLat;
  readonly world: World;
}

export type Order = 'newest' | 'told' | 'severity' | 'reports';

export const ORDERS: Record<Order, string> = {
  newest: 'Newest first',
  told: 'Last told first',
  severity: 'Worst first',
  reports: 'Most reports first',
};

export type Minutes = 15 | 60 | 180;
export type Least = 1 | 2 | 3 | 4;

export interface Wish {
  readonly groups: ReadonlySet<string>;
  readonly source: Source | 'all';
  /** A ward's code. */
  readonly ward: string | 'all';
  readonly status: IncidentStatus | 'all';
  /** The least severity. */
  readonly severity: Least;
  /** Only what happened so lately; null for the whole night. */
  readonly minutes: Minutes | null;
  readonly search: string;
  readonly order: Order;
}

export const EVERYTHING: Wish = {
  groups: new Set(),
  source: 'all',
  ward: 'all',
  status: 'all',
  severity: 1,
  minutes: null,
  search: '',
  order: 'newest',
};

export function rowOf(incident: Incident, config: Config): Row {
  const title = categoryLabel(config, incident.category);
  const ward = wardName(config, incident.ward);
  const witnesses = witnessesOf(incident, config);
  const told = incident.members.map((member) => Date.parse(member.received_at));
  const place = [incident.lon, incident.lat] as const;
  const group = groupLabel(config, incident.category_group);
  const sources = incident.sources.map(sourceName).join(' ');
  const names = incident.members.map((member) => reporterName(config, member)).join(' ');
  return {
    id: incident.id,
    title,
    ward,
    wardCode: incident.ward,
    status: incident.status,
    group: incident.category_group,
    sources: incident.sources,
    reports: incident.reports,
    severity: incident.severity,
    at: Date.parse(incident.at),
    toldAt: Math.max(...told, Date.parse(incident.at)),
    witnesses,
    flags: flagsOf(incident),
    text: `${title} ${ward} ${group} ${sources} ${names} ${incident.id}`.toLowerCase(),
    place,
    world: worldOf(place),
  };
}

/** The rows that are wanted, in their order. `now`: the time of what is shown; null where no clock is known yet. */
export function wanted(rows: readonly Row[], wish: Wish, now: number | null): Row[] {
  const words = wish.search.toLowerCase().split(/\s+/).filter(Boolean);
  const since = wish.minutes === null || now === null ? -Infinity : now - wish.minutes * 60_000;
  return rows
    .filter(
      (row) =>
        (wish.groups.size === 0 || wish.groups.has(row.group)) &&
        (wish.source === 'all' || row.sources.includes(wish.source)) &&
        (wish.ward === 'all' || row.wardCode === wish.ward) &&
        (wish.status === 'all' || row.status === wish.status) &&
        row.severity >= wish.severity &&
        row.at >= since &&
        words.every((word) => row.text.includes(word)),
    )
    .sort(BY[wish.order]);
}

/** Every filter that is set, in words; the search and the order are seen where they are. */
export function filterWords(wish: Wish, config: Config): string[] {
  return [
    ...[...wish.groups].map((group) => groupLabel(config, group)),
    wish.source !== 'all' && sourceName(wish.source),
    wish.severity > 1 && severityFrom(wish.severity),
    wish.ward !== 'all' && wardName(config, wish.ward),
    wish.status !== 'all' && wish.status,
    wish.minutes !== null && `last ${wish.minutes} min`,
  ].filter((words) => words !== false);
}

/** "look now and worse"; the worst alone. */
export function severityFrom(least: Least): string {
  if (least === 1) return 'any severity';
  return least === 4 ? severityWords(4) : `${severityWords(least)} and worse`;
}

/** How many rows each group has before the group filter, for the filter's own figures. */
export function countsByGroup(rows: readonly Row[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.group, (counts.get(row.group) ?? 0) + 1);
  return counts;
}

const newest = (a: Row, b: Row): number => b.at - a.at || (a.id < b.id ? -1 : 1);
const BY: Record<Order, (a: Row, b: Row) => number> = {
  newest,
  told: (a, b) => b.toldAt - a.toldAt || newest(a, b),
  severity: (a, b) => b.severity - a.severity || newest(a, b),
  reports: (a, b) => b.reports - a.reports || newest(a, b),
};

function witnessesOf(incident: Incident, config: Config): string {
  const names = [...new Set(incident.members.map((member) => reporterName(config, member)))];
  const [first = 'Nobody named', second] = names;
  if (second === undefined) return first;
  return names.length === 2 ? `${first} and ${second}` : `${first} and ${names.length - 1} others`;
}
