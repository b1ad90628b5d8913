/** Dark unless light was chosen; the choice is remembered in this browser. */
import { recall, remember } from './remembered';

export type Theme = 'dark' | 'light';

export function chosenTheme(): Theme {
  return recall('theme') === 'light' ? 'light' : 'dark';
}

export function wearTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}

export function chooseTheme(theme: Theme): void {
  remember('theme', theme);
  wearTheme(theme);
}
