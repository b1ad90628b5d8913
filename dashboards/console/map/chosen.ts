/** A place that is selected on the map: which hex lies under a press, and the line around what is selected. */
import { pixelOf, worldOf, type LonLat } from './mercator';
import type { Frame } from './overlay';
import type { Hex } from './scene';

/** The tinted hex that holds a place; one without a tint has no figure to open. */
export function hexAt(hexes: readonly Hex[], at: LonLat): Hex | null {
  return hexes.find(({ ring }) => holds(ring, at)) ?? null;
}

/** Whether a line from the place eastward leaves the ring an odd number of times. */
function holds(ring: readonly LonLat[], [x, y]: LonLat): boolean {
  let inside = false;
  ring.forEach(([x1, y1], i) => {
    const [x2, y2] = ring[(i + 1) % ring.length] ?? [x1, y1];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}

export function drawChosen(
  { pen, view, size, palette }: Frame,
  rings: readonly (readonly LonLat[])[],
): void {
  const path = new Path2D();
  for (const ring of rings) {
    ring.forEach((corner, i) => {
      const { x, y } = pixelOf(worldOf(corner), view, size);
      if (i === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    });
    path.closePath();
  }
  pen.lineJoin = 'round';
  pen.strokeStyle = palette['--map-ground'];
  pen.lineWidth = 5;
  pen.stroke(path);
  pen.strokeStyle = palette['--accent'];
  pen.lineWidth = 2;
  pen.stroke(path);
}
