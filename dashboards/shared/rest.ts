/** The one way a page asks the REST API: typed answers, errors in plain words, ETags used again, and every ask can be called off. */
import { problemDetail } from './config';
import type { State } from './live/frames';
import type { Incident } from './types';

/** What a page may get for what it asked. `stopped`: it was called off, and nothing is wrong. */
export type Answer<Value> =
  | { is: 'ok'; value: Value }
  | { is: 'failed'; status: number | null; detail: string }
  | { is: 'signed_out' }
  | { is: 'stopped' };

/** Everything as it looked at `at`, redacted for who asks. */
export interface PictureThen {
  at: string;
  state: State;
}

/** 15 minutes of a night. `usual` is null where too few nights are known. */
export interface Slot {
  from: string;
  incidents: number;
  usual: number | null;
}

/** A night in slots, for the scrubber. */
export interface Marks {
  night: string;
  opens_at: string;
  closes_at: string;
  slots: Slot[];
}

/** An incident as it was told from `at` on; null once it was gone. */
export interface Version {
  at: string;
  record: Incident | null;
}

/** What somebody wrote with a report; `text` is null once it was erased. */
export interface Words {
  report: string;
  ref: string;
  reporter: string;
  at: string;
  text: string | null;
}

export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

/** Answers kept for their ETag; the oldest goes. */
const KEPT_MAX = 32;

export class Rest {
  private readonly kept = new Map<string, { etag: string; value: unknown }>();

  constructor(
    private readonly fetchPage: Fetch = (path, init) => fetch(path, init),
    private readonly newKey: () => string = () => crypto.randomUUID(),
  ) {}

  picture(at: number, signal: AbortSignal): Promise<Answer<PictureThen>> {
    return this.ask(`/api/v1/picture?at=${new Date(at).toISOString()}`, signal);
  }

  /** `night`: the date of its evening. */
  marks(night: string, signal: AbortSignal): Promise<Answer<Marks>> {
    return this.askAgain(`/api/v1/picture/marks?night=${encodeURIComponent(night)}`, signal);
  }

  history(incident: string, signal: AbortSignal): Promise<Answer<Version[]>> {
    return this.askAgain(`${incidentPath(incident)}/history`, signal);
  }

  /** Opens what was written with an incident's reports; the desk keeps who opened it, when and for what `purpose`. */
  words(
    incident: string,
    purpose: string,
    signal: AbortSignal,
  ): Promise<Answer<{ items: Words[] }>> {
    return this.tell(`${incidentPath(incident)}/words`, { purpose }, signal);
  }

  /** Tells the desk that somebody here has looked at an incident. */
  seen(incident: string, signal: AbortSignal): Promise<Answer<{ seen_at: string }>> {
    return this.tell(`${incidentPath(incident)}/seen`, {}, signal);
  }

  private async ask<Value>(path: string, signal: AbortSignal): Promise<Answer<Value>> {
    const answer = await this.send(path, { signal, headers: JSON_ANSWER });
    return answer instanceof Response ? readAnswer<Value>(answer, signal) : answer;
  }

  /** Sends the ETag of what it has; what has not changed is the same object as before. */
  private async askAgain<Value>(path: string, signal: AbortSignal): Promise<Answer<Value>> {
    const known = this.kept.get(path);
    const headers =
      known === undefined ? JSON_ANSWER : { ...JSON_ANSWER, 'if-none-match': known.etag };
    const answer = await this.send(path, { signal, headers });
    if (!(answer instanceof Response)) return answer;
    if (answer.status === 304 && known !== undefined)
      return { is: 'ok', value: known.value as Value };
    const read = await readAnswer<Value>(answer, signal);
    const etag = answer.headers.get('etag');
    if (read.is === 'ok' && etag !== null) this.keep(path, { etag, value: read.value });
    return read;
  }

  private async tell<Value>(
    path: string,
    body: object,
    signal: AbortSignal,
  ): Promise<Answer<Value>> {
    const answer = await this.send(path, {
      method: 'POST',
      signal,
      headers: {
        ...JSON_ANSWER,
        'content-type': 'application/json',
        'idempotency-key': this.newKey(),
      },
      body: JSON.stringify(body),
    });
    return answer instanceof Response ? readAnswer<Value>(answer, signal) : answer;
  }

  private async send(path: string, init: RequestInit): Promise<Response | Answer<never>> {
    try {
      return await this.fetchPage(path, init);
    } catch {
      return init.signal?.aborted === true ? { is: 'stopped' } : NO_ANSWER;
    }
  }

  private keep(path: string, answer: { etag: string; value: unknown }): void {
    this.kept.delete(path);
    this.kept.set(path, answer);
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT_MAX && oldest !== undefined) this.kept.delete(oldest);
  }
}

const JSON_ANSWER = { accept: 'application/json' };
const NO_ANSWER: Answer<never> = {
  is: 'failed',
  status: null,
  detail: 'The desk does not answer.',
};

/** What to say when an answer is not the one hoped for. */
export function failureWords(answer: Answer<unknown>): string {
  if (answer.is === 'failed') return answer.detail;
  return answer.is === 'signed_out' ? 'Your session is over. Sign in again.' : '';
}

function incidentPath(incident: string): string {
  return `/api/v1/incidents/${encodeURIComponent(incident)}`;
}

async function readAnswer<Value>(answer: Response, signal: AbortSignal): Promise<Answer<Value>> {
  if (answer.status === 401) return { is: 'signed_out' };
  if (!answer.ok) {
    return { is: 'failed', status: answer.status, detail: await problemDetail(answer) };
  }
  try {
    // The shapes are held on the server's side, by its schemas and their tests.
    return { is: 'ok', value: (await answer.json()) as Value };
  } catch {
    if (signal.aborted) return { is: 'stopped' };
    return { is: 'failed', status: answer.status, detail: 'The desk’s answer was cut short.' };
  }
}
