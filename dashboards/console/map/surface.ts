/** What draws the ground under the picture: MapLibre where there is a graphics card, else a plain canvas. */
import type { Basemap, Layer } from './basemap';
import type { Size, View, World } from './mercator';
import type { Palette, Token } from './palette';
import type { Hex } from './scene';

export interface Surface {
  /** The ground as seen from there; called at most once a frame. */
  show(view: View): void;
  resize(size: Size): void;
  /** Tints the hexes that are above their usual, and no others. */
  tint(hexes: readonly Hex[]): void;
  paint(palette: Palette): void;
  remove(): void;
}

export interface Ground {
  readonly holder: HTMLElement;
  readonly basemap: Basemap;
  readonly palette: Palette;
  readonly size: Size;
  readonly view: View;
}

/** Widths of streets in pixels, by class and zoom: the same in both drawings. */
export const STREET_PX: Readonly<Record<string, readonly [number, number, number]>> = {
  path: [0, 0, 0.6],
  minor: [0, 0.8, 1.6],
  mid: [0.8, 1.6, 3.2],
  major: [1.4, 2.6, 5],
};
export const BOROUGH_ZOOM = 12.6;
export const DISTRICT_ZOOM = 14;
export const STREET_ZOOM = 15.5;

/** Where no card helps, a canvas of the processor's own is many times faster than a card it plays. */
export const BY_PROCESSOR: CanvasRenderingContext2DSettings = { willReadFrequently: true };
export const TOKEN: Partial<Record<Layer, Token>> = {
  block: '--map-block',
  park: '--map-park',
  water: '--map-water',
  building: '--map-building',
};
export const FROM: Partial<Record<Layer, number>> = { block: 13, building: DISTRICT_ZOOM };

/** A shape as a path, with the box it lies in. */
export interface Drawn {
  readonly kind: string;
  readonly path: Path2D;
  readonly low: World;
  readonly high: World;
}
