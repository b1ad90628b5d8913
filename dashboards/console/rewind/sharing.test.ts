import { describe, expect, it } from 'vitest';
import { incident, member } from '../../shared/builders';
import { sharing } from './sharing';

const copy = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
const a = incident({ id: 'a' });
const before = { incidents: { a, b: incident({ id: 'b' }) }, feeds: {} };

describe('sharing', () => {
  it('keeps the records that did not change, and takes those that did', () => {
    const after = copy(before);
    after.incidents.b = { ...after.incidents.b, severity: 4 };
    const state = sharing(before, after);
    expect(state).toEqual(after);
    expect(state['incidents']?.['a']).toBe(a);
    expect(state['incidents']?.['b']).toBe(after.incidents.b);
  });

  it.each([
    [{ members: [member(), member({ id: 'sbn:r2:0' })] }],
    [{ members: [member({ late: true })] }],
    [{ ward: null }],
    [{ sources: [] }],
    [{ seen_at: null }],
  ])('sees the change %o', (change) => {
    const after = { incidents: { a: { ...copy(a), ...change } } };
    expect(sharing(before, after)).toEqual(after);
  });

  it('what is gone is gone, and what is new is there', () => {
    const after = { incidents: { c: incident({ id: 'c' }) }, windows: { w: {} } };
    expect(sharing(before, after)).toEqual(after);
  });
});
