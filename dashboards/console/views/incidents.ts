/** The list of incidents: what a row says, which rows are shown, and in which order. Pure. */
import type { Config } from '../../shared/config';
import type { Incident, Source } from '../../shared/types';
import {
  categoryLabel,
  groupLabel,
  reporterName,
  sourceName,
  wardName,
} from '../../shared/words/names';
import { worldOf, type LonLat, type World } from '../map/mercator';
import { flagsOf } from './flags';

export interface Row {
  readonly id: string;
  readonly title: string;
  readonly ward: string;
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

export interface Wish {
  readonly groups: ReadonlySet<string>;
  readonly source: Source | 'all';
  readonly search: string;
  readonly order: Order;
}

export const EVERYTHING: Wish = { groups: new Set(), source: 'all', search: '', order: 'newest' };

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

export function wanted(rows: readonly Row[], wish: Wish): Row[] {
  const words = wish.search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows
    .filter(
      (row) =>
        (wish.groups.size === 0 || wish.groups.has(row.group)) &&
        (wish.source === 'all' || row.sources.includes(wish.source)) &&
        words.every((word) => row.text.includes(word)),
    )
    .sort(BY[wish.order]);
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
