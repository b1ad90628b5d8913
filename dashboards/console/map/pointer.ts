/** The edge pointer: which way, and how far, what is selected lies when it is out of view. Pure. */
import { metresBetween, pixelOf, worldOf, type LonLat, type Size, type View } from './mercator';

export interface Pointer {
  readonly side: 'left' | 'right' | 'top' | 'bottom';
  /** Share of that side, 0 to 1, from the top or from the left. */
  readonly along: number;
  readonly metres: number;
}

/** Null while it is in view. */
export function pointerTo(at: LonLat, view: View, size: Size): Pointer | null {
  const { x, y } = pixelOf(worldOf(at), view, size);
  if (x >= 0 && x <= size.width && y >= 0 && y <= size.height) return null;
  const dx = x - size.width / 2;
  const dy = y - size.height / 2;
  const across = Math.abs(dx) / (size.width / 2);
  const up = Math.abs(dy) / (size.height / 2);
  const sideways = across >= up;
  const along = sideways ? dy / across / size.height + 0.5 : dx / up / size.width + 0.5;
  return {
    side: sideways ? (dx < 0 ? 'left' : 'right') : dy < 0 ? 'top' : 'bottom',
    along,
    metres: metresBetween([view.lon, view.lat], at),
  };
}

/** "340 m", "3.1 km". */
export function distanceWords(metres: number): string {
  return metres < 995 ? `${Math.round(metres / 10) * 10} m` : `${(metres / 1000).toFixed(1)} km`;
}

/** A round length that fits, for the scale: metres and how many pixels they are. */
export function scaleBar(perPixel: number, most_px: number): { metres: number; px: number } {
  const most = perPixel * most_px;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map((step) => step * power).find((length) => length <= most) ?? power;
  return { metres, px: metres / perPixel };
}
