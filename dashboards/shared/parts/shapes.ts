/** The shape of each feed, drawn around the origin: the same on every page and on the map. */
import type { Source } from '../types';

/** As a path in a box of 20 by 20 about (0, 0). */
export const SHAPES: Record<Source, string> = {
  sbn: 'M-7 -7H7V7H-7z',
  nightstars: 'M0 -8A8 8 0 1 1 0 8A8 8 0 1 1 0 -8z',
  lfb: 'M0 -9.4L9.4 0 0 9.4-9.4 0z',
  noise: 'M-9.6 5.8L0 -9.4L9.6 5.8A12 12 0 0 1 -9.6 5.8z',
  points: 'M-4.2 -8H4.2L8.4 0L4.2 8H-4.2L-8.4 0z',
};

/** Groups that have a colour of their own; the letter always stands with it. */
export const GROUP_TOKENS: Record<string, string> = {
  violence: '--cat-violence',
  womens_safety: '--cat-safety',
  person_in_need: '--cat-vulnerable',
  theft: '--cat-theft',
  drugs: '--cat-drugs',
  fire: '--cat-fire',
  noise: '--cat-noise',
  other: '--cat-other',
};

export const SOURCE_TOKENS: Record<Source, string> = {
  sbn: '--src-business',
  nightstars: '--src-stars',
  lfb: '--src-fire',
  noise: '--src-camera',
  points: '--text-2',
};
