/** Cuts the font of the npm package to what tokens.css declares: its characters and weights, a file each, before a build. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';

const PACKAGE = '@fontsource-variable/atkinson-hyperlegible-next';
const TOKENS = new URL('../shared/tokens.css', import.meta.url);
const FACE =
  /@font-face \{[^}]*url\("(?<file>[^"]+)"\)[^}]*font-weight: (?<least>\d+) (?<most>\d+);[^}]*unicode-range: (?<ranges>[^;]+);/g;

/** @param {string} ranges as in CSS: "U+0020-007E, U+00A0" */
function textOf(ranges) {
  return ranges
    .split(',')
    .flatMap((range) => {
      const [first, last] = range
        .trim()
        .slice(2)
        .split('-')
        .map((code) => parseInt(code, 16));
      return Array.from({ length: (last ?? first) - first + 1 }, (_, at) => first + at);
    })
    .map((code) => String.fromCodePoint(code))
    .join('');
}

const whole = createRequire(import.meta.url).resolve(
  `${PACKAGE}/files/atkinson-hyperlegible-next-latin-wght-normal.woff2`,
);
const font = readFileSync(whole);
const faces = [...readFileSync(TOKENS, 'utf8').matchAll(FACE)];
if (faces.length === 0)
  throw new Error(`${fileURLToPath(TOKENS)} declares no font that can be cut`);
for (const { groups } of faces) {
  const target = fileURLToPath(new URL(groups.file, TOKENS));
  mkdirSync(dirname(target), { recursive: true });
  const wght = { min: Number(groups.least), max: Number(groups.most) };
  const options = { targetFormat: 'woff2', variationAxes: { wght } };
  writeFileSync(target, await subsetFont(font, textOf(groups.ranges), options));
}
