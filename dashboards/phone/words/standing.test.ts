import { describe, expect, it } from 'vitest';
import { BODY, receipt } from '../builders';
import type { Kept, Post, Receipt } from '../keeping/records';
import { adviceOn, badWords, GROUPS, helpWords, OTHERS, partsOf, whatWords } from './choices';
import { standingOf, stepsOf } from './standing';

const SENT = '2026-05-16T22:41:29.000Z';
const NOW = Date.parse(SENT);

function kept(given: Partial<Receipt> | null): Kept {
  const held = given === null ? null : receipt(given);
  return {
    key: 'key-1',
    venue: 'blue-door',
    body: BODY,
    made_at: '2026-05-16T22:41:28.000Z',
    tapped_ms: 6_000,
    sent_at: held === null ? null : SENT,
    receipt: held,
  };
}

function post(given: Partial<Post> = {}): Post {
  return {
    key: 'key-1',
    report: 'key-1',
    venue: 'blue-door',
    kind: 'report',
    body: BODY,
    made_at: '2026-05-16T22:41:28.000Z',
    tries: 0,
    state: 'waiting',
    not_before: 0,
    refusal: null,
    ...given,
  };
}

const of = (report: Kept, posts: Post[] = [], after = 0, signedOut = false) =>
  standingOf({ kept: report, posts, now: NOW + after, signedOut });

describe('where a report stands', () => {
  it('on the phone: that it is saved, sends itself, and when', () => {
    expect(of(kept(null), [post({ not_before: NOW + 8_000 })])).toEqual({
      look: 'calm',
      title: 'Saved on this phone. Not yet seen by anyone.',
      short: 'On this phone',
      lines: ['It sends itself when there is signal.', 'Next try in 8 s.'],
    });
  });

  it('signed out: what to do, and loudly', () => {
    expect(of(kept(null), [post()], 0, true)).toMatchObject({
      look: 'due',
      title: 'Saved on this phone. Not yet seen by anyone.',
      lines: ['Sign in, and it is sent.'],
    });
  });

  it.each(['saved', 'received'] as const)('%s: not yet seen by anyone', (status) => {
    expect(of(kept({ status }))).toMatchObject({
      look: 'calm',
      title: 'Saved. Not yet seen by anyone.',
      lines: [],
    });
  });

  it('unseen for as long as the desk says is too long: that too', () => {
    expect(of(kept({}), [], 59_999).look).toBe('calm');
    expect(of(kept({}), [], 72_000)).toMatchObject({
      look: 'due',
      title: 'Saved. Not yet seen by anyone.',
      lines: [
        '1 min 12 s, and nobody has opened it.',
        'If it cannot wait: use your radio, or call 999.',
      ],
    });
    expect(of(kept({ unseen_after_s: 120 }), [], 72_000).look).toBe('calm');
  });

  it.each<[Partial<Receipt>, string]>([
    [{ status: 'seen', seen_at: SENT }, 'Seen at the desk.'],
    [{ status: 'corrected' }, 'Put right. Not yet seen by anyone.'],
    [{ status: 'corrected', seen_at: SENT }, 'Put right. Seen at the desk.'],
    [{ status: 'withdrawn', seen_at: SENT }, 'Withdrawn.'],
  ])('%j: %s', (given, title) => {
    expect(of(kept(given))).toMatchObject({ look: 'calm', title });
  });

  it('refused: why, and that trying again will not help', () => {
    const refused = post({ state: 'refused', refusal: 'severity: is missing.' });
    expect(of(kept(null), [refused])).toMatchObject({
      look: 'no',
      title: 'Not sent',
      lines: ['The desk refused this report: severity: is missing.', 'Trying again will not help.'],
    });
  });

  it('saved, and refused later: what the desk says of it', () => {
    const advice = ['The desk has not taken this report. In danger now: call 999.'];
    expect(of(kept({ status: 'refused', advice }))).toMatchObject({
      look: 'no',
      title: 'Not sent',
      lines: [...advice, 'Trying again will not help.'],
    });
  });

  it('with changes: each that waits, and each that was refused', () => {
    const posts = [
      post({ key: 'key-2', kind: 'correction' }),
      post({ key: 'key-3', kind: 'withdrawal', state: 'refused', refusal: 'Too late.' }),
    ];
    expect(of(kept({}), posts).lines).toEqual([
      'Your change is saved on this phone, and sends itself when there is signal.',
      'Taking it back was refused: Too late.',
    ]);
  });
});

describe('the steps', () => {
  const steps = (report: Kept, posts: Post[] = []) =>
    stepsOf({ kept: report, posts, now: NOW, signedOut: false });

  it('are hollow until they happen', () => {
    expect(steps(kept(null), [post({ tries: 3 })])).toEqual([
      {
        label: 'Saved on this phone',
        at: '2026-05-16T22:41:28.000Z',
        small: '3 tries so far, still one report',
      },
      { label: 'Received by the desk', at: null, small: '' },
      { label: 'Seen', at: null, small: '' },
    ]);
  });

  it('say after how long', () => {
    const seen = kept({ status: 'seen', seen_at: '2026-05-16T22:42:48.000Z' });
    expect(steps(seen).map(({ small }) => small)).toEqual(['', 'after 1 s', 'after 79 s']);
  });

  it('keep the two clocks apart, and nothing is received that is not judged', () => {
    const early = kept({ received_at: '2026-05-16T22:00:00.000Z' });
    expect(steps(early)[1]).toMatchObject({ at: '2026-05-16T22:00:00.000Z', small: 'after 1 s' });
    expect(steps(kept({ status: 'saved', received_at: '' }))[1]).toMatchObject({ at: null });
  });
});

describe('choices', () => {
  it('are each a category once', () => {
    const values = [...GROUPS.flatMap(({ choices }) => choices), ...OTHERS].map(
      ({ value }) => value,
    );
    expect(new Set(values).size).toBe(values.length);
    expect(values).toHaveLength(21);
  });

  it('have words, also those that only another feed sends', () => {
    expect(whatWords('public_order')).toBe('Fight or disorder');
    expect(whatWords('automatic_fire_alarm')).toBe('Automatic fire alarm');
    expect([badWords(4), badWords(9)]).toEqual(['Somebody is being hurt', 'Not known']);
    expect([helpWords('none'), helpWords('else')]).toEqual(['None', 'Not known']);
  });

  it('bring their advice with no signal; the desk’s own replaces it', () => {
    const suspicious = { ...BODY, category: 'suspicious_behaviour' };
    expect(adviceOn(suspicious, undefined).join()).toContain('0800 789 321');
    const told = 'The hotline is 0800 000 000.';
    expect(adviceOn(suspicious, ['In danger now: call 999.', told])).toEqual([told]);
    expect(adviceOn(BODY, [])).toEqual([]);
  });

  it('make numbers ring', () => {
    expect(partsOf('Helpline: 08000 121 700. In danger: 999.')).toEqual([
      { text: 'Helpline: ', rings: null },
      { text: '08000 121 700', rings: '08000121700' },
      { text: '. In danger: ', rings: null },
      { text: '999', rings: '999' },
      { text: '.', rings: null },
    ]);
    expect(partsOf('Hotline: 0800 789 321.')[1]?.rings).toBe('0800789321');
  });
});
