/** What an answer to a post means: taken, try again, sign in, or refused for good. */
import { problemDetail } from '../../shared/config';
import type { Receipt } from '../keeping/records';

export type Outcome =
  | { is: 'taken'; receipt: Receipt }
  | { is: 'again'; retryAfterMs: number }
  | { is: 'signed_out' }
  | { is: 'refused'; why: string };

/** A desk that asks for more patience than this is asked again after it all the same. */
const RETRY_AFTER_MS_MAX = 60 * 60_000;

/** `answer` is null where there was none. Only no answer, 408, 429 and 5xx are tried again. */
export async function outcomeOf(answer: Response | null, now: number): Promise<Outcome> {
  if (answer === null) return { is: 'again', retryAfterMs: 0 };
  const { status } = answer;
  if (status === 401) return { is: 'signed_out' };
  if (status === 408 || status === 429 || status >= 500) {
    return { is: 'again', retryAfterMs: retryAfterMs(answer.headers.get('retry-after'), now) };
  }
  if (status < 200 || status >= 300) return { is: 'refused', why: await problemDetail(answer) };
  const receipt = await receiptOf(answer);
  // A hotel's sign-in page answers 200 too: what carries no receipt is no word of the desk.
  return receipt === null ? { is: 'again', retryAfterMs: 0 } : { is: 'taken', receipt };
}

/** The receipt in an answer's body, or the little that its address alone says. */
export async function receiptOf(answer: Response): Promise<Receipt | null> {
  const body: unknown = await answer.json().catch(() => null);
  if (isReceipt(body)) return body;
  const id = idIn(answer.headers.get('location'));
  return answer.status === 202 && id !== null ? { ...NOT_JUDGED, id } : null;
}

/** What is known of a report that was saved and not yet judged. */
const NOT_JUDGED: Receipt = {
  id: '',
  status: 'saved',
  revision: 0,
  category: '',
  severity: 0,
  help_needed: '',
  at: '',
  received_at: '',
  seen_at: null,
  incident: null,
  unseen_after_s: 60,
  advice: [],
};

export function isReceipt(body: unknown): body is Receipt {
  return typeof body === 'object' && body !== null && 'id' in body && 'status' in body;
}

function idIn(location: string | null): string | null {
  const last = location?.split('/').at(-1);
  return last === undefined || last === '' ? null : decodeURIComponent(last);
}

/** Seconds or a date, as HTTP has it; 0 where it says nothing that can be read. */
export function retryAfterMs(value: string | null, now: number): number {
  if (value === null) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), RETRY_AFTER_MS_MAX) : 0;
}
