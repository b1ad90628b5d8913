/** What is selected, and the way there: an incident, a place's counts, a feed, or nothing; back and forward. Pure. */
import type { Source } from '../shared/types';

export type Choice =
  | { readonly is: 'incident'; readonly id: string }
  /** A ward's code, a cell, or the borough; `group` where one kind of incident is meant. */
  | { readonly is: 'place'; readonly place: string; readonly group: string | null }
  | { readonly is: 'feed'; readonly source: Source };

/** What was selected, what is, and what going forward leads to; null is the night so far. */
export interface Trail {
  readonly past: readonly (Choice | null)[];
  readonly here: Choice | null;
  readonly future: readonly (Choice | null)[];
}

/** Steps back that are kept; the oldest goes. */
const PAST_MAX = 50;

export const NOWHERE: Trail = { past: [], here: null, future: [] };

/** Selects something else, and keeps the way back. The same again is no step. */
export function goTo(trail: Trail, choice: Choice | null): Trail {
  if (same(trail.here, choice)) return trail;
  return { past: [...trail.past, trail.here].slice(-PAST_MAX), here: choice, future: [] };
}

/** Moves on through a list: what is passed on the way is no step of its own. */
export function moveTo(trail: Trail, choice: Choice): Trail {
  return trail.here?.is === choice.is ? { ...trail, here: choice } : goTo(trail, choice);
}

export function goBack(trail: Trail): Trail {
  const before = trail.past.at(-1);
  if (before === undefined) return trail;
  return { past: trail.past.slice(0, -1), here: before, future: [trail.here, ...trail.future] };
}

export function goForward(trail: Trail): Trail {
  const [next, ...future] = trail.future;
  if (next === undefined) return trail;
  return { past: [...trail.past, trail.here], here: next, future };
}

function same(one: Choice | null, other: Choice | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
