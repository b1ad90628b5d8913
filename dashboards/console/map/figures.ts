/** The figure of each hex, "T 5, 2.1 usual", where no mark stands: of two things in one place the less urgent goes. */
import { halo, isSeen } from './halo';
import { pixelOf, type Pixel } from './mercator';
import type { Frame } from './overlay';
import type { Hex } from './scene';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Below the middle of the hex, else above it, else farther down or up. */
const LINES_PX = [34, -24, 14, 54, -44, -4];
const TALL_PX = 15;
/** Half of what a mark or a figure of marks takes. */
const MARK_PX = 15;

export function drawHexFigures(frame: Frame, hexes: readonly Hex[], marks: readonly Pixel[]): void {
  const { pen, view, size, palette } = frame;
  const taken = marks.map(({ x, y }) => around({ x, y }, 2 * MARK_PX, MARK_PX));
  for (const hex of hexes) {
    const middle = pixelOf(hex.middle, view, size);
    if (!isSeen(middle, size)) continue;
    pen.textAlign = 'left';
    pen.font = `680 12px ${palette.font}`;
    const first = pen.measureText(hex.figure).width;
    pen.font = `400 12px ${palette.font}`;
    const width = first + pen.measureText(hex.usual).width;
    const box = freeBox(middle, width, taken);
    if (box === null) continue;
    taken.push(box);
    halo(frame, hex.usual, box.left + first, box.bottom - 3, palette['--text-2']);
    pen.font = `680 12px ${palette.font}`;
    halo(frame, hex.figure, box.left, box.bottom - 3, palette['--text-1']);
  }
}

/** The first place for words of this width that nothing has taken; null where there is none. */
export function freeBox(middle: Pixel, width: number, taken: readonly Box[]): Box | null {
  for (const down of LINES_PX) {
    const box = around({ x: middle.x, y: middle.y + down }, width, TALL_PX / 2);
    if (!taken.some((other) => meets(box, other))) return box;
  }
  return null;
}

function around({ x, y }: Pixel, width: number, halfTall: number): Box {
  return { left: x - width / 2, top: y - halfTall, right: x + width / 2, bottom: y + halfTall };
}

function meets(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
