/** Single keys of the console. None acts while typing, with a modifier, in a dialog, or when they are switched off. */

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly defaultPrevented: boolean;
}

export type Act = 'next' | 'previous' | 'search' | 'list' | 'borough' | 'keys' | 'back';

export const KEYS: readonly { key: string; act: Act; does: string }[] = [
  { key: 'j', act: 'next', does: 'next incident' },
  { key: 'k', act: 'previous', does: 'previous incident' },
  { key: '/', act: 'search', does: 'search' },
  { key: 'l', act: 'list', does: 'the table in place of the map, and back' },
  { key: 'b', act: 'borough', does: 'the whole borough on the map, and back' },
  { key: '?', act: 'keys', does: 'these keys' },
];

/** Escape is no single-letter key: it always leads back. */
export function actOf(pressed: Pressed, where: { typing: boolean; on: boolean }): Act | null {
  if (pressed.defaultPrevented || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  if (pressed.key === 'Escape') return 'back';
  if (where.typing || !where.on) return null;
  return KEYS.find(({ key }) => key === pressed.key)?.act ?? null;
}

/** Whether what has the focus takes letters. */
export function takesLetters(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}
