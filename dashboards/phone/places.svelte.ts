/** Which screen is shown: the address's fragment, so that the phone's own Back works. */

export type Screen =
  | 'what'
  | 'other'
  | 'how'
  | 'send'
  | 'where'
  | 'when'
  | 'receipt'
  | 'withdraw'
  | 'add'
  | 'mine'
  | 'log';

const SCREENS: readonly string[] = [
  'what', 'other', 'how', 'send', 'where', 'when', 'receipt', 'withdraw', 'add', 'mine', 'log',
]; // prettier-ignore

export interface Place {
  screen: Screen;
  /** The report that it is about; empty where it is about none. */
  key: string;
}

export class Places {
  now: Place = $state.raw(placeOf(location.hash));

  constructor() {
    addEventListener('hashchange', () => (this.now = placeOf(location.hash)));
  }

  go(screen: Screen, key = ''): void {
    location.hash = fragmentOf(screen, key);
  }

  /** Goes there and leaves no way back to where it was. */
  instead(screen: Screen, key = ''): void {
    location.replace(`#${fragmentOf(screen, key)}`);
  }

  back(): void {
    if (history.length > 1) history.back();
    else this.instead('what');
  }
}

function fragmentOf(screen: Screen, key: string): string {
  return key === '' ? screen : `${screen}/${encodeURIComponent(key)}`;
}

export function placeOf(fragment: string): Place {
  const [screen = '', key = ''] = fragment.replace(/^#/, '').split('/');
  if (!SCREENS.includes(screen)) return { screen: 'what', key: '' };
  return { screen: screen as Screen, key: decodeURIComponent(key) };
}
