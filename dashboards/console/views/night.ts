/** The operating night: which one it is, until when, and when the next opens. Pure. */
import type { NightRules } from '../../shared/config';
import type { NightSummary } from '../../shared/types';
import type { WallClock } from '../../shared/words/clock';

export function tonight(nights: Iterable<NightSummary>): NightSummary | null {
  return latest([...nights].filter((night) => night.status === 'open'));
}

export function lastNight(nights: Iterable<NightSummary>): NightSummary | null {
  return latest([...nights].filter((night) => night.status === 'closed'));
}

function latest(nights: readonly NightSummary[]): NightSummary | null {
  return nights.reduce<NightSummary | null>(
    (best, night) => (best === null || night.opens_at > best.opens_at ? night : best),
    null,
  );
}

/** "the next opens Friday 18:00", today's date included; null before the desk's clock is known. */
export function nextOpening(
  rules: NightRules,
  now: number | null,
  clock: WallClock,
): string | null {
  if (now === null) return null;
  const [hours = 0, minutes = 0] = clock.hm(now).split(':').map(Number);
  const noon = now + (12 - hours) * 3_600_000 - minutes * 60_000; // an hour more or less leaves the day the same
  for (let days = 0; days < 15; days++) {
    const at = noon + days * 86_400_000;
    const opensToday = isEvening(rules, clock, at) && (days > 0 || clock.hm(now) < rules.opens);
    if (opensToday)
      return `the next opens ${days === 0 ? 'today' : clock.weekday(at)} ${rules.opens}`;
  }
  return null;
}

function isEvening(rules: NightRules, clock: WallClock, at: number): boolean {
  const day = clock.weekday(at).slice(0, 3).toLowerCase();
  return rules.weekdays.includes(day) || rules.extra_dates.includes(clock.isoDate(at));
}
