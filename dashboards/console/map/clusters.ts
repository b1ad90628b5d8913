/**
 * Marks that would hide each other become one figure: the true count of what stands there, never an estimate.
 *
 * Law: every point is in exactly one spot, and a spot's figure is the number of its points. What is drawn together
 * depends on the zoom in half steps alone, so that nothing jumps while the map is pulled. Pure.
 */
import { worldPx, type World } from './mercator';

export interface Located {
  readonly id: string;
  readonly world: World;
}

export interface Spot<Point extends Located> {
  /** Its first point's. */
  readonly id: string;
  /** Where its first point is, so that no two spots lie nearer than they may. */
  readonly world: World;
  /** One, or those that are drawn as a figure, in the order they were given. */
  readonly points: readonly Point[];
}

/** The zoom by which points are put together: the next half step down. */
export function clusterZoom(zoom: number): number {
  return Math.floor(zoom * 2) / 2;
}

/** Points nearer than `apart_px` to one already placed join it. `points` in the order in which they shall lead. */
export function spotsOf<Point extends Located>(
  points: readonly Point[],
  zoom: number,
  apart_px: number,
): Spot<Point>[] {
  const reach = apart_px / worldPx(clusterZoom(zoom));
  const leaders = new Map<string, Point[][]>();
  const spots: Point[][] = [];
  for (const point of points) {
    const found = nearby(leaders, point.world, reach);
    if (found !== null) {
      found.push(point);
      continue;
    }
    const spot = [point];
    spots.push(spot);
    const key = squareOf(point.world, reach);
    leaders.set(key, [...(leaders.get(key) ?? []), spot]);
  }
  return spots.flatMap(spotOf);
}

/** The nearest spot whose leader is within reach. */
function nearby<Point extends Located>(
  leaders: ReadonlyMap<string, Point[][]>,
  at: World,
  reach: number,
): Point[] | null {
  let best: Point[] | null = null;
  let nearest = reach;
  for (const dx of [-1, 0, 1]) {
    for (const dy of [-1, 0, 1]) {
      const square = squareOf({ x: at.x + dx * reach, y: at.y + dy * reach }, reach);
      for (const spot of leaders.get(square) ?? []) {
        const [leader] = spot;
        if (leader === undefined) continue;
        const away = Math.hypot(leader.world.x - at.x, leader.world.y - at.y);
        if (away < nearest) {
          nearest = away;
          best = spot;
        }
      }
    }
  }
  return best;
}

function squareOf({ x, y }: World, side: number): string {
  return `${Math.floor(x / side)}:${Math.floor(y / side)}`;
}

function spotOf<Point extends Located>(points: Point[]): Spot<Point>[] {
  const [leader] = points;
  return leader === undefined ? [] : [{ id: leader.id, world: leader.world, points }];
}
