/** Words on the map, legible on any ground; and whether a thing is near enough to the window to be drawn. */
import type { Pixel, Size } from './mercator';
import type { Frame } from './overlay';

const SEEN_AROUND_PX = 40;

export function halo(
  { pen, palette }: Frame,
  text: string,
  x: number,
  y: number,
  colour: string,
): void {
  pen.lineJoin = 'round';
  pen.lineWidth = 3;
  pen.strokeStyle = palette['--map-halo'];
  pen.strokeText(text, x, y);
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
}

export function isSeen({ x, y }: Pixel, { width, height }: Size): boolean {
  return (
    x > -SEEN_AROUND_PX &&
    y > -SEEN_AROUND_PX &&
    x < width + SEEN_AROUND_PX &&
    y < height + SEEN_AROUND_PX
  );
}
