/** The console asking the API: what it may get, errors in plain words, and ETags used again. */
import type { IncidentVersion, IncidentWords, Marks, Operations, SeenAt, WordsShown } from './api';
import { ask, type Asked } from './client';
import type { State } from './live/frames';

export type { Marks };
export type Slot = Marks['slots'][number];
/** An incident as it was told from `at` on; null once it was gone. */
export type Version = IncidentVersion;
/** What somebody wrote with a report; `text` is null once it was erased. */
export type Words = WordsShown;

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

export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

/** Answers kept for their ETag; the oldest goes. */
const KEPT_MAX = 32;

export class Rest {
  private readonly kept = new Map<string, { etag: string; value: unknown }>();

  constructor(private readonly fetchPage: Fetch = (path, init) => fetch(path, init)) {}

  picture(at: number, signal: AbortSignal): Promise<Answer<PictureThen>> {
    return this.ask('readPicture', { query: { at: new Date(at).toISOString() }, signal });
  }

  /** `night`: the date of its evening. */
  marks(night: string, signal: AbortSignal): Promise<Answer<Marks>> {
    return this.askAgain(night, 'readMarks', { query: { night }, signal });
  }

  history(incident: string, signal: AbortSignal): Promise<Answer<Version[]>> {
    return this.askAgain(incident, 'readHistory', { path: { id: incident }, signal });
  }

  /** Opens what was written with an incident's reports; the desk keeps who opened it, when and for what `purpose`. */
  words(incident: string, purpose: string, signal: AbortSignal): Promise<Answer<IncidentWords>> {
    return this.ask('openWords', { path: { id: incident }, body: { purpose }, signal });
  }

  /** Tells the desk that somebody here has looked at an incident. */
  seen(incident: string, signal: AbortSignal): Promise<Answer<SeenAt>> {
    return this.ask('seen', { path: { id: incident }, signal });
  }

  /** Sends the ETag of what it has under a name; what has not changed is the same object as before. */
  private askAgain<Name extends keyof Operations>(
    of: string,
    name: Name,
    asked: Asked<Name>,
  ): Promise<Answer<Operations[Name]['answer']>> {
    return this.ask(name, asked, `${name} ${of}`);
  }

  private async ask<Name extends keyof Operations>(
    name: Name,
    asked: Asked<Name>,
    keptAs: string | null = null,
  ): Promise<Answer<Operations[Name]['answer']>> {
    type Value = Operations[Name]['answer'];
    const known = keptAs === null ? undefined : this.kept.get(keptAs);
    const answer = await ask(
      this.fetchPage,
      name,
      known === undefined ? asked : { ...asked, etag: known.etag },
    );
    if (asked.signal?.aborted === true) return { is: 'stopped' };
    switch (answer.is) {
      case 'answer':
        if (keptAs !== null && answer.etag !== null)
          this.keep(keptAs, { etag: answer.etag, value: answer.body });
        return { is: 'ok', value: answer.body };
      case 'unchanged':
        return known === undefined ? NO_ANSWER : { is: 'ok', value: known.value as Value };
      case 'refused':
        if (answer.status === 401) return { is: 'signed_out' };
        return { is: 'failed', status: answer.status, detail: answer.problem.detail };
      case 'unreachable':
        return NO_ANSWER;
    }
  }

  private keep(as: string, answer: { etag: string; value: unknown }): void {
    this.kept.delete(as);
    this.kept.set(as, answer);
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT_MAX && oldest !== undefined) this.kept.delete(oldest);
  }
}

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
