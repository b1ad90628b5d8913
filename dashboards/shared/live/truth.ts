/** Can I trust it? One word for the line and the desk behind it, and one line on what to do when it is not "Live". */
import type { Refused } from '../types';
import { ageWords } from '../words/ages';
import { SILENCE_MS, type Beat, type LineFacts } from './connection';

export type TruthKind = 'live' | 'replay' | 'catching_up' | 'stale' | 'stopped' | 'refused';

export interface Truth {
  readonly kind: TruthKind;
  readonly word: string;
  readonly note: string;
  readonly banner: { readonly what: string; readonly means: string } | null;
}

export interface Surrounds {
  readonly now: number;
  /** The wall clock, milliseconds UTC; only compared with a desk that is on the same clock. */
  readonly wall: number;
  readonly isReplay: boolean;
  readonly speed: number;
  /** HH:MM:SS of an instant, in the area's time zone. */
  readonly clock: (at: number) => string;
}

const BANNER_AFTER_MS = 3_000;

export function truthOf(facts: LineFacts, around: Surrounds): Truth {
  const silent = facts.heardAt === null ? null : around.now - facts.heardAt;
  if (facts.refused !== null) return refused(facts.refused);
  if (silent === null && facts.failed > 0) return neverHeard();
  if (silent !== null && silent >= SILENCE_MS) return stale(facts, silent, around);
  if (facts.line === 'open' && facts.beat?.desk === 'catching_up') {
    return behind(facts.beat, facts.current, around);
  }
  if (facts.line !== 'open' || !facts.current || facts.beat === null) {
    return rejoining(facts, silent ?? 0, around);
  }
  if (facts.beat.desk === 'stopped') return stopped(facts.beat, around);
  return withWhy(around.isReplay ? replay(around.speed) : LIVE, facts.beat.why);
}

const LIVE: Truth = { kind: 'live', word: 'Live', note: 'heard / usual', banner: null };

/** A desk that runs and has something wrong says so in its own words. */
function withWhy(truth: Truth, why: string | null): Truth {
  return why === null ? truth : { ...truth, banner: { what: 'The desk says:', means: why } };
}

function replay(speed: number): Truth {
  return { kind: 'replay', word: replayWords(speed), note: 'heard / usual', banner: null };
}

export function replayWords(speed: number): string {
  return speed === 1 ? 'Replay' : `Replay ×${speed}`;
}

function stale(facts: LineFacts, silent: number, around: Surrounds): Truth {
  const since = facts.beat === null ? 'the first look' : around.clock(facts.beat.at);
  return {
    kind: 'stale',
    word: 'Stale',
    note: `since ${since}`,
    banner: {
      what: `Stale since ${since}.`,
      means: `What you see is ${ageWords(silent)} old. Use the radio for what cannot wait.`,
    },
  };
}

function neverHeard(): Truth {
  return {
    kind: 'stale',
    word: 'Not heard',
    note: 'no answer yet',
    banner: {
      what: 'The desk does not answer.',
      means: 'Nothing has been heard since this page opened. Use the radio.',
    },
  };
}

function rejoining(facts: LineFacts, silent: number, around: Surrounds): Truth {
  const seen = facts.beat === null ? '' : `You see ${around.clock(facts.beat.at)}. `;
  return {
    kind: 'catching_up',
    word: 'Catching up',
    note: silent >= 1_000 ? `${ageWords(silent)} behind` : 'asking the desk',
    banner:
      silent >= BANNER_AFTER_MS
        ? { what: 'Catching up.', means: `${seen}The line was lost; nothing else is.` }
        : null,
  };
}

/** Before a desk that restores has a picture, a page that came without one sees nothing yet. */
function behind({ at, why }: Beat, current: boolean, around: Surrounds): Truth {
  const seen = current ? `You see ${around.clock(at)}. ` : '';
  const age = around.isReplay ? '' : ageWords(Math.max(0, around.wall - at));
  return {
    kind: 'catching_up',
    word: 'Catching up',
    note: age === '' ? 'the desk is reading' : `${age} behind`,
    banner: {
      what: 'Catching up.',
      means: `${seen}${why ?? 'The desk is reading what it missed; nothing is lost.'}`,
    },
  };
}

function stopped({ at, why }: Beat, around: Surrounds): Truth {
  return {
    kind: 'stopped',
    word: 'Stopped',
    note: `at ${around.clock(at)}`,
    banner: {
      what: `The desk stopped at ${around.clock(at)}.`,
      means: `${why ?? 'Nothing new is being read.'} Use the radio, and have the desk restarted.`,
    },
  };
}

function refused(reason: Refused['reason']): Truth {
  const [note, means] = refusalWords(reason);
  const what = 'The desk refused this page.';
  return { kind: 'refused', word: 'Refused', note, banner: { what, means } };
}

function refusalWords(reason: Refused['reason']): [string, string] {
  switch (reason) {
    case 'not_allowed':
      return ['not allowed', 'Your sign-in may not see it. Sign in as operations.'];
    case 'unknown_topic':
      return ['not known', 'The desk has no such picture. Reload the page.'];
    case 'too_fast':
      return ['asked too often', 'It was asked too often, and is asked again soon.'];
    default:
      return ['not understood', 'It did not understand this page. Reload the page.'];
  }
}
