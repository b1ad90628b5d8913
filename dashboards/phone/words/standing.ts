/** Where a report stands, in words: on this phone, at the desk, seen, put right, withdrawn, or refused for good. */
import { ageWords } from '../../shared/words/ages';
import type { Kept, Post } from '../keeping/records';

export interface Facts {
  kept: Kept;
  /** Of this report, oldest first. */
  posts: readonly Post[];
  now: number;
  signedOut: boolean;
}

export interface Standing {
  /** `due`: unseen for too long. */
  look: 'calm' | 'due' | 'no';
  title: string;
  /** For a list: a few words. */
  short: string;
  lines: string[];
}

export interface Step {
  label: string;
  /** Null: it has not happened. */
  at: string | null;
  small: string;
}

const UNSEEN = 'Not yet seen by anyone.';

export function standingOf(facts: Facts): Standing {
  const refused = facts.posts.find(({ state }) => state === 'refused');
  if (refused?.kind === 'report') {
    return refusedFor([`The desk refused this report: ${refused.refusal ?? 'it gave no reason.'}`]);
  }
  const receipt = facts.kept.receipt;
  if (receipt?.status === 'refused') return refusedFor(receipt.advice);
  const standing = facts.kept.receipt === null ? onThePhone(facts) : atTheDesk(facts);
  return { ...standing, lines: [...standing.lines, ...changesOf(facts)] };
}

function refusedFor(why: readonly string[]): Standing {
  const lines = [...why, 'Trying again will not help.'];
  return { look: 'no', title: 'Not sent', short: 'Not sent', lines };
}

function onThePhone({ posts, now, signedOut }: Facts): Standing {
  const post = posts.find(({ kind }) => kind === 'report');
  const title = `Saved on this phone. ${UNSEEN}`;
  if (signedOut) {
    return {
      look: 'due',
      title,
      short: 'On this phone: sign in',
      lines: ['Sign in, and it is sent.'],
    };
  }
  const lines = ['It sends itself when there is signal.'];
  const wait = (post?.not_before ?? 0) - now;
  if (wait > 0) lines.push(`Next try in ${ageWords(Math.ceil(wait / 1_000) * 1_000)}.`);
  return { look: 'calm', title, short: 'On this phone', lines };
}

function atTheDesk(facts: Facts): Standing {
  const { kept } = facts;
  const receipt = kept.receipt;
  if (receipt?.status === 'withdrawn') {
    return {
      look: 'calm',
      title: 'Withdrawn.',
      short: 'Withdrawn',
      lines: ['The desk has taken it back.'],
    };
  }
  const corrected = receipt?.status === 'corrected';
  const first = corrected ? 'Put right.' : 'Saved.';
  if (receipt?.seen_at != null) {
    const title = corrected ? `${first} Seen at the desk.` : 'Seen at the desk.';
    return { look: 'calm', title, short: 'Seen', lines: [] };
  }
  return { ...unseen(facts), title: `${first} ${UNSEEN}`, short: 'Not yet seen' };
}

function unseen({ kept, now }: Facts): Pick<Standing, 'look' | 'lines'> {
  const waited = now - Date.parse(kept.sent_at ?? kept.made_at);
  if (waited < (kept.receipt?.unseen_after_s ?? 60) * 1_000) return { look: 'calm', lines: [] };
  const lines = [
    `${longWords(waited)}, and nobody has opened it.`,
    'If it cannot wait: use your radio, or call 999.',
  ];
  return { look: 'due', lines };
}

/** "1 min 12 s" while seconds count. */
function longWords(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds >= 600) return ageWords(ms);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function changesOf({ posts }: Facts): string[] {
  return posts.flatMap(({ kind, state, refusal }) => {
    if (kind === 'report') return [];
    const what = kind === 'correction' ? 'Your change' : 'Taking it back';
    return state === 'refused'
      ? [`${what} was refused: ${refusal ?? 'the desk gave no reason.'}`]
      : [`${what} is saved on this phone, and sends itself when there is signal.`];
  });
}

/** How it got there; what has not happened has no time. */
export function stepsOf({ kept, posts }: Facts): Step[] {
  const { receipt, tapped_ms } = kept;
  const tries = posts.find(({ kind }) => kind === 'report')?.tries ?? 0;
  const judged = receipt !== null && receipt.status !== 'saved';
  const received = judged ? receipt.received_at : null;
  const seen = receipt?.seen_at ?? null;
  return [
    ...(tapped_ms === null
      ? []
      : [{ label: 'Saved on this phone', at: kept.made_at, small: triesWords(tries) }]),
    {
      label: 'Received by the desk',
      at: received,
      small: judged ? after(kept.made_at, kept.sent_at) : '',
    },
    { label: 'Seen', at: seen, small: after(received, seen) },
  ];
}

function triesWords(tries: number): string {
  if (tries === 0) return '';
  return tries === 1 ? '1 try so far' : `${tries} tries so far, still one report`;
}

/** "after 1 s"; nothing where two clocks disagree. */
function after(from: string | null, to: string | null): string {
  if (from === null || to === null) return '';
  const ms = Date.parse(to) - Date.parse(from);
  return ms < 0 ? '' : `after ${ageWords(ms)}`;
}
