/** Names on the plain map: the more important first, and what would lie over another is left out. Pure. */
import { centroidOf, type Basemap, type Shape } from './basemap';
import { pixelOf, worldOf, type LonLat, type Size, type View, type World } from './mercator';
import { BOROUGH_ZOOM, DISTRICT_ZOOM, STREET_ZOOM } from './surface';

export type LabelKind = 'station' | 'street' | 'ward' | 'park' | 'water';

export interface Name {
  readonly text: string;
  readonly kind: LabelKind;
  readonly world: World;
  readonly from: number;
  /** For a street: the other end of its longest piece, along which the name runs. */
  readonly along: World | null;
}

export interface Label {
  readonly text: string;
  readonly kind: LabelKind;
  readonly x: number;
  readonly y: number;
  readonly angle: number;
}

type Measure = (text: string, kind: LabelKind) => number;

interface Piece {
  readonly a: World;
  readonly b: World;
  readonly length: number;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const LINE_PX = 15;
/** A name may be so much longer than its street's straight piece: streets mostly run on. */
const LEAST_SHARE = 0.6;
/** A line whose ends are as far apart as this share of its length is as good as straight. */
const STRAIGHT_SHARE = 0.985;
const KIND_FROM: Readonly<Record<string, number>> = {
  major: DISTRICT_ZOOM - 0.6,
  mid: 14.8,
  minor: STREET_ZOOM,
};

/** In order: stations, main streets, parks and water, wards, other streets. */
export function namesOf(basemap: Basemap): Name[] {
  const { station, street, park, water, ward } = basemap.layers;
  const streets = longestPieces(street);
  return [
    ...station.map((shape) => named(shape, 'station', DISTRICT_ZOOM, pointOf(shape))),
    ...streets.filter(({ from }) => from < 14),
    ...[...water, ...park].map((shape) =>
      named(shape, water.includes(shape) ? 'water' : 'park', DISTRICT_ZOOM, middle(shape)),
    ),
    ...ward.map((shape) => named(shape, 'ward', BOROUGH_ZOOM - 0.8, middle(shape))),
    ...streets.filter(({ from }) => from >= 14),
  ].filter(({ text }) => text !== '');
}

export function placed(names: readonly Name[], view: View, size: Size, measure: Measure): Label[] {
  const taken: Box[] = [];
  const labels: Label[] = [];
  for (const name of names) {
    if (view.zoom < name.from) continue;
    const label = labelOf(name, view, size, measure);
    if (label === null) continue;
    const box = boxOf(label, measure(label.text, label.kind));
    if (!inside(box, size) || taken.some((other) => overlap(box, other))) continue;
    taken.push(box);
    labels.push(label);
  }
  return labels;
}

function labelOf(name: Name, view: View, size: Size, measure: Measure): Label | null {
  const start = pixelOf(name.world, view, size);
  if (name.along === null) {
    const y = name.kind === 'station' ? start.y + 17 : start.y;
    return { text: name.text, kind: name.kind, x: start.x, y, angle: 0 };
  }
  const end = pixelOf(name.along, view, size);
  const length = Math.hypot(end.x - start.x, end.y - start.y);
  if (length < measure(name.text, name.kind) * LEAST_SHARE) return null;
  const angle = Math.atan2(end.y - start.y, end.x - start.x);
  return {
    text: name.text,
    kind: name.kind,
    x: (start.x + end.x) / 2,
    y: (start.y + end.y) / 2,
    angle: Math.abs(angle) > Math.PI / 2 ? angle - Math.sign(angle) * Math.PI : angle,
  };
}

function boxOf({ x, y, angle }: Label, width: number): Box {
  const w = Math.abs(Math.cos(angle)) * width + Math.abs(Math.sin(angle)) * LINE_PX;
  const h = Math.abs(Math.sin(angle)) * width + Math.abs(Math.cos(angle)) * LINE_PX;
  return { x: x - w / 2, y: y - h / 2, w, h };
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

function inside(box: Box, size: Size): boolean {
  return box.x > 0 && box.y > 0 && box.x + box.w < size.width && box.y + box.h < size.height;
}

function named(shape: Shape, kind: LabelKind, from: number, world: World): Name {
  return { text: shape.name, kind, world, from, along: null };
}

function middle(shape: Shape): World {
  return centroidOf(shape.lines[0] ?? []);
}

function pointOf(shape: Shape): World {
  return worldOf(shape.lines[0]?.[0] ?? [0, 0]);
}

/** Each street is named once, along its longest straight piece. */
function longestPieces(streets: readonly Shape[]): Name[] {
  const best = new Map<string, { name: Name; length: number }>();
  for (const street of streets) {
    const from = KIND_FROM[street.kind];
    if (street.name === '' || from === undefined) continue;
    for (const line of street.lines) {
      const piece = longestPiece(line);
      if (piece === null || piece.length <= (best.get(street.name)?.length ?? 0)) continue;
      const { a, b, length } = piece;
      const name = { text: street.name, kind: 'street', world: a, from, along: b } as const;
      best.set(street.name, { name, length });
    }
  }
  return [...best.values()].map(({ name }) => name);
}

function longestPiece(line: readonly LonLat[]): Piece | null {
  const points = line.map(worldOf);
  const pieces = points.slice(1).map((b, i) => pieceOf(points[i] ?? b, b));
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || pieces.length === 0) return null;
  const whole = pieceOf(first, last);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (whole.length >= length * STRAIGHT_SHARE) return whole;
  return pieces.reduce((best, piece) => (piece.length > best.length ? piece : best));
}

function pieceOf(a: World, b: World): Piece {
  return { a, b, length: Math.hypot(b.x - a.x, b.y - a.y) };
}

export function spelled(text: string, kind: LabelKind): string {
  return kind === 'ward' ? text.toUpperCase() : text;
}
