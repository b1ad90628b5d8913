/** Writes NAME.gz and NAME.br beside each text file of the build, and holds the pages under their bounds. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(html|js|css|svg|json|webmanifest)$/;
const FONT = /\.woff2$/;
/** Loaded by a console on a machine with a graphics card, and by nobody else. */
const MAP = /^map-/;
/** What all pages may weigh compressed, font and full map left out: a phone with one bar of signal loads them too. */
export const PAGES_BYTES_MAX = 120_000;
/** The same with font and full map; what a page of it really takes over the line is told by its browser spec. */
export const ALL_BYTES_MAX = 450_000;

export interface Weight {
  readonly name: string;
  /** Compressed, by the better of the two. */
  readonly bytes: number;
}

export function precompress(): Plugin {
  let folder = '';
  return {
    name: 'nightdesk-precompress',
    apply: 'build',
    configResolved: (config) => {
      folder = config.build.outDir;
    },
    closeBundle: () => holdUnder(compressAll(folder)),
  };
}

export function compressAll(folder: string): Weight[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && (TEXT.test(entry.name) || FONT.test(entry.name)))
    .map(({ parentPath, name }) => ({ name, bytes: weigh(join(parentPath, name)) }));
}

export function holdUnder(weights: readonly Weight[]): void {
  const sum = (some: readonly Weight[]): number => some.reduce((all, { bytes }) => all + bytes, 0);
  const isLight = ({ name }: Weight): boolean => !MAP.test(name) && !FONT.test(name);
  refuse('the pages are', sum(weights.filter(isLight)), PAGES_BYTES_MAX);
  refuse('the pages with the full map are', sum(weights), ALL_BYTES_MAX);
}

function refuse(what: string, bytes: number, most: number): void {
  if (bytes > most) throw new Error(`${what} ${bytes} bytes compressed; the bound is ${most}`);
}

/** Text is compressed; a font is already. */
function weigh(path: string): number {
  const text = readFileSync(path);
  if (FONT.test(path)) return text.length;
  const gzip = gzipSync(text, { level: constants.Z_BEST_COMPRESSION });
  const brotli = brotliCompressSync(text);
  writeFileSync(`${path}.gz`, gzip);
  writeFileSync(`${path}.br`, brotli);
  return Math.min(gzip.length, brotli.length);
}
