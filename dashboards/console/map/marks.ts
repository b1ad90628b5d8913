/** The marks of the map as small pictures, drawn once each: shape is the feed, letter the group, solid the last 15 minutes. */
import { GROUP_TOKENS, SHAPES } from '../../shared/parts/shapes';
import type { Source } from '../../shared/types';
import type { Palette, Token } from './palette';
import { BY_PROCESSOR } from './surface';
import type { Mark } from './scene';

/** Shapes with less room for the letter: it is smaller, and its line lies here (as in Mark.svelte). */
const NARROW: Partial<Record<Source, number>> = { lfb: 3.2, noise: 5.4 };
/** Width of the box about (0, 0) that shapes are drawn in. */
const BOX = 20;
export const DOT_PX = 7;
/** More pictures than the feeds, groups and sizes make in two themes; past it they are drawn anew. */
const PICTURES_MAX = 500;

export class Marks {
  private readonly pictures = new Map<string, HTMLCanvasElement>();

  constructor(
    private readonly palette: Palette,
    private readonly ratio: number,
  ) {}

  /** `size` in pixels; small ones are dots without a letter. */
  draw(pen: CanvasRenderingContext2D, mark: Mark, x: number, y: number, size: number): void {
    const picture = this.picture(mark, size);
    const side = picture.width / this.ratio;
    pen.drawImage(picture, x - side / 2, y - side / 2, side, side);
  }

  private picture(mark: Mark, size: number): HTMLCanvasElement {
    const key = `${mark.source} ${mark.group} ${mark.letter} ${mark.fresh} ${size}`;
    const known = this.pictures.get(key);
    if (known !== undefined) return known;
    if (this.pictures.size >= PICTURES_MAX) this.pictures.clear();
    const picture = document.createElement('canvas');
    picture.width = picture.height = Math.ceil((size + 6) * this.ratio);
    const pen = picture.getContext('2d', BY_PROCESSOR);
    if (pen !== null) {
      pen.translate(picture.width / 2, picture.height / 2);
      pen.scale((size / BOX) * this.ratio * 1.25, (size / BOX) * this.ratio * 1.25);
      this.paint(pen, mark, size);
    }
    this.pictures.set(key, picture);
    return picture;
  }

  private paint(pen: CanvasRenderingContext2D, mark: Mark, size: number): void {
    const { palette } = this;
    const colour = palette[(GROUP_TOKENS[mark.group] ?? '--cat-other') as Token];
    const shape = new Path2D(SHAPES[mark.source]);
    pen.lineJoin = 'round';
    pen.strokeStyle = palette['--map-ground'];
    pen.lineWidth = 4;
    pen.stroke(shape);
    pen.fillStyle = mark.fresh ? colour : palette['--map-ground'];
    pen.fill(shape);
    pen.strokeStyle = colour;
    pen.lineWidth = size <= DOT_PX ? 3 : 1.7;
    pen.stroke(shape);
    if (size <= DOT_PX) return;
    pen.fillStyle = mark.fresh ? palette['--on-cat'] : colour;
    pen.font = `700 ${mark.source in NARROW ? 10 : 12}px ${palette.font}`;
    pen.textAlign = 'center';
    pen.fillText(mark.letter, 0, (NARROW[mark.source] ?? 3.8) + 0.4);
  }
}

/** By zoom, as the design has it: dots over the borough, then marks with letters. */
export function markSize(zoom: number): number {
  if (zoom < 12.6) return DOT_PX;
  return zoom < 15.5 ? 15 : 18;
}
