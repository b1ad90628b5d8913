/** Single keys of the console. None acts while typing, with a modifier, in a dialog, or when they are switched off. */

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly defaultPrevented: boolean;
}

export type Act =
  | 'next'
  | 'previous'
  | 'search'
  | 'filters'
  | 'list'
  | 'borough'
  | 'goBack'
  | 'goForward'
  | 'earlier'
  | 'later'
  | 'muchEarlier'
  | 'muchLater'
  | 'play'
  | 'keys'
  | 'back';

export const KEYS: readonly { key: string; act: Act; does: string; name?: string }[] = [
  { key: 'j', act: 'next', does: 'next incident' },
  { key: 'k', act: 'previous', does: 'previous incident' },
  { key: ',', act: 'goBack', does: 'back to what was selected before' },
  { key: '.', act: 'goForward', does: 'forward again' },
  { key: '/', act: 'search', does: 'search' },
  { key: 'l', act: 'list', does: 'the table in place of the map, and back' },
  { key: 'b', act: 'borough', does: 'the whole borough on the map, and back' },
  { key: 'f', act: 'filters', does: 'filters' },
  { key: '[', act: 'earlier', does: 'a minute earlier' },
  { key: ']', act: 'later', does: 'a minute later' },
  { key: '{', act: 'muchEarlier', does: 'a quarter of an hour earlier' },
  { key: '}', act: 'muchLater', does: 'a quarter of an hour later' },
  { key: ' ', act: 'play', does: 'play and pause', name: 'Space' },
  { key: '?', act: 'keys', does: 'these keys' },
];

/** What has the focus, and whether single keys are on. */
export interface Where {
  readonly typing: boolean;
  /** Space presses or opens what has the focus, and must not play as well. */
  readonly pressing?: boolean;
  readonly on: boolean;
}

/** Escape is no single-letter key: it always leads back. */
export function actOf(pressed: Pressed, where: Where): Act | null {
  if (pressed.defaultPrevented || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  if (pressed.key === 'Escape') return 'back';
  if (where.typing || !where.on) return null;
  if (pressed.key === ' ' && where.pressing === true) return null;
  return KEYS.find(({ key }) => key === pressed.key)?.act ?? null;
}

/** Whether what has the focus takes letters. */
export function takesLetters(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

/** Whether Space already does something to what has the focus. */
export function takesSpace(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, summary, [role=button]') !== null;
}
