/** From one past picture to the next most records are the same: they stay the same objects, and what shows them stands still. Pure. */
import type { State } from './loader';

/** `after`, with each record of `before` that did not change in place of its copy. */
export function sharing(before: State, after: State): State {
  const state: State = {};
  for (const [kind, records] of Object.entries(after)) {
    const known = before[kind] ?? {};
    const kept: Record<string, object> = {};
    for (const [key, record] of Object.entries(records)) {
      const was = known[key];
      kept[key] = was !== undefined && alike(was, record) ? was : record;
    }
    state[kind] = kept;
  }
  return state;
}

/** Equal as JSON, whatever the order of the keys. */
function alike(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [ours, theirs] = [Object.entries(one), other as Record<string, unknown>];
  if (ours.length !== Object.keys(theirs).length) return false;
  return ours.every(([name, value]) => name in theirs && alike(value, theirs[name]));
}
