import { describe, expect, it } from 'vitest';
import { actOf, KEYS, type Pressed } from './keys';

const press = (key: string, given: Partial<Pressed> = {}): Pressed => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  defaultPrevented: false,
  ...given,
});
const FREE = { typing: false, on: true };

describe('single keys', () => {
  it('act', () => {
    expect(['j', 'k', '/', '?', 'Escape', 'x'].map((key) => actOf(press(key), FREE))).toEqual([
      'next',
      'previous',
      'search',
      'keys',
      'back',
      null,
    ]);
  });

  it('do not act while typing, but Escape leads back', () => {
    const typing = { typing: true, on: true };
    expect(['j', '/', '?', 'Escape'].map((key) => actOf(press(key), typing))).toEqual([
      null,
      null,
      null,
      'back',
    ]);
  });

  it('Space plays, but not when it presses what has the focus', () => {
    expect(actOf(press(' '), FREE)).toBe('play');
    expect(actOf(press(' '), { ...FREE, pressing: true })).toBeNull();
    expect(actOf(press('['), { ...FREE, pressing: true })).toBe('earlier');
  });

  it('each key has one act, and each act one key', () => {
    expect(new Set(KEYS.map(({ key }) => key)).size).toBe(KEYS.length);
    expect(new Set(KEYS.map(({ act }) => act)).size).toBe(KEYS.length);
  });

  it('do not act when switched off', () => {
    expect(actOf(press('j'), { typing: false, on: false })).toBeNull();
  });

  it.each(['ctrlKey', 'metaKey', 'altKey', 'defaultPrevented'] as const)(
    'do not act with %s',
    (held) => {
      expect(actOf(press('j', { [held]: true }), FREE)).toBeNull();
    },
  );
});
