/** Writes NAME.gz beside each text file of the build, and holds all of it together under a bound. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(html|js|css|svg|json|webmanifest)$/;
/** What all pages may weigh compressed, the font left out: a phone with one bar of signal loads it too. */
export const BYTES_MAX = 120_000;

export function precompress(): Plugin {
  let folder = '';
  return {
    name: 'nightdesk-precompress',
    apply: 'build',
    configResolved: (config) => {
      folder = config.build.outDir;
    },
    closeBundle: () => holdUnder(BYTES_MAX, compressAll(folder)),
  };
}

/** Bytes of all that was written. */
export function compressAll(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .reduce((bytes, entry) => bytes + compress(join(entry.parentPath, entry.name)), 0);
}

export function holdUnder(most: number, bytes: number): void {
  if (bytes > most) {
    throw new Error(`the pages are ${bytes} bytes compressed; the bound is ${most}`);
  }
}

function compress(path: string): number {
  const packed = gzipSync(readFileSync(path), { level: constants.Z_BEST_COMPRESSION });
  writeFileSync(`${path}.gz`, packed);
  return packed.length;
}
