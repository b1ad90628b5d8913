/** How long reports take from this phone: measured here, kept here, sent nowhere. */
import { ageWords } from '../shared/words/ages';
import type { Kept } from './keeping/records';

export interface Figure {
  name: string;
  count: number;
  /** Milliseconds; null while there are none. */
  middle: number | null;
  nineInTen: number | null;
}

export function figuresOf(reports: readonly Kept[]): Figure[] {
  const receipts = reports.map(({ receipt }) => receipt).filter((one) => one !== null);
  return [
    figure(
      'First tap to saved on this phone',
      reports.map((kept) => kept.tapped_ms),
    ),
    figure(
      'Saved on this phone to received by the desk',
      reports.map((kept) => (kept.tapped_ms === null ? null : between(kept.made_at, kept.sent_at))),
    ),
    figure(
      'Received by the desk to seen',
      receipts.map(({ received_at, seen_at }) => between(received_at, seen_at)),
    ),
  ];
}

function figure(name: string, measured: (number | null)[]): Figure {
  const sorted = measured
    .filter((ms) => ms !== null && ms >= 0)
    .sort((one, other) => one! - other!) as number[];
  return { name, count: sorted.length, middle: share(sorted, 0.5), nineInTen: share(sorted, 0.9) };
}

/** The least value that this share of all does not exceed (nearest rank). */
export function share(sorted: readonly number[], of: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * of) - 1)] ?? null;
}

function between(from: string, to: string | null): number | null {
  if (to === null || from === '') return null;
  return Date.parse(to) - Date.parse(from);
}

/** "0.4 s" under ten seconds, then as ages are told. */
export function lengthWords(ms: number): string {
  return ms < 9_950 ? `${(ms / 1_000).toFixed(1)} s` : ageWords(ms);
}
