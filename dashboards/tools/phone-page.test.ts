import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { iconPng } from './icons';
import { filesFrom, holdLight, weightOf, type Bundle } from './phone-page';

const chunk = (imports: string[], dynamicImports: string[] = [], styles: string[] = []) => ({
  type: 'chunk' as const,
  code: 'let a = 1;',
  imports,
  dynamicImports,
  viteMetadata: { importedCss: new Set(styles) },
});
const BUNDLE: Bundle = {
  'report.js': chunk(['svelte.js'], ['save.js'], ['report.css']),
  'svelte.js': chunk(['svelte.js']),
  'save.js': chunk(['svelte.js']),
  'console.js': chunk(['svelte.js']),
  'report.css': { type: 'asset', source: 'p{}' },
};

describe('the files of a page', () => {
  it('are what it imports and its styles; what it loads later only where that is asked for', () => {
    expect(filesFrom(BUNDLE, 'report.js', false)).toEqual(['report.css', 'report.js', 'svelte.js']);
    expect(filesFrom(BUNDLE, 'report.js', true)).toContain('save.js');
  });

  it('weigh what they are compressed', () => {
    const one = weightOf(BUNDLE, ['svelte.js']);
    expect(one).toBeGreaterThan(0);
    expect(weightOf(BUNDLE, ['svelte.js', 'save.js'])).toBe(2 * one);
  });

  it('fail the build when they outgrow their bound', () => {
    expect(() => holdLight(60_000)).not.toThrow();
    expect(() => holdLight(60_001)).toThrow('60001 bytes compressed; the bound is 60000');
  });
});

it('an icon is a PNG of its size, the letter on its ground', () => {
  const png = iconPng(64);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([64, 64]);
  const length = png.readUInt32BE(33);
  const rows = inflateSync(png.subarray(41, 41 + length));
  const at = (x: number, y: number): number[] => [
    ...rows.subarray(y * 193 + 1 + x * 3).subarray(0, 3),
  ];
  expect(at(1, 1)).toEqual([0x16, 0x18, 0x1b]);
  expect(at(16, 30)).toEqual([0xec, 0xe9, 0xe2]);
});
