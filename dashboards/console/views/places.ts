/** Places whose count is above its usual, the farthest above first, for the list on the left and the map's hexes. Pure. */
import type { Config } from '../../shared/config';
import type { CategoryGroup, Window as CountWindow } from '../../shared/types';
import { groupLabel } from '../../shared/words/names';
import { stepOf, type Span, type Step } from './wards';

export interface Place {
  readonly key: string;
  /** A ward code or an H3 cell. */
  readonly place: string;
  readonly kind: 'ward' | 'cell';
  readonly group: CategoryGroup;
  readonly label: string;
  readonly count: number;
  readonly expected: number | null;
  readonly step: Step;
}

const CELL = /^8[0-9a-f]{14}$/;

/** Counts of one span by place and group; the whole area is in the top bar already. */
export function placesOf(windows: Iterable<CountWindow>, span: Span, config: Config): Place[] {
  const places: Place[] = [];
  for (const window of windows) {
    if (window.span_minutes !== span || window.count === 0) continue;
    const kind = window.place in config.wards ? 'ward' : CELL.test(window.place) ? 'cell' : null;
    if (kind !== null) places.push(placeOf(window, kind, config));
  }
  return places.sort(farthestAboveFirst);
}

export interface Ranked {
  readonly unusual: readonly Place[];
  readonly most: readonly Place[];
  /** How many wards are above their usual in some kind. */
  readonly wards: number;
}

/** What the list shows: what is above its usual; while no usual is known, what has the most. */
export function ranked(places: readonly Place[]): Ranked {
  const wards = places.filter((place) => place.kind === 'ward' && place.expected === null);
  const unusual = places.filter((place) => place.step > 0);
  const above = unusual.filter((place) => place.kind === 'ward').map((place) => place.place);
  return {
    unusual,
    wards: new Set(above).size,
    most: wards.filter((place) => place.count > 1).sort((a, b) => b.count - a.count),
  };
}

/** One figure a hex: of its groups the one that is farthest above its usual, from 1.5 times on. */
export function hexesOf(places: readonly Place[]): Map<string, Place> {
  const hexes = new Map<string, Place>();
  for (const place of places) {
    if (place.kind === 'cell' && place.step > 0 && !hexes.has(place.place)) {
      hexes.set(place.place, place);
    }
  }
  return hexes;
}

function placeOf(window: CountWindow, kind: Place['kind'], config: Config): Place {
  const { place, category_group: group, count, expected } = window;
  return {
    key: `${place} ${group}`,
    place,
    kind,
    group,
    label: groupLabel(config, group),
    count,
    expected,
    step: stepOf(count, expected),
  };
}

/** How far above the usual, in incidents; with no usual known, nothing is claimed. */
function above({ count, expected }: Place): number {
  return expected === null ? 0 : count - expected;
}

function farthestAboveFirst(a: Place, b: Place): number {
  return b.step - a.step || above(b) - above(a) || b.count - a.count || (a.key < b.key ? -1 : 1);
}
