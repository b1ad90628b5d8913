/** Fetches past pictures: few at a time, none twice, and what nobody waits for any more gives way. */
import type { Answer, PictureThen } from '../../shared/rest';
import { sharing } from './sharing';

/** Asks on their way at once. */
export const FLIGHTS_MAX = 2;
/** Pictures kept, each perhaps a megabyte; the one that was used longest ago goes. */
export const KEPT_MAX = 24;

export type Load = (at: number, signal: AbortSignal) => Promise<Answer<PictureThen>>;
export type State = PictureThen['state'];

const NO_RECORD: Answer<PictureThen> = {
  is: 'failed',
  status: 404,
  detail: 'The desk has no record of that time.',
};

/** A picture without a single record is none: a desk that runs knows at least its feeds. Nothing known is not "nothing". */
export function orNoRecord(answer: Answer<PictureThen>): Answer<PictureThen> {
  if (answer.is !== 'ok') return answer;
  const kinds = Object.values(answer.value.state);
  return kinds.every((records) => Object.keys(records).length === 0) ? NO_RECORD : answer;
}

export class Loader {
  private readonly kept = new Map<number, State>();
  private readonly flights = new Map<number, AbortController>();
  private wish: readonly number[] = [];
  /** The picture that came last. */
  private latest: State = {};

  constructor(
    private readonly load: Load,
    private readonly heard: (at: number, answer: Answer<PictureThen>) => void,
  ) {}

  /** The picture of that moment, if it is here. */
  get(at: number): State | null {
    const state = this.kept.get(at);
    if (state === undefined) return null;
    this.keep(at, state);
    return state;
  }

  /** What is needed, the most needed first. It takes the place of what was wanted before. */
  want(times: readonly number[]): void {
    this.wish = times.filter((at) => !this.kept.has(at));
    this.fill();
  }

  /** Calls everything off; what is kept stays. */
  callOff(): void {
    this.wish = [];
    for (const flight of this.flights.values()) flight.abort();
    this.flights.clear();
  }

  private fill(): void {
    for (const at of this.wish) {
      if (this.flights.has(at)) continue;
      if (this.flights.size >= FLIGHTS_MAX && !this.makeRoom()) return;
      void this.fly(at);
    }
  }

  /** An ask that nobody waits for any more ends only when another needs its place: it may still be shown on the way. */
  private makeRoom(): boolean {
    const idle = [...this.flights].find(([at]) => !this.wish.includes(at));
    if (idle === undefined) return false;
    idle[1].abort();
    return this.flights.delete(idle[0]);
  }

  private async fly(at: number): Promise<void> {
    const flight = new AbortController();
    this.flights.set(at, flight);
    const answer = await this.load(at, flight.signal);
    if (this.flights.get(at) !== flight) return; // called off
    this.flights.delete(at);
    this.wish = this.wish.filter((wanted) => wanted !== at); // one that failed is not asked for again by itself
    this.heard(at, answer.is === 'ok' ? this.taken(at, answer.value) : answer);
    this.fill();
  }

  private taken(at: number, value: PictureThen): Answer<PictureThen> {
    this.latest = sharing(this.latest, value.state);
    this.keep(at, this.latest);
    return { is: 'ok', value: { ...value, state: this.latest } };
  }

  private keep(at: number, state: State): void {
    this.kept.delete(at);
    this.kept.set(at, state);
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT_MAX && oldest !== undefined) this.kept.delete(oldest);
  }
}
