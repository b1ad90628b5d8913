/** Draws the picture over the basemap, the same whatever draws that: hatch, hexes' figures, venues, cameras, marks. */
import { drawChosen } from './chosen';
import { spotsOf, type Spot } from './clusters';
import { drawHexFigures } from './figures';
import { halo, isSeen } from './halo';
import { DOT_PX, markSize, type Marks } from './marks';
import {
  metresPerPixel,
  pixelOf,
  worldOf,
  type Pixel,
  type Size,
  type View,
  type World,
} from './mercator';
import type { Palette } from './palette';
import type { Blind, Mark, Scene } from './scene';

/** Outlines that hatch is cut to, in pixels of the screen. */
export type Outline = (view: View, size: Size) => Path2D;

export interface Frame {
  readonly pen: CanvasRenderingContext2D;
  readonly view: View;
  readonly size: Size;
  readonly palette: Palette;
  readonly marks: Marks;
  readonly outline: Outline;
}

/** Something on the screen that can be chosen. */
export interface Target {
  readonly spot: Spot<Mark>;
  readonly x: number;
  readonly y: number;
  readonly reach: number;
}

/** Nearer than this, marks would hide each other's letters. */
const APART_PX = 24;
const DOT_APART_PX = 20;
const FIGURES_FROM = 13;
const VENUES_FROM = 14.5;
const NAMES_FROM = 15.5;
const HATCH_PX = 7;

/** What was drawn that can be chosen, in the order it was drawn. */
export function drawPicture(frame: Frame, scene: Scene): Target[] {
  const { pen, size } = frame;
  pen.clearRect(0, 0, size.width, size.height);
  for (const blind of scene.blind) hatch(frame, blind);
  drawChosen(frame, scene.chosen);
  drawVenues(frame, scene);
  drawCameras(frame, scene);
  const targets = drawMarks(frame, scene);
  if (frame.view.zoom >= FIGURES_FROM) drawHexFigures(frame, scene.hexes, targets);
  for (const blind of scene.blind) if (blind.middle !== null) plate(frame, blind);
  return targets;
}

/** The nearest target under a place of the screen. */
export function targetAt(targets: readonly Target[], at: Pixel): Target | null {
  let best: Target | null = null;
  let nearest = Infinity;
  for (const target of targets) {
    const away = Math.hypot(target.x - at.x, target.y - at.y);
    if (away <= target.reach && away < nearest) {
      nearest = away;
      best = target;
    }
  }
  return best;
}

/** By keys there is no pointing: what stands nearest, however far. */
export function nearestTo(targets: readonly Target[], at: Pixel): Target | null {
  return targetAt(
    targets.map((target) => ({ ...target, reach: Infinity })),
    at,
  );
}

function drawMarks(frame: Frame, scene: Scene): Target[] {
  const { view, size } = frame;
  const px = markSize(view.zoom);
  const targets: Target[] = [];
  let ring: Target | null = null;
  for (const spot of spotsOf(scene.marks, view.zoom, px === DOT_PX ? DOT_APART_PX : APART_PX)) {
    const { x, y } = pixelOf(spot.world, view, size);
    if (!isSeen({ x, y }, size)) continue;
    const reach = spot.points.length === 1 ? px / 2 + 5 : 15;
    const target = { spot, x, y, reach };
    targets.push(target);
    if (spot.points.some((mark) => mark.id === scene.selected)) ring = target;
    drawSpot(frame, spot, x, y, px);
  }
  if (ring !== null) selection(frame, ring);
  return targets;
}

function drawSpot(frame: Frame, spot: Spot<Mark>, x: number, y: number, px: number): void {
  const [only] = spot.points;
  if (spot.points.length === 1 && only !== undefined) frame.marks.draw(frame.pen, only, x, y, px);
  else figure(frame, spot, x, y);
}

/** How many stand there. Filled when one of them is of the last 15 minutes. */
function figure({ pen, palette }: Frame, spot: Spot<Mark>, x: number, y: number): void {
  const text = spot.points.length.toLocaleString('en-GB');
  const fresh = spot.points.some((mark) => mark.fresh);
  pen.font = `680 12px ${palette.font}`;
  const width = Math.max(22, pen.measureText(text).width + 12);
  pen.beginPath();
  pen.roundRect(x - width / 2, y - 10, width, 20, 10);
  pen.strokeStyle = palette['--map-ground'];
  pen.lineWidth = 4;
  pen.stroke();
  pen.fillStyle = palette[fresh ? '--inverse' : '--map-ground'];
  pen.fill();
  pen.strokeStyle = palette['--text-2'];
  pen.lineWidth = 1.4;
  pen.stroke();
  pen.fillStyle = palette[fresh ? '--on-inverse' : '--text-1'];
  pen.textAlign = 'center';
  pen.fillText(text, x, y + 4.3);
}

function selection({ pen, palette }: Frame, { x, y, reach }: Target): void {
  pen.beginPath();
  pen.arc(x, y, reach + 5, 0, 2 * Math.PI);
  pen.strokeStyle = palette['--map-ground'];
  pen.lineWidth = 5;
  pen.stroke();
  pen.strokeStyle = palette['--accent'];
  pen.lineWidth = 2;
  pen.stroke();
}

function drawVenues(frame: Frame, scene: Scene): void {
  if (frame.view.zoom < VENUES_FROM) return;
  const { pen, palette } = frame;
  pen.lineWidth = 1.2;
  for (const venue of scene.venues) {
    const at = pixelOf(venue.world, frame.view, frame.size);
    if (!isSeen(at, frame.size)) continue;
    pen.strokeStyle = palette['--map-label'];
    pen.fillStyle = palette['--map-ground'];
    pen.beginPath();
    pen.rect(at.x - 2.5, at.y - 2.5, 5, 5);
    pen.fill();
    pen.stroke();
    if (frame.view.zoom < NAMES_FROM) continue;
    pen.font = `400 11px ${palette.font}`;
    pen.textAlign = 'left';
    halo(frame, venue.name, at.x + 7, at.y + 4, palette['--map-label']);
  }
}

function drawCameras(frame: Frame, scene: Scene): void {
  const { pen, palette, view, size } = frame;
  for (const camera of scene.cameras) {
    const at = pixelOf(camera.world, view, size);
    if (!isSeen(at, size)) continue;
    pen.strokeStyle = palette['--text-2'];
    pen.fillStyle = palette['--map-ground'];
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(at.x - 9, at.y + 4);
    pen.lineTo(at.x + 5, at.y - 6);
    pen.lineTo(at.x + 6, at.y + 6);
    pen.closePath();
    pen.fill();
    pen.stroke();
    pen.beginPath();
    pen.arc(at.x - 9, at.y + 4, 3, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
    if (view.zoom < VENUES_FROM) continue;
    pen.font = `400 11px ${palette.font}`;
    pen.textAlign = 'left';
    halo(frame, `${camera.name} camera`, at.x + 11, at.y + 4, palette['--map-label']);
  }
}

/** Quiet or trouble: nobody can tell, so the ground itself says so. */
function hatch(frame: Frame, blind: Blind): void {
  const { pen, size, palette } = frame;
  const path = blindPath(frame, blind);
  pen.save();
  pen.strokeStyle = palette['--map-hatch'];
  pen.lineWidth = 1.25;
  pen.setLineDash([5, 3]);
  pen.stroke(path);
  pen.clip(path, 'evenodd');
  pen.setLineDash([]);
  pen.lineWidth = 1;
  pen.globalAlpha = blind.middle === null ? 0.3 : 0.75;
  pen.beginPath();
  const step = blind.middle === null ? HATCH_PX * 2 : HATCH_PX;
  for (let x = -size.height; x < size.width; x += step) {
    pen.moveTo(x, size.height);
    pen.lineTo(x + size.height, 0);
  }
  pen.stroke();
  pen.restore();
}

function blindPath({ view, size, outline }: Frame, blind: Blind): Path2D {
  if (blind.middle === null) return outline(view, size);
  const { x, y } = pixelOf(worldOf(blind.middle), view, size);
  const path = new Path2D();
  path.arc(x, y, blind.radius_m / metresPerPixel(view), 0, 2 * Math.PI);
  return path;
}

function plate(frame: Frame, blind: Blind): void {
  if (blind.middle === null || frame.view.zoom < FIGURES_FROM) return;
  const { pen, palette, view, size } = frame;
  const at = pixelOf(worldOf(blind.middle), view, size);
  if (!isSeen(at, size)) return;
  const top = at.y + blind.radius_m / metresPerPixel(view) + 6;
  const title = `${blind.name} ${blind.since}`;
  const says = 'Quiet or trouble: we cannot tell';
  pen.font = `680 14px ${palette.font}`;
  const wide = pen.measureText(title).width;
  pen.font = `400 12px ${palette.font}`;
  const width = Math.max(wide, pen.measureText(says).width) + 24;
  pen.fillStyle = palette['--map-plate'];
  pen.strokeStyle = palette['--line-ui'];
  pen.lineWidth = 1;
  pen.beginPath();
  pen.roundRect(at.x - width / 2, top, width, 44, 4);
  pen.fill();
  pen.stroke();
  pen.textAlign = 'left';
  pen.fillStyle = palette['--text-2'];
  pen.fillText(says, at.x - width / 2 + 12, top + 35);
  pen.fillStyle = palette['--text-1'];
  pen.font = `680 14px ${palette.font}`;
  pen.fillText(title, at.x - width / 2 + 12, top + 18);
}

/** Paths of the whole area in pixels, from its wards in shares of the world. */
export function outlineOf(rings: readonly (readonly World[])[]): Outline {
  return (view, size) => {
    const path = new Path2D();
    for (const ring of rings) {
      ring.forEach((corner, i) => {
        const { x, y } = pixelOf(corner, view, size);
        if (i === 0) path.moveTo(x, y);
        else path.lineTo(x, y);
      });
      path.closePath();
    }
    return path;
  };
}
