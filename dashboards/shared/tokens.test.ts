/** Proves the bounds that tokens.css claims: contrast by WCAG 2.2, and no colour or size outside the tokens. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8').replace(
  /\/\*[\s\S]*?\*\//g,
  '',
);
const dark = tokensOf(':root {');
const light = { ...dark, ...tokensOf(':root[data-theme="light"] {') };

const SURFACES = ['bg', 'panel', 'raised', 'selected'];
const PAGE = ['bg', 'panel', 'raised'];
const GROUPS = ['violence', 'safety', 'vulnerable', 'theft', 'drugs', 'fire', 'noise', 'other'];

/** what, foregrounds, backgrounds, least contrast */
const BOUNDS: [string, string[], string[], number][] = [
  ['main text', ['text-1'], SURFACES, 7],
  ['second text', ['text-2'], SURFACES, 4.5],
  ['third text', ['text-3'], SURFACES, 4.5],
  ['primary button', ['on-inverse'], ['inverse'], 7],
  ['lines that carry a value', ['line-ui'], SURFACES, 3],
  ['selected and focus', ['accent', 'focus'], SURFACES, 3],
  ['feeds', ['feed-live', 'feed-quiet', 'feed-blind', 'feed-replay'], PAGE, 3],
  ['sources', ['src-business', 'src-stars', 'src-fire', 'src-camera'], ['panel', 'raised'], 3],
  ['groups', GROUPS.map((group) => `cat-${group}`), ['panel'], 3],
  ['letter on a mark', ['on-cat'], GROUPS.map((group) => `cat-${group}`), 3],
];

describe.each([
  ['dark', dark],
  ['light', light],
])('%s', (_, tokens) => {
  it.each(BOUNDS)('%s', (_what, over, under, least) => {
    const pairs = over.flatMap((a) => under.map((b) => [a, b] as const));
    const low = pairs.filter(([a, b]) => contrast(of(tokens, a), of(tokens, b)) < least);
    expect(low).toEqual([]);
  });
});

it('contrast is WCAG’s: black on white 21, a colour on itself 1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  expect(contrast('#123456', '#123456')).toBe(1);
});

it('no stylesheet or component uses a colour of its own', () => {
  const own = sources()
    .map((path) => [path, readFileSync(path, 'utf8')] as const)
    .flatMap(([path, text]) =>
      [...styleOf(path, text).matchAll(/#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(/gi)].map(
        ([colour]) => `${path}: ${colour}`,
      ),
    );
  expect(own).toEqual([]);
});

it('every token that is used exists', () => {
  const known = new Set([...css.matchAll(/(--[\w-]+):/g)].map(([, name]) => name));
  const local = new Set(['--c', '--columns']);
  const missing = sources().flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/var\((--[\w-]+)/g)]
      .map(([, name]) => name as string)
      .filter((name) => !known.has(name) && !local.has(name))
      .map((name) => `${path}: ${name}`),
  );
  expect(missing).toEqual([]);
});

function sources(): string[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(svelte|css)$/.test(path) && !path.endsWith('tokens.css'))
    .map((path) => join(ROOT, path));
}

function styleOf(path: string, text: string): string {
  return path.endsWith('.css') ? text : (/<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '');
}

function tokensOf(selector: string): Record<string, string> {
  const from = css.indexOf(selector);
  const block = css.slice(from, css.indexOf('\n}', from));
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)].map(([, name, value]) => [name, value]),
  ) as Record<string, string>;
}

function of(tokens: Record<string, string>, name: string): string {
  const value = tokens[name];
  if (value === undefined) throw new Error(`tokens.css has no plain colour --${name}`);
  return value;
}

function contrast(a: string, b: string): number {
  const [brighter, darker] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [number, number];
  return (brighter + 0.05) / (darker + 0.05);
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16) / 255)) as [
    number,
    number,
    number,
  ];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function channel(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
