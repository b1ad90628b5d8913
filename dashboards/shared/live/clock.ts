/** The desk's clock on the page: as last told, and moving on between heartbeats only while the page is live. */
import { SILENCE_MS, type LineFacts } from './connection';

const LEAST_GAP_MS = 200;

/** The desk's time at the page's `now`, or null before the first heartbeat. `speed` is what the desk runs at. */
export function deskTime(facts: LineFacts, now: number, speed: number): number | null {
  const { beat } = facts;
  if (beat === null) return null;
  if (!facts.current || beat.desk !== 'live') return beat.at;
  const since = Math.min(Math.max(0, now - beat.heardAt), SILENCE_MS);
  return beat.at + since * pace(facts, speed);
}

/** What the desk's clock is said to run at; slower where it did between the last two heartbeats: faster was a jump. */
export function pace(facts: LineFacts, speed: number): number {
  const { beat, earlierBeat } = facts;
  if (beat === null || earlierBeat === null) return speed;
  const gap = beat.heardAt - earlierBeat.heardAt;
  if (gap < LEAST_GAP_MS) return speed;
  const ran = Math.max(0, (beat.at - earlierBeat.at) / gap);
  return ran > speed * 0.8 ? speed : ran;
}
