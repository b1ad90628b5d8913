import { beforeEach, describe, expect, it } from 'vitest';
import { BODY } from './builders';
import { changedOf } from './changed';
import { newKey } from './keeping/keys';

describe('what changed', () => {
  it('is the fields that are not as they were', () => {
    expect(changedOf(BODY, BODY)).toEqual({});
    expect(changedOf(BODY, { ...BODY, severity: 2, words: 'Two men' })).toEqual({
      severity: 2,
      words: 'Two men',
    });
  });

  it('counts a position by its figures', () => {
    const at = (lat: number) => ({ ...BODY, position: { lat, lon: -0.13 } });
    expect(changedOf(at(51.5), at(51.5))).toEqual({});
    expect(changedOf(at(51.5), at(51.6))).toEqual({ position: { lat: 51.6, lon: -0.13 } });
  });

  it('takes nothing out', () => {
    expect(changedOf({ ...BODY, words: 'Two men' }, BODY)).toEqual({});
  });
});

describe('keys', () => {
  let keys: string[];
  beforeEach(() => {
    keys = Array.from({ length: 100 }, newKey);
  });

  it('are random UUIDs, each another', () => {
    expect(new Set(keys).size).toBe(100);
    for (const key of keys) {
      expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });
});
