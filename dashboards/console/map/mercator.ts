/** Where on the screen a place is: Web Mercator with zooms as MapLibre counts them (the world is 512 px at 0). Pure. */

/** Longitude, latitude in degrees. */
export type LonLat = readonly [number, number];
/** West, south, east, north in degrees. */
export type Bounds = readonly [number, number, number, number];

export interface View {
  readonly lon: number;
  readonly lat: number;
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** In shares of the world: 0 to 1 from west to east, and from north to south. */
export interface World {
  readonly x: number;
  readonly y: number;
}

export interface Pixel {
  readonly x: number;
  readonly y: number;
}

export const ZOOM_MIN = 9;
export const ZOOM_MAX = 18.5;
const TILE_PX = 512;
/** Enough to tell; each is held against each. */
const BUSIEST_SAMPLE = 500;
const EQUATOR_M = 40_075_016.7;

export function worldOf([lon, lat]: LonLat): World {
  const sin = Math.sin((lat * Math.PI) / 180);
  return { x: (lon + 180) / 360, y: 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI) };
}

export function lonLatOf({ x, y }: World): LonLat {
  return [x * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI];
}

/** Pixels that the whole world is wide. */
export function worldPx(zoom: number): number {
  return TILE_PX * 2 ** zoom;
}

export function pixelOf(at: World, view: View, size: Size): Pixel {
  const centre = worldOf([view.lon, view.lat]);
  const scale = worldPx(view.zoom);
  return {
    x: (at.x - centre.x) * scale + size.width / 2,
    y: (at.y - centre.y) * scale + size.height / 2,
  };
}

export function placeOf(at: Pixel, view: View, size: Size): LonLat {
  const centre = worldOf([view.lon, view.lat]);
  const scale = worldPx(view.zoom);
  return lonLatOf({
    x: centre.x + (at.x - size.width / 2) / scale,
    y: centre.y + (at.y - size.height / 2) / scale,
  });
}

/** The view moved as if the ground were pulled by so many pixels. */
export function panned(view: View, dx: number, dy: number): View {
  const centre = worldOf([view.lon, view.lat]);
  const scale = worldPx(view.zoom);
  const [lon, lat] = lonLatOf({ x: centre.x - dx / scale, y: centre.y - dy / scale });
  return { ...view, lon, lat };
}

/** The view nearer or farther, while what is at `about` stays there. */
export function zoomed(view: View, by: number, about: Pixel, size: Size): View {
  const zoom = clamp(view.zoom + by, ZOOM_MIN, ZOOM_MAX);
  const held = worldOf(placeOf(about, view, size));
  const scale = worldPx(zoom);
  const [lon, lat] = lonLatOf({
    x: held.x - (about.x - size.width / 2) / scale,
    y: held.y - (about.y - size.height / 2) / scale,
  });
  return { lon, lat, zoom };
}

/** The nearest view that shows all of the bounds with so many pixels around, not nearer than `zoomMax`. */
export function fitting(bounds: Bounds, size: Size, around: number, zoomMax = ZOOM_MAX): View {
  const [west, south, east, north] = bounds;
  const low = worldOf([west, south]);
  const high = worldOf([east, north]);
  const room = (px: number): number => Math.max(40, px - 2 * around);
  const across = room(size.width) / Math.max(1e-9, high.x - low.x);
  const up = room(size.height) / Math.max(1e-9, low.y - high.y);
  const zoom = Math.log2(Math.min(across, up) / TILE_PX);
  const [lon, lat] = lonLatOf({ x: (low.x + high.x) / 2, y: (low.y + high.y) / 2 });
  return { lon, lat, zoom: clamp(zoom, ZOOM_MIN, Math.min(zoomMax, ZOOM_MAX)) };
}

export function boundsOf(places: readonly LonLat[]): Bounds | null {
  if (places.length === 0) return null;
  const lons = places.map(([lon]) => lon);
  const lats = places.map(([, lat]) => lat);
  return [least(lons), least(lats), most(lons), most(lats)];
}

/** Where they stand closest: the bounds of those within reach of the one with the most around it. */
export function busiest(places: readonly LonLat[], reach_m = 700): Bounds | null {
  const sample = places.slice(0, BUSIEST_SAMPLE);
  let best: readonly LonLat[] = [];
  for (const place of sample) {
    const near = sample.filter((other) => metresBetween(place, other) < reach_m);
    if (near.length > best.length) best = near;
  }
  return best.length < 3 ? null : boundsOf(best);
}

export function metresPerPixel(view: View): number {
  return (EQUATOR_M * Math.cos((view.lat * Math.PI) / 180)) / worldPx(view.zoom);
}

/** Metres between two places of one city. */
export function metresBetween(a: LonLat, b: LonLat): number {
  const perDegree = EQUATOR_M / 360;
  const across = (b[0] - a[0]) * perDegree * Math.cos((((a[1] + b[1]) / 2) * Math.PI) / 180);
  return Math.hypot(across, (b[1] - a[1]) * perDegree);
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}

/** The place so many pixels from the middle. */
export function cornerOf(view: View, dx: number, dy: number): LonLat {
  const { lon, lat } = panned(view, dx, dy);
  return [lon, lat];
}
