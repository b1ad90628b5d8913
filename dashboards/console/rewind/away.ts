/** What the page says of itself while it does not show the present. Pure. */
import { replayWords, type Truth } from '../../shared/live/truth';
import type { Played } from './player';

/** The truth of a page that shows `played`; what is wrong with the desk behind it is still said. */
export function awayTruth(live: Truth, played: Played, clock: (at: number) => string): Truth {
  if (played.shown === null) return live;
  const behind = live.banner;
  return {
    kind: 'replay',
    word: played.playing ? replayWords(played.speed) : 'Rewound',
    note: `at ${clock(played.shown.at)}`,
    banner:
      behind === null ? null : { what: `At the present: ${behind.what}`, means: behind.means },
  };
}

export interface Strip {
  readonly word: string;
  readonly says: string;
  /** The moment asked for cannot be shown; it can be asked for again. */
  readonly failed: boolean;
}

/** One line over the page: what is shown, and when it is not yet or cannot be what was asked for. */
export function stripOf(
  played: Played,
  say: { time: (at: number) => string; date: (at: number) => string },
): Strip {
  const { wanted, shown, failure } = played;
  const seen = shown === null ? 'What you see is still live.' : `You see ${say.time(shown.at)}.`;
  if (wanted !== null && failure !== null) {
    const word = `${say.time(wanted)} cannot be shown.`;
    return { word, says: `${failure} ${seen}`, failed: true };
  }
  if (wanted !== null && (shown === null || (!played.playing && shown.at !== wanted))) {
    return { word: `Fetching ${say.time(wanted)}.`, says: seen, failed: false };
  }
  const at = shown?.at ?? 0;
  return {
    word: played.playing ? replayWords(played.speed) : 'Rewound',
    says: `${say.date(at)}, ${say.time(at)}, as it looked then.`,
    failed: false,
  };
}
