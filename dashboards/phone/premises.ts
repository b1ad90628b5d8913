/** Whose phone this is: asked of the desk, and kept for when there is no signal. */
import { isReplay, loadConfig, type Config } from '../shared/config';
import type { Exchange, Fetch } from './sending/exchange';

export interface Premises {
  venue: string;
  name: string;
  timeZone: string;
  /** A replay or the demo: the desk's clock is not the world's, and nobody comes. */
  replay: boolean;
}

export type WhoseAnswer =
  | { is: 'venue'; premises: Premises }
  | { is: 'signed_out' }
  | { is: 'other'; role: string }
  | { is: 'no_line' };

/** The session says whose; the configuration, which is long, is only read for a venue that is new here. */
export async function askWhose(
  exchange: Exchange,
  fetchPage: Fetch,
  kept: Premises | null,
): Promise<WhoseAnswer> {
  const who = await exchange.who();
  if (who.is !== 'in') return who;
  if (who.role !== 'business') return { is: 'other', role: who.role };
  if (kept !== null && kept.venue === who.subject) return { is: 'venue', premises: kept };
  const answer = await loadConfig(fetchPage);
  if (answer.is === 'signed_out') return { is: 'signed_out' };
  if (answer.is === 'failed' || who.subject === null) return { is: 'no_line' };
  return { is: 'venue', premises: premisesOf(answer.config, who.subject) };
}

export function premisesOf(config: Config, venue: string): Premises {
  const name = config.venues[venue] ?? venue;
  return { venue, name, timeZone: config.area.time_zone, replay: isReplay(config) };
}

export function isPremises(kept: unknown): kept is Premises {
  return typeof kept === 'object' && kept !== null && 'venue' in kept && 'timeZone' in kept;
}
