/** The app's icons as PNG, drawn at build from the same shape as shared/icon.svg. */
import { crc32, deflateSync } from 'node:zlib';

type Colour = readonly [number, number, number];
type Point = readonly [number, number];

/** --panel and --text-1 of the dark theme. */
const GROUND: Colour = [0x16, 0x18, 0x1b];
const INK: Colour = [0xec, 0xe9, 0xe2];
/** In a box of 32, as in the SVG; small enough for a mask's safe zone. */
const BOX = 32;
const LETTER: Point[] = [
  [8, 23],
  [8, 9],
  [24, 23],
  [24, 9],
];
const STROKE = 3.2;

/** A PNG of `size` by `size` pixels: the letter on its ground, to the edges. */
export function iconPng(size: number): Buffer {
  const rows = Buffer.alloc((size * 3 + 1) * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const covered = coverage((x + 0.5) / size, (y + 0.5) / size, size);
      const at = y * (size * 3 + 1) + 1 + x * 3;
      for (const i of [0, 1, 2] as const) {
        rows[at + i] = Math.round(GROUND[i] + (INK[i] - GROUND[i]) * covered);
      }
    }
  }
  return png(size, rows);
}

/** How much of a pixel the letter covers, 0 to 1: one pixel of soft edge. */
function coverage(x: number, y: number, size: number): number {
  const scale = BOX / size;
  const distances = LETTER.slice(1).map((to, i) =>
    distance([x * BOX, y * BOX], LETTER[i] as Point, to),
  );
  const outside = (Math.min(...distances) - STROKE / 2) / scale;
  return Math.min(1, Math.max(0, 0.5 - outside));
}

function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

function png(size: number, rows: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits a channel, RGB
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(content.length, 0);
  whole.set(body, 4);
  whole.writeUInt32BE(crc32(body), whole.length - 4);
  return whole;
}
