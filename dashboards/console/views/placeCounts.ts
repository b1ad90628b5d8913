/** One place's counts, by kind and span, each beside its usual. Pure. */
import type { Config } from '../../shared/config';
import type { Incident, Window as CountWindow } from '../../shared/types';
import { wardName } from '../../shared/words/names';
import { SPANS, type Span } from './wards';

export interface Count {
  readonly count: number;
  readonly expected: number | null;
}

export interface KindCounts {
  readonly group: string;
  readonly label: string;
  readonly letter: string;
  /** One for each of SPANS; null where nothing happened and nothing is known. */
  readonly counts: readonly (Count | null)[];
}

/** Only kinds that happened there, the one named first if it did. */
export function placeCounts(
  windows: Iterable<CountWindow>,
  place: string,
  named: string | null,
  config: Config,
): KindCounts[] {
  const byGroup = new Map<string, Map<Span, Count>>();
  for (const { place: where, category_group, span_minutes, count, expected } of windows) {
    if (where !== place) continue;
    const spans = byGroup.get(category_group) ?? new Map<Span, Count>();
    byGroup.set(category_group, spans.set(span_minutes as Span, { count, expected }));
  }
  return Object.entries(config.groups)
    .filter(([group]) => byGroup.has(group) || group === named)
    .map(([group, { label, letter }]) => {
      const spans = byGroup.get(group);
      return { group, label, letter, counts: SPANS.map(({ span }) => spans?.get(span) ?? null) };
    })
    .sort((a, b) => Number(b.group === named) - Number(a.group === named));
}

/** A ward by its name, the borough by the area's, and a cell by the ward that its incidents are in. */
export function placeName(place: string, incidents: Iterable<Incident>, config: Config): string {
  if (place === config.area.borough) return `All of ${config.area.name}`;
  if (place in config.wards) return wardName(config, place);
  const inside = [...incidents].find(({ cell, ward }) => cell === place && ward !== null);
  return inside === undefined ? 'A part of the map' : `A part of ${wardName(config, inside.ward)}`;
}

/** What happened there, the newest first. */
export function incidentsAt(
  incidents: Iterable<Incident>,
  place: string,
  config: Config,
): Incident[] {
  const all = place === config.area.borough;
  return [...incidents]
    .filter(({ ward, cell }) => all || ward === place || cell === place)
    .sort((a, b) => (a.at < b.at ? 1 : -1));
}
