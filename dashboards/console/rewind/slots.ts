/** The night drawn along a line: bars of 15 minutes beside their usual, hours below, and times for places. Pure. */
import type { Marks } from '../../shared/rest';
import type { BlindGap } from '../../shared/types';
import { plural, usualFigure } from '../../shared/words/counts';

const SLOT_MS = 15 * 60_000;
const HOUR_MS = 60 * 60_000;

export interface Night {
  readonly opensAt: number;
  readonly closesAt: number;
}

export interface Bar {
  readonly from: number;
  readonly count: number;
  /** Shares of the tallest, 0 to 1. */
  readonly height: number;
  readonly usual: number | null;
  /** It has not begun yet: only its usual is known. */
  readonly future: boolean;
  /** The desk itself saw nothing for a part of it. */
  readonly blind: boolean;
  /** "23:15: 7 incidents, 5.2 usual", without the time. */
  readonly words: string;
}

export function barsOf(marks: Marks, now: number, blind: readonly BlindGap[] = []): Bar[] {
  const tallest = Math.max(4, ...marks.slots.flatMap((slot) => [slot.incidents, slot.usual ?? 0]));
  return marks.slots.map((slot) => {
    const from = Date.parse(slot.from);
    return {
      from,
      count: slot.incidents,
      height: slot.incidents / tallest,
      usual: slot.usual === null ? null : slot.usual / tallest,
      future: from > now,
      blind: blind.some((gap) => overlaps(gap, from)),
      words: wordsOf(slot.incidents, slot.usual, from > now),
    };
  });
}

/** Where on the line a time is, 0 to 1. */
export function placeOf(at: number, night: Night): number {
  const share = (at - night.opensAt) / (night.closesAt - night.opensAt);
  return Math.min(1, Math.max(0, share));
}

/** The time at a place on the line, to the whole minute. */
export function timeAt(share: number, night: Night): number {
  const at = night.opensAt + Math.min(1, Math.max(0, share)) * (night.closesAt - night.opensAt);
  return Math.round(at / 60_000) * 60_000;
}

/** Full hours of the night; a night over a change of clocks has 11 or 13 of them. */
export function hoursOf(night: Night): number[] {
  const hours: number[] = [];
  for (let at = night.opensAt; at <= night.closesAt; at += HOUR_MS) hours.push(at);
  return hours;
}

function overlaps(gap: BlindGap, from: number): boolean {
  return Date.parse(gap.since) < from + SLOT_MS && Date.parse(gap.until) > from;
}

function wordsOf(count: number, usual: number | null, future: boolean): string {
  const beside = usual === null ? 'usual not known' : `${usualFigure(usual)} usual`;
  return future ? beside : `${plural(count, 'incident')}, ${beside}`;
}
