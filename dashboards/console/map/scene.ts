/** What the map shows of the picture, without a word of how it is drawn: marks, hexes, what is blind. Pure. */
import type { Config } from '../../shared/config';
import type { FeedHealth, Source } from '../../shared/types';
import { ageWords } from '../../shared/words/ages';
import { groupLetter, sourceName } from '../../shared/words/names';
import { usualFigure } from '../../shared/words/counts';
import type { Row } from '../views/incidents';
import type { Place } from '../views/places';
import type { Basemap, Shape } from './basemap';
import { middleOf } from './basemap';
import { worldOf, type LonLat, type World } from './mercator';

export interface Mark {
  readonly id: string;
  readonly world: World;
  readonly at: LonLat;
  readonly source: Source;
  readonly group: string;
  readonly letter: string;
  /** Happened in the last 15 minutes. */
  readonly fresh: boolean;
}

export interface Hex {
  readonly cell: string;
  /** The kind that is farthest above its usual there. */
  readonly group: string;
  readonly ring: readonly LonLat[];
  readonly middle: World;
  readonly step: 1 | 2 | 3;
  /** "V 5", ", 2.1 usual". */
  readonly figure: string;
  readonly usual: string;
}

/** What a silent sensor or feed does not see; without a middle it is the whole area. */
export interface Blind {
  readonly name: string;
  readonly since: string;
  readonly middle: LonLat | null;
  readonly radius_m: number;
}

export interface Spotted {
  readonly id: string;
  readonly name: string;
  readonly world: World;
}

export interface Scene {
  readonly marks: readonly Mark[];
  readonly hexes: readonly Hex[];
  readonly blind: readonly Blind[];
  readonly cameras: readonly Spotted[];
  readonly venues: readonly Spotted[];
  readonly selected: string | null;
  /** The lines around the place that is selected; none, where the map has no shape of it. */
  readonly chosen: Shape['lines'];
}

export const FRESH_MS = 15 * 60_000;
/** How far an acoustic camera is taken to hear; it hatches what nobody watches while it is silent. */
export const HEARD_M = 250;

/** Oldest first: what is new joins a figure or stands beside it, and moves none. */
export function marksOf(rows: readonly Row[], now: number | null, config: Config): Mark[] {
  const byAge = [...rows].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return byAge.map((row) => ({
    id: row.id,
    world: row.world,
    at: row.place,
    source: row.sources[0] ?? 'points',
    group: row.group,
    letter: groupLetter(config, row.group),
    fresh: now !== null && now - row.at < FRESH_MS,
  }));
}

export function hexesIn(
  places: ReadonlyMap<string, Place>,
  basemap: Basemap,
  config: Config,
): Hex[] {
  return [...places].flatMap(([cell, place]) => {
    const ring = basemap.cells.get(cell);
    if (ring === undefined || place.step === 0 || place.expected === null) return [];
    return {
      cell,
      group: place.group,
      ring,
      middle: worldOf(middleOf(ring)),
      step: place.step,
      figure: `${groupLetter(config, place.group)} ${place.count}`,
      usual: `, ${usualFigure(place.expected)} usual`,
    };
  });
}

/** A silent camera hatches its own surroundings; a silent feed hatches everything. */
export function blindOf(feeds: readonly FeedHealth[], now: number | null, config: Config): Blind[] {
  return feeds.flatMap((feed) => {
    const placed = feed.sensors.filter((sensor) => sensor.id in (config.cameras_at ?? {}));
    if (placed.length > 0) {
      return placed
        .filter((sensor) => sensor.status === 'blind')
        .map((sensor) => ({
          name: `${config.cameras[sensor.id] ?? sensor.id} camera`,
          since: sinceWords(sensor.last_at, now),
          middle: config.cameras_at?.[sensor.id] ? positionOf(config.cameras_at[sensor.id]) : null,
          radius_m: HEARD_M,
        }));
    }
    if (feed.status !== 'blind') return [];
    const since = sinceWords(feed.last_at, now);
    return [{ name: sourceName(feed.source), since, middle: null, radius_m: 0 }];
  });
}

export function spotted(
  names: Readonly<Record<string, string>>,
  at: Config['cameras_at'],
): Spotted[] {
  return Object.entries(at ?? {}).map(([id, position]) => ({
    id,
    name: names[id] ?? id,
    world: worldOf(positionOf(position)),
  }));
}

function positionOf(position: { lat: number; lon: number } | undefined): LonLat {
  return [position?.lon ?? 0, position?.lat ?? 0];
}

function sinceWords(last: string | null, now: number | null): string {
  if (last === null || now === null) return 'not heard yet';
  return `blind for ${ageWords(Math.max(0, now - Date.parse(last)))}`;
}
