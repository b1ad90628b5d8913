/** How long to wait before the next try: doubling with jitter, so that a hundred pages do not come back at once. */

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** `tries` counts failed tries in a row, from 0; `random` is in [0, 1). Between half the step and the step. */
export function waitMs(tries: number, random: number): number {
  const step = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 10));
  return Math.round(step * (0.5 + random / 2));
}
