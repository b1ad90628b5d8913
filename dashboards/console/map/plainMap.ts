/** The ground drawn plainly on a canvas, for a machine without a graphics card: pulled along at once, drawn anew at rest. */
import { LAYERS, type Layer } from './basemap';
import { namesOf, placed, spelled, type LabelKind, type Name } from './labels';
import {
  cornerOf,
  pixelOf,
  worldOf,
  worldPx,
  type LonLat,
  type Size,
  type View,
  type World,
} from './mercator';
import type { Palette } from './palette';
import type { Hex } from './scene';
import {
  BY_PROCESSOR,
  DISTRICT_ZOOM,
  FROM,
  STREET_PX,
  STREET_ZOOM,
  TOKEN,
  type Drawn,
  type Ground,
  type Surface,
} from './surface';

/** How much more than the window is drawn on each side, so that a pull shows no edge. */
const AROUND = 0.25;
/** Drawn anew after so much rest, and while it is pulled no oftener than this: in between its edges may show. */
const REST_MS = 140;
/** Paths are in pixels of this zoom from the first view's centre: whole numbers that floats keep. */
const PATH_ZOOM = 14;
export class PlainMap implements Surface {
  private readonly canvas = document.createElement('canvas');
  private readonly pen: CanvasRenderingContext2D;
  private readonly origin: World;
  private readonly shapes: Readonly<Record<Layer, Drawn[]>>;
  private readonly names: Name[];
  private readonly widths = new Map<string, number>();
  private palette: Palette;
  private size: Size;
  private drawnAt: View | null = null;
  private drawnWhen = -Infinity;
  private wanted: View;
  private hexes: readonly Hex[] = [];
  private rest: ReturnType<typeof setTimeout> | undefined;

  constructor(ground: Ground) {
    const pen = this.canvas.getContext('2d', { alpha: false, ...BY_PROCESSOR });
    if (pen === null) throw new Error('this browser draws no canvas');
    this.pen = pen;
    this.palette = ground.palette;
    this.size = ground.size;
    this.wanted = ground.view;
    this.origin = worldOf([ground.view.lon, ground.view.lat]);
    const drawn = LAYERS.map((layer) => [layer, ground.basemap.layers[layer].map(this.drawnOf)]);
    this.shapes = Object.fromEntries(drawn) as Record<Layer, Drawn[]>;
    this.names = namesOf(ground.basemap);
    this.canvas.className = 'ground';
    ground.holder.append(this.canvas);
    this.resize(ground.size);
  }

  show(view: View): void {
    this.wanted = view;
    const { drawnAt } = this;
    const isNew = performance.now() - this.drawnWhen < REST_MS;
    if (drawnAt === null || !(isNew || this.reaches(drawnAt, view))) return this.draw();
    this.pull(drawnAt, view);
    if (drawnAt === view) return;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.draw(), REST_MS);
  }

  resize(size: Size): void {
    this.size = size;
    const ratio = devicePixelRatio;
    const width = size.width * (1 + 2 * AROUND);
    const height = size.height * (1 + 2 * AROUND);
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.canvas.style.left = `${-size.width * AROUND}px`;
    this.canvas.style.top = `${-size.height * AROUND}px`;
    this.draw();
  }

  tint(hexes: readonly Hex[]): void {
    this.hexes = hexes;
    this.draw();
  }

  paint(palette: Palette): void {
    this.palette = palette;
    this.widths.clear(); // the font may have come
    this.draw();
  }

  remove(): void {
    clearTimeout(this.rest);
    this.canvas.remove();
  }

  /** Whether what is drawn still covers the window, and is not stretched past looking at. */
  private reaches(drawn: View, view: View): boolean {
    if (Math.abs(drawn.zoom - view.zoom) > 1) return false;
    const { x, y } = pixelOf(worldOf([view.lon, view.lat]), drawn, this.size);
    const scale = 2 ** (drawn.zoom - view.zoom);
    const spare = (px: number, at: number): number =>
      px * (0.5 + AROUND) - Math.abs(at - px / 2) - (px / 2) * scale;
    return spare(this.size.width, x) >= 0 && spare(this.size.height, y) >= 0;
  }

  private pull(drawn: View, view: View): void {
    const at = pixelOf(worldOf([drawn.lon, drawn.lat]), view, this.size);
    const x = at.x - this.size.width / 2;
    const y = at.y - this.size.height / 2;
    this.canvas.style.transform = `translate(${x}px, ${y}px) scale(${2 ** (view.zoom - drawn.zoom)})`;
  }

  private draw(): void {
    clearTimeout(this.rest);
    const { pen, canvas, palette } = this;
    const view = this.wanted;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = palette['--map-ground'];
    pen.fillRect(0, 0, canvas.width, canvas.height);
    this.drawShapes(view);
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    this.drawNames(view);
    canvas.style.transform = '';
    this.drawnAt = view;
    this.drawnWhen = performance.now();
  }

  private drawShapes(view: View): void {
    const { pen, palette } = this;
    const scale = this.toLocal(view);
    for (const layer of LAYERS) {
      const token = TOKEN[layer];
      if (token === undefined || view.zoom < (FROM[layer] ?? 0)) continue;
      pen.fillStyle = palette[token];
      for (const shape of this.seen(this.shapes[layer], view)) pen.fill(shape.path, 'evenodd');
    }
    this.drawLines(view, scale);
    this.drawHexes(scale);
    this.drawWards(scale);
  }

  private drawLines(view: View, scale: number): void {
    const { pen, palette } = this;
    pen.lineJoin = pen.lineCap = 'round';
    pen.strokeStyle = palette['--map-water'];
    pen.lineWidth = 4 / scale;
    for (const canal of this.seen(this.shapes.canal, view)) pen.stroke(canal.path);
    const step = view.zoom < DISTRICT_ZOOM ? 0 : view.zoom < STREET_ZOOM ? 1 : 2;
    for (const kind of ['path', 'minor', 'mid', 'major']) {
      const px = STREET_PX[kind]?.[step] ?? 0;
      if (px === 0) continue;
      pen.strokeStyle = palette[kind === 'major' ? '--map-main' : '--map-street'];
      pen.lineWidth = px / scale;
      for (const street of this.seen(this.shapes.street, view)) {
        if (street.kind === kind) pen.stroke(street.path);
      }
    }
  }

  private drawHexes(scale: number): void {
    const { pen, palette } = this;
    pen.lineWidth = 1 / scale;
    pen.strokeStyle = palette['--map-hex-line'];
    for (const hex of this.hexes) {
      const path = this.pathOf([hex.ring]);
      pen.fillStyle = palette[`--map-hex-${hex.step}`];
      pen.fill(path);
      pen.stroke(path);
    }
  }

  private drawWards(scale: number): void {
    const { pen, palette } = this;
    const world = new Path2D();
    world.rect(-1e6, -1e6, 2e6, 2e6);
    for (const area of this.shapes.area) world.addPath(area.path);
    pen.globalAlpha = 0.72;
    pen.fillStyle = palette['--map-outside'];
    if (this.shapes.area.length > 0) pen.fill(world, 'evenodd');
    pen.globalAlpha = 1;
    pen.strokeStyle = palette['--map-ward'];
    pen.lineWidth = 1 / scale;
    pen.setLineDash([1 / scale, 4 / scale]);
    for (const ward of this.shapes.ward) pen.stroke(ward.path);
    pen.setLineDash([]);
  }

  private drawNames(view: View): void {
    const { pen, palette } = this;
    const size = this.whole();
    pen.lineJoin = 'round';
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    const set = (kind: LabelKind): void => {
      pen.font = `400 ${kind === 'ward' ? 13 : 11.5}px ${palette.font}`;
      pen.letterSpacing = kind === 'ward' || kind === 'water' ? '2px' : '0px';
    };
    const labels = placed(this.names, view, size, (text, kind) => {
      const key = `${kind} ${text}`;
      const known = this.widths.get(key);
      if (known !== undefined) return known;
      set(kind);
      const width = pen.measureText(spelled(text, kind)).width + 10;
      this.widths.set(key, width);
      return width;
    });
    for (const label of labels) {
      set(label.kind);
      pen.save();
      pen.translate(label.x, label.y);
      if (label.kind === 'station') this.stop();
      pen.rotate(label.angle);
      pen.strokeStyle = palette['--map-halo'];
      pen.lineWidth = 3;
      pen.strokeText(spelled(label.text, label.kind), 0, 0);
      pen.fillStyle = palette['--map-label'];
      pen.fillText(spelled(label.text, label.kind), 0, 0);
      pen.restore();
    }
    pen.letterSpacing = '0px';
  }

  /** A station's ring, above its name. */
  private stop(): void {
    const { pen, palette } = this;
    pen.beginPath();
    pen.arc(0, -17, 3.5, 0, 2 * Math.PI);
    pen.fillStyle = palette['--map-ground'];
    pen.fill();
    pen.strokeStyle = palette['--map-label'];
    pen.lineWidth = 1.5;
    pen.stroke();
  }

  /** Sets the pen to local pixels; returns how many screen pixels one is. */
  private toLocal(view: View): number {
    const { width, height } = this.whole();
    const scale = 2 ** (view.zoom - PATH_ZOOM);
    const middle = pixelOf(this.origin, view, { width, height });
    const ratio = devicePixelRatio;
    this.pen.setTransform(scale * ratio, 0, 0, scale * ratio, middle.x * ratio, middle.y * ratio);
    return scale;
  }

  private whole(): Size {
    const more = 1 + 2 * AROUND;
    return { width: this.size.width * more, height: this.size.height * more };
  }

  private seen(shapes: readonly Drawn[], view: View): Drawn[] {
    const { width, height } = this.whole();
    const low = worldOf(cornerOf(view, width / 2, height / 2));
    const high = worldOf(cornerOf(view, -width / 2, -height / 2));
    return shapes.filter(
      (shape) =>
        shape.high.x >= low.x &&
        shape.low.x <= high.x &&
        shape.high.y >= low.y &&
        shape.low.y <= high.y,
    );
  }

  private readonly drawnOf = (shape: {
    kind: string;
    lines: readonly (readonly LonLat[])[];
  }): Drawn => {
    const points = shape.lines.flat().map(worldOf);
    const edge = (of: 'x' | 'y', pick: (a: number, b: number) => number, start: number): number =>
      points.reduce((best, point) => pick(best, point[of]), start);
    return {
      kind: shape.kind,
      path: this.pathOf(shape.lines),
      low: { x: edge('x', Math.min, Infinity), y: edge('y', Math.min, Infinity) },
      high: { x: edge('x', Math.max, -Infinity), y: edge('y', Math.max, -Infinity) },
    };
  };

  private pathOf(lines: readonly (readonly LonLat[])[]): Path2D {
    const path = new Path2D();
    const scale = worldPx(PATH_ZOOM);
    for (const line of lines) {
      line.forEach((point, i) => {
        const { x, y } = worldOf(point);
        const to = i === 0 ? 'moveTo' : 'lineTo';
        path[to]((x - this.origin.x) * scale, (y - this.origin.y) * scale);
      });
    }
    return path;
  }
}
