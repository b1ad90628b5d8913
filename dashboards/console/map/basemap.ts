/** The basemap as the server sends it, unpacked: shapes by layer, the cells that windows count by, and whom to credit. */
import { boundsOf, metresBetween, worldOf, type Bounds, type LonLat, type World } from './mercator';

export const LAYERS = [
  'block',
  'park',
  'water',
  'building',
  'canal',
  'street',
  'station',
  'ward',
  'area',
] as const;
export type Layer = (typeof LAYERS)[number];

export interface Shape {
  readonly name: string;
  /** A street's class (major, mid, minor, path); a ward's code. */
  readonly kind: string;
  readonly lines: readonly (readonly LonLat[])[];
}

export interface Basemap {
  readonly credit: readonly string[];
  readonly schematic: boolean;
  readonly layers: Readonly<Record<Layer, readonly Shape[]>>;
  readonly cells: ReadonlyMap<string, readonly LonLat[]>;
  /** Of the wards; null where there are none. */
  readonly bounds: Bounds | null;
}

export interface PackedShape {
  n?: string;
  k?: string;
  g: number[][];
}

export interface PackedBasemap {
  format: number;
  credit: string[];
  schematic: boolean;
  layers: Partial<Record<string, PackedShape[]>>;
  cells: Record<string, number[]>;
}

const STEPS_A_DEGREE = 100_000;
const FORMAT = 1;

type Fetch = (path: string) => Promise<Response>;

/** Null where it cannot be had: the list says all the same. */
export async function loadBasemap(path: string, fetchPage: Fetch): Promise<Basemap | null> {
  try {
    const answer = await fetchPage(path);
    if (!answer.ok) return null;
    const packed = (await answer.json()) as PackedBasemap;
    return packed.format === FORMAT ? unpacked(packed) : null;
  } catch {
    return null;
  }
}

export function unpacked(packed: PackedBasemap): Basemap {
  const shapes = (layer: Layer): Shape[] => (packed.layers[layer] ?? []).map(shapeOf);
  const layers = Object.fromEntries(LAYERS.map((layer) => [layer, shapes(layer)]));
  return {
    credit: packed.credit,
    schematic: packed.schematic,
    layers: layers as Record<Layer, Shape[]>,
    cells: new Map(Object.entries(packed.cells).map(([cell, steps]) => [cell, pointsOf(steps)])),
    bounds: boundsOf((layers['ward'] ?? []).flatMap((ward) => ward.lines.flat())),
  };
}

function shapeOf({ n = '', k = '', g }: PackedShape): Shape {
  return { name: n, kind: k, lines: g.map(pointsOf) };
}

/** x and y in 1/100,000 degree, then the steps on. */
export function pointsOf(steps: readonly number[]): LonLat[] {
  const points: LonLat[] = [];
  let x = 0;
  let y = 0;
  for (let i = 0; i + 1 < steps.length; i += 2) {
    x += steps[i] ?? 0;
    y += steps[i + 1] ?? 0;
    points.push([x / STEPS_A_DEGREE, y / STEPS_A_DEGREE]);
  }
  return points;
}

export function middleOf(ring: readonly LonLat[]): LonLat {
  const corners = ring.slice(0, -1);
  const sum = (of: 0 | 1): number => corners.reduce((total, corner) => total + corner[of], 0);
  return [sum(0) / corners.length, sum(1) / corners.length];
}

/** The middle of a ring by its area, so that a ward's name stands in the ward and not at its busiest edge. */
export function centroidOf(ring: readonly LonLat[]): World {
  const points = ring.map(worldOf);
  const [origin = { x: 0, y: 0 }] = points;
  let area = 0;
  let x = 0;
  let y = 0;
  for (let i = 0; i + 1 < points.length; i++) {
    const a = points[i] ?? origin;
    const b = points[i + 1] ?? origin;
    const cross = (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y);
    area += cross;
    x += (a.x + b.x - 2 * origin.x) * cross;
    y += (a.y + b.y - 2 * origin.y) * cross;
  }
  return area === 0 ? origin : { x: origin.x + x / (3 * area), y: origin.y + y / (3 * area) };
}

/** The named street that passes nearest, so that a cell has a name people know. */
export function nearestStreet(basemap: Basemap, at: LonLat, within_m = 400): string | null {
  let best: string | null = null;
  let nearest = within_m;
  for (const street of basemap.layers.street) {
    if (street.name === '' || street.kind === 'path') continue;
    for (const line of street.lines) {
      for (let i = 0; i < line.length; i++) {
        const metres = metresTo(at, line[i] ?? at, line[i + 1] ?? line[i] ?? at);
        if (metres < nearest) {
          nearest = metres;
          best = street.name;
        }
      }
    }
  }
  return best;
}

/** Metres from a place to the nearest point of a line's piece. */
function metresTo(at: LonLat, from: LonLat, to: LonLat): number {
  const squeeze = Math.cos((at[1] * Math.PI) / 180);
  const dx = (to[0] - from[0]) * squeeze;
  const dy = to[1] - from[1];
  const length = dx * dx + dy * dy;
  const along = (at[0] - from[0]) * squeeze * dx + (at[1] - from[1]) * dy;
  const share = length === 0 ? 0 : Math.min(1, Math.max(0, along / length));
  return metresBetween(at, [
    from[0] + share * (to[0] - from[0]),
    from[1] + share * (to[1] - from[1]),
  ]);
}
