/** What the push server sends and takes, one JSON object a frame. */
import type { Delta, Gap, Heartbeat, Refused, Snapshot } from '../types';

export type Records = Record<string, object>;
/** kind -> key -> record */
export type State = Record<string, Records>;
export type DeskState = Heartbeat['desk'];
export type ServerFrame = Snapshot | Delta | Heartbeat | Gap | Refused;

const KNOWN = new Set<string>(['snapshot', 'delta', 'heartbeat', 'gap', 'refused']);

/** The frame in a message, or null when it is not one of ours. */
export function parseFrame(text: string): ServerFrame | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFrame(value) ? value : null;
  } catch {
    return null;
  }
}

/** Asks to follow a topic: from where the picture stands, or from a snapshot when there is none. */
export function subscribeText(topic: string, from: { e: string; s: number } | null): string {
  const ask = { op: 'subscribe', topic };
  return JSON.stringify(from === null ? ask : { ...ask, epoch: from.e, seq: from.s });
}

function isFrame(value: unknown): value is ServerFrame {
  return typeof value === 'object' && value !== null && 't' in value && KNOWN.has(String(value.t));
}
