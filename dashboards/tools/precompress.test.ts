import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ALL_BYTES_MAX, compressAll, holdUnder, PAGES_BYTES_MAX } from './precompress';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pages-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('writes each text file compressed beside it, and no other', () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets', 'a.js'), 'let a = 1;');
  writeFileSync(join(folder, 'assets', 'a.woff2'), 'font');
  const weights = compressAll(folder);
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
    'assets',
    'assets/a.js',
    'assets/a.js.br',
    'assets/a.js.gz',
    'assets/a.woff2',
    'index.html',
    'index.html.br',
    'index.html.gz',
  ]);
  expect(gunzipSync(readFileSync(join(folder, 'index.html.gz'))).toString()).toBe(
    '<!doctype html>',
  );
  expect(brotliDecompressSync(readFileSync(join(folder, 'index.html.br'))).toString()).toBe(
    '<!doctype html>',
  );
  const least = ['assets/a.js', 'index.html'].map((path) =>
    Math.min(...['gz', 'br'].map((end) => readFileSync(join(folder, `${path}.${end}`)).length)),
  );
  expect(weights.map(({ bytes }) => bytes).sort()).toEqual([...least, 'font'.length].sort());
});

it('fails the build whose pages outgrow their bound, or outgrow it with the full map', () => {
  const pages = { name: 'console.js', bytes: PAGES_BYTES_MAX };
  const map = { name: 'map-glMap-x.js', bytes: ALL_BYTES_MAX - PAGES_BYTES_MAX - 2 };
  const worker = { name: 'map-worker-x.js', bytes: 1 };
  const font = { name: 'font-x.woff2', bytes: 1 };
  const more = { name: 'more.js', bytes: 1 };
  expect(() => holdUnder([pages, map, worker, font])).not.toThrow();
  expect(() => holdUnder([pages, more])).toThrow(
    `the pages are ${PAGES_BYTES_MAX + 1} bytes compressed; the bound is ${PAGES_BYTES_MAX}`,
  );
  expect(() => holdUnder([pages, map, worker, font, worker])).toThrow(
    'with the full map are 450001',
  );
});
