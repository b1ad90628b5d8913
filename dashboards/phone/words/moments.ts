/** A time of day as the reporter means it: the last one that has been. */
import type { WallClock } from '../../shared/words/clock';

const MINUTE = 60_000;
const DAY_MINUTES = 25 * 60;

/** The newest moment up to `now` at which the area's clock said `time` ("23:41"); null where it said it never. */
export function momentOf(time: string, now: number, clock: WallClock): number | null {
  const whole = Math.floor(now / MINUTE) * MINUTE;
  for (let minutes = 0; minutes < DAY_MINUTES; minutes++) {
    const at = whole - minutes * MINUTE;
    if (clock.hm(at) === time) return at;
  }
  return null;
}
