/** The account page's sentences. */
import { plural } from '../shared/words/counts';
import { inWords, roleName } from '../shared/words/names';
import type { WallClock } from '../shared/words/clock';
import type { KeptShown, LineShown, SessionShown } from '../shared/api';

/** 16 May, 23:41 */
export function moment(clock: WallClock, at: string): string {
  const time = Date.parse(at);
  return `${clock.shortDate(time)}, ${clock.hm(time)}`;
}

/** As whom somebody signed in: a person by name, a phone by its place. */
export function whoWords(role: string, name: string | null, place: string | null): string {
  const as = roleName(role);
  if (name !== null) return place === null ? `${name}, ${as}` : `${name}, ${as}, ${place}`;
  return place === null ? inWords(as) : `${place}, ${as}`;
}

export function sessionWords(clock: WallClock, one: SessionShown): string {
  return `since ${moment(clock, one.since)}, ends ${moment(clock, one.expires_at)}`;
}

/** Who opened one's own words, and what for. */
export function readingWords(one: Pick<LineShown, 'role' | 'purpose'>): string {
  const who = inWords(roleName(one.role));
  return one.purpose === null ? who : `${who}: ${one.purpose}`;
}

/** How long something is kept, and what of it goes when, as far as one may know. */
export function keptWords(clock: WallClock, kept: KeptShown): string {
  if (kept.days === null) return 'Kept. Nothing goes yet.';
  const long = `Kept for ${plural(kept.days, 'day', 'days')}, then gone by itself.`;
  if (kept.held === null) return long;
  const soon = kept.goes_within_7_days ?? 0;
  const now = `${kept.held.toLocaleString('en-GB')} now; ${soon.toLocaleString('en-GB')} go within 7 days`;
  const next = kept.goes_next === null ? '' : `, the next ${moment(clock, kept.goes_next)}`;
  return `${long} ${now}${next}.`;
}
