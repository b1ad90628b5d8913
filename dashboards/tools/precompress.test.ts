import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compressAll, holdUnder } from './precompress';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pages-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('writes the gzip of each text file beside it, and of no other', () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets', 'a.js'), 'let a = 1;');
  writeFileSync(join(folder, 'assets', 'a.woff2'), 'font');
  const bytes = compressAll(folder);
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
    'assets',
    'assets/a.js',
    'assets/a.js.gz',
    'assets/a.woff2',
    'index.html',
    'index.html.gz',
  ]);
  expect(gunzipSync(readFileSync(join(folder, 'index.html.gz'))).toString()).toBe(
    '<!doctype html>',
  );
  const packed = ['index.html.gz', 'assets/a.js.gz'].map((path) =>
    readFileSync(join(folder, path)),
  );
  expect(bytes).toBe(packed.reduce((sum, { length }) => sum + length, 0));
});

it('fails the build that outgrows its bound', () => {
  expect(() => holdUnder(100, 101)).toThrow('the pages are 101 bytes compressed; the bound is 100');
  expect(() => holdUnder(100, 100)).not.toThrow();
});
