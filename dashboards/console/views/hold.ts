/** Keeping the reader's place while the list re-sorts: which row to hold on to, and what came in above it. Pure. */

export interface Spot {
  readonly id: string;
  /** Pixels from the top of the list's window to the top of the row. */
  readonly top: number;
  readonly bottom: number;
}

/**
 * The row whose place on the screen must not change: the selected one if it is in view, else the first in view.
 * None when the list stands at its top and nothing is selected there: then what is new may come in from above.
 */
export function rowToHold(
  spots: readonly Spot[],
  selected: string | null,
  scroll: { top: number; height: number },
): Spot | null {
  const inView = spots.filter((spot) => spot.bottom > 0 && spot.top < scroll.height);
  const chosen = inView.find((spot) => spot.id === selected);
  if (chosen !== undefined) return chosen;
  return scroll.top > 0 ? (inView[0] ?? null) : null;
}

/** Rows that were not there before and stand above the held one. */
export function newAbove(
  before: ReadonlySet<string>,
  now: readonly string[],
  held: string | null,
): string[] {
  const until = held === null ? 0 : now.indexOf(held);
  return now.slice(0, Math.max(0, until)).filter((id) => !before.has(id));
}
