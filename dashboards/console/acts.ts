/** What the single keys do to the desk; keys that need a part of the page are the page's own. */
import type { Desk } from './desk.svelte';
import type { Act } from './keys';

const MINUTE_MS = 60_000;

export type DeskAct = Exclude<Act, 'search' | 'list' | 'borough' | 'keys' | 'back'>;

export function deskActs(desk: Desk): Record<DeskAct, () => void> {
  const { rewind } = desk;
  return {
    next: () => desk.move(1),
    previous: () => desk.move(-1),
    goBack: () => desk.back(),
    goForward: () => desk.forward(),
    filters: () => (desk.filtersOpen = !desk.filtersOpen),
    earlier: () => rewind.nudge(-MINUTE_MS),
    later: () => rewind.nudge(MINUTE_MS),
    muchEarlier: () => rewind.nudge(-15 * MINUTE_MS),
    muchLater: () => rewind.nudge(15 * MINUTE_MS),
    play: () => rewind.toggle(),
  };
}
