/** Writes NAME.gz and NAME.br beside each text file of the build, and holds the pages under their bounds. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(html|js|css|svg|json|webmanifest)$/;
/** Loaded by a console on a machine with a graphics card, and by nobody else. */
const MAP = /^(glMap|maplibre-gl)/;
/** What all pages may weigh compressed, font and full map left out: a phone with one bar of signal loads them too. */
export const PAGES_BYTES_MAX = 120_000;
/** The same with the full map. */
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
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map((entry) => ({ name: entry.name, bytes: compress(join(entry.parentPath, entry.name)) }));
}

export function holdUnder(weights: readonly Weight[]): void {
  const sum = (some: readonly Weight[]): number => some.reduce((all, { bytes }) => all + bytes, 0);
  refuse('the pages are', sum(weights.filter(({ name }) => !MAP.test(name))), PAGES_BYTES_MAX);
  refuse('the pages with the full map are', sum(weights), ALL_BYTES_MAX);
}

function refuse(what: string, bytes: number, most: number): void {
  if (bytes > most) throw new Error(`${what} ${bytes} bytes compressed; the bound is ${most}`);
}

function compress(path: string): number {
  const text = readFileSync(path);
  const gzip = gzipSync(text, { level: constants.Z_BEST_COMPRESSION });
  const brotli = brotliCompressSync(text);
  writeFileSync(`${path}.gz`, gzip);
  writeFileSync(`${path}.br`, brotli);
  return Math.min(gzip.length, brotli.length);
}
