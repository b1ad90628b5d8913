/** The page's own colours, resolved for a canvas and for WebGL, which know no custom properties. */

const TOKENS = [
  '--map-ground',
  '--map-block',
  '--map-building',
  '--map-park',
  '--map-water',
  '--map-street',
  '--map-main',
  '--map-outside',
  '--map-ward',
  '--map-label',
  '--map-halo',
  '--map-hex-1',
  '--map-hex-2',
  '--map-hex-3',
  '--map-hex-line',
  '--map-hatch',
  '--map-plate',
  '--text-1',
  '--text-2',
  '--inverse',
  '--on-inverse',
  '--line-ui',
  '--accent',
  '--on-cat',
  '--cat-violence',
  '--cat-safety',
  '--cat-vulnerable',
  '--cat-theft',
  '--cat-drugs',
  '--cat-fire',
  '--cat-noise',
  '--cat-other',
] as const;

export type Token = (typeof TOKENS)[number];
export type Palette = Readonly<Record<Token, string>> & { readonly font: string };

/** As they are now; asked again when the theme changes. */
export function paletteOf(within: HTMLElement): Palette {
  const probe = document.createElement('span');
  probe.style.setProperty('forced-color-adjust', 'none');
  within.append(probe);
  const style = getComputedStyle(probe);
  const colours = TOKENS.map((token) => {
    probe.style.color = `var(${token})`;
    return [token, style.color] as const;
  });
  const font = style.fontFamily;
  probe.remove();
  return { ...(Object.fromEntries(colours) as Record<Token, string>), font };
}
