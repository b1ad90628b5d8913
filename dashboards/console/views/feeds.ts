/** Feed health in words and lengths: live, quiet or blind, how long since heard, and what is usual. Pure. */
import type { FeedHealth, FeedStatus, Source } from '../../shared/types';
import { ageWords, pairWords } from '../../shared/words/ages';
import { usualFigure } from '../../shared/words/counts';
import { SOURCES, sourceName, sourceShort } from '../../shared/words/names';

export interface FeedChip {
  readonly source: Source;
  readonly name: string;
  readonly short: string;
  readonly status: FeedStatus;
  /** What the chip says after the name: "12", "/ 50 s"; "1 of 2 blind", or "1 blind" where there is little room. */
  readonly figure: string;
  readonly brief: string;
  readonly against: string;
  /** The whole of it, for a title and for who cannot see the bar. */
  readonly sentence: string;
  /** Share of the silence at which it would be blind, 0 to 1; null where nothing tells. */
  readonly silence: number | null;
  /** Where on that bar the usual gap is. */
  readonly usual: number | null;
}

const HOUR_MS = 3_600_000;

export function feedChips(feeds: Iterable<FeedHealth>, now: number | null): FeedChip[] {
  return [...feeds]
    .sort((a, b) => SOURCES.indexOf(a.source) - SOURCES.indexOf(b.source))
    .map((feed) => chipOf(feed, now));
}

function chipOf(feed: FeedHealth, now: number | null): FeedChip {
  const last = feed.last_at === null ? null : Date.parse(feed.last_at);
  const age = last === null || now === null ? null : Math.max(0, now - last);
  const gap = feed.usual_per_hour > 0 ? HOUR_MS / feed.usual_per_hour : null;
  const limit = last === null || feed.blind_at === null ? null : Date.parse(feed.blind_at) - last;
  return {
    source: feed.source,
    name: sourceName(feed.source),
    short: sourceShort(feed.source),
    status: markOf(feed),
    ...withBrief(figures(feed, age, gap)),
    sentence: sentenceOf(feed, age),
    silence: age === null || limit === null || limit <= 0 ? null : Math.min(1, age / limit),
    usual: gap === null || limit === null || limit <= 0 ? null : Math.min(1, gap / limit),
  };
}

/** A feed that was never heard is not drawn as one that is. */
function markOf({ status, last_at }: FeedHealth): FeedStatus {
  return status === 'live' && last_at === null ? 'quiet' : status;
}

function withBrief(said: { figure: string; against: string; brief?: string }) {
  return { ...said, brief: said.brief ?? said.figure };
}

function figures(feed: FeedHealth, age: number | null, gap: number | null) {
  const blind = feed.sensors.filter((sensor) => sensor.status === 'blind').length;
  if (blind > 0 && feed.sensors.length > 1) {
    const figure = `${blind} of ${feed.sensors.length} blind`;
    return { figure, against: '', brief: `${blind} blind` };
  }
  if (age === null)
    return { figure: feed.status === 'live' ? 'not heard' : feed.status, against: '' };
  if (feed.status !== 'live') return { figure: `${feed.status} ${ageWords(age)}`, against: '' };
  if (gap === null) return { figure: ageWords(age), against: '' };
  const [heard, usual] = pairWords(age, gap);
  return { figure: heard, against: `/ ${usual}` };
}

function sentenceOf(feed: FeedHealth, age: number | null): string {
  const heard = age === null ? 'not heard yet' : `last heard ${ageWords(age)} ago`;
  return `${sourceName(feed.source)}: ${stateOf(feed)}, ${heard}, ${usualPerHour(feed)}`;
}

export function usualPerHour(feed: FeedHealth): string {
  return feed.usual_per_hour > 0
    ? `${usualFigure(feed.usual_per_hour)} an hour usual`
    : 'nothing usual at this hour';
}

/** One word for a feed or a sensor: one that was never heard waits, whatever its silence says so far. */
export function stateOf({ status, last_at }: Heard): FeedStatus | 'waiting' {
  return status === 'live' && last_at === null ? 'waiting' : status;
}

type Heard = Pick<FeedHealth, 'status' | 'last_at'>;

/** What each state of a feed means for who reads the page. */
export function statusWords(of: Heard): string {
  const state = stateOf(of);
  if (state === 'live') return 'live';
  if (state === 'waiting') return 'waiting for its first record';
  return state === 'quiet'
    ? 'quiet: silent for longer than usual'
    : 'blind: chance does not explain this silence';
}

/** "4 of 4 heard in time": feeds that were heard and are not blind. */
export function heardInTime(feeds: readonly FeedHealth[]): string {
  const seeing = feeds.filter(
    ({ status, last_at }) => status !== 'blind' && last_at !== null,
  ).length;
  return `${seeing} of ${feeds.length} heard in time`;
}
