/** Bright or discreet: near black, no venue, nothing that glows; the tab is called Notes. One tap either way. */
import { recall, remember } from '../shared/remembered';

const TITLES = { bright: 'Report, Nightdesk', discreet: 'Notes' };

export class Look {
  discreet = $state(recall('discreet') === 'yes');

  constructor() {
    this.wear();
  }

  turn(): void {
    this.discreet = !this.discreet;
    remember('discreet', this.discreet ? 'yes' : 'no');
    this.wear();
  }

  private wear(): void {
    document.title = this.discreet ? TITLES.discreet : TITLES.bright;
    document.documentElement.classList.toggle('discreet', this.discreet);
  }
}
