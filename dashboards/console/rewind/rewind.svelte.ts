/** Away from live, as the page sees it: what is played, and the night's bars to find the way by. */
import { failureWords, type Marks, type Rest } from '../../shared/rest';
import { orNoRecord } from './loader';
import { AT_PRESENT, Player, type Played, type Span, type Speed } from './player';

/** How far play goes back when it is pressed at the present. */
export const PLAY_BACK_MS = 15 * 60_000;
/** The bars are asked for again this often; the answer is usually "not changed". */
const MARKS_EVERY_MS = 15_000;
const MARKS_EVERY_LEAST_MS = 3_000;

export class Rewind {
  played: Played = $state.raw(AT_PRESENT);
  marks: Marks | null = $state.raw(null);
  /** Why the bars cannot be shown. */
  marksFailure: string | null = $state(null);

  /** Whether another moment than the present is shown or asked for. */
  readonly away = $derived.by(() => this.played.wanted !== null);

  private readonly player: Player;

  constructor(
    private readonly rest: Rest,
    span: () => Span | null,
  ) {
    this.player = new Player(
      {
        now: () => performance.now(),
        after: (ms, act) => {
          const timer = setTimeout(act, ms);
          return () => clearTimeout(timer);
        },
        load: async (at, signal) => orNoRecord(await rest.picture(at, signal)),
        span,
      },
      (played) => (this.played = played),
    );
  }

  seek(at: number): void {
    this.player.seek(at);
  }

  /** So far on or back, to a whole such step. */
  nudge(byMs: number): void {
    this.player.nudge(byMs);
  }

  toggle(): void {
    if (this.played.playing) this.player.pause();
    else this.player.play(PLAY_BACK_MS);
  }

  /** Asks again for what could not be shown. */
  again(): void {
    if (this.played.wanted !== null) this.player.seek(this.played.wanted);
  }

  setSpeed(speed: Speed): void {
    this.player.setSpeed(speed);
  }

  live(): void {
    this.player.live();
  }

  /** Follows the bars of a night until called off; a desk whose clock runs faster is asked more often. */
  follow(night: string, speed: number): () => void {
    const off = new AbortController();
    let asked = false;
    const ask = async (): Promise<void> => {
      if (asked || document.hidden) return;
      asked = true;
      const answer = await this.rest.marks(night, off.signal);
      asked = false;
      if (off.signal.aborted) return;
      this.marksFailure = failureWords(answer) || null;
      if (answer.is === 'ok') this.marks = answer.value;
    };
    void ask();
    const every = Math.max(MARKS_EVERY_LEAST_MS, MARKS_EVERY_MS / speed);
    const asking = setInterval(() => void ask(), every);
    return () => {
      clearInterval(asking);
      off.abort();
    };
  }
}
