/**
 * The picture a page holds, and the one way it changes: `applyFrame`, pure.
 *
 * Law: a stale snapshot and the deltas since are a fresh snapshot. `s` rises by exactly 1 with each delta of an
 * epoch; anything else means that something was missed, and the page must ask again (`lost`).
 */
import type { Delta } from '../types';
import type { Records, ServerFrame, State } from './frames';

/** empty: nothing yet. following: every delta so far. awaiting: a snapshot was announced. lost: one was missed. */
export type Standing = 'empty' | 'following' | 'awaiting' | 'lost';

export interface Picture {
  readonly e: string | null;
  readonly s: number;
  readonly standing: Standing;
  readonly state: State;
}

export const EMPTY: Picture = { e: null, s: 0, standing: 'empty', state: {} };

export function applyFrame(picture: Picture, frame: ServerFrame): Picture {
  switch (frame.t) {
    case 'snapshot':
      return { e: frame.e, s: frame.s, standing: 'following', state: frame.state };
    case 'delta':
      return applyDelta(picture, frame);
    case 'heartbeat':
      return missedBefore(picture, frame.e, frame.s) ? lost(picture) : resumed(picture, frame);
    case 'gap':
      return { ...picture, standing: 'awaiting' };
    case 'refused':
      return picture;
  }
}

/** A picture after the line was lost: what it holds is kept, and it follows again once the server says where it is. */
export function unfollowed(picture: Picture): Picture {
  return picture.e === null ? EMPTY : { ...picture, standing: 'lost' };
}

function applyDelta(picture: Picture, delta: Delta): Picture {
  if (picture.standing === 'empty' || picture.standing === 'awaiting') return picture;
  if (delta.e !== picture.e || delta.s > picture.s + 1) return lost(picture);
  if (delta.s <= picture.s) return picture; // sent twice, as a resume may
  return { ...picture, s: delta.s, standing: 'following', state: changed(picture.state, delta) };
}

/** Copies only the kinds that change, so that what a panel shows stays the same object until it changes. */
function changed(state: State, delta: Delta): State {
  const next: State = { ...state };
  for (const [kind, records] of Object.entries(delta.up ?? {})) {
    next[kind] = { ...next[kind], ...records };
  }
  for (const [kind, keys] of Object.entries(delta.del ?? {})) {
    next[kind] = without(next[kind] ?? {}, keys);
  }
  return next;
}

function without(records: Records, keys: readonly string[]): Records {
  const left = { ...records };
  for (const key of keys) delete left[key];
  return left;
}

function missedBefore(picture: Picture, e: string, s: number): boolean {
  return picture.standing !== 'empty' && (e !== picture.e || s > picture.s);
}

function resumed(picture: Picture, at: { e: string; s: number }): Picture {
  const agrees = picture.e === at.e && picture.s === at.s;
  return agrees && picture.standing === 'lost' ? { ...picture, standing: 'following' } : picture;
}

function lost(picture: Picture): Picture {
  return picture.standing === 'lost' || picture.standing === 'awaiting'
    ? picture
    : { ...picture, standing: 'lost' };
}
