/**
 * Away from live: which moment is wanted, which is shown, and playing on from it.
 *
 * The time that is told is always the time of the picture that is shown: where pictures come slowly the night plays
 * slowly, and never runs ahead of what is seen.
 */
import { failureWords, type Answer, type PictureThen } from '../../shared/rest';
import { Loader, type Load, type State } from './loader';

export type Speed = 1 | 10 | 60 | 600;
export const SPEEDS: readonly Speed[] = [1, 10, 60, 600];

/** How far a picture is from the next, and how often one is shown: never more than four a second. */
const PACE: Record<Speed, { stepMs: number; everyMs: number }> = {
  1: { stepMs: 1_000, everyMs: 1_000 },
  10: { stepMs: 5_000, everyMs: 500 },
  60: { stepMs: 15_000, everyMs: 250 },
  600: { stepMs: 150_000, everyMs: 250 },
};
const AHEAD = 4;
/** While somebody drags, a new moment is asked for at most this often. */
const SEEK_EVERY_MS = 150;

/** From when to when there is a night to show; `live` when its end is the present. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly live: boolean;
}

export interface Played {
  /** The moment asked for; null at the present. */
  readonly wanted: number | null;
  /** The picture on the page; null while it is the present's. */
  readonly shown: { readonly at: number; readonly state: State } | null;
  readonly playing: boolean;
  readonly speed: Speed;
  /** Why the moment asked for cannot be shown. */
  readonly failure: string | null;
}

export const AT_PRESENT: Played = {
  wanted: null,
  shown: null,
  playing: false,
  speed: 1,
  failure: null,
};

export interface PlayerWorld {
  now(): number;
  after(ms: number, act: () => void): () => void;
  load: Load;
  span(): Span | null;
}

export class Player {
  private played: Played = AT_PRESENT;
  private readonly loader: Loader;
  private askedAt = -Infinity;
  private callOffAsk: (() => void) | null = null;
  private callOffStep: (() => void) | null = null;

  constructor(
    private readonly world: PlayerWorld,
    private readonly listener: (played: Played) => void,
  ) {
    this.loader = new Loader(world.load, (at, answer) => this.arrived(at, answer));
  }

  /** Shows the night as it looked at `at`; a moment at the present or after it is the present. */
  seek(at: number): void {
    const span = this.world.span();
    if (span === null) return;
    const wanted = Math.floor(Math.max(at, span.from) / 1_000) * 1_000;
    if (wanted >= span.to && span.live) return this.live();
    this.stopStep();
    this.say({ wanted: Math.min(wanted, span.to), failure: null });
    this.askSoon();
  }

  /** So far on (or, negative, back) from the moment asked for, to a whole such step: a minute back from 23:42:07 is 23:42. */
  nudge(byMs: number): void {
    const from = this.played.wanted ?? this.world.span()?.to;
    if (from === undefined) return;
    const step = Math.abs(byMs);
    const steps = from / step;
    this.seek((byMs > 0 ? Math.floor(steps) + 1 : Math.ceil(steps) - 1) * step);
  }

  /** From where it stands; from the present, `back` milliseconds before it. */
  play(back: number): void {
    const span = this.world.span();
    if (span === null) return;
    this.say({ playing: true, failure: null });
    const { wanted } = this.played;
    if (wanted === null) this.seek(span.to - back);
    else if (wanted >= span.to) this.seek(span.from);
    else if (this.played.shown?.at === wanted) this.step();
    else this.seek(wanted);
  }

  pause(): void {
    this.stopStep();
    this.say({ playing: false });
  }

  setSpeed(speed: Speed): void {
    this.say({ speed });
    if (!this.played.playing || this.played.shown?.at !== this.played.wanted) return;
    this.stopStep();
    this.step();
  }

  live(): void {
    this.stopStep();
    this.callOffAsk?.();
    this.callOffAsk = null;
    this.loader.callOff();
    this.say({ wanted: null, shown: null, playing: false, failure: null });
  }

  /** Asks at once, or once the last ask is old enough: dragging asks a few times a second and not with every pixel. */
  private askSoon(): void {
    if (this.callOffAsk !== null) return;
    const wait = this.askedAt + SEEK_EVERY_MS - this.world.now();
    if (wait <= 0) return this.askNow();
    this.callOffAsk = this.world.after(wait, () => this.askNow());
  }

  private askNow(): void {
    this.callOffAsk = null;
    const { wanted, playing } = this.played;
    if (wanted === null) return;
    const here = this.loader.get(wanted);
    if (here !== null) return this.show(wanted, here);
    this.askedAt = this.world.now();
    this.loader.want([wanted, ...(playing ? this.ahead(wanted) : [])]);
  }

  private arrived(at: number, answer: Answer<PictureThen>): void {
    const { wanted } = this.played;
    if (wanted === null || answer.is === 'stopped') return;
    if (answer.is === 'ok') {
      if (at === wanted) this.show(at, answer.value.state);
      else if (!this.played.playing) this.say({ shown: { at, state: answer.value.state } }); // on the way, dragging
    } else if (at === wanted) {
      this.loader.callOff();
      this.say({ playing: false, failure: failureWords(answer) });
    }
  }

  private show(at: number, state: State): void {
    this.say({ shown: { at, state }, failure: null });
    if (this.played.playing) this.step();
  }

  /** After its time, the next moment; at the end of the night it stops, and at the present it is live again. */
  private step(): void {
    const { shown, speed } = this.played;
    if (shown === null) return;
    this.loader.want(this.ahead(shown.at));
    this.callOffStep = this.world.after(PACE[speed].everyMs, () => this.stepNow(shown.at));
  }

  private stepNow(from: number): void {
    this.callOffStep = null;
    const span = this.world.span();
    const next = this.next(from);
    if (span === null || (next > span.to && span.live)) return this.live();
    const wanted = Math.min(next, span.to);
    this.say({ wanted, playing: wanted > from });
    if (wanted === from) return;
    const here = this.loader.get(wanted);
    if (here !== null) this.show(wanted, here);
    else this.loader.want([wanted, ...this.ahead(wanted)]);
  }

  private ahead(from: number): number[] {
    const to = this.world.span()?.to ?? from;
    const times: number[] = [];
    for (let at = this.next(from); at <= to && times.length < AHEAD; at = this.next(at))
      times.push(at);
    return times;
  }

  /** On a grid of its own steps, so that a night played twice asks for the same moments. */
  private next(from: number): number {
    const { stepMs } = PACE[this.played.speed];
    return Math.floor(from / stepMs) * stepMs + stepMs;
  }

  private stopStep(): void {
    this.callOffStep?.();
    this.callOffStep = null;
  }

  private say(played: Partial<Played>): void {
    this.played = { ...this.played, ...played };
    this.listener(this.played);
  }
}
