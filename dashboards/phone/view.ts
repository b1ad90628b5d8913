/** What every screen is given. */
import { getContext, setContext } from 'svelte';
import type { Look } from './look.svelte';
import type { Phone } from './phone.svelte';
import type { Places } from './places.svelte';

export interface View {
  phone: Phone;
  places: Places;
  look: Look;
}

const NAME = 'phone';

export function giveView(view: View): void {
  setContext(NAME, view);
}

export function view(): View {
  return getContext<View>(NAME);
}
